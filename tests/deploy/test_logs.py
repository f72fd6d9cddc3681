"""What a machine logs, sent to another one: by rsyslog itself, with the shipped configuration."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from quizapp.cli.child import dies_with_parent
from tests.deploy.conftest import DEPLOY
from tests.plugins.environment import missing

SECONDS = 30
# An error with its whole way down, longer than what syslog programs take by default.
LINE = "2025-05-19T07:00:00+07:00 203.0.113.9 GET /cuoc-thi 200 " + "x" * 20_000


@pytest.fixture(scope="module")
def rsyslogd() -> str:
    return shutil.which("rsyslogd", path="/usr/sbin:/usr/bin") or missing("rsyslogd (rsyslog, rsyslog-gnutls)")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with NAME.pem and NAME-key.pem of two machines, and all.pem of those that are believed."""
    openssl = shutil.which("openssl") or missing("openssl")
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("localhost", "may-1"):
        command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={name}"]
        files = ["-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}-key.pem", "-out", f"{name}.pem"]
        subprocess.run([*command, *files], cwd=folder, check=True, capture_output=True)
    (folder / "all.pem").write_text("".join((folder / f"{name}.pem").read_text() for name in ("localhost", "may-1")))
    return folder


@pytest.fixture
def configured(render: ModuleType, values: dict[str, str], certificates: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes the configuration of a machine that sends its logs to a port of this one."""

    def make(port: int, **own: str) -> Path:
        places = {"LOG_STATE_DIR": "state", "LOG_DIR": "nginx"}
        for folder in places.values():
            (tmp_path / folder).mkdir()
        files = {"LOG_TRUSTED": "all.pem", "LOG_CERTIFICATE": "may-1.pem", "LOG_KEY": "may-1-key.pem"}
        given = {
            **values,
            "LOG_HOST": "localhost",
            "LOG_PORT": str(port),
            **{name: str(tmp_path / folder) for name, folder in places.items()},
            **{name: str(certificates / file) for name, file in files.items()},
        }
        render.render({**given, **own}, tmp_path / "etc")
        return tmp_path / "etc" / "rsyslog.conf"

    return make


@contextmanager
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SECONDS)
        yield server


@contextmanager
def sending(rsyslogd: str, config: Path) -> Iterator[None]:
    (config.parent.parent / "nginx" / "quizapp-access.log").write_text(LINE + "\n")
    with (config.parent / "output").open("wb") as output:
        process = subprocess.Popen(
            [rsyslogd, "-n", "-iNONE", "-f", config], stdout=output, stderr=output, preexec_fn=dies_with_parent()
        )
    try:
        yield
    finally:
        process.kill()
        process.wait(SECONDS)


def test_lines_come_whole_to_the_other_machine_and_both_show_who_they_are(
    rsyslogd: str, configured: Callable[..., Path], certificates: Path
) -> None:
    receiver = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificates / "may-1.pem"))
    receiver.verify_mode = ssl.CERT_REQUIRED
    receiver.load_cert_chain(certificates / "localhost.pem", certificates / "localhost-key.pem")
    with listening() as server, sending(rsyslogd, configured(server.getsockname()[1])):
        plain, _ = server.accept()
        plain.settimeout(SECONDS)
        with receiver.wrap_socket(plain, server_side=True) as line, line.makefile("rb") as stream:
            # RFC 5425: its length, a blank, the message.
            length = int(b"".join(iter(lambda: stream.read(1), b" ")))
            message = stream.read(length).decode()
    assert message.startswith("<133>1 ")
    assert message.endswith(f" nginx - - - {LINE}\n")


def test_nothing_is_sent_to_whoever_is_not_the_other_machine(
    rsyslogd: str, configured: Callable[..., Path], certificates: Path
) -> None:
    impostor = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # A certificate that is believed, of another name.
    impostor.load_cert_chain(certificates / "may-1.pem", certificates / "may-1-key.pem")
    with listening() as server, sending(rsyslogd, configured(server.getsockname()[1])):
        plain, _ = server.accept()
        plain.settimeout(SECONDS)
        heard = b""
        try:
            with impostor.wrap_socket(plain, server_side=True) as line:
                heard = line.recv(1)
        except (ssl.SSLError, ConnectionError):
            pass
        plain, _ = server.accept()  # it tries again, and keeps what it has
        plain.close()
    assert heard == b""


def test_rsyslog_understands_the_configuration(rsyslogd: str, configured: Callable[..., Path]) -> None:
    done = subprocess.run([rsyslogd, "-N1", "-f", configured(6514)], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (0, 2), done.stderr


def test_without_a_machine_for_logs_they_stay_here(render: ModuleType, values: dict[str, str], tmp_path: Path) -> None:
    values["LOG_HOST"] = "log.example.vn"
    config = tmp_path / "etc" / "rsyslog.conf"
    assert config in render.render(values, tmp_path / "etc")
    values["LOG_HOST"] = ""
    assert config not in render.render(values, tmp_path / "etc")
    assert not config.exists()
    unit = (DEPLOY / "systemd" / "quizapp-logs.service").read_text(encoding="utf-8")
    assert "ConditionPathExists=/etc/quizapp/rsyslog.conf\n" in unit
