"""Two roles in PostgreSQL: the application runs whole contests and cannot change the log, whatever it says."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from quizapp.app import create_app
from quizapp.audit import grants, queries
from quizapp.cli.worker import run_once
from quizapp.config import Settings
from quizapp.db import db, fresh_snapshot, transaction
from quizapp.errors import Conflict, NotFound
from quizapp.results import versions
from tests import factories
from tests.plugins.environment import new_database

pytestmark = pytest.mark.postgres

APP, OWNER = (f"quiz_{what}_{secrets.token_hex(3)}" for what in ("app", "owner"))
PASSWORD = "cho thử nghiệm"


def product(url: str, folder) -> Flask:
    return create_app(Settings(folder, url, f"unix://{folder}/none.sock", "a key for tests only", (), https=False))


@pytest.fixture(scope="module")
def urls(postgres_url) -> Iterator[dict[str, str]]:
    """A database of the owner's, with the addresses by which the two roles reach it."""
    with new_database(postgres_url) as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        name = make_url(url).database
        with engine.connect() as connection:
            for role in (APP, OWNER):
                connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO {OWNER}")
        yield {
            role: make_url(url).set(username=role, password=PASSWORD).render_as_string(hide_password=False)
            for role in (APP, OWNER)
        }
        with engine.connect() as connection:
            for role in (APP, OWNER):
                connection.exec_driver_sql(f"DROP OWNED BY {role} CASCADE")
            connection.exec_driver_sql(f"ALTER DATABASE {name} OWNER TO CURRENT_USER")
            for role in (APP, OWNER):
                connection.exec_driver_sql(f"DROP ROLE {role}")
        engine.dispose()


@pytest.fixture(scope="module")
def granted(urls, tmp_path_factory) -> dict[str, str]:
    """The tables made by the owner, and the application's role given its rights."""
    app = product(urls[OWNER], tmp_path_factory.mktemp("owner"))
    with app.app_context():
        upgrade()
        with transaction():
            grants.grant(APP)
        with transaction():
            grants.grant(APP)  # as often as one likes
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    return urls


@pytest.fixture
def as_application(granted, tmp_path) -> Iterator[Flask]:
    app = product(granted[APP], tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def test_the_application_runs_a_whole_contest(as_application, now):
    contest = factories.make_contest(now)
    for right in (5, 3):
        factories.sit(contest, factories.enter(contest, now), now, right=right)
    left_open = factories.enter(contest, now)
    factories.start(contest, left_open, now)
    later = now + timedelta(hours=2)
    run_once(later)
    contest = factories.finalize_and_publish(contest, later)
    assert versions.published(contest.round("tuan-1").id).people == 3
    acts = [entry.act for entry in queries.each_entry(contest.id)]
    assert {"launch", "finalize_round", "publish"} <= set(acts)
    assert queries.find_chain_fault(contest.id) is None


TAMPERING = (
    "UPDATE audit_entries SET actor = 'nobody'",
    "UPDATE audit_entries SET hash = hash WHERE i = 0",
    "DELETE FROM audit_entries",
    "TRUNCATE audit_entries",
    "DROP TRIGGER audit_entries_append_only ON audit_entries",
    "ALTER TABLE audit_entries DISABLE TRIGGER USER",
    "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    "ALTER TABLE audit_entries RENAME TO gone",
    "DROP TABLE audit_entries CASCADE",
    "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "GRANT UPDATE ON audit_entries TO {app}; UPDATE audit_entries SET actor = 'nobody'",
    "ALTER TABLE audit_entries OWNER TO {app}",
    "CREATE TABLE anything (x int)",
    "CREATE RULE silent AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
    "INSERT INTO audit_entries SELECT * FROM audit_entries ON CONFLICT (chain, i) DO UPDATE SET actor = 'nobody'",
    "UPDATE alembic_version SET version_num = '0004'",
)


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_application_cannot_change_the_log(as_application, now, statement):
    if not queries.find_head(0).count:
        factories.make_bank(now, slug="mot-bo")
    before = queries.find_head(0)
    fresh_snapshot()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|must be able to SET ROLE"):
        db.session.execute(text(statement.format(app=APP, owner=OWNER)))
    fresh_snapshot()
    assert before.count
    assert queries.find_head(0) == before


def test_what_a_later_migration_makes_is_the_applications_too(granted, as_application):
    engine = create_engine(granted[OWNER])
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE made_later (id serial PRIMARY KEY, x int)")
    try:
        with transaction():
            db.session.execute(text("INSERT INTO made_later (x) VALUES (1)"))
            db.session.execute(text("UPDATE made_later SET x = 2"))
        fresh_snapshot()
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE made_later")
        engine.dispose()


def test_roles_that_could_get_round_it_are_refused(granted, tmp_path):
    app = product(granted[OWNER], tmp_path)
    with app.app_context():
        with pytest.raises(Conflict, match="role_too_mighty"), transaction():
            grants.grant(OWNER)
        with pytest.raises(Conflict, match="role_too_mighty"), transaction():
            grants.grant(db.session.scalars(text("SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1")).one())
        with pytest.raises(NotFound, match="role_not_found"), transaction():
            grants.grant("khong-co")
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
