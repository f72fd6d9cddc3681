"""Units that staff keep below their own area."""

import pytest

from quizapp.areas import queries as areas
from quizapp.areas.rules import UNIT_LEVEL

START = "/don-vi/danh-muc/don-vi-co-so"
HERE = "/don-vi/danh-muc/tinh-mau"


def units(code):
    tree = areas.get_tree("tinh-mau")
    return [node.name for node in tree.children(tree.get(code)) if node.level == UNIT_LEVEL]


def add(client, code, name, *, kind="chi bộ", status=200):
    return client.post(f"{HERE}/{code}", {"name": name, "kind": kind}, status=status)


def code_of(name):
    return next(node.code for node in areas.get_tree("tinh-mau").nodes if node.name == name)


@pytest.mark.parametrize(("login", "code"), [("tinh", "1"), ("dak-mau", "10"), ("ha-tam", "101"), ("quan-tri", "1")])
def test_the_first_page_is_that_of_the_own_area(people, login, code):
    answer = people(login).client.get(START)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{HERE}/{code}")
    people(login).get(f"{HERE}/{code}")


def test_a_unit_is_added_renamed_and_retired(people):
    page = add(people("dak-mau"), "101", "Chi bộ thôn 5")
    assert "Đã thêm đơn vị “Chi bộ thôn 5”." in page.text
    code = code_of("Chi bộ thôn 5")
    people("dak-mau").post(f"{HERE}/{code}/sua", {"name": "Chi bộ thôn 6"})
    assert units("101") == ["Chi bộ thôn 6"]
    page = people("dak-mau").post(f"{HERE}/{code}/ngung-dung")
    assert "Đã ngừng dùng “Chi bộ thôn 6”." in page.text
    assert units("101") == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Hãy ghi tên đơn vị."),
        ("chi bo thon 5", "Ở đây đã có một đơn vị cùng tên."),
        ("...", "Tên đơn vị phải có chữ"),
    ],
)
def test_refusals_stand_at_the_field_and_keep_what_was_typed(people, name, sentence):
    add(people("dak-mau"), "10", "Chi bộ thôn 5")
    page = add(people("dak-mau"), "10", name, status=422)
    assert sentence in page.text
    assert page.one("input", id="name").get("value") == name
    assert units("10") == ["Chi bộ thôn 5"]


def test_a_unit_cannot_take_the_name_of_its_neighbour(people):
    for name in ("Chi bộ thôn 5", "Chi bộ thôn 6"):
        add(people("dak-mau"), "10", name)
    page = people("dak-mau").post(f"{HERE}/{code_of('Chi bộ thôn 6')}/sua", {"name": "Chi bộ thôn 5"}, status=422)
    assert "Ở đây đã có một đơn vị cùng tên." in page.text


def test_an_unknown_kind_is_refused(people):
    page = add(people("dak-mau"), "10", "Chi bộ thôn 5", kind="câu lạc bộ", status=422)
    assert "không phải là một loại đơn vị" in page.text


def test_areas_of_the_common_list_are_not_edited(people):
    people("tinh").get(f"{HERE}/101/sua", status=404)
    people("tinh").post(f"{HERE}/101/ngung-dung", status=404)


@pytest.mark.parametrize("login", ["ia-thu", "ha-tam", "to-chuc-ia"])
def test_units_of_others_do_not_exist(people, login):
    add(people("dak-mau"), "102", "Chi bộ thôn 5")
    code = code_of("Chi bộ thôn 5")
    people(login).get(f"{HERE}/102", status=404)
    people(login).get(f"{HERE}/{code}/sua", status=404)
    add(people(login), "102", "Của người khác", status=404)
    people(login).post(f"{HERE}/{code}/sua", {"name": "Đổi tên"}, status=404)
    people(login).post(f"{HERE}/{code}/ngung-dung", status=404)
    assert units("102") == ["Chi bộ thôn 5"]


@pytest.mark.parametrize("path", ["ngoai-tinh/VN", "tinh-mau/khong-co", "khong-co/10"])
def test_other_trees_do_not_exist_for_staff(people, path):
    people("dak-mau").get(f"/don-vi/danh-muc/{path}", status=404)


def test_administrators_choose_among_the_trees_that_keep_units(people):
    page = people("quan-tri").get(f"{HERE}/1")
    tabs = [link.text for link in page.all("a", class_="tabs__link")]
    assert tabs == ["Tỉnh Mẫu"]


def test_strangers_are_sent_to_sign_in(people):
    for path in (START, f"{HERE}/10"):
        assert people(None).client.get(path).status_code == 302
