"""Tables as files: formats, scope, and what is no table."""

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from quizapp.accounts.rules import Role
from quizapp.contests import queries as contests
from quizapp.web.reports import TABLES
from tests.factories import enter, make_contest, make_staff, sit
from tests.web.api.callers import Caller, make_token

EXPORTS = "/contests/cuoc-thi-mau/exports"


@pytest.fixture
def people(now):
    """A participant in each of two districts, and the staff of both and of the whole."""
    contest = make_contest(now)
    sit(contest, enter(contest, now, area="101", full_name="=HYPERLINK(1) Phạm Thị Mười"), now)
    sit(contest, enter(contest, now, area="111", full_name="Đỗ Văn Mười Một"), now)
    make_staff("huyen-10", Role.DISTRICT, "10", now)
    make_staff("xa-101", Role.DISTRICT, "101", now)
    make_staff("to-chuc", Role.ORGANIZER, "1", now)
    return contest


@pytest.fixture
def organizer(app, people):
    """The organizer's browser."""
    return Caller(app).sign_in("to-chuc")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_is_there_in_both_formats(organizer, table):
    text = organizer.get(f"{EXPORTS}/{table}.csv")
    assert text.mimetype == "text/csv"
    assert text.data.startswith(b"\xef\xbb\xbf")
    assert f"cuoc-thi-mau_{table}" in text.headers["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(organizer.get(f"{EXPORTS}/{table}.xlsx").data))
    assert book.get_sheet_by_index(0).to_python()


def test_formulas_stay_text(organizer):
    assert b",'=HYPERLINK(1) Ph" in organizer.get(f"{EXPORTS}/participants.csv").data


def test_staff_get_their_own_subtree_only(app, people, now):
    script = Caller(app, make_token("huyen-10", now))
    for table in ("participants", "attempts"):
        text = script.get(f"{EXPORTS}/{table}.csv").get_data(as_text=True)
        assert "Phạm Thị Mười" in text
        assert "Mười Một" not in text
    wrong = script.get(f"{EXPORTS}/participants.csv?area=khong-co", 404).json
    for foreign in ("1", "11", "111"):
        assert script.get(f"{EXPORTS}/participants.csv?area={foreign}", 404).json == {**wrong, "area": foreign}
    script.get(f"{EXPORTS}/participants.csv?area=10&area=11", 422)
    assert "Phạm Thị Mười" in script.get(f"{EXPORTS}/participants.csv?area=101&round=tuan-1").get_data(as_text=True)


@pytest.mark.parametrize(
    "name", ["khong-co.csv", "participants.pdf", "participants.html", "participants.CSV", "rows.jsonl", "...csv"]
)
def test_what_is_no_table_is_404(organizer, name):
    organizer.get(f"{EXPORTS}/{name}", 404)


@pytest.mark.parametrize("query", ["round=khong-co", "area=999"])
def test_unknown_names_are_404(organizer, query):
    organizer.get(f"{EXPORTS}/summary.csv?{query}", 404)


def test_every_download_is_remembered(organizer, people):
    organizer.get(f"{EXPORTS}/summary.csv")
    organizer.get(f"{EXPORTS}/participants.xlsx?area=10&round=tuan-1")
    organizer.get(f"{EXPORTS}/khong-co.csv", 404)
    remembered = [(act.actor, act.reason) for act in contests.list_acts(people.id) if act.act == "export"]
    assert remembered == [("to-chuc", "participants, đủ số điện thoại: Huyện Đak Mẫu"), ("to-chuc", "summary")]


def test_nobody_else_gets_anything(app, caller, people, now):
    assert caller.get(f"{EXPORTS}/participants.csv", 401).json["code"] == "sign_in_required"
    caller.enter()
    caller.get(f"{EXPORTS}/participants.csv", 401)


def test_papers_whose_time_is_over_are_in_the_table_without_a_worker(app, caller, people, at, now):
    caller.enter(full_name="Vũ Văn Quá Giờ")
    caller.start()
    with at(now + timedelta(minutes=11)):
        text = Caller(app).sign_in("to-chuc").get(f"{EXPORTS}/attempts.csv").get_data(as_text=True)
    assert "Vũ Văn Quá Giờ" in text
