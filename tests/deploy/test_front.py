import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.deploy import front as nginx
from tests.deploy.front import UNKNOWN_FILE, Front
from tests.plugins.environment import missing
from tests.product import free_port, until

PHONES = 300
SAVE = "/api/v1/attempts/bai-thi/answers"
BOARD = "/api/v1/contests/cuoc-thi/rounds/r1/leaderboard"
TIME = "/api/v1/contests/cuoc-thi/rounds/r1/time"
# What is good for a second is old after so many: nginx counts in whole seconds.
_OLD_SECONDS = 2.1


@pytest.fixture
def front(nginx_path: str, render: ModuleType, values: dict[str, str], tmp_path: Path) -> Iterator[Front]:
    with nginx.running(nginx_path, render, values, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def lasting_front(
    nginx_path: str, render: ModuleType, shipped_values: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """One for tests that leave nothing behind."""
    with nginx.running(nginx_path, render, shipped_values, tmp_path_factory.mktemp("front")) as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A certificate for `thi.example.vn` that nobody has signed, as values of the templates."""
    openssl = shutil.which("openssl") or missing("openssl")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=thi.example.vn"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return {"TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)}


@pytest.mark.parametrize("scheme", ["plain", "tls"])
@pytest.mark.parametrize("gateways", ["", "192.0.2.0/24,2001:db8::/32"])
def test_nginx_understands_its_configuration(
    nginx_path: str,
    render: ModuleType,
    values: dict[str, str],
    certificate: dict[str, str],
    tmp_path: Path,
    scheme: str,
    gateways: str,
) -> None:
    own = {"SCHEME": scheme, "FRONT_NETWORKS": gateways, "HTTP_PORT": "8080", "TLS_PORT": "8443"}
    config = nginx.configure(render, values, tmp_path, **own, **certificate)
    command = [nginx_path, "-t", "-q", "-e", "stderr", "-c", config / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_with_tls_everything_goes_by_tls(
    nginx_path: str, render: ModuleType, values: dict[str, str], certificate: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    own = {"SCHEME": "tls", "TLS_PORT": f"127.0.0.1:{port}", **certificate}
    with nginx.running(nginx_path, render, values, tmp_path, **own) as front:
        status, headers, _ = front.ask("/cuoc-thi/x?a=1", Host="evil.example")
        assert (status, headers["Location"]) == (301, "https://thi.example.vn/cuoc-thi/x?a=1")
        assert "Strict-Transport-Security" not in headers, "nobody may say that in the clear"
        assert front.ask(SAVE, "PUT", b"{}")[0] == 403
        context = ssl.create_default_context(cafile=certificate["TLS_CERTIFICATE"])
        context.check_hostname = False
        with (
            socket.create_connection(("127.0.0.1", port)) as plain,
            context.wrap_socket(plain, server_hostname="thi.example.vn") as connection,
        ):
            connection.sendall(b"TRACE / HTTP/1.1\r\nHost: thi.example.vn\r\nConnection: close\r\n\r\n")
            said = connection.recv(4096)
            assert said.startswith(b"HTTP/1.1 405")
            assert b"Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n" in said
        assert _handshakes(port) == {"-tls1": False, "-tls1_1": False, "-tls1_2": True, "-tls1_3": True}
        # Under any other name there is nothing here.
        with socket.create_connection(("127.0.0.1", port)) as plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain, server_hostname="khac.example.vn")


def _handshakes(port: int) -> dict[str, bool]:
    """Which versions are spoken, asked with the weakest ciphers allowed on our side."""
    openssl = shutil.which("openssl") or missing("openssl")
    ask = [openssl, "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "thi.example.vn"]
    return {
        version: subprocess.run(
            [*ask, version, "-cipher", "ALL:@SECLEVEL=0"], input=b"", capture_output=True, timeout=20
        ).returncode
        == 0
        for version in ("-tls1", "-tls1_1", "-tls1_2", "-tls1_3")
    }


def test_a_school_enters_and_starts_at_one_stroke_of_the_bell(front: Front) -> None:
    def phone(number: int) -> set[int]:
        base = "/api/v1/contests/cuoc-thi"
        asked = [
            front.ask("/cuoc-thi/cuoc-thi"),
            front.ask("/api/v1/session"),
            front.ask(f"{base}/entries", "POST", b"{}"),
            front.ask(f"{base}/rounds/r1/attempts", "POST", b"{}"),
            front.ask("/bai-thi/x"),
            front.ask(SAVE, "PUT", b"{}"),
        ]
        return {status for status, _, _ in asked}

    with ThreadPoolExecutor(16) as phones:
        assert set().union(*phones.map(phone, range(PHONES))) == {200}


def test_who_tries_passwords_has_to_wait(front: Front) -> None:
    answers = [front.ask("/api/v1/session", "POST", b"{}") for _ in range(40)]
    assert [status for status, _, _ in answers[:30]] == [200] * 30
    status, headers, body = answers[-1]
    assert (status, headers["Retry-After"], body["code"]) == (429, "10", "too_many_requests")
    # Only that: the people behind the same address go on.
    assert front.ask(SAVE, "PUT", b"{}")[0] == 200
    assert "Xin chờ" in front.ask("/tai-khoan/dang-nhap", "POST", b"")[2]


def test_a_class_that_leaves_its_computers_tries_no_passwords(front: Front) -> None:
    for path in ("/tai-khoan/thoat-khoi-may", "/tai-khoan/dang-xuat"):
        assert {front.ask(path, "POST", b"")[0] for _ in range(60)} == {200}


def test_a_household_with_ipv6_counts_as_one(
    nginx_path: str, render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    with nginx.running(nginx_path, render, values, tmp_path, FRONT_NETWORKS="127.0.0.1/32") as front:

        def told(address: str) -> int:
            return front.ask("/api/v1/session", "POST", b"{}", X_Forwarded_For=address)[0]

        # 0x0a and 0x2e, because a rule that reads addresses as text would stumble over them.
        mine = [told(f"2001:db8:a0a:2e2e:{number:x}::{number * 7919 % 65536:x}") for number in range(40)]
        assert mine[:31] == [200] * 31
        assert mine[-1] == 429
        assert told("2001:db8:a0a:2e2f::1") == 200
        assert told("198.51.100.7") == 200


@pytest.mark.parametrize(
    ("path", "method", "body", "status", "code"),
    [
        (SAVE, "PUT", b"x" * 70_000, 413, "request_too_large"),
        (SAVE, "TRACE", None, 405, "method_not_allowed"),
        ("/bai-thi/x", "POST", b"x" * 70_000, 413, None),
        ("/readyz", "GET", None, 403, None),
        ("/" + "x" * 9000, "GET", None, 414, None),
    ],
)
def test_what_nginx_refuses_itself_carries_the_headers(
    nginx_path: str,
    render: ModuleType,
    values: dict[str, str],
    tmp_path: Path,
    path: str,
    method: str,
    body: bytes | None,
    status: int,
    code: str | None,
) -> None:
    values["PRIVATE_NETWORKS"] = "192.0.2.0/24"
    with nginx.running(nginx_path, render, values, tmp_path) as front:
        found, headers, told = front.ask(path, method, body)
        assert found == status
        check_own_headers(headers)
        assert "Strict-Transport-Security" not in headers
        assert (told["code"] if code else None) == code
        assert "nginx" not in str(told)


def check_own_headers(headers: Any) -> None:
    """What nginx itself answers."""
    assert headers.get_all("Content-Security-Policy") == [
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ]
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    for name in ("Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert headers.get_all(name) == ["same-origin"]
    assert headers["Server"] == "nginx"


def test_what_a_node_answers_keeps_the_nodes_headers(front: Front) -> None:
    headers = front.ask("/?guarded")[1]
    assert headers.get_all("Content-Security-Policy") == ["default-src 'self'"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers.get_all("Cache-Control") == ["no-store"]
    assert "Permissions-Policy" not in headers


def test_what_callers_say_of_their_address_is_not_passed_on(lasting_front: Front) -> None:
    assert lasting_front.ask("/", X_Forwarded_For="198.51.100.1")[2]["from"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("method", "path", "server"),
    [
        ("GET", "/", "web"),
        ("PUT", SAVE, "web"),
        ("GET", "/api/v1/session", "web"),
        ("POST", "/api/v1/session", "staff"),
        ("GET", "/api/v1/contests/cuoc-thi", "web"),
        ("PUT", "/api/v1/contests/cuoc-thi", "staff"),
        ("GET", "/api/v1/contests/cuoc-thi/exports/raw.jsonl", "staff"),
        ("POST", "/api/v1/contests/cuoc-thi/rounds/r1/finalize", "staff"),
        ("POST", "/api/v1/contests/cuoc-thi/rounds/r1/attempts", "web"),
        ("GET", "/to-chuc/", "staff"),
        ("GET", "/don-vi/cuoc-thi/tai/nguoi.xlsx", "staff"),
        ("GET", "/cuoc-thi/to-chuc", "web"),
    ],
)
def test_staff_have_nodes_of_their_own(lasting_front: Front, method: str, path: str, server: str) -> None:
    assert lasting_front.ask(path, method)[2]["server"] == server


def test_a_slow_phone_costs_no_web_worker(front: Front) -> None:
    head = f"PUT {SAVE} HTTP/1.1\r\nHost: thi\r\nContent-Length: 100\r\n\r\n".encode()
    slow = [front.begin(head + b"half of it") for _ in range(100)]
    assert front.ask(SAVE, "PUT", b"{}")[0] == 200
    assert front.web.seen == [SAVE]
    slow[0].sendall(b"x" * 90)
    assert slow[0].recv(4096).startswith(b"HTTP/1.1 200")
    for connection in slow:
        connection.close()


def test_a_body_that_no_participant_sends_is_refused_here(front: Front) -> None:
    assert front.ask(SAVE, "PUT", b"x" * 70_000)[0] == 413
    assert front.ask("/api/v1/banks/ngan-hang", "PUT", b"x" * 5_000_000)[2]["bytes"] == 5_000_000
    assert front.web.seen == []


def test_files_are_asked_for_once(front: Front) -> None:
    for _ in range(3):
        status, headers, _ = front.ask("/static/0123456789ab/main.js")
        assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert front.web.seen == ["/static/0123456789ab/main.js"]
    # A node of another version may have it later.
    assert [front.ask(UNKNOWN_FILE)[0] for _ in range(2)] == [404, 404]
    assert front.web.seen.count(UNKNOWN_FILE) == 2


@pytest.mark.parametrize("address", [BOARD, TIME])
def test_what_is_the_same_for_all_is_shared_by_those_without_a_session(front: Front, address: str) -> None:
    for _ in range(3):
        assert front.ask(address)[0] == 200
        assert front.ask(address, Cookie="__Host-quiz=x")[0] == 200
        assert front.ask(address, Authorization="Bearer x")[0] == 200
    assert len(front.web.seen) == 1 + 3 + 3


def test_a_board_is_kept_for_each_kind_of_browser(front: Front) -> None:
    browsers = {
        "gzip, deflate, br, zstd": "br",
        "gzip, deflate, br": "br",
        "br;q=1.0, gzip;q=0.8": "br",
        "gzip, deflate": "gzip",
        "gzip": "gzip",
        "identity": None,
    }
    for accepted, told in browsers.items():
        assert front.ask(BOARD, Accept_Encoding=accepted)[2]["reads"] == told
    assert len(front.web.seen) == 3
    # For one person alone it is compressed here.
    assert front.ask(BOARD, Accept_Encoding="br", Cookie="__Host-quiz=x")[2]["reads"] is None


def test_while_many_look_at_a_board_one_question_fetches_the_next(front: Front) -> None:
    def number() -> int:
        return int(front.ask(f"{BOARD}?brief")[2]["number"])

    assert number() == 1
    time.sleep(_OLD_SECONDS)
    # Whoever comes first when it is old gets the old one all the same.
    assert number() == 1
    until(lambda: number() > 1, 5)
    assert min(number() for _ in range(8)) > 1


@pytest.mark.parametrize("address", ["/static/0123456789ab/main.js", BOARD, TIME, "/", SAVE, "/to-chuc/"])
def test_nodes_hear_by_which_name_they_were_asked(front: Front, address: str) -> None:
    told = front.ask(address, Host="thi.example.vn", Accept_Encoding="gzip, deflate, br")[2]
    assert (told["host"], told["from"]) == ("thi.example.vn", "127.0.0.1")
    assert told["reads"] == ("br" if address.startswith("/static/") or address == BOARD else None)


def test_a_page_that_asks_alone_hears_of_a_new_time_at_once(front: Front) -> None:
    assert front.ask(TIME)[2]["number"] == 1
    time.sleep(_OLD_SECONDS)
    assert front.ask(TIME)[2]["number"] == 2


def test_the_inside_is_told_to_our_own_machines(
    nginx_path: str, render: ModuleType, values: dict[str, str], tmp_path: Path
) -> None:
    values["PRIVATE_NETWORKS"] = "192.0.2.0/24"
    with nginx.running(nginx_path, render, values, tmp_path) as front:
        assert front.ask("/healthz")[0] == 200
        # This machine is none of them.
        assert front.ask("/readyz")[0] == 403


def test_without_a_node_people_hear_when_to_come_again(front: Front) -> None:
    front.web.stop()
    status, headers, body = front.ask(SAVE, "PUT", b"{}")
    assert (status, headers["Retry-After"], body["code"], body["retry_after"]) == (503, "3", "unavailable", 3)
    assert headers["Content-Type"].startswith("application/problem+json")
    status, headers, page = front.ask("/bai-thi/x")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "3", "no-store")
    assert "Máy chủ đang bận" in page
    assert front.ask("/to-chuc/")[0] == 200
