"""Lines that the database writes are the bytes that are written cell by cell, whatever is stored."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Date, Integer, Text, select

from quizapp.db import UTCDateTime
from quizapp.results import csv_lines, queries
from quizapp.results.files import write_csv
from quizapp.results.listing import Field, Listing, in_words, sealed_text, stored
from quizapp.results.tables import Column, Table
from quizapp.row_set import SQLITE, dialect_name, encode, row_set
from quizapp.sealed import ring
from tests import factories
from tests.results.sample_tables import HOSTILE, PEOPLE

KINDS = {
    "name": Text(), "unit": Text(), "count": BigInteger(), "took": BigInteger(), "at": UTCDateTime(), "born": Date(),
    "guess": Text(), "way": Text(), "right": Boolean(), "area": Integer(),
}  # fmt: skip
AREAS = {
    number: (f"Huyện {number // 7}", f"Xã {number}, cũ" if number % 5 else f"=Xã {number}") for number in range(30)
}
AREA_COLUMNS = (Column("district", "Huyện"), Column("commune", "Xã"))
FIELDS = (
    stored("name", Column("name", "Họ và tên")),
    Field("area", AREA_COLUMNS, lambda area: AREAS.get(area, ("", area)), AREAS),
    stored("unit", Column("unit", "Đơn vị")),
    stored("count", Column("count", "Số lượt", "int")),
    stored("took", Column("took", "Thời gian", "duration")),
    stored("at", Column("at", "Lúc", "moment")),
    stored("born", Column("born", "Ngày sinh", "date")),
    Field("guess", (Column("guess", "Số dự đoán", "decimal"),), lambda told: (told and Decimal(told),)),
    in_words("way", Column("way", "Cách"), {"own": "Tự nộp", "staff": "Ban, thu"}),
    in_words("right", Column("right", "Đúng"), {True: "Có", False: "Không"}),
    Field("name", (Column("shouted", "In hoa"),), lambda name: (name and name.upper(),)),
)  # fmt: skip
ROW = dict.fromkeys(KINDS)
GUESS = {"metric": "people_all_correct", "scope": "round"}
RANKING = {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]}


def listing(rows, fields=FIELDS):
    """A listing of made-up rows that the database is given and gives back."""
    dialect = dialect_name()
    source = row_set(dialect, "rows", KINDS)
    query = select(*source.c).params(rows=encode(dialect, [{**ROW, **row} for row in rows]))
    return Listing(Column("number", "STT", "int"), fields, query)


def table(rows, fields=FIELDS):
    found = listing(rows, fields)
    return Table("Dòng", "Dòng", (), found.columns, found)


def both_ways(rows, separator=",", fields=FIELDS):
    """The file as the database writes it, and as it is written cell by cell."""
    made = table(rows, fields)
    by_cell = replace(made, rows=list(made.rows))
    return [b"".join(write_csv(each, separator=separator)).decode("utf-8-sig") for each in (made, by_cell)]


TEXTS = st.one_of(
    st.sampled_from([*HOSTILE, *PEOPLE, "", "Tổ 4, phường Mẫu", "a,-1", "a, -b", "12E5", "Em", "12A1", "0905", "'x"]),
    st.text(st.sampled_from("aEeđ01 ,;-.'’\"\n=@%\\_|À"), max_size=9),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "unit": TEXTS,
        "count": st.integers(-(10**17), 10**17),
        "took": st.integers(-1, 10**8) | st.just(10**16),
        "at": st.datetimes(datetime(1976, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "guess": st.integers(0, 10**8).map(str) | st.decimals(0, 100, places=5).map(str),
        "way": st.sampled_from(["own", "staff", "other"]),
        "right": st.booleans(),
        "area": st.integers(0, 40),
        "born": st.dates(date(202, 1, 1)).map(str),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, max_size=6), st.sampled_from(",;"))
def test_the_database_writes_the_same_bytes(app, rows, separator):
    by_database, by_cell = both_ways(rows, separator)
    assert by_database == by_cell


def test_a_plain_line_is_left_to_the_database(app, monkeypatch):
    monkeypatch.setattr(csv_lines, "_by_hand", None)
    plain = {
        "name": "Ksor H’Nhớ", "unit": "Chi bộ Tổ dân phố 4, phường Mẫu", "count": 3, "took": 83_120,
        "at": datetime(2022, 4, 24, 17, 0, 0, 999_000, UTC), "born": "1947-09-02", "guess": "87.65432",
        "way": "staff", "right": True, "area": 8,
    }  # fmt: skip
    lines = both_ways([plain, {}, {"unit": "0905123456"}], fields=FIELDS[:-1])[0].splitlines()
    assert lines[1:] == [
        '1,Ksor H’Nhớ,Huyện 1,"Xã 8, cũ","Chi bộ Tổ dân phố 4, phường Mẫu",3,01:23.120,25/04/2022 00:00:00,02/09/1947,'
        '87.65432,"Ban, thu",Có',
        "2,,,,,,,,,,,",
        "3,,,,'0905123456,,,,,,,",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_would_execute_is_guarded(app, text):
    by_database, _ = both_ways([{"name": text}], fields=FIELDS[:1])
    cell = list(csv.reader(io.StringIO(by_database, newline="")))[1][1]
    assert cell == text.replace("\r", "\n") if text[0] in "{h" else cell.startswith("'")


def test_a_text_with_a_nul_is_not_taken_for_its_beginning(app):
    # PostgreSQL keeps no NUL, but other characters that mean the end of something elsewhere.
    end = "\0" if dialect_name() == SQLITE else "\x1a"
    by_database, by_cell = both_ways([{"name": f"An{end}=1"}])
    assert by_database == by_cell
    assert "\0" not in by_database


def test_numbers_go_on_from_block_to_block(app, monkeypatch):
    monkeypatch.setattr(csv_lines, "stream_rows", partial(csv_lines.stream_rows, at_once=2))
    by_database, by_cell = both_ways([{"name": name} for name in ("An", "=1", "Bình", "Chi", "Dũng")])
    assert by_database == by_cell
    assert [line.split(",")[0] for line in by_database.splitlines()[1:]] == list("12345")


def test_attempts_of_some_areas_and_rounds(app, now):
    rounds = [factories.round_dict(now, prediction=GUESS, ranking=RANKING)]
    contest = factories.make_contest(now, rounds=rounds, publication={"live": "hidden_until_close"})
    round_id = contest.round("tuan-1").id
    people = [factories.enter(contest, now, area=area) for area in ("101", "111", None)]
    for person in people:
        factories.sit(contest, person, now, prediction="12345")
    area_ids = {person.participant.area_id for person in people[:2]}
    fields = [stored(key, Column(key, key, "int")) for key in ("score", "area_id")]
    guess = Field("prediction", (Column("guess", "guess", "decimal"),), lambda told: (told and Decimal(told),))
    for rounds in ({"sealed": {round_id}, "percentages": {round_id}}, {"counts": {round_id, 0}}):
        query = queries.listed_attempts(contest.id, round_id, frozenset(area_ids), **rounds)
        found = Listing(Column("number", "STT", "int"), [*fields, guess], query)
        lines = [line.split(",") for line in "".join(csv_lines.csv_lines(found, ",")).splitlines()]
        assert [line[0] for line in lines] == ["1", "2"]
        assert {int(line[2]) for line in lines} == area_ids
        told = ("", "0.12345") if "sealed" in rounds else (lines[0][1], "12345")
        assert {(line[1], line[3]) for line in lines} == {told}
        assert [list(map(str, row[2:])) for row in found] == [line[2:] for line in lines]


SEALED_FIELDS = (
    sealed_text("name", Column("phone", "Điện thoại"), "place"),
    stored("unit", Column("unit", "Đơn vị")),
    sealed_text("way", Column("masked", "Che bớt"), "place", lambda number: number[:2] + "…"),
    stored("count", Column("count", "Số lượt", "int")),
)


@pytest.mark.parametrize("separator", [",", ";"])
def test_sealed_texts_are_opened_in_both_ways_and_plain_ones_beside_them(app, separator):
    close = lambda text: ring().seal(text, "place")  # noqa: E731
    rows = [
        {"name": close("0905123456"), "unit": "Chi bộ 3", "way": close("0911"), "count": 1},
        {"name": "0905123457", "unit": "Chi bộ 4", "way": None, "count": 2},
        {"name": close("=1+1"), "unit": "=x", "way": close('a,b"c'), "count": 3},
        {"name": None, "unit": None, "way": close(""), "count": None},
        {"name": close("v1:x@y.vn"), "unit": "a, b", "way": "0912", "count": 10**16},
    ]
    written, by_cell = both_ways(rows, separator, SEALED_FIELDS)
    assert written == by_cell
    lines = written.splitlines()
    assert [f"'{number}" in lines[place] for place, number in ((1, "0905123456"), (2, "0905123457"))] == [True, True]
    assert "v1:" not in written.replace("v1:x@y.vn", "")
