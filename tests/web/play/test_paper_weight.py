"""The paper on a cheap phone and a slow line: everything that the page needs, compressed as it travels."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Flask

from quizapp.banks import service as banks
from quizapp.config import ROOT
from quizapp.db import transaction
from tests import factories
from tests.clients import Page
from tests.web.play.sitting import Sitter, sitter

STATIC = ROOT / "static"
KIB = 1024


def _real_paper(app: Flask, now: datetime, questions: int) -> tuple[Sitter, str]:
    """Somebody with a paper of so many questions of a bank as it is shipped, with a guess; the paper's address."""
    file = ROOT / "question_banks" / "tu-tuong" / "bank.yaml"
    with transaction():
        banks.import_bank(file.read_bytes(), name=file.name, actor="test", now=now)
    paper = {"mode": "random", "draw": [{"bank": "tu-tuong", "count": questions}], "time_limit_seconds": 1200}
    asked = {"metric": "people_all_correct", "scope": "round"}
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, paper=paper, prediction=asked)],
        publication={"live": "hidden_until_close"},
    )
    one = sitter(app, contest, now)
    return one, one.start(contest)


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
            imported = re.findall(
                r'^import .*? from "(\..+?)";', path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
            )
            waiting += [path.parent / name for name in imported]


def _files(page: Page) -> set[Path]:
    linked = [element.get("href") or element.get("src") or "" for element in (*page.all("link"), *page.all("script"))]
    found = {STATIC / address.split("/", 3)[3] for address in linked if address.startswith("/static/")}
    found |= {STATIC / "icons.svg"} if "icons.svg#" in page.html else set()
    fonts = [path for path in (STATIC / "fonts").glob("*.woff2") if path.name in page.html]
    return {path.resolve() for path in found} | set(_modules(page)) | set(fonts)


def _weight(app: Flask, sitter: Sitter, url: str) -> dict[str, int]:
    """Bytes by kind of file as they travel to a browser that takes brotli; fonts are compressed in themselves."""
    page, client = sitter.browser.get(url), sitter.browser.client
    addresses = [f"{app.static_url_path}/{path.relative_to(STATIC)}" for path in _files(page)]
    weights: dict[str, int] = {}
    for address in (url, page.one("div", class_="paper").get("data-worker"), *addresses):
        with client.get(address, headers={"Accept-Encoding": "br"}) as answer:
            kind = address.rpartition(".")[2] if "." in address else "html"
            weights[kind] = weights.get(kind, 0) + len(answer.data)
    return weights


def test_a_paper_of_thirty_questions_stays_below_fifty_kilobytes(app: Flask, now: datetime) -> None:
    weights = _weight(app, *_real_paper(app, now, 30))
    assert set(weights) == {"html", "css", "js", "svg"}, "the paper is set in the device's own letters"
    assert sum(weights.values()) < 50_000, weights


def test_the_page_names_all_its_scripts_at_once(app: Flask, now: datetime) -> None:
    sitter, url = _real_paper(app, now, 5)
    page = sitter.browser.get(url)
    named = [link.get("href", "").split("/", 3)[3] for link in page.all("link", rel="modulepreload")]
    assert len(named) == len(set(named))
    assert {STATIC / name for name in named} == set(_modules(page))


def test_more_questions_cost_only_their_own_text(app: Flask, now: datetime) -> None:
    sitter, url = _real_paper(app, now, 40)
    assert len(sitter.browser.get(url).all("fieldset")) == 40
    assert _weight(app, sitter, url)["html"] < 12 * KIB
