"""The list of signs as a table: for organizers only, in words that accuse nobody."""

import csv
import io

import pytest
from sqlalchemy import update

from quizapp.db import db, transaction
from quizapp.entries.models import Participant
from quizapp.sealed import ring
from tests.web import staff_scene

ADDRESSES = ("/don-vi/cuoc-thi-mau/tai/anomalies.csv", "/api/v1/contests/cuoc-thi-mau/exports/anomalies.csv")


@pytest.fixture
def scene(app, now):
    made = staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    with transaction():
        number = {"phone": "0912345001", "phone_hash": ring().hash("0912345001", "phone")}
        shared = Participant.full_name.in_(["Nguyễn Thị An", "Trần Văn Bình", "Rơ Châm Dung"])
        db.session.execute(update(Participant).where(shared).values(**number))
    return made


def rows_of(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_sign_on_every_person(scene, actors, address):
    rows = rows_of(actors.staff("tinh").client.get(f"{address}?round=tuan-1"))
    told = [(row["Dấu hiệu"], row["Nhóm"], row["Họ và tên"], row["Hạng"], row["Chi tiết"]) for row in rows]
    seen = "Số 09xx xxx 001: 3 người"
    assert told == [
        ("Trùng số điện thoại", "1", "Nguyễn Thị An", "2", seen),
        ("Trùng số điện thoại", "1", "Trần Văn Bình", "5", seen),
        ("Trùng số điện thoại", "1", "Rơ Châm Dung", "1", seen),
    ]
    assert rows[0]["Đơn vị"] == "Xã Hà Tam, Huyện Đak Mẫu"
    assert rows[0]["Vòng thi"] == "Tuần 1"


def test_letters_that_cannot_be_seen_are_named(scene, actors):
    with transaction():
        renamed = update(Participant).where(Participant.full_name == "Trần Văn Bình")
        db.session.execute(renamed.values(full_name="\u00d0ỗ Văn Bình \u0410n"))
    last = rows_of(actors.staff("tinh").client.get(f"{ADDRESSES[0]}?round=tuan-1"))[-1]
    assert last["Dấu hiệu"] == "Họ tên có chữ trông giống chữ khác"
    assert (last["Họ và tên"], last["Nhóm"]) == ("\u00d0ỗ Văn Bình \u0410n", "1")
    assert last["Chi tiết"] == "Chữ cần xem: \u00d0 (U+00D0), \u0410 (U+0410)"


def test_rounds_follow_one_another(scene, actors):
    rows = rows_of(actors.staff("quan-tri").client.get(ADDRESSES[0]))
    assert [row["Vòng thi"] for row in rows] == ["Tuần 1"] * 3 + ["Tuần 2"] * 2
    rows = rows_of(actors.staff("tinh").client.get(f"{ADDRESSES[0]}?area=11&round=tuan-1"))
    assert [row["Họ và tên"] for row in rows] == ["Rơ Châm Dung"]


@pytest.mark.parametrize("login", ["dak-mau", "ha-tam", "to-chuc-ia"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_for_others_there_is_no_such_table(scene, actors, login, address):
    client = actors.staff(login).client
    answer = client.get(address)
    unknown = client.get(address.replace("anomalies", "khong-co"))
    assert answer.status_code == unknown.status_code == 404


def test_the_words_accuse_nobody(scene, actors):
    client = actors.staff("tinh").client
    with client.get(ADDRESSES[0].replace(".csv", ".xlsx")) as book:
        assert book.status_code == 200
    text = client.get(ADDRESSES[0]).get_data(as_text=True) + client.get("/to-chuc/cuoc-thi-mau/vong/tuan-1").text
    assert "cần xem xét" in text
    assert "gian lận" not in text.lower()
