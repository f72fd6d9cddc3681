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
    """As new: no rows, no space that rows have left behind, and every counter back at one."""
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    # The log refuses to be emptied; only who owns the table can make it.
    db.session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    db.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    db.session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER USER"))
    db.session.commit()
