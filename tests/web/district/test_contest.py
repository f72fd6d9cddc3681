"""The breakdown of a subtree: who may see it, what it adds up to, what stays sealed, where it leads."""

import pytest

from quizapp.areas import queries as areas
from quizapp.contests import service as contests_service
from quizapp.db import transaction
from quizapp.messages.staff import TABLE_TITLES
from tests import factories
from tests.clients import text_in

PATH = "/don-vi/cuoc-thi-mau"


def lines(page):
    """The rows of the breakdown: name -> texts of the cells."""
    table = page.one("table", id="breakdown")
    rows = [[text_in(cell) for cell in row] for row in table.iter("{http://www.w3.org/1999/xhtml}tr")]
    return {row[0]: row[1:] for row in rows[1:]}


def test_organizers_see_every_area_and_everybody(people):
    found = lines(people("tinh").get(f"{PATH}?round=tuan-1"))
    assert list(found) == [
        "Thị xã An Nghiệm", "Huyện Đak Mẫu", "Huyện Ia Thử", "Ngoài tỉnh", "Chưa rõ đơn vị", "Tổng cộng",
    ]  # fmt: skip
    assert found["Tổng cộng"][:4] == ["6", "7", "4", "66,67 %"]
    assert found["Huyện Đak Mẫu"] == ["3", "4", "2", "66,67 %", "43,33", "50"]


def test_staff_see_the_level_below_their_own_area(people):
    found = lines(people("dak-mau").get(f"{PATH}?round=tuan-1"))
    assert list(found) == ["Xã Hà Tam", "Xã Yang Bắc", "Trực thuộc Huyện Đak Mẫu", "Tổng cộng"]
    assert found["Tổng cộng"][:2] == ["3", "4"]


def test_other_staff_see_their_own_numbers_only(people):
    page = people("ia-thu").get(f"{PATH}?round=tuan-1")
    assert lines(page)["Tổng cộng"][:2] == ["1", "1"]
    assert "Đak Mẫu" not in page.text


def test_the_sum_of_the_lines_is_the_sum_line(people):
    for path in ("", "?round=tuan-1", "?level=commune", "?area=10", "?area=10&round=tuan-1"):
        found = lines(people("tinh").get(PATH + path))
        total = found.pop("Tổng cộng")
        for column in (0, 1, 2):
            assert sum(int(cells[column]) for cells in found.values()) == int(total[column]), path


def test_an_area_leads_to_the_areas_below_it(people):
    page = people("tinh").get(f"{PATH}?round=tuan-1&sort=people")
    (link,) = [link for link in page.all("a") if text_in(link) == "Huyện Đak Mẫu"]
    below = people("tinh").get(link.get("href"))
    assert text_in(below.one("h1")) == "Huyện Đak Mẫu"
    assert lines(below)["Tổng cộng"][0] == "3"


@pytest.mark.parametrize(
    "query",
    [
        "area=11",
        "area=1",
        "area=111",
        "area=khong-co",
        "area=ngoai-tinh:01",
        "round=tuan-9",
        "level=district",
        "level=x",
        "area=10&area=11",
        "area=101&area=10",
        "round=tuan-1&round=tuan-2",
    ],
)
def test_what_lies_outside_of_the_subtree_does_not_exist(people, query):
    people("dak-mau").get(f"{PATH}?{query}", status=404)


def test_scores_are_sealed_while_a_guess_is_open(people):
    page = people("dak-mau").get(PATH)
    assert "Điểm số đang được giữ kín" in page.text
    assert lines(page)["Tổng cộng"] == ["3", "6"]
    for word in ("Điểm trung bình", "Tỷ lệ đúng"):
        assert word not in page.text
    assert "Điểm trung bình" in people("dak-mau").get(f"{PATH}?round=tuan-1").text
    assert "Điểm trung bình" in people("tinh").get(PATH).text


def test_the_figures_say_what_they_count(people):
    page = people("dak-mau").get(f"{PATH}?round=tuan-1")
    assert "trong 4 người đã đăng ký" in page.text
    for definition in ("Người dự thi: người đã có", "Lượt thi: số bài", "Người đúng tất cả: người có bài"):
        assert definition in page.text


