"""Targets: by the organizers, and by staff within their own subtree."""

import pytest

from quizapp.areas import queries as areas
from quizapp.contests import queries as contests

PATH = "/don-vi/cuoc-thi-mau/chi-tieu"


def field(scene, code):
    return f"area_{areas.get_tree_by_id(scene.contest.tree_id).get(code).id}"


def stored(scene):
    """Targets by area code."""
    tree = areas.get_tree_by_id(scene.contest.tree_id)
    return {tree.node(area).code: people for area, people in contests.targets(scene.contest.id).items()}


def test_staff_set_targets_within_their_subtree(people, scene):
    form = people("dak-mau").get(PATH)
    assert {element.get("name") for element in form.all("input", inputmode="numeric")} == {
        field(scene, code) for code in ("10", "101", "102")
    }
    place = people("dak-mau").redirected(PATH, {field(scene, "10"): "1.200", field(scene, "101"): "30"})
    assert place.endswith("/don-vi/cuoc-thi-mau")
    assert stored(scene) == {"10": 1200, "101": 30}
    assert people("dak-mau").get(PATH).one("input", id=field(scene, "101")).get("value") == "30"


def test_only_changes_are_written_down(people, scene):
    people("tinh").redirected(PATH, {field(scene, "10"): "5", field(scene, "11"): "7"})
    people("tinh").redirected(PATH, {field(scene, "10"): "5", field(scene, "11"): ""})
    assert stored(scene) == {"10": 5}
    acts = [act.reason for act in contests.list_acts(scene.contest.id) if act.act == "set_target"]
    assert acts == ["Huyện Ia Thử: –", "Huyện Ia Thử: 7", "Huyện Đak Mẫu: 5"]


@pytest.mark.parametrize("typed", ["0", "-5", "nhiều", "1,5", "1e3", "9999999999"])
def test_nonsense_is_refused_and_kept_in_the_form(people, scene, typed):
    page = people("dak-mau").post(PATH, {field(scene, "101"): typed, field(scene, "102"): "3"}, status=422)
    assert page.one("input", id=field(scene, "101")).get("value") == typed
    assert page.one("input", id=field(scene, "101")).get("aria-invalid") == "true"
    assert stored(scene) == {}


def test_fields_of_other_areas_are_ignored(people, scene):
    people("dak-mau").redirected(PATH, {field(scene, "11"): "99", field(scene, "101"): "2"})
    assert stored(scene) == {"101": 2}


@pytest.mark.parametrize("query", ["area=11", "area=1", "area=10&area=11"])
def test_other_areas_do_not_exist(people, scene, query):
    people("dak-mau").get(f"{PATH}?{query}", status=404)
    people("dak-mau").post(f"{PATH}?{query}", {field(scene, "11"): "9"}, status=404)
    assert stored(scene) == {}


def test_strangers_are_sent_to_sign_in(people):
    assert people(None).client.get(PATH).status_code == 302
