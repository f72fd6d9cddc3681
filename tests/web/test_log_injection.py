"""Whatever people type: one event is one line of JSON, and nothing of what they typed is in it."""

import json
import logging
import os
from pathlib import Path

import pytest

from quizapp.logs import DroppingHandler, JsonFormatter
from tests import factories

FORGED = '{"time": "2025-05-19T08:00:00+00:00", "level": "info", "logger": "quizapp", "message": "forged"}'
TYPED = [
    f"Nguyễn\r\n{FORGED}",
    f"An\n{FORGED}\n",
    "Bình\x1b[2J\x1b]0;title\x07",
    "Chi\x9b31m",
    f"Dung\u2028{FORGED}\u2029",
    f"Em\x85{FORGED}",
    "Giang\u202egnaig",
    f'Hà","message":"forged"}}\n{FORGED}',
    "\x00 %s %(x)s {0.__class__}",
]


@pytest.fixture
def log(app, tmp_path):
    """The file that the product's own handler writes."""
    path: Path = tmp_path / "log"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    handler = DroppingHandler(descriptor)
    handler.setFormatter(JsonFormatter())
    logging.getLogger("quizapp").addHandler(handler)
    yield path
    logging.getLogger("quizapp").removeHandler(handler)
    handler.close()
    os.close(descriptor)


@pytest.mark.parametrize("typed", TYPED)
def test_what_is_typed_makes_no_line_of_its_own(app, client, log, now, typed):
    factories.make_contest(now)
    token = {"X-CSRF-Token": client.get("/api/v1/session").json["csrf_token"]}
    consent = client.get("/api/v1/contests/cuoc-thi-mau").json["entry"]["consent_version"]
    log.write_bytes(b"")
    entry = {**factories.typed_entry(full_name=typed), "consent": {"version": consent}}
    answers = [
        client.post("/api/v1/contests/cuoc-thi-mau/entries", json=entry, headers=token),
        client.post("/api/v1/session", json={"login": typed, "password": f"mật khẩu {typed}"}, headers=token),
        client.get(f"/cuoc-thi/{typed}"),
        client.get("/bien-nhan/x", query_string={"q": typed}, headers={"User-Agent": "a b", "X-Request-Id": FORGED}),
        client.get("/api/v1/areas", query_string={"tree": typed}),
    ]
    written = log.read_bytes()
    assert not set(written) & {*range(10), *range(11, 32), 127}, "a control character"
    lines = [json.loads(line) for line in written.decode().splitlines()]
    assert len([line for line in lines if line["message"] == "request"]) == len(answers)
    assert {line["request_id"] for line in lines} == {answer.headers["X-Request-Id"] for answer in answers}
    assert not [line for line in lines if line["message"] == "forged"]
    for private in (entry["phone"], "mật khẩu", "19/05/1990", "User-Agent"):
        assert private not in written.decode()