def test_targets_are_shown_as_a_rate_in_words(people, scene):
    tree = areas.get_tree_by_id(scene.contest.tree_id)
    with transaction():
        for code, number in (("101", 4), ("102", 1)):
            area_id = tree.get(code).id
            contests_service.set_target(scene.contest, area_id, number, actor="dak-mau", now=scene.now)
    found = lines(people("dak-mau").get(f"{PATH}?round=tuan-1"))
    assert found["Xã Hà Tam"][-1] == "25,0 % (1/4)"
    assert found["Xã Yang Bắc"][-1] == "100,0 % (1/1)"
    assert found["Trực thuộc Huyện Đak Mẫu"][-1] == "Chưa giao"
    assert found["Tổng cộng"][-1].startswith("60,0 % (3/5)")


def test_areas_without_anybody_are_named(people):
    page = people("tinh").get(f"{PATH}?level=commune")
    assert "3 đơn vị chưa có người dự thi" in page.text
    assert "Phường Hai; Xã Ia Hai; Phường Một." in page.text


def cards(page):
    """title -> the areas named there."""
    found = [[text_in(part) for part in card] for card in page.all("section", class_="card")]
    return dict(found)


def test_the_best_and_the_weakest_are_named_once_there_are_enough(people, scene):
    assert cards(people("tinh").get(f"{PATH}?level=commune")) == {}
    for area, number in (("112", 4), ("121", 2), ("122", 3)):
        for _ in range(number):
            person = factories.enter(scene.contest, scene.now, area=area)
            factories.sit(scene.contest, person, scene.now, round_key="tuan-2")
    found = cards(people("tinh").get(f"{PATH}?level=commune"))
    assert found == {
        "Đông người dự thi nhất": "Xã Ia Hai: 4 người Phường Hai: 3 người Phường Một: 2 người",
        "Ít người dự thi nhất": "Xã Hà Tam: 1 người Xã Ia Một: 1 người Xã Yang Bắc: 1 người",
    }


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Thị xã An Nghiệm", "Huyện Đak Mẫu", "Huyện Ia Thử"]),
        ("people", ["Huyện Đak Mẫu", "Huyện Ia Thử", "Thị xã An Nghiệm"]),
        ("rate", ["Huyện Ia Thử", "Thị xã An Nghiệm", "Huyện Đak Mẫu"]),
        ("anything", ["Thị xã An Nghiệm", "Huyện Đak Mẫu", "Huyện Ia Thử"]),
    ],
)
def test_lines_are_sorted_and_people_without_an_area_stay_last(people, scene, sort, expected):
    tree = areas.get_tree_by_id(scene.contest.tree_id)
    with transaction():
        contests_service.set_target(scene.contest, tree.get("11").id, 2, actor="tinh", now=scene.now)
    found = list(lines(people("tinh").get(f"{PATH}?round=tuan-1&sort={sort}")))
    assert found == [*expected, "Ngoài tỉnh", "Chưa rõ đơn vị", "Tổng cộng"]


def test_every_file_is_offered_for_the_present_filter(people):
    page = people("dak-mau").get(f"{PATH}?round=tuan-1&area=101")
    links = {link.get("href") for link in page.all("a", download="")}
    assert f"{PATH}/tai/areas.xlsx?round=tuan-1&area=101" in links
    assert len(links) == 2 * len(TABLE_TITLES)


def test_the_printed_sheet_has_the_official_head(people):
    page = people("dak-mau").get(f"{PATH}/in?round=tuan-1")
    for part in ("Ban Tổ chức mẫu", "Đảng Cộng sản Việt Nam", "Đak Mẫu, ngày 19 tháng 5 năm 2025", "Người lập biểu"):
        assert part in page.text
    found = {row[1]: row for row in ([text_in(cell) for cell in row] for row in page.one("table", id="areas").iter(
        "{http://www.w3.org/1999/xhtml}tr"))}  # fmt: skip
    assert found["Xã Hà Tam"][:6] == ["1", "Xã Hà Tam", "1", "2", "1", "100,00 %"]
    assert found["Tổng cộng"][2:4] == ["3", "4"]


@pytest.mark.parametrize("path", [PATH, f"{PATH}/in"])
def test_organizers_of_elsewhere_and_strangers(people, path, scene):
    assert people(None).client.get(path).status_code == 302
    # An organizer of a district who does not run the contest sees a subtree like any staff.
    page = people("to-chuc-ia").get(f"{path}?round=tuan-1")
    assert "Huyện Ia Thử" in page.text
    people("to-chuc-ia").get(f"{path}?area=10", status=404)


def test_a_contest_of_another_province_does_not_exist(people):
    people("dak-mau").get("/don-vi/khong-co", status=404)
