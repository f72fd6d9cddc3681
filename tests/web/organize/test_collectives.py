"""The organizers' page of collective rankings: provisional, then final, with what the prizes wait for."""

import io

import pytest

from tests.clients import text_in
from tests.web import collective_scene

PATH = "/to-chuc/cuoc-thi-mau/tap-the"


@pytest.fixture
def contest(app, now):
    return collective_scene.make(now)


@pytest.fixture
def client(contest, actors):
    return actors.staff("tinh")


def lines(page, table_id):
    """The cells of a table, row by row."""
    (body,) = [part for part in page.one("table", id=table_id) if part.tag.endswith("tbody")]
    return [[text_in(cell) for cell in row] for row in body]


def test_before_a_round_is_final_everything_is_provisional(client):
    page = client.get(PATH)
    assert page.text.count("Tạm tính") == 3
    assert "Đã duyệt kết quả" not in page.text
    assert lines(page, "ranking-0") == [
        ["1", "Huyện Đak Mẫu", "3", "0", "Cờ thi đua", ""],
        ["2", "Huyện Ia Thử", "2", "0", "Bằng khen", ""],
        ["–", "Thị xã An Nghiệm", "0", "0", "", "Chưa đủ 1 người dự thi"],
    ]


def test_final_rankings_come_from_the_sheet_of_awards(client, contest, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    page = client.get(PATH)
    assert "Tạm tính" not in page.text
    # Week 1: 101 and 102; week 2: 101 and 111.
    assert lines(page, "ranking-0")[:2] == [
        ["1", "Huyện Đak Mẫu", "3", "3", "Cờ thi đua", ""],
        ["2", "Huyện Ia Thử", "2", "1", "Bằng khen", ""],
    ]
    assert "2 giải chờ Ban Tổ chức xét chọn." in page.text
    # Twice the people, and 10 for each first prize, 1 for another.
    assert lines(page, "ranking-3")[:2] == [
        ["1", "Huyện Đak Mẫu", "3", "3", "21", "27,00", ""],
        ["2", "Huyện Ia Thử", "2", "1", "1", "5,00", ""],
    ]


def test_each_round_has_rankings_of_its_own(client, contest, now):
    collective_scene.finalize(contest, "tuan-2", now=now)
    assert "Tạm tính" in client.get(f"{PATH}?round=tuan-1").text
    page = client.get(f"{PATH}?round=tuan-2")
    assert "Đã duyệt kết quả" in page.text
    assert lines(page, "ranking-1-tuan-2") == [
        ["1", "Huyện Ia Thử", "2", "1", "200,00 %", "Giấy khen", "Số người dự thi vượt quy mô"],
        ["2", "Huyện Đak Mẫu", "1", "–", "–", "", "Chưa có quy mô nên xếp cuối"],
        ["–", "Thị xã An Nghiệm", "0", "–", "–", "", "Chưa có quy mô. Chưa đủ 1 người dự thi"],
    ]


def test_new_sizes_change_the_final_ranking_and_its_prizes(client, contest, now):
    collective_scene.finalize(contest, "tuan-2", now=now)
    sent = {"upload": (io.BytesIO("Mã,Số người\n10,1\n11,100\n".encode()), "quy-mo.csv"), "mode": "update"}
    client.post("/to-chuc/cuoc-thi-mau/quy-mo", sent)
    rows = lines(client.get(f"{PATH}?round=tuan-2"), "ranking-1-tuan-2")
    assert [row[:6] for row in rows[:2]] == [
        ["1", "Huyện Đak Mẫu", "1", "1", "100,00 %", "Giấy khen"],
        ["2", "Huyện Ia Thử", "2", "100", "2,00 %", ""],
    ]


def test_how_areas_are_compared_is_said_in_words(client):
    text = client.get(PATH).text
    assert "Xếp theo: Số người dự thi. Bằng nhau thì lần lượt xét: Số giải cá nhân." in text
    formula = (
        "Tổng điểm quy đổi = 2 × Số người dự thi + 1 × Điểm của các giải cá nhân. Điểm mỗi giải cá nhân – Nhất: 10"
    )
    assert formula in text
    assert "Ban Tổ chức xét chọn" in text


def test_the_contest_page_leads_to_sizes_and_rankings(client):
    links = {link.get("href") for link in client.get("/to-chuc/cuoc-thi-mau").all("a")}
    assert {PATH, "/to-chuc/cuoc-thi-mau/quy-mo"} <= links


def test_nobody_but_its_organizers_sees_the_page(contest, actors):
    for login in ("dak-mau", "to-chuc-ia"):
        actors.staff(login).get(PATH, status=404)
    assert actors.stranger().client.get(PATH).status_code == 302
