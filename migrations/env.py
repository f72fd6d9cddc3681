"""Alembic's environment: the app's engine and metadata; Flask-Migrate calls it."""

from alembic import context
from flask import current_app

from quizapp.db import UTCDateTime

config = context.config
migrate = current_app.extensions["migrate"]


def render_item(kind: str, item: object, _autogen_context: object) -> str | bool:
    """Write our own types as what the database sees, so that a migration never depends on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def run_migrations() -> None:
    """Bring the database to the newest schema, in one transaction where the database can."""
    # As a writer from the beginning: SQLite refuses a reader that turns writer after somebody else has written.
    with migrate.db.engine.connect().execution_options(quiz_write=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
