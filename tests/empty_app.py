"""The application on an empty database, without Redis, and without answers that are kept for a second."""

from pathlib import Path

from flask import Flask
from sqlalchemy import text

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.db import Base, db


def new_app(folder: Path, database_url: str = "") -> Flask:
    """With all tables; `database_url`: "" for an SQLite file `quiz.sqlite3` in the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        data_dir=folder,
        database_url=database_url or f"sqlite:///{folder / 'quiz.sqlite3'}",
        redis_url=f"unix://{folder / 'no-redis.sock'}",
        secret_key="a key for tests only",
        trusted_hosts=(),
        https=False,
    )
    app = create_app(settings)
    app.extensions["quiz.kept_answers"].longest_seconds = 0
    app.extensions["quiz.board_lane"].seconds = 0
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def empty_postgres() -> None:
    """As new: no rows, and every counter back at one. What no test has touched is left alone; that is much faster."""
    session = db.session
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    used = text(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names))
    for name in session.scalars(used).all():
        is_guarded = name == "audit_entries"  # the log refuses to be emptied; only who owns the table can make it
        if is_guarded:
            session.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
        session.execute(text(f'DELETE FROM "{name}"'))
        if is_guarded:
            session.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
    counters = "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences"
    session.execute(text(f"{counters} WHERE last_value IS NOT NULL AND schemaname = current_schema()"))
    session.commit()
