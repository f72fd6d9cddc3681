"""Requests with two meanings: nginx as shipped and gunicorn behind it never see two different ones."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from quizapp.cli.child import dies_with_parent
from quizapp.config import ROOT
from tests.deploy import front as nginx
from tests.product import free_port, until

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: thi\r\n\r\n"
CHUNK = b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN)
HEAD = b"POST /open HTTP/1.1\r\nHost: thi\r\n"


def _post(headers: bytes, body: bytes) -> bytes:
    return HEAD + headers + b"\r\n" + body


# What each of them is, and whether nobody may take it at all.
AMBIGUOUS = {
    "a length and chunks": _post(b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "chunks and a length": _post(b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", CHUNK),
    "two lengths": _post(b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "two lengths in one": _post(b"Content-Length: 0, %d\r\n" % len(HIDDEN), HIDDEN),
    "a length with a sign": _post(b"Content-Length: +%d\r\n" % len(HIDDEN), HIDDEN),
    "a length that is none": _post(b"Content-Length: 0x0\r\n", HIDDEN),
    "xchunked": _post(b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + HIDDEN),
    "chunked twice": _post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", b"0\r\n\r\n" + HIDDEN),
    "a blank before the colon": _post(b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n", b"0\r\n\r\n" + HIDDEN),
    "a NUL in a header": _post(b"X-A: b\0c\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "a chunk's size that is none": _post(b"Transfer-Encoding: chunked\r\n", b"0x5\r\nhello\r\n0\r\n\r\n" + HIDDEN),
}
# Tolerated by nginx, and handed on in the one right form.
LENIENT = {
    "bare line feeds": b"POST /open HTTP/1.1\nHost: thi\nContent-Length: %d\n\n" % len(HIDDEN) + HIDDEN,
    "bare line feeds in chunks": _post(b"Transfer-Encoding: chunked\r\n", CHUNK.replace(b"\r\n0\r\n\r\n", b"\n0\n\n")),
    "a blank after the method": _post(b"Content-Length: %d\r\n" % len(HIDDEN), HIDDEN).replace(b"POST ", b"POST  "),
    "HTTP/1.0 with chunks": _post(b"Transfer-Encoding: chunked\r\n", CHUNK).replace(b"HTTP/1.1", b"HTTP/1.0", 1),
    "an underscore for a hyphen": _post(b"Content_Length: 0\r\nContent-Length: %d\r\n" % len(HIDDEN), HIDDEN),
    "a chunk's extension": _post(b"Transfer-Encoding: chunked\r\n", CHUNK.replace(b"\r\n", b';a="b"\r\n', 1)),
    "a path from a header": _post(b"PATH_INFO: /hidden\r\nSCRIPT_NAME: /hidden\r\nContent-Length: 0\r\n", b""),
}


@dataclass
class Line:
    """nginx and gunicorn behind it."""

    front: int
    node: int
    echo: Path

    def say(self, port: int, data: bytes) -> bytes:
        """Everything that comes back until the line is closed or silent."""
        said = b""
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(data)
            line.settimeout(0.6)
            with suppress(TimeoutError, ConnectionError):
                while part := line.recv(65536):
                    said += part
        return said

    def heard(self) -> list[dict[str, object]]:
        """What gunicorn has heard since last asked."""
        lines = self.echo.read_text(encoding="utf-8").splitlines() if self.echo.exists() else []
        self.echo.unlink(missing_ok=True)
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def line(
    nginx_path: str, render: ModuleType, shipped_values: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Line]:
    home, port = tmp_path_factory.mktemp("line"), free_port()
    env = {**os.environ, "QUIZ_ECHO": str(home / "echo"), "QUIZ_DATA_DIR": str(home), "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    with (home / "gunicorn").open("wb") as output:
        process = subprocess.Popen(
            [*command, "tests.deploy.echo:app"],
            cwd=ROOT, env=env, stdout=output, stderr=output, preexec_fn=dies_with_parent(),
        )  # fmt: skip
    nodes = {"WEB_NODES": f"127.0.0.1:{port}", "STAFF_NODES": f"127.0.0.1:{port}"}
    try:
        until(lambda: b"200" in _status(port), 60)
        with nginx.running(nginx_path, render, shipped_values, home, **nodes) as front:
            made = Line(front.port, port, home / "echo")
            made.heard()
            yield made
    finally:
        process.terminate()
        process.wait(20)


def _status(port: int) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: thi\r\nConnection: close\r\n\r\n")
            return connection.recv(100)
    except OSError:
        return b""


@pytest.mark.parametrize("kind", AMBIGUOUS)
@pytest.mark.parametrize("way", ["front", "node"])
def test_what_has_two_meanings_is_refused(line: Line, kind: str, way: str) -> None:
    said = line.say(getattr(line, way), AMBIGUOUS[kind])
    assert re.match(rb"HTTP/1\.1 (400|501) ", said), said
    assert said.count(b"HTTP/1.1 ") == 1
    assert line.heard() == []


@pytest.mark.parametrize("kind", LENIENT)
def test_nobody_hears_more_than_was_answered(line: Line, kind: str) -> None:
    said = line.say(line.front, LENIENT[kind])
    answered = [json.loads(found) for found in re.findall(rb'\{"method".*?\}', said)]
    assert line.heard() == answered
    assert not [asked for asked in answered if asked["path"] != "/open"]
    # The next caller on the same lines gets the answer to their own question.
    assert b'"path": "/mine"' in line.say(line.front, b"GET /mine HTTP/1.1\r\nHost: thi\r\nConnection: close\r\n\r\n")
    assert [asked["path"] for asked in line.heard()] == ["/mine"]


def test_gunicorns_own_words_tell_nothing_and_carry_the_headers(line: Line) -> None:
    said = line.say(line.node, b"GET / HTTP/1.1\r\nHost: thi\r\nbad header <script>\r\n\r\n").decode()
    head, _, body = said.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 ")
    for name in ("Content-Security-Policy", "X-Content-Type-Options: nosniff", "Cache-Control: no-store"):
        assert name in head
    assert json.loads(body)["code"] == "bad_request"
    assert "gunicorn" not in said.lower()
    assert "script" not in body
    assert "gunicorn" not in line.say(line.node, b"GET / HTTP/1.1\r\nHost: thi\r\nConnection: close\r\n\r\n").decode()
    # As the OpenAPI document says of every call.
    endless = line.say(line.node, b"GET /api/v1/contests?" + b"x" * 5000 + b" HTTP/1.1\r\nHost: thi\r\n\r\n")
    assert endless.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in endless
    line.heard()


@pytest.mark.parametrize(
    "request_", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: thi\r\n\r\n"]
)
def test_nginxs_own_words_carry_the_headers(line: Line, request_: bytes) -> None:
    said = line.say(line.front, request_).decode()
    assert re.match(r"HTTP/1\.1 40[05] ", said), said
    for name in ("Content-Security-Policy: default-src 'none'", "X-Content-Type-Options: nosniff", "no-store"):
        assert name in said
    assert "<center>" not in said
    assert line.heard() == []
