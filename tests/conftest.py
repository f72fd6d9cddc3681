"""Fixtures: the application on a fresh database for each test, the frozen moment, clients and actors."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quizapp import clock, redis_store
from quizapp.audit import service as audit
from quizapp.db import db
from quizapp.db_link import be_patient
from quizapp.web import throttle
from tests.clients import Actors, Browser
from tests.empty_app import empty_postgres, new_app

pytest_plugins = ["tests.plugins.environment", "tests.plugins.browsers"]

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
# Tests of the data layer run on both databases; those of pages and commands on SQLite.
BOTH_DATABASES = {
    "areas", "audit", "accounts", "banks", "contests", "entries", "attempts", "results", "leaderboard", "awards",
    "records", "test_statements",
}  # fmt: skip


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give the data layer's tests both databases, those that are marked PostgreSQL alone, everything else SQLite."""
    if "database" in metafunc.fixturenames:
        if metafunc.definition.get_closest_marker("postgres"):
            metafunc.parametrize("database", ["postgres"], indirect=True, scope="session")
            return
        params = ["sqlite"]
        path = metafunc.definition.path
        if not BOTH_DATABASES.isdisjoint((path.parent.name, path.stem)):
            params.append(pytest.param("postgres", marks=pytest.mark.postgres))
        metafunc.parametrize("database", params, indirect=True, scope="session")


@pytest.fixture(scope="session")
def sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on an SQLite file, with an empty copy of it beside."""
    folder = tmp_path_factory.mktemp("sqlite")
    app = new_app(folder)
    with app.app_context():
        db.engine.dispose()
    shutil.copy(folder / "quiz.sqlite3", folder / "empty.sqlite3")
    return app


@pytest.fixture(scope="session")
def postgres_app(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a real PostgreSQL."""
    app = new_app(tmp_path_factory.mktemp("postgres"), postgres_url)
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database of this test: sqlite or postgres."""
    return str(request.param)


@pytest.fixture
def app(database: str, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application on an empty database, inside an application context, without Redis."""
    app: Flask = request.getfixturevalue(f"{database}_app")
    app.test_client_class = Browser
    with app.app_context():
        if database == "sqlite":
            _fresh_sqlite(app.config["QUIZ"].data_dir)
        redis_store.init_store(app.config["QUIZ"].redis_url)
        # No test pays for the tries of another.
        throttle.forget_local()
        yield app
        db.session.remove()
        if database == "postgres":
            empty_postgres()


def _fresh_sqlite(folder: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    for leftover in folder.glob("quiz.sqlite3-*"):
        leftover.unlink()
    shutil.copy(folder / "empty.sqlite3", folder / "quiz.sqlite3")


@pytest.fixture(autouse=True)
def no_old_patience() -> None:
    """A test's own work is not part of the last request of the test before."""
    be_patient(None)
    audit.origin.set("-")


@pytest.fixture(autouse=True)
def no_foreign_loop(request: pytest.FixtureRequest) -> Iterator[None]:
    """Browser tests leave Playwright's event loop running in their process; others begin without one."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    left = asyncio.events._get_running_loop()
    asyncio.events._set_running_loop(None)
    yield
    asyncio.events._set_running_loop(left)


@pytest.fixture
def redis_app(app: Flask, redis_url: str) -> Flask:
    """The application with a real, empty Redis."""
    redis_store.init_store(redis_url)
    return app


@pytest.fixture
def now() -> Iterator[datetime]:
    """19 May 2025, 15:00 in Vietnam; the clock stands still there."""
    with clock.frozen_at(NOW):
        yield NOW


@pytest.fixture
def at() -> Callable[[datetime], object]:
    """`with at(moment):` moves the frozen clock."""
    return clock.frozen_at


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A plain client of Flask: one browser."""
    return app.test_client()


@pytest.fixture
def actors(app: Flask) -> Actors:
    """Browsers of the four kinds of people, as checked clients."""
    return Actors(app)
