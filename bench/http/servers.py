"""The servers that are measured: the product as it is deployed, and the floor under its own gunicorn.conf.py."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import machine
from quizapp.cli.child import dies_with_parent
from quizapp.config import ROOT
from tests.plugins import environment
from tests.product import Product, free_port

_START_SECONDS = 120
_STOP_SECONDS = 40


@dataclass(frozen=True)
class Server:
    """A running server: its port, the roots of the trees that are the application, and of what stands behind it."""

    port: int
    app: tuple[int, ...]
    behind: tuple[int, ...] = ()
    database_url: str = ""
    run_dir: Path = field(default_factory=Path)


@contextmanager
def floor() -> Iterator[Server]:
    """The application that does nothing."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py")]
    with TemporaryDirectory(prefix="quiz-bench-") as folder:
        # The product's own settings, because what the workers do beside answering (gunicorn.conf.py) asks for them.
        settings = {"PORT": str(port), "QUIZ_DATA_DIR": folder, "SECRET_KEY": machine.SECRET_KEY}
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "bench.http.floor:app"],
            cwd=ROOT,
            env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(),
        )
        try:
            _until_answers(port, process)
            yield Server(port, (process.pid,))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_STOP_SECONDS)


@contextmanager
def product(kind: str) -> Iterator[Server]:
    """The product by its supervisor: Redis, migrations, gunicorn, worker; on SQLite or a PostgreSQL of its own.

    LookupError when this machine has no such database.
    """
    with TemporaryDirectory(prefix="quiz-bench-") as folder, _database(kind, Path(folder)) as (url, roots):
        data_dir = Path(folder) / "data"
        settings = {"SECRET_KEY": machine.SECRET_KEY, "DATABASE_URL": url}
        started = Product(data_dir, free_port(), **settings)
        try:
            started.started()
            behind = [started.pid("worker"), *roots]
            if (data_dir / "run" / "redis.pid").exists():
                behind.append(started.pid("redis"))
            yield Server(started.port, (started.pid("gunicorn"),), tuple(behind), url, data_dir / "run")
        finally:
            started.end(signal.SIGTERM)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/data/quiz.sqlite3", []
        return
    binaries = environment.find_postgres_bin()
    if binaries is None:
        raise LookupError("PostgreSQL")
    with environment.cluster(binaries, durable=True) as url, environment.new_database(url) as database:
        home = Path(url.rpartition("host=")[2])
        yield database, [int((home / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])]


def _until_answers(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while True:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise SystemExit("the floor's gunicorn does not answer") from None
            time.sleep(0.05)
        finally:
            connection.close()
