"""Nothing in the product follows an address that somebody typed: banks with addresses are brought in and shown, and no
connection is made, to anywhere."""

import io
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
import yaml
from flask import Flask

from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.accounts.rules import Role
from quizapp.db import transaction
from tests import factories
from tests.clients import Actors
from tests.web.play.sitting import sitter

ADDRESSES = [
    "http://127.0.0.1:{port}/a",
    "http://[::1]:{port}/a",
    "http://localhost:{port}/a",
    "http://0:{port}/a",
    "http://0x7f000001:{port}/a",
    "http://2130706433:{port}/a",
    "http://169.254.169.254/latest/meta-data/",
    "https://quiz.invalid/a",
]
NO_ADDRESSES = ["gopher://127.0.0.1:{port}/", "file:///etc/passwd", "ftp://127.0.0.1:{port}/", "//127.0.0.1:{port}/a"]
_asked: list[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _asked is not None and event in (
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "urllib.Request",
    ):
        about = arguments[1] if event == "socket.connect" else arguments[0]
        # The Redis that is not there in these tests is a path.
        if not isinstance(about, str) or not about.endswith(".sock"):
            _asked.append(f"{event} {about}")


# There is no taking such a hook away again; between tests it hears nothing.
sys.addaudithook(_hear)


@contextmanager
def connections() -> Iterator[list[str]]:
    """What is connected to, or looked up, meanwhile."""
    global _asked
    _asked = found = []
    try:
        yield found
    finally:
        _asked = None


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would notice."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def _bank(address: str) -> bytes:
    data = yaml.safe_load(factories.bank_yaml("dia-chi", 2))
    for question in data["questions"]:
        question["source"]["url"] = address
        question["question"] = f"Xem {address} và ![ảnh]({address})?"
        question["explanation"] = f"<img src='{address}'>"
    return yaml.safe_dump(data, allow_unicode=True).encode()


def test_the_watch_hears_a_connection(listener: socket.socket) -> None:
    with connections() as made, socket.create_connection(listener.getsockname()):
        pass
    assert any(each.startswith("socket.connect") for each in made)


def test_no_address_in_a_bank_is_ever_asked(app: Flask, now: datetime, listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    factories.make_tree(now)
    factories.make_staff("quan-tri", Role.ADMIN, None, now)
    with transaction():
        token = accounts_service.create_token(accounts.get_user_id("quan-tri"), "thử", now=now)
    headers = {"Authorization": f"Bearer {token}"}
    client = app.test_client(use_cookies=False)
    with connections() as made:
        for address in [*ADDRESSES, *NO_ADDRESSES]:
            answer = client.put(
                "/api/v1/banks/dia-chi",
                input_stream=io.BytesIO(_bank(address.format(port=port))),
                content_length=len(_bank(address.format(port=port))),
                content_type="application/yaml",
                headers=headers,
            )
            assert (answer.status_code == 422) is (address in NO_ADDRESSES), answer.get_data(as_text=True)
        assert "quiz.invalid" in Actors(app).staff("quan-tri").get("/to-chuc/ngan-hang/cau-hoi/dia-chi").html
        paper = {"mode": "fixed", "questions": ["dia-chi/dia-chi-001", "dia-chi/dia-chi-002"], "points": 10}
        contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])
        one = sitter(app, contest, now)
        assert "quiz.invalid" in one.browser.get(one.start(contest)).html
        Actors(app).stranger().get("/")
    assert made == []
    with pytest.raises(BlockingIOError):
        listener.accept()
