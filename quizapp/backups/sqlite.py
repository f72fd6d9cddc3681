"""Copying an SQLite database out while it is written, and putting a copy in its place."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from quizapp.backups import proving
from quizapp.backups.manifest import Content
from quizapp.errors import Conflict, Invalid


def path_of(url: str) -> Path:
    """The file of the database."""
    return Path(make_url(url).database or "")


def copy_out(url: str, to: Path) -> Content:
    """Copy the database as it is at this moment to the new file `to`; writers go on meanwhile."""
    with (
        closing(sqlite3.connect(f"file:{path_of(url)}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as copy,
    ):
        # In one step: in several it would begin anew each time that somebody writes.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    return content_of(to)


def content_of(path: Path) -> Content:
    """What is in a database file that nobody writes. Raises Invalid("backup_broken") for one that is damaged."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
                raise Invalid("backup_broken")
            return proving.content_of(connection)
    except DatabaseError as error:
        raise Invalid("backup_broken") from error
    finally:
        engine.dispose()


def is_empty(url: str) -> bool:
    """True when there is no database, or one without a row."""
    path = path_of(url)
    if not path.exists():
        return True
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            return proving.is_empty(connection)
    finally:
        engine.dispose()


def check_unused(url: str) -> None:
    """Raises Conflict("database_in_use") while another process has the database open."""
    path = path_of(url)
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=0.5)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise Conflict("database_in_use") from error


def put_in(url: str, copy: Path) -> None:
    """Put the file `copy`, which lies in the same folder, in the place of the database."""
    path = path_of(url)
    for leftover in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    copy.replace(path)
