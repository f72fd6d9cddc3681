"""Every address of the product that can be asked for with GET, and everything that an answer to it tells."""

import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from quizapp.web import throttle
from quizapp.web.play.area_results import forget_results
from quizapp.web.play.board_page import forget_boards

# What differs from one answer to the next all the same: tokens, the moment and the number of the request.
PASSING = re.compile(
    r'csrf_token[^>]*value="[^"]*"|data-token="[^"]*"|"csrf_token": "[^"]*"|(X-Request-Id|Date|Set-Cookie): .*'
    r'|<span class="code">\w+'
)
# What an address may ask for besides.
QUERIES = {
    "play.board": ["?area=10", "?area=111", "?group=x", "?version=1"],
    "play.board_rows": ["?area=10", "?version=1"],
    "play.round_result": ["?version=1"],
    "play.ask_receipt": ["?code=00000-00000"],
    "play.receipt_list": ["?page=2"],
    "play.area_results": ["?round=tuan-1", "?round=tuan-2"],
    "play.collective_results": ["?round=tuan-1", "?round=tuan-2"],
    "api.list_areas": ["?tree=tinh-mau&q=ha"],
    "api.get_leaderboard": ["?area=10&limit=200", "?around=me", "?limit=0"],
    "api.get_area_results": ["?round=tuan-1", "?round=tuan-2", "?parent=10&level=commune", "?parent=101"],
    "api.get_raw_records": ["?round=tuan-1", "?round=tuan-2"],
    "api.get_records": ["?round=tuan-1", "?round=tuan-2"],
    "api.get_ranking_record": ["?round=tuan-1", "?round=tuan-2", "?round=tuan-1&version=1"],
    "api.export_table": ["?round=tuan-1", "?area=10", "?area=101"],
    "district.contest": ["?round=tuan-1", "?round=tuan-2", "?area=10", "?level=commune", "?sort=people"],
    "district.people": ["?status=done", "?area=101", "?round=tuan-1", "?page=2"],
    "district.download": ["?round=tuan-1", "?area=10", "?area=1"],
    "district.print_contest": ["?round=tuan-1", "?area=10"],
}
# Parts of addresses that are the same in every scene.
PARTS = {
    "round_key": ["tuan-1", "tuan-2"],
    "key": ["tuan-1", "tuan-2"],
    "table": [
        "summary",
        "winners",
        "areas",
        "participants",
        "attempts",
        "scores",
        "questions",
        "collectives",
        "anomalies",
    ],
    "ext": ["csv", "xlsx"],
    "tree_slug": ["tinh-mau"],
    "digest": ["0" * 64],
    "seal": ["0" * 32],
    "code": ["00000-00000"],
    "version": ["2026-11"],
    "ranking": ["round:tuan-1:"],
    "number": ["1"],
}


def addresses(app: Flask, parts: Mapping[str, Sequence[str]], kinds: Collection[str] = ()) -> Iterator[str]:
    """Every address with the parts filled in; `kinds`: only of views for these callers (none = all).

    A view with a part that is not named here fails: its values have to be thought about; the organizer's own views,
    which are no view at all for everybody else, get any.
    """
    known = {**PARTS, **parts}
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            view = app.view_functions[rule.endpoint]
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            if kinds and view.allowed_kind not in kinds:
                continue
            filled: list[dict[str, str]] = [{}]
            for name in rule.arguments:
                # Of a part that is one of several words, the rule itself knows all.
                choices = known.get(name) or getattr(rule._converters[name], "items", None)
                if choices is None:
                    choices = ["1"] if view.allowed_kind == "organizer" else known[name]
                filled = [{**values, name: value} for values in filled for value in choices]
            for values in filled:
                address = app.url_for(rule.endpoint, **values)
                for query in ["", *QUERIES.get(rule.endpoint, [])]:
                    yield address + query


def told_by(client: FlaskClient, address: str) -> str:
    """Everything that an answer tells, as text: headers, and the body unpacked and with its entities read.

    Its length and its tag are among the headers. Random numbers are left out: by chance they would hold any digits.
    """
    throttle.forget_local()
    response = client.get(address)
    assert response.status_code < 500, f"{address}: {response.get_data(as_text=True)[:500]}"
    body = response.get_data()
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"\n".join(book.read(name) for name in book.namelist())
    text = body.decode("utf-8", "replace")
    if response.mimetype.endswith("json"):
        text = json.dumps(response.json, ensure_ascii=False)
    return PASSING.sub("", f"{response.status_code}\n{response.headers}\n{unescape(text)}")


def all_told(client: FlaskClient, asked: Collection[str]) -> dict[str, str]:
    """What every address tells now, nothing kept from before; `/readyz` tells of the machine alone."""
    forget_boards()
    forget_results()
    return {address: told_by(client, address) for address in asked if address != "/readyz"}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The addresses that tell something else."""
    return [address for address, text in after.items() if text != before[address]]
