"""Migrating an empty database gives exactly the tables that the code describes, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect

from quizapp import schema
from quizapp.app import create_app
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
