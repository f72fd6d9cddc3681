"""Copying a PostgreSQL database out while it is written, and filling one from a copy: by pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from quizapp.backups import proving
from quizapp.backups.manifest import Content
from quizapp.errors import Conflict, Invalid

# The address as libpq's programs take it: never on the command line, where everybody on the machine could read it.
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}
_DEBIAN = Path("/usr/lib/postgresql")


def copy_out(url: str, to: Path) -> Content:
    """Copy the database as it is at this moment to the new file `to`; writers go on meanwhile.

    Raises Conflict("program_missing", "program_failed").
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            # What is proved and what is copied is the same state: the dump joins this transaction's view.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            options = ("--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={to}")
            _run(url, _program("pg_dump", _version(connection)), *options)
            return proving.content_of(connection)
    finally:
        engine.dispose()


def content_of(url: str) -> Content:
    """What is in the database."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return proving.content_of(connection)
    finally:
        engine.dispose()


def is_empty(url: str) -> bool:
    """True for a database without a row."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return proving.is_empty(connection)
    finally:
        engine.dispose()


def check_unused(url: str) -> None:
    """Raises Conflict("database_in_use") while the product is connected to the database."""
    engine = _engine(url)
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'quizapp'"
        " AND pid <> pg_backend_pid()"
    )
    try:
        with engine.connect() as connection:
            if connection.scalar(text(query)):
                raise Conflict("database_in_use")
    finally:
        engine.dispose()


def put_in(url: str, copy: Path) -> None:
    """Fill the database from the file, in one transaction; what is in it goes first.

    Raises Conflict("program_missing", "program_failed"), and then the database is empty.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            program = _program("pg_restore", _version(connection))
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
            connection.commit()
    finally:
        engine.dispose()
    database = make_url(url).database or ""
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", f"--dbname={database}")
    _run(url, program, *options, str(copy))


def _engine(url: str) -> Engine:
    return create_engine(url, poolclass=NullPool, connect_args={"prepare_threshold": None})


def _version(connection: Connection) -> int:
    return int(connection.scalar(text("SHOW server_version_num"))) // 10000


def _program(name: str, version: int) -> str:
    """The program in the server's own version, else the one on PATH. Raises Conflict("program_missing")."""
    own = _DEBIAN / str(version) / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    if found is None:
        raise Conflict("program_missing", program=name)
    return found


def _run(url: str, program: str, *options: str) -> None:
    parsed = make_url(url)
    _, arguments = parsed.get_dialect()().create_connect_args(parsed)
    address = {_ENVIRONMENT[name]: str(value) for name, value in arguments.items() if name in _ENVIRONMENT}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL, by its path
        [program, *options], env={**os.environ, **address}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Conflict("program_failed", program=Path(program).name, told=done.stderr.strip()[-2000:])


def check_readable(copy: Path) -> None:
    """Raises Invalid("backup_broken") for a file that is no dump, before anything is thrown away for it."""
    with copy.open("rb") as file:
        if file.read(5) != b"PGDMP":
            raise Invalid("backup_broken")
