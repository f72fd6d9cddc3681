"""Contests from YAML files: created, replaced while a draft, refused with every mistake."""

import pytest

from quizapp.accounts.rules import Role
from quizapp.contests import queries as contests
from tests.factories import contest_yaml, launch, make_bank, make_contest, make_staff, make_tree
from tests.web.api.callers import Caller, make_token

PATH = "/contests/cuoc-thi-mau"


@pytest.fixture
def scripts(app, now):
    """Scripts of two organizers of districts, one of the province, and the administrator, by area."""
    make_tree(now)
    make_bank(now)
    found = {}
    for login, role, area in (
        ("to-chuc-10", Role.ORGANIZER, "10"),
        ("to-chuc-11", Role.ORGANIZER, "11"),
        ("to-chuc-1", Role.ORGANIZER, "1"),
        ("quan-tri", Role.ADMIN, None),
    ):
        make_staff(login, role, area, now)
        found[area] = Caller(app, make_token(login, now))
    return found


def test_a_contest_is_created_for_the_organizers_area_and_replaced(scripts, now):
    created = scripts["10"].put_yaml(PATH, contest_yaml(now), 201).json
    assert (created["contest"], created["state"], created["changed"]) == ("cuoc-thi-mau", "draft", True)
    assert scripts["10"].put_yaml(PATH, contest_yaml(now)).json["changed"] is False
    assert scripts["10"].put_yaml(PATH, contest_yaml(now, title="Tên mới")).json["title"] == "Tên mới"
    assert scripts["1"].get(PATH).json["title"] == "Tên mới"


def test_others_drafts_do_not_exist(scripts, now):
    scripts["10"].put_yaml(PATH, contest_yaml(now), 201)
    changed = contest_yaml(now, title="Của người khác")
    assert scripts["11"].put_yaml(PATH, changed, 404).json["code"] == "contest_not_found"
    assert contests.get_contest("cuoc-thi-mau").title == "Cuộc thi mẫu"
    assert scripts["1"].put_yaml(PATH, contest_yaml(now, title="Cấp trên")).json["title"] == "Cấp trên"


def test_an_administrators_contest_belongs_to_the_whole_tree(scripts, now):
    scripts[None].put_yaml(PATH, contest_yaml(now), 201)
    scripts["1"].get(PATH)
    scripts["10"].get(PATH, 404)


def test_a_launched_contest_is_not_replaced(scripts, now):
    launch(make_contest(now, owner="10", launched=False), now)
    answer = scripts["10"].put_yaml(PATH, contest_yaml(now, title="Khác"), 409).json
    assert answer["code"] == "contest_launched"
    assert scripts["10"].put_yaml(PATH, contest_yaml(now)).json["changed"] is False


def test_the_slug_of_the_file_is_that_of_the_address(scripts, now):
    answer = scripts["10"].put_yaml("/contests/khac", contest_yaml(now), 422).json
    (problem,) = answer["problems"]
    assert (problem["code"], problem["path"], problem["line"]) == ("other_contest", "contest", 1)
    assert "khac" in problem["message"]
    assert contests.find_contest("cuoc-thi-mau") is None


def test_the_tree_is_that_of_the_organizer(scripts, now):
    foreign = contest_yaml(now, areas={"tree": "ngoai-tinh", "ranked_level": "province"})
    (problem,) = scripts["10"].put_yaml(PATH, foreign, 422).json["problems"]
    assert (problem["code"], problem["path"]) == ("tree_not_own", "areas.tree")
    scripts[None].put_yaml(PATH, foreign, 201)


def test_every_mistake_is_told_at_once(scripts, now):
    broken = contest_yaml(now).replace(b"mau-001", b"mau-999").replace(b"ranked_level: district", b"ranked_level: vung")
    problems = scripts["10"].put_yaml(PATH, broken, 422).json["problems"]
    assert {problem["code"] for problem in problems} == {"unknown_question", "unknown_level"}
    assert all(problem["line"] > 1 and problem["message"] for problem in problems)
    assert contests.find_contest("cuoc-thi-mau") is None


def test_only_organizers_write_contests(app, caller, scripts, now):
    caller.put_yaml(PATH, contest_yaml(now), 401)
    make_staff("can-bo", Role.DISTRICT, "10", now)
    caller.sign_in("can-bo").put_yaml(PATH, contest_yaml(now), 404)
    assert contests.find_contest("cuoc-thi-mau") is None


def test_json_is_no_contest_file(scripts):
    scripts["10"].call("PUT", PATH, 415, json={})
