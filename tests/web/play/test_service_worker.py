"""The script that keeps a running paper: where it is served, and what its answer allows."""

from datetime import datetime

from flask import Flask

from quizapp.config import ROOT
from quizapp.web.headers import POLICY_OF_PARTS
from tests import factories
from tests.web.play.sitting import sitter


def test_the_script_lies_beside_the_papers_and_is_asked_for_anew_after_an_hour(app: Flask) -> None:
    answer = app.test_client().get("/bai-thi/service-worker.js")
    assert answer.get_data() == (ROOT / "static" / "js" / "service-worker.js").read_bytes()
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Content-Encoding" not in answer.headers


def test_it_travels_compressed(app: Flask) -> None:
    answer = app.test_client().get("/bai-thi/service-worker.js", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"


def test_the_paper_names_it_and_its_owner_but_is_itself_for_no_cache(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    root = one.browser.get(url).one("div", class_="paper")
    assert root.get("data-worker") == "/bai-thi/service-worker.js"
    assert root.get("data-owner") == one.person.participant.public_id
    assert one.browser.client.get(url).headers["Cache-Control"] == "no-store"


def test_parts_of_pages_carry_little_of_the_headers_of_pages(app: Flask) -> None:
    client = app.test_client()
    for path in ("css/paper.css", "js/modules/paper.js", "fonts/be-vietnam-pro-400.woff2"):
        with client.get(f"{app.static_url_path}/{path}") as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.headers["Content-Security-Policy"] == POLICY_OF_PARTS
    # A drawing can be opened as a page.
    with client.get(f"{app.static_url_path}/icons.svg") as answer:
        assert "Content-Security-Policy" in answer.headers
