"""The paper on a cheap phone and a slow line: everything that the page needs, compressed as it travels."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import brotli
from flask import Flask

from quizapp.banks import service as banks
from quizapp.config import ROOT
from quizapp.db import transaction
from tests import factories
from tests.clients import Page
from tests.web.play.sitting import sitter

STATIC = ROOT / "static"
KIB = 1024


def _real_paper(app: Flask, now: datetime, questions: int) -> Page:
    """A paper of so many questions of a bank as it is shipped, with a guess."""
    file = ROOT / "question_banks" / "tu-tuong" / "bank.yaml"
    with transaction():
        banks.import_bank(file.read_bytes(), name=file.name, now=now)
    paper = {"mode": "random", "draw": [{"bank": "tu-tuong", "count": questions}], "time_limit_seconds": 1200}
    asked = {"metric": "people_all_correct", "scope": "round"}
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, paper=paper, prediction=asked)],
        publication={"live": "hidden_until_close"},
    )
    one = sitter(app, contest, now)
    return one.browser.get(one.start(contest))


def _modules(page: Page) -> Iterator[Path]:
    """The scripts: the one of every page, those that the page's elements name, and whatever they import."""
    names = {name for element in page.root.iter() for name in (element.get("data-module") or "").split()}
    waiting = [STATIC / "js" / "main.js", *(STATIC / "js" / "modules" / f"{name}.js" for name in names)]
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop().resolve()
        if path not in seen:
            seen.add(path)
            yield path
            imported = re.findall(r'^import .*? from "(\..+?)";', path.read_text(encoding="utf-8"), re.MULTILINE)
            waiting += [path.parent / name for name in imported]


def _files(page: Page) -> set[Path]:
    linked = [element.get("href") or element.get("src") or "" for element in (*page.all("link"), *page.all("script"))]
    found = {STATIC / address.split("/", 3)[3] for address in linked if address.startswith("/static/")}
    found |= {STATIC / "icons.svg"} if "icons.svg#" in page.html else set()
    return {path.resolve() for path in found} | set(_modules(page)) | set((STATIC / "fonts").glob("*.woff2"))


def _weight(app: Flask, page: Page) -> dict[str, int]:
    """Bytes by kind of file as they travel to a browser that takes brotli; fonts are compressed in themselves."""
    weights = {"html": len(brotli.compress(page.html.encode(), quality=5))}
    client = app.test_client()
    for path in _files(page):
        address = f"{app.static_url_path}/{path.relative_to(STATIC)}"
        with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
            weights[path.suffix[1:]] = weights.get(path.suffix[1:], 0) + len(answer.data)
    return weights


def test_a_paper_of_twenty_questions_stays_below_fifty_kilobytes(app: Flask, now: datetime) -> None:
    weights = _weight(app, _real_paper(app, now, 20))
    assert set(weights) == {"html", "css", "js", "woff2", "svg"}
    assert sum(weights.values()) < 50_000, weights


def test_more_questions_cost_only_their_own_text(app: Flask, now: datetime) -> None:
    page = _real_paper(app, now, 40)
    assert len(page.all("fieldset")) == 40
    assert _weight(app, page)["html"] < 12 * KIB
