"""The page of the list of people whom a contest lets in."""

import io

import pytest

from quizapp.entries import queries
from tests import factories

PATH = "/to-chuc/theo-danh-sach/danh-sach"


@pytest.fixture
def contest(scene, now):
    entry = {**factories.contest_dict(now)["entry"], "mode": "roster"}
    return factories.make_contest(
        now, launched=False, contest="theo-danh-sach", title="Thi theo danh sách", entry=entry
    )


def upload(text):
    return {"upload": (io.BytesIO(text.encode()), "ds.csv")}


def test_it_tells_how_the_file_looks_and_that_there_is_none(people, contest):
    page = people("tinh").get(PATH)
    assert "Chưa có danh sách" in page.text
    assert "Họ và tên;Số điện thoại" in page.text
    assert PATH in people("tinh").get("/to-chuc/theo-danh-sach").html


def test_a_good_file_takes_the_place_of_the_list(people, contest):
    page = people("tinh").post(PATH, upload("phone;full_name\n0912345001;Đinh Thị Mẫu\n0912345002;Siu Thử"))
    assert "Danh sách nay có 2 người." in page.text
    assert "Danh sách hiện có 2 người." in page.text
    people("tinh").post(PATH, upload("phone;full_name\n0912345003;Rơ Châm Mới"))
    assert queries.count_roster(contest.id) == 1
    assert "Nhập danh sách được dự thi" in people("tinh").get("/to-chuc/theo-danh-sach").text


def test_a_faulty_file_changes_nothing_and_tells_every_mistake(people, contest):
    people("tinh").post(PATH, upload("phone;full_name\n0912345001;Đinh Thị Mẫu"))
    page = people("tinh").post(PATH, upload("phone;full_name\n12;<b>Siu</b>\n0912345002;\n"), status=422)
    assert "Tệp có 2 chỗ cần sửa." in page.text
    assert "Dòng 2:" in page.text
    assert "12;<b>Siu</b>" in page.text
    assert "Cột “Họ và tên” còn trống." in page.text
    assert page.text.count("Danh sách hiện có 1 người.") == 1
    assert queries.count_roster(contest.id) == 1


def test_no_file_is_a_mistake_too(people, contest):
    assert "Hãy chọn một tệp." in people("tinh").post(PATH, {}, status=422).text


def test_a_launch_waits_for_the_list(people, contest):
    people("tinh").post("/to-chuc/theo-danh-sach/khoi-dong", {"confirm": "y"}, status=409)
    people("tinh").post(PATH, upload("phone;full_name\n0912345001;Đinh Thị Mẫu"))
    assert "Cuộc thi đã khởi động." in people("tinh").post("/to-chuc/theo-danh-sach/khoi-dong", {"confirm": "y"}).text


def test_a_contest_for_everybody_has_no_list(people, scene):
    people("tinh").get("/to-chuc/cuoc-thi-mau/danh-sach", status=404)
    assert "Danh sách được dự thi" not in people("tinh").get("/to-chuc/cuoc-thi-mau").text


def test_it_is_for_the_organizers_of_the_contest(contest, only_for_organizers):
    only_for_organizers(PATH)
