"""Where a bench runs: the application on a database of its own, and what this process has used of the memory."""

import platform
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from quizapp.app import create_app
from quizapp.config import Settings
from quizapp.db import Base, db
from tests.plugins import environment

KINDS = ("sqlite", "postgres")
SECRET_KEY = "a key for benches only"


@contextmanager
def databases(kind: str) -> Iterator[list[str]]:
    """The addresses of two new, empty databases of that kind. LookupError when this machine has none of them."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="quiz-bench-") as folder:
            yield [f"sqlite:///{folder}/{name}.sqlite3" for name in ("large", "small")]
        return
    binaries = environment.find_postgres_bin()
    if binaries is None:
        raise LookupError("no PostgreSQL on this machine")
    with (
        environment.cluster(binaries) as server,
        environment.new_database(server) as large,
        environment.new_database(server) as small,
    ):
        yield [large, small]


@contextmanager
def application(url: str, *, empty: bool = False) -> Iterator[Flask]:
    """The product on that database, inside an application context; `empty`: with new tables. No Redis."""
    with TemporaryDirectory(prefix="quiz-bench-") as folder:
        app = create_app(
            Settings(
                data_dir=Path(folder),
                database_url=url,
                redis_url=f"unix://{folder}/no-redis.sock",
                secret_key=SECRET_KEY,
                trusted_hosts=(),
                https=False,
            )
        )
        with app.app_context():
            if empty:
                Base.metadata.create_all(db.engine)
            yield app
            db.session.remove()
            db.engine.dispose()


def peak_memory_kib() -> int:
    """The most memory that this process has held so far. (`getrusage` would count what the parent held.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def describe() -> dict[str, str]:
    """What the numbers were measured with."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        "byteorder": sys.byteorder,
    }
