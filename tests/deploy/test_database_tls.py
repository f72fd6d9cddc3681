"""The way to the database: encrypted, and only to a machine whose certificate the installation has made."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
import yaml

from faults.postgres import NOBODY, Cluster, Missing
from faults.processes import end_with_parent, free_port, wait_until
from tests.deploy.conftest import DEPLOY, SECRETS
from tests.plugins.environment import missing

Way = Callable[..., AbstractContextManager[str]]


def certificates(folder: Path, node: str = "127.0.0.1", way: str = "127.0.0.1") -> Path:
    """A new authority, and a certificate for a machine of that address, reached by that way."""
    named = [f"DB_NODES={node}:5432:8008", f"PRIMARY_ADDRESS={way}"]
    made = [sys.executable, DEPLOY / "new_certificates.py", *named, "--out", folder]
    subprocess.run(made, check=True, capture_output=True)
    return folder


def give_away(folder: Path) -> None:
    """PostgreSQL and pgbouncer refuse to run as root; as nobody they read what is theirs."""
    for path in (folder, *folder.rglob("*")):
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that nobody can reach, which pytest's own are not."""
    made = Path(tempfile.mkdtemp(prefix="quiz-test-tls-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def way(render: ModuleType, values: dict[str, str], home: Path) -> Way:
    """Opens the way through pgbouncer to a PostgreSQL, both as the templates say; its address."""
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin") or missing("pgbouncer")

    @contextmanager
    def open_(of_server: Path, of_pool: Path, node: str = "127.0.0.1") -> Iterator[str]:
        files = {"DB_CERTIFICATE": of_server / f"{node}.pem", "DB_KEY": of_server / f"{node}-key.pem"}
        own = {name: str(path) for name, path in {**files, "DB_CA": of_pool / "ca.pem"}.items()}
        own |= {"CONFIG_DIR": str(home / "etc"), "POOL_RUN_DIR": str(home), "POOL_PORT": str(free_port())}
        render.render({**values, **own}, home / "etc")
        told = yaml.safe_load((home / "etc" / "patroni.yml").read_text(encoding="utf-8"))["postgresql"]["parameters"]
        try:
            database = Cluster(
                home / "db", settings=tuple(f"{name}={told[name]}" for name in told if name.startswith("ssl"))
            )
        except Missing as absent:
            missing(str(absent))
        give_away(home)
        database.start()
        with database.connect() as session:
            session.execute("CREATE ROLE quiz_app LOGIN")
            session.execute("CREATE DATABASE quiz")
        render.render({**values, **own, "PRIMARY_PORT": str(database.port)}, home / "etc")
        give_away(home / "etc")
        as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        command = [program, home / "etc" / "pgbouncer.ini"]
        with (home / "log").open("wb") as log:
            pool = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_parent, **as_user)
        url = f"postgresql://quiz_app:{SECRETS['DB_APP_PASSWORD']}@127.0.0.1:{own['POOL_PORT']}/quiz"
        try:
            assert wait_until(lambda: "process up" in (home / "log").read_text(), 20)
            yield url
        finally:
            pool.terminate()
            pool.wait(20)
            database.stop()

    return open_


def test_sessions_of_the_product_are_encrypted(way: Way, home: Path) -> None:
    own = certificates(home / "certificates")
    with way(own, own) as url, psycopg.connect(url) as session:
        found = session.execute("SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
    assert found == (True, "TLSv1.3")


@pytest.mark.parametrize("wrong", ["authority", "machine"])
def test_no_session_with_a_machine_that_cannot_show_who_it_is(way: Way, home: Path, wrong: str) -> None:
    own = certificates(home / "certificates")
    if wrong == "authority":
        of_server, node = certificates(home / "foreign"), "127.0.0.1"
    else:
        of_server, node = certificates(own, "192.0.2.7", "192.0.2.8"), "192.0.2.7"
    with way(of_server, own, node) as url, pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)
    why = {"authority": "certificate verify failed", "machine": "not present in server certificate"}[wrong]
    assert why in (home / "log").read_text(encoding="utf-8")


def test_without_encryption_nobody_is_let_in_and_standbys_check_the_primary(
    render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    def told() -> dict:
        render.render(values, tmp_path / "etc")
        return yaml.safe_load((tmp_path / "etc" / "patroni.yml").read_text(encoding="utf-8"))["postgresql"]

    assert {rule.split()[0] for rule in told()["pg_hba"]} == {"local", "hostssl"}
    for who in ("superuser", "replication"):
        assert told()["authentication"][who]["sslmode"] == "verify-full"
        assert told()["authentication"][who]["sslrootcert"] == values["DB_CA"]
    values["DB_TLS"] = "off"
    assert {rule.split()[0] for rule in told()["pg_hba"]} == {"local", "host"}
    assert told()["parameters"]["ssl"] == "off"
    assert "sslrootcert" not in told()["authentication"]["replication"]


def test_keys_are_their_owners_and_what_is_there_stays(tmp_path: Path) -> None:
    folder = certificates(tmp_path / "made")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert set(before) == {"ca.pem", "ca-key.pem", "127.0.0.1.pem", "127.0.0.1-key.pem"}
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o777 == (0o600 if path.name.endswith("-key.pem") else 0o644)
    certificates(folder, "db2.example.vn")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert before.items() <= after.items()
    assert set(after) - set(before) == {"db2.example.vn.pem", "db2.example.vn-key.pem"}
    verify = ["openssl", "verify", "-CAfile", folder / "ca.pem", "-verify_hostname", "db2.example.vn"]
    subprocess.run([*verify, folder / "db2.example.vn.pem"], check=True, capture_output=True)


def test_what_stands_in_the_way_of_a_certificate_is_said(tmp_path: Path) -> None:
    folder = certificates(tmp_path / "made")
    (folder / "ca-key.pem").unlink()  # as it should be, when all machines have theirs
    for words, said in (
        (("DB_NODES=192.0.2.9:5432:8008", "PRIMARY_ADDRESS=127.0.0.1"), "ca-key.pem"),
        (("DB_NODES=192.0.2.9:5432:8008",), "PRIMARY_ADDRESS is missing"),
    ):
        command = [sys.executable, DEPLOY / "new_certificates.py", *words, "--out", folder]
        done = subprocess.run(command, capture_output=True, text=True)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
        assert said in done.stderr
        assert not (folder / "192.0.2.9.pem").exists()
