"""Migrating an empty database gives exactly the tables that the code describes, on both databases."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from quizapp import schema
from quizapp.app import create_app
from quizapp.audit import queries as log
from quizapp.config import Settings
from quizapp.db import db
from tests.plugins.environment import new_database


def settings(folder: Path, url: str) -> Settings:
    return Settings(folder, url, f"unix://{folder}/none.sock", "a key for tests only", (), https=False)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request, tmp_path):
    """The address of a database of this test's own, without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        with new_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@pytest.fixture
def empty_app(empty_url, tmp_path):
    app = create_app(settings(tmp_path, empty_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_upgrade_from_empty_equals_the_metadata(empty_app):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    upgrade()  # a second time changes nothing


def test_downgrade_takes_everything_back(empty_app):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    upgrade()


START = datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=UTC)
FILLERS = {int: 1, str: "x", bool: False, bytes: b"", datetime: START, date: START.date(), object: []}


def add_row(connection, table: Table, **given) -> None:
    """One row of number 1; what may not be empty and is not given gets anything."""
    row = {column.name: FILLERS[column.type.python_type] for column in table.columns if not column.nullable}
    connection.execute(insert(table).values({**row, **given}))


def test_papers_finished_before_the_durations_get_theirs_exactly(empty_app):
    upgrade(revision="0001")
    done = {"submitted_at": START + timedelta(milliseconds=61_503), "score": 10, "finished_by": "participant"}
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name in ("area_trees", "areas", "contests"):
            add_row(connection, tables.tables[name])
        add_row(connection, tables.tables["rounds"], closes_at=START + timedelta(days=1))
        add_row(connection, tables.tables["contest_snapshots"])
        add_row(connection, tables.tables["participants"])
        add_row(connection, tables.tables["attempts"], **done)
        add_row(connection, tables.tables["attempts"], id=2, public_id="y", number=2)
    upgrade()
    attempts, snapshots = (schema.metadata.tables[name] for name in ("attempts", "contest_snapshots"))
    with db.engine.connect() as connection:
        durations = select(attempts.c.duration_ms).order_by(attempts.c.id)
        assert list(connection.scalars(durations)) == [61_503, None]
        assert connection.execute(select(snapshots.c.contest_id, snapshots.c.version)).all() == [(1, 1)]


def test_acts_of_before_the_log_become_chains_that_hold(empty_app):
    upgrade(revision="0004")
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        add_row(connection, tables.tables["area_trees"])
        add_row(connection, tables.tables["areas"])
        for contest in (1, 2):
            add_row(connection, tables.tables["contests"], id=contest, slug=f"thi-{contest}")
        for number, contest in enumerate((1, 2, 1, 1, 2), start=1):
            at = START + timedelta(minutes=number)
            facts = {"contest_id": contest, "act": f"act {number}", "reason": "Mưa lũ", "actor": "lan", "at": at}
            add_row(connection, tables.tables["contest_acts"], id=number, **facts)
    upgrade()
    assert [entry.act for entry in log.each_entry(1)] == ["act 1", "act 3", "act 4"]
    assert [entry.act for entry in log.each_entry(2)] == ["act 2", "act 5"]
    for contest in (1, 2):
        assert log.find_chain_fault(contest, log.find_head(contest)) is None
    first = next(iter(log.list_latest(1)[::-1]))
    assert (first.actor, first.reason, first.origin, first.at) == ("lan", "Mưa lũ", "-", START + timedelta(minutes=1))
    with db.engine.begin() as connection, pytest.raises(DBAPIError, match="never changed"):
        connection.execute(schema.metadata.tables["audit_entries"].update().values(actor="x"))


def test_passwords_that_nobody_has_changed_count_as_given_from_the_upgrade_on(empty_app):
    upgrade(revision="0008")
    with db.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for number, login in enumerate(("giu-nguyen", "da-doi", "da-dat-lai"), start=1):
            add_row(connection, tables.tables["users"], id=number, login=login, role="admin")
        acts = (("create_staff", "giu-nguyen"), ("change_password", "da-doi"), ("reset_password", "da-dat-lai"))
        for i, (act, login) in enumerate(acts, start=1):
            add_row(connection, tables.tables["audit_entries"], chain=0, i=i, act=act, object=login)
        # The same words in the log of a contest are about something else.
        add_row(connection, tables.tables["audit_entries"], chain=1, i=1, act="change_password", object="giu-nguyen")
    upgrade()
    users = schema.metadata.tables["users"]
    with db.engine.connect() as connection:
        given = dict(connection.execute(select(users.c.login, users.c.password_given_at)).all())
    assert given["giu-nguyen"] > START
    assert (given["da-doi"], given["da-dat-lai"]) == (None, None)


ADDS = {"create_table", "create_index", "add_column", "execute", "bulk_insert", "get_bind", "get_context", "f"}
VERSIONS = sorted((Path(__file__).parent.parent / "migrations" / "versions").glob("0*.py"))[2:]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_revision_only_adds_so_that_the_code_before_it_can_run_beside_it(path):
    module = ast.parse(path.read_text(encoding="utf-8"))
    (upgraded,) = [each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade"]
    called = {
        node.func.attr
        for node in ast.walk(upgraded)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "op"
    }
    assert called <= ADDS
