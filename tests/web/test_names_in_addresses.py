"""A name in an address is looked for in the database or in a fixed list, and never becomes a way to a file."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule

from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.accounts.rules import Role
from quizapp.config import ROOT
from quizapp.db import transaction
from tests import factories

# A name of this process's own: another one may run the same test at the same time, in the same folder.
CANARY, TREASURE = f"kho-bau-ngoai-thu-muc-{secrets.token_hex(4)}", "Không ai được đọc dòng này"
WAYS = [
    "../{}",
    "../../../../../../../../../{}",
    "..%2f..%2f{}",
    "..%2F..%2F..%2f..%2f..%2f..%2f..%2f{}",
    "..%5c..%5c{}",
    "%2e%2e%2f{}",
    "%252e%252e%252f{}",
    "{}%00.png",
    "%00{}",
    "/{}",
    "%2f{}",
    "..%e2%88%95{}",
    "..%c0%af{}",
    "....//{}",
    "....%2f%2f{}",
    "C:%5c{}",
    "file:%2f%2f%2f{}",
    "~{}",
]
# What stands in the place of the names beside the one that is attacked.
REAL = {
    "slug": "cuoc-thi-mau",
    "key": "tuan-1",
    "round_key": "tuan-1",
    "table": "summary",
    "ext": "csv",
    "digest": "0" * 64,
    "seal": "0" * 32,
    "kind": "png",
    "filename": "css/base.css",
}
_opened: list[str] | None = None


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _opened is not None and event == "open":
        _opened.append(str(arguments[0]))


# There is no taking such a hook away again; between tests it hears nothing.
sys.addaudithook(_hear)


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """The paths of the files that are opened meanwhile."""
    global _opened
    _opened = found = []
    try:
        yield found
    finally:
        _opened = None


@pytest.fixture
def canary(app: Flask) -> Iterator[list[str]]:
    """Files that nobody may read, as one would aim at them: from the root, from the tree, from the data folder."""
    beside = [ROOT / "static" / ".." / f"{CANARY}.txt", app.config["QUIZ"].data_dir / f"{CANARY}.txt"]
    for path in beside:
        path.write_text(TREASURE, encoding="utf-8")
    try:
        yield [str(path.resolve()).removeprefix("/") for path in beside] + [f"{CANARY}.txt", "etc/passwd", "wsgi.py"]
    finally:
        for path in beside:
            path.unlink()


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.arguments and "GET" in (rule.methods or ())]


def _addresses(rule: Rule, way: str, aim: str) -> Iterator[str]:
    """The rule's address with the attack in the place of each of its names."""
    attack = way.format(quote(aim, safe="/"))
    for attacked in rule.arguments:
        yield "".join(
            part if not is_name else attack if part == attacked else REAL.get(part, "1")
            for is_name, part in rule._trace  # the rule's own parts: (is it a name, the name or the text)
        ).partition("|")[2]


def test_no_name_leads_out_to_a_file(app: Flask, now: object, canary: list[str]) -> None:
    """Asked by an administrator, who may see the most."""
    factories.make_contest(now)
    factories.make_staff("quan-tri", Role.ADMIN, None, now)
    with transaction():
        token = accounts_service.create_token(accounts.get_user_id("quan-tri"), "thử", now=now)
    client = app.test_client()
    rules = _rules(app)
    assert {"static", "play.question_image", "organize.bank_source", "api.get_export"} & {r.endpoint for r in rules}
    with opened_files() as opened:
        asked = 0
        for rule in rules:
            for way in WAYS:
                for address in _addresses(rule, way, canary[asked % len(canary)]):
                    asked += 1
                    answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
                    assert answer.status_code in (302, 308, 400, 401, 404, 405, 422), f"{answer.status_code} {address}"
                    text = answer.get_data(as_text=True)
                    assert TREASURE not in text, address
                    assert "root:" not in text, address
    assert asked > 500
    aims = {f"{CANARY}.txt", "passwd", "wsgi.py"}
    assert [path for path in opened if Path(path).name in aims] == []


def test_the_watch_hears_files_that_are_opened(canary: list[str]) -> None:
    """Otherwise the test above would prove nothing."""
    with opened_files() as opened:
        assert Path(f"/{canary[0]}").read_text(encoding="utf-8") == TREASURE
    assert Path(opened[0]).name == f"{CANARY}.txt"


@pytest.mark.parametrize("way", WAYS)
def test_a_language_is_one_of_two(app: Flask, way: str) -> None:
    client = app.test_client()
    with opened_files() as opened:
        client.set_cookie("lang", way.format("etc/passwd"))
        page = client.get("/")
        posted = client.post("/ngon-ngu/" + way.format("etc/passwd"))
    assert 'lang="vi"' in page.get_data(as_text=True)
    assert posted.status_code in (308, 404)
    assert [path for path in opened if "passwd" in path] == []
