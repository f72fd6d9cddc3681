"""The list of people of a subtree."""

import pytest

from quizapp.web.district.people import PER_PAGE
from tests import factories
from tests.clients import text_in
from tests.web import staff_scene

PATH = "/don-vi/cuoc-thi-mau/nguoi-du-thi"
XHTML = "{http://www.w3.org/1999/xhtml}"


def rows(page):
    """name -> texts of the cells, in the order shown."""
    found = [[text_in(cell) for cell in row] for table in page.all("table") for row in table.iter(f"{XHTML}tr")]
    return {row[0]: row[1:] for row in found[1:]}


def test_staff_see_the_people_of_their_subtree(people):
    page = people("dak-mau").get(PATH)
    # Vietnamese name lists go by the given name: An, Bình, Chi, Hà.
    assert list(rows(page)) == ["Nguyễn Thị An", "Trần Văn Bình", staff_scene.FORMULA_NAME, "Phạm Thị Hà"]
    assert "Có 4 người." in page.text
    assert rows(page)["Nguyễn Thị An"] == ["Xã Hà Tam", "Chi bộ thôn 3", "09xx xxx 001", "Đã thi 3 lượt"]
    assert rows(page)["Phạm Thị Hà"][-1] == "Chưa thi"


def test_organizers_see_everybody_with_masked_numbers_as_well(people):
    found = rows(people("tinh").get(PATH))
    assert len(found) == 7
    assert found["Nguyễn Thị An"][0] == "Xã Hà Tam, Huyện Đak Mẫu"
    assert found["Nguyễn Thị An"][2] == "09xx xxx 001"
    assert found["Lê Thị Em"][0] == "Tỉnh Ngoài Một"


@pytest.mark.parametrize("login", ["ia-thu", "to-chuc-ia"])
def test_other_staff_see_other_people(people, login):
    assert list(rows(people(login).get(PATH))) == ["Rơ Châm Dung"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=done", ["Nguyễn Thị An", "Trần Văn Bình", staff_scene.FORMULA_NAME]),
        ("status=not_done", ["Phạm Thị Hà"]),
        ("status=not_done&round=tuan-2", [staff_scene.FORMULA_NAME, "Phạm Thị Hà"]),
        ("area=101&status=done", ["Nguyễn Thị An"]),
    ],
)
def test_the_list_is_narrowed(people, query, expected):
    assert list(rows(people("dak-mau").get(f"{PATH}?{query}"))) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nguyen thi", ["Nguyễn Thị An"]),
        ("AN", ["Nguyễn Thị An"]),
        ("v b", ["Trần Văn Bình"]),
        ("bình trần", ["Trần Văn Bình"]),
        ("dinh", [staff_scene.FORMULA_NAME]),
        ("%", []),
        ("_", []),
        # Somebody of another district, and somebody from outside.
        ("Rơ Châm Dung", []),
        ("Lê Thị Em", []),
    ],
)
def test_people_are_found_by_words_of_their_names(people, typed, expected):
    assert list(rows(people("dak-mau").post(PATH, {"q": typed}))) == expected


def test_the_name_stands_in_no_address_and_the_other_filters_do(people):
    officer = people("dak-mau")
    address = officer.redirected(PATH, {"q": "Nguyễn", "area": "101", "round": "tuan-1", "status": "done"})
    assert address.startswith(f"{PATH}?area=101&round=tuan-1&status=done&tim=v1")
    assert "Nguy" not in address
    page = officer.get(address)
    assert list(rows(page)) == ["Nguyễn Thị An"]
    # The form knows all of it again, the name too.
    assert page.one("input", id="q").get("value") == "Nguyễn"
    assert page.one("option", value="101").get("selected") is not None


def test_the_search_box_keeps_what_was_typed(people):
    page = people("dak-mau").post(PATH, {"q": "<b>", "status": "done"})
    assert page.one("input", id="q").get("value") == "<b>"
    assert "Không có ai trong danh sách này." in page.text


def test_long_lists_come_in_pages(people, scene):
    for number in range(PER_PAGE):
        factories.enter(scene.contest, scene.now, full_name=f"Y Thêm {number}", area="102")
    first, second = (list(rows(people("dak-mau").get(f"{PATH}?area=102&page={page}"))) for page in (1, 2))
    assert (len(first), len(second)) == (PER_PAGE, 1)
    assert not set(first) & set(second)
    page = people("dak-mau").get(f"{PATH}?area=102")
    assert page.one("a", href=f"{PATH}?area=102&page=2", class_="button button--secondary") is not None


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=x", "page=٣", "status=all", "area=11", "tim=a", "tim=a&tim=b"]
)
def test_nonsense_and_other_areas_do_not_exist(people, query):
    people("dak-mau").get(f"{PATH}?{query}", status=404)


def test_strangers_are_sent_to_sign_in(people):
    assert people(None).client.get(PATH).status_code == 302
