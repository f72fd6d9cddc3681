"""The file of the people whom a contest lets in: read, refused with every mistake at its line, put in place."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from quizapp.contests import queries as contests
from quizapp.db import db
from quizapp.entries import queries, roster, rules
from quizapp.entries.models import RosterEntry
from quizapp.entries.rules import Details
from quizapp.errors import Conflict
from quizapp.strict_yaml import RefusedFile
from tests import factories

TODAY = date(2025, 5, 19)


@pytest.fixture
def contest(app, now):
    entry = {**factories.contest_dict(now)["entry"], "mode": "roster", "identity": ["full_name", "date_of_birth"]}
    return factories.make_contest(now, launched=False, entry=entry)


def parse(contest, text):
    return roster.parse_roster(text.encode(), contest.spec, name="ds.csv", today=TODAY)


def stored(contest):
    rows = db.session.scalars(select(RosterEntry).where(RosterEntry.contest_id == contest.id))
    return {(row.identity_hash, row.full_name) for row in rows}


def test_a_line_is_the_identity_of_an_entry(contest):
    (person,) = parse(contest, "STT,Họ và tên,Ngày sinh\n1,Đinh  Thị Mẫu,5/2/1990")
    entered = Details(full_name="đinh thị mẫu", date_of_birth=date(1990, 2, 5))
    assert person.identity_hash == rules.identity_hash(contest.spec, entered)
    assert person.full_name == "Đinh Thị Mẫu"


def test_the_columns_asked_for_are_those_of_the_identity(contest):
    assert roster.columns_of(contest.spec) == {"full_name": "Họ và tên", "date_of_birth": "Ngày sinh"}


def test_all_mistakes_are_told_at_once_each_at_its_line(contest):
    text = "\n".join(
        [
            "Họ và tên;Ngày sinh",
            "Đinh Thị Mẫu;05/02/1990",
            "12345;31/02/1990",
            ";05/02/1990",
            "",
            "ĐINH THỊ MẪU;1990-02-05",
            "Siu Thử;",
        ]
    )
    with pytest.raises(RefusedFile) as refused:
        parse(contest, text)
    assert [(each.line, each.path, each.code) for each in refused.value.problems] == [
        (3, "Ngày sinh", "date_invalid"),
        (3, "Họ và tên", "name_invalid"),
        (4, "Họ và tên", "cell_missing"),
        (6, "", "listed_twice"),
        (7, "Ngày sinh", "cell_missing"),
    ]
    assert refused.value.problems[3].params == {"first_line": 2}


def test_a_zero_that_a_spreadsheet_took_is_given_back(app, now):
    base = factories.contest_dict(now)["entry"]
    fields = {**base["fields"], "citizen_id": "required"}
    contest = factories.make_contest(
        now, launched=False, entry={**base, "mode": "roster", "fields": fields, "identity": ["phone", "citizen_id"]}
    )
    listed = parse(contest, "phone,citizen_id\n912345678,64190001234\n'0912345679,064190001235")
    entered = [
        Details(full_name="x", phone="0912345678", citizen_id="064190001234"),
        Details(full_name="y", phone="0912345679", citizen_id="064190001235"),
    ]
    assert [each.identity_hash for each in listed] == [rules.identity_hash(contest.spec, each) for each in entered]
    assert [each.full_name for each in listed] == ["", ""]


def test_a_list_replaces_the_one_before_as_one_act(contest, now):
    first = "full_name;date_of_birth\nĐinh Thị Mẫu;05/02/1990\nSiu Thử;06/02/1990"
    assert factories.list_people(contest, first, now) == 2
    assert (
        factories.list_people(contest, "full_name;date_of_birth\nRơ Châm Khác;07/02/1990", now + timedelta(hours=1))
        == 1
    )
    assert [name for _, name in stored(contest)] == ["Rơ Châm Khác"]
    assert queries.count_roster(contest.id) == 1
    acts = [(act.act, act.actor, act.reason, act.at) for act in contests.list_acts(contest.id)]
    assert acts == [
        ("import_roster", "to-chuc", "1", now + timedelta(hours=1)), ("import_roster", "to-chuc", "2", now),
    ]  # fmt: skip


def test_a_refused_list_changes_nothing(contest, now):
    factories.list_people(contest, "full_name;date_of_birth\nĐinh Thị Mẫu;05/02/1990", now)
    before = stored(contest)
    with pytest.raises(RefusedFile):
        factories.list_people(contest, "full_name;date_of_birth\nSiu Thử;32/02/1990", now)
    assert stored(contest) == before


def test_a_contest_that_everybody_enters_has_no_list(app, now):
    contest = factories.make_contest(now, launched=False)
    with pytest.raises(Conflict, match="roster_not_used"):
        factories.list_people(contest, "phone;full_name\n0912345678;Siu Thử", now)


def test_a_long_list_goes_in_whole(contest, now):
    lines = [f"Người Thử {number};{1 + number % 28}/{1 + number % 12}/{1950 + number % 50}" for number in range(3000)]
    assert factories.list_people(contest, "\n".join(["full_name;date_of_birth", *lines]), now) == 3000
    assert queries.count_roster(contest.id) == 3000
