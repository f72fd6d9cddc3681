"""The link to PostgreSQL when connections are cut, the server hangs or turns read-only, or patience is at its end."""

import os
import signal
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from quizapp import db_link
from quizapp.config import Settings
from quizapp.db_link import ALONE, engine_options, has_died, is_unavailable, more_engines, patience

pytestmark = pytest.mark.postgres


def settings(url, **changes):
    return Settings(Path("/nowhere"), url, "unix:///nowhere", "k", (), https=False, **changes)


@pytest.fixture
def make_engine(postgres_url):
    engines = []

    def make(**changes):
        engines.append(create_engine(postgres_url, **engine_options(settings(postgres_url, **changes))))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def engine(make_engine):
    return make_engine(database_connections=1)


def pid(connection):
    return connection.scalar(text("SELECT pg_backend_pid()"))


def terminate(url, backend):
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql", 1), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))


def test_a_connection_that_was_cut_while_it_lay_idle_is_replaced(engine, postgres_url):
    with engine.connect() as connection:
        first = pid(connection)
    terminate(postgres_url, first)
    with engine.connect() as connection:
        assert pid(connection) != first


def test_one_that_is_cut_at_work_has_died_and_the_next_is_another(engine, postgres_url):
    with engine.connect() as connection:
        first = pid(connection)
        terminate(postgres_url, first)
        with pytest.raises(OperationalError) as cut:
            pid(connection)
    assert is_unavailable(cut.value)
    assert has_died(cut.value)
    with engine.connect() as connection:
        assert pid(connection) != first


def test_who_has_read_all_does_not_mind_that_it_is_cut_before_the_end(engine, postgres_url):
    with engine.connect() as connection:
        first = pid(connection)
        terminate(postgres_url, first)
        connection.rollback()
    with engine.connect() as connection:
        assert pid(connection) != first


def test_a_server_that_does_not_answer_is_waited_for_as_long_as_was_said(engine, monkeypatch):
    monkeypatch.setattr(db_link, "_LEAST_SECONDS", 0.1)
    with engine.connect() as connection:
        backend = pid(connection)
        os.kill(backend, signal.SIGSTOP)
        try:
            with patience(0.2), pytest.raises(OperationalError, match="did not answer in time") as late:
                pid(connection)
        finally:
            os.kill(backend, signal.SIGCONT)
    assert is_unavailable(late.value)
    with engine.connect() as connection:
        assert pid(connection) != backend


def test_who_has_no_time_left_begins_nothing_new(engine):
    with engine.connect() as connection:
        pid(connection)
    with patience(-1), pytest.raises(PoolTimeout), engine.connect():
        pass
    engine.dispose()
    with patience(-1), pytest.raises(OperationalError, match="no time left") as refused, engine.connect():
        pass
    assert is_unavailable(refused.value)
    assert not has_died(refused.value)


def test_a_server_that_has_become_read_only_is_left(engine):
    with engine.connect() as connection:
        first = pid(connection)
        connection.exec_driver_sql("SET SESSION default_transaction_read_only = on")
        connection.commit()
        with pytest.raises(DBAPIError) as refused:
            connection.exec_driver_sql("CREATE TABLE t (i int)")
    assert is_unavailable(refused.value)
    with engine.connect() as connection:
        assert pid(connection) != first


def test_nobody_waits_for_a_lock_for_ever(engine):
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW lock_timeout")) == "5s"


def test_behind_a_pooler_nothing_is_prepared_and_nothing_set(make_engine):
    with make_engine(database_pooler=True).connect() as connection:
        assert connection.connection.dbapi_connection.prepare_threshold is None
        assert connection.scalar(text("SHOW lock_timeout")) == "0"


def test_what_the_address_says_is_not_said_otherwise():
    url = "postgresql+psycopg://quiz@db/quiz?connect_timeout=9"
    assert "connect_timeout" not in engine_options(settings(url))["connect_args"]


def test_a_mistake_is_not_unavailability(engine):
    with engine.connect() as connection, pytest.raises(DBAPIError) as mistake:
        connection.exec_driver_sql("SELEKT 1")
    assert not is_unavailable(mistake.value)


def test_another_engine_commits_each_statement_and_looks_things_up_by_index():
    url = "postgresql+psycopg://quiz@db/quiz"
    alone = more_engines(settings(url))[ALONE]
    assert (alone["url"], alone["isolation_level"]) == (url, "AUTOCOMMIT")
    assert "-c enable_seqscan=off" in alone["connect_args"]["options"]
    assert "enable_seqscan" not in engine_options(settings(url))["connect_args"]["options"]
    # Behind a pooler nothing can be set for a connection.
    assert "options" not in more_engines(settings(url, database_pooler=True))[ALONE]["connect_args"]
    assert more_engines(settings("sqlite:///quiz.sqlite3")) == {}
