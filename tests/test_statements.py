"""Hot statements: sent together and in order, in the session's transaction, with errors as SQLAlchemy tells them."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from quizapp.accounts.models import BrowserSession
from quizapp.db import db, table, transaction
from quizapp.db_link import ALONE, OTHER_PLANS, has_died
from quizapp.statements import Statement, ask, each_alone, prefer_indexes, tell

MOMENT = datetime(2025, 5, 19, 8, 0, 0, 123_000, tzinfo=UTC)
SESSIONS = table(BrowserSession)
_ALL = Statement(lambda _: select(SESSIONS.c.token_hash, SESSIONS.c.created_at).order_by(SESSIONS.c.id))
_ADD = Statement(
    lambda _: insert(SESSIONS).from_select(
        ["token_hash", "created_at"], select(bindparam("token"), BrowserSession.created_at).limit(1)
    )
)
_RENAME = Statement(
    lambda _: (
        update(SESSIONS)
        .where(SESSIONS.c.token_hash == bindparam("old"))
        .values(token_hash=bindparam("new"))
        .returning(SESSIONS.c.id)
    )
)


@pytest.fixture(autouse=True)
def one(app):
    with transaction():
        db.session.execute(insert(SESSIONS).values(token_hash="a", created_at=MOMENT))


def rename(old, new):
    return _RENAME, {"old": old, "new": new}


def stored():
    """What another transaction sees."""
    db.session.rollback()
    return [row.token_hash for row in _ALL.rows()]


def is_postgres():
    return db.engine.dialect.name == "postgresql"


def test_rows_have_the_types_of_their_columns(app):
    (row,) = _ALL.rows()
    assert (row.token_hash, row.created_at) == ("a", MOMENT)
    assert row.created_at.tzinfo is UTC


def test_each_is_answered_as_if_those_before_it_had_been_carried_out(app):
    with transaction():
        first, renamed, last = ask((_ALL, {}), rename("a", "b"), (_ALL, {}))
    assert ([row.token_hash for row in first], len(renamed), [row.token_hash for row in last]) == (["a"], 1, ["b"])
    assert stored() == ["b"]


def test_what_is_told_comes_before_the_next_question_and_with_the_commit(app):
    with transaction():
        tell(rename("a", "b"))
        tell(rename("b", "c"))
        assert [row.token_hash for row in _ALL.rows()] == ["c"]
        tell(rename("c", "d"))
    assert stored() == ["d"]


def test_what_is_told_goes_with_a_transaction_that_fails(app):
    def fail():
        with transaction():
            tell(rename("a", "b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert stored() == ["a"]
    with transaction():
        ask((_ALL, {}))
    assert stored() == ["a"]


def test_an_error_of_what_was_told_is_raised_before_the_commit(app):
    with transaction():
        tell((_ADD, {"token": "b"}))

    def collide():
        with transaction():
            tell(rename("a", "c"))
            tell(rename("b", "c"))

    with pytest.raises(IntegrityError) as told:
        collide()
    assert not told.value.connection_invalidated
    assert stored() == ["a", "b"]


def test_outside_of_a_transaction_nothing_is_told(app):
    with pytest.raises(RuntimeError, match="transaction"):
        tell(rename("a", "b"))


def test_what_is_changed_in_memory_goes_before(app):
    with transaction():
        db.session.scalars(select(BrowserSession)).one().token_hash = "in memory"
        assert [row.token_hash for row in _ALL.rows()] == ["in memory"]


def test_alone_each_statement_stands_where_that_is_cheaper(app):
    def fail():
        with each_alone():
            ask(rename("a", "b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert stored() == (["b"] if is_postgres() else ["a"])


def test_alone_nothing_is_written_where_one_only_reads(app):
    with each_alone(reads_only=True):
        assert [row.token_hash for row in _ALL.rows()] == ["a"]


@pytest.mark.postgres
@pytest.mark.parametrize("alone", [True, False])
def test_a_connection_that_dies_is_told_and_the_next_one_is_good(app, alone):
    ways = {True: each_alone, False: transaction}

    def die():
        with ways[alone]():
            connection = db.session().info.get(ALONE) or db.session.connection()
            pid = connection.connection.driver_connection.info.backend_pid
            with psycopg.connect(app.config["QUIZ"].database_url.replace("+psycopg", ""), autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
            ask((_ALL, {}), (_ALL, {}))

    with pytest.raises(DBAPIError) as told:
        die()
    assert has_died(told.value)
    with ways[alone]():
        assert [row.token_hash for row in _ALL.rows()] == ["a"]


@pytest.mark.postgres
def test_indexes_are_preferred_to_the_end_of_the_transaction(app):
    def chosen():
        return [db.session.scalar(text(f"SHOW {name}")) for name in OTHER_PLANS]

    with transaction():
        prefer_indexes()
        ask((_ALL, {}))
        assert chosen() == ["off"] * 3
    assert chosen() == ["on"] * 3
    with each_alone():
        connection = db.session().info[ALONE]
        assert [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in OTHER_PLANS] == ["off"] * 3
