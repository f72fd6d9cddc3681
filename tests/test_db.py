"""The transaction edge and the moment type."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from quizapp.accounts import service as accounts
from quizapp.accounts.models import BrowserSession
from quizapp.db import after_commit, db, is_unavailable, transaction

MOMENT = datetime(2025, 5, 19, 8, 0, 0, 123_000, tzinfo=UTC)


def sessions():
    return list(db.session.scalars(select(BrowserSession)))


def test_a_block_commits_at_its_end(app):
    with transaction():
        accounts.open_session(None, now=MOMENT)
    db.session.rollback()
    assert len(sessions()) == 1


def failing_block(work):
    with transaction():
        work()
        raise ZeroDivisionError


def test_an_exception_takes_everything_back(app):
    with pytest.raises(ZeroDivisionError):
        failing_block(lambda: accounts.open_session(None, now=MOMENT))
    assert sessions() == []


def test_transactions_do_not_nest(app):
    with pytest.raises(RuntimeError, match="do not nest"), transaction(), transaction():
        pass


def test_changes_made_outside_are_noticed(app):
    db.session.add(BrowserSession(token_hash="x", created_at=MOMENT))
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass
    db.session.rollback()


def test_callbacks_run_after_the_commit_and_their_failure_takes_nothing_back(app):
    order = []

    def failing():
        order.append(len(sessions()))
        raise ConnectionError

    with transaction():
        accounts.open_session(None, now=MOMENT)
        after_commit(failing)
        after_commit(lambda: order.append("second"))
    assert order == [1, "second"]


def test_a_rolled_back_block_calls_nobody(app):
    called = []
    with pytest.raises(ZeroDivisionError):
        failing_block(lambda: after_commit(lambda: called.append(1)))
    assert called == []


def test_after_commit_outside_of_a_transaction_is_an_error(app):
    with pytest.raises(KeyError):
        after_commit(lambda: None)


def test_moments_come_back_aware_and_in_utc(app):
    with transaction():
        accounts.open_session(None, now=MOMENT.astimezone(timezone(timedelta(hours=7))))
    db.session.expire_all()
    assert sessions()[0].created_at == MOMENT
    assert sessions()[0].created_at.tzinfo is UTC


def test_naive_moments_are_refused(app):
    with pytest.raises(Exception, match="naive"), transaction():
        accounts.open_session(None, now=datetime(2025, 5, 19))  # noqa: DTZ001 - the very thing


def test_a_locked_database_is_unavailable_and_a_mistake_is_not():
    assert is_unavailable(OperationalError("SELECT 1", {}, Exception("database is locked")))
    assert not is_unavailable(ValueError())
