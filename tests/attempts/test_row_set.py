"""Rows as one parameter: what goes in comes out, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Integer, Text, select

from quizapp.db import UTCDateTime, db
from quizapp.row_set import dialect_name, encode, row_set

COLUMNS = {"number": BigInteger(), "small": Integer(), "words": Text(), "yes": Boolean(), "at": UTCDateTime()}
MOMENTS = st.integers(-(2**41), 2**42).map(lambda ms: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "number": st.integers(-(2**53), 2**53),
            "small": st.none() | st.integers(0, 2**31 - 1),
            "words": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
            "yes": st.booleans(),
            "at": MOMENTS,
        }
    ),
    max_size=8,
)


def read(rows):
    dialect = dialect_name()
    table = row_set(dialect, "rows", COLUMNS)
    found = db.session.execute(select(*table.c), {"rows": encode(dialect, rows)})
    return [dict(row._mapping) for row in found]


@given(rows=ROWS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(app, rows):
    assert read(rows) == rows


def test_moments_of_other_zones_are_the_same_moments(app):
    moment = datetime(2025, 5, 19, 15, 0, 0, 1000, tzinfo=timezone(timedelta(hours=7)))
    row = {"number": 1, "small": None, "words": "", "yes": True, "at": moment}
    assert read([row])[0]["at"] == moment


def test_what_no_column_holds_is_refused(app):
    with pytest.raises(TypeError):
        encode(dialect_name(), [{"number": {1}}])
