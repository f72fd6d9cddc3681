"""The fast lane of open papers: the long way's pages, for their owners; everything else is left to that."""

import re
from datetime import timedelta

import brotli
import pytest
from sqlalchemy.exc import OperationalError

from quizapp.attempts.rules import Choice
from quizapp.contests.rules import GRACE
from quizapp.web import paper_lane
from quizapp.web.paper_lane import PaperLane
from tests import factories
from tests.web.play.sitting import sitter

OWN_HEADERS = {"X-Request-Id", "Content-Length", "Set-Cookie"}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.fixture
def one(app, contest, now):
    return sitter(app, contest, now)


@pytest.fixture
def url(one, contest):
    """An open paper whose page has been made once, so that its parts are kept."""
    url = one.start(contest)
    one.browser.get(url)
    return url


@pytest.fixture
def long_way(monkeypatch):
    """Switches the lane off."""
    return lambda: monkeypatch.setattr(PaperLane, "_is_plain", lambda *_: False)


@pytest.fixture
def no_flask(app, monkeypatch):
    """From now on whatever takes the long way fails."""

    def refuse():
        raise AssertionError("took the long way")

    return lambda: monkeypatch.setattr(app, "full_dispatch_request", refuse)


def page(one, url, **options):
    answer = one.browser.client.get(url, **options)
    return answer, re.sub(r'(name="csrf_token" type="hidden" value=")[^"]+', r"\1", answer.get_data(as_text=True))


def common(answer):
    return {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}


@pytest.mark.parametrize("headers", [{}, {"Accept-Language": "en"}, {"Accept-Language": "fr"}], ids=str)
@pytest.mark.parametrize("cookies", [{}, {"theme": "dark"}, {"lang": "en", "theme": "pink"}], ids=str)
def test_the_page_is_that_of_the_long_way(one, url, now, long_way, headers, cookies):
    attempt = one.attempt(url)
    factories.save(one.person, attempt, [Choice(attempt.paper[0][0], ("B",), 3)], now)
    for name, value in cookies.items():
        one.browser.client.set_cookie(name, value)
    one.browser.get(url, headers=headers)
    fast, fast_text = page(one, url, headers=headers)
    long_way()
    slow, slow_text = page(one, url, headers=headers)
    assert fast.status_code == slow.status_code == 200
    assert fast_text == slow_text
    assert common(fast) == common(slow)


def test_an_open_paper_takes_the_lane_and_its_form_can_be_sent(one, url, no_flask, monkeypatch):
    no_flask()
    fast, _ = page(one, url)
    monkeypatch.undo()
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', fast.get_data(as_text=True))[1]
    sent = one.browser.client.post(url, data={"csrf_token": token, "rev": "0", "q-1": "A"})
    assert sent.status_code == 303
    assert one.stored(url) == {1: "A"}


def test_flags_are_shown_and_messages_are_told_once(one, url, no_flask):
    one.browser.redirected(url, {"rev": "0", "q-1": "A", "flag-2": "1"})
    assert "Đã lưu 1/5 câu." in page(one, url)[1]
    no_flask()
    again = page(one, url)[1]
    assert "Đã lưu 1/5 câu." not in again
    assert 'name="flag-2" value="1" checked' in again
    assert 'name="flag-3" value="1" checked' not in again


def test_what_is_compressed_is_the_same_page(one, url, no_flask):
    plain = page(one, url)[1]
    no_flask()
    answer = one.browser.client.get(url, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert answer.headers["Content-Encoding"] == "br"
    text = brotli.decompress(answer.get_data()).decode()
    assert re.sub(r'(name="csrf_token" type="hidden" value=")[^"]+', r"\1", text) == plain


@pytest.mark.parametrize(
    "options",
    [
        {"method": "HEAD"},
        {"query_string": {"a": "1"}},
        {"headers": {"Authorization": "Bearer none"}},
        {"headers": {"Accept-Encoding": "br;q=0, gzip"}},
        {"headers": {"Accept-Encoding": "gzip"}},
        {"headers": {"Cookie": "quiz=forged"}},
        {"headers": {"Cookie": ""}},
    ],
    ids=str,
)
def test_what_is_not_plain_is_told_by_the_long_way(one, url, long_way, options):
    def ask():
        client = one.browser.client
        given = {"method": "GET", **options}
        if "Cookie" in given.get("headers", {}):
            client = one.browser.client.application.test_client(use_cookies=False)
        return client.open(url, **given)

    told = ask()
    long_way()
    again = ask()
    assert told.status_code == again.status_code
    assert told.headers.get("Content-Encoding") == again.headers.get("Content-Encoding")


def test_another_browser_has_no_part_in_the_paper(app, contest, url, now, actors):
    assert sitter(app, contest, now).browser.client.get(url).status_code == 404
    assert actors.stranger().client.get(url).status_code == 401


def test_a_session_that_has_ended_reads_nothing(one, url):
    cookie = one.browser.client.get_cookie("quiz")
    token = one.browser.token()
    assert one.browser.client.delete("/api/v1/session", headers={"X-CSRF-Token": token}).status_code == 204
    one.browser.client.set_cookie("quiz", cookie.value)
    assert one.browser.client.get(url).status_code == 401


def test_a_paper_that_is_over_leads_to_its_receipt(one, url, now, at):
    with at(now + timedelta(seconds=600) + GRACE + timedelta(seconds=1)):
        assert one.browser.client.get(url).headers["Location"] == f"{url}/da-nop"


def test_a_database_that_is_away_is_not_asked_once_more_by_the_long_way(one, url, monkeypatch):
    asked = []

    def fail(asks):
        asked.append(asks)
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(paper_lane, "find_own_papers", fail)
    answer = one.browser.client.get(url)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(asked) == 1


def test_only_host_names_of_ours_are_plain(app, monkeypatch):
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    lane = PaperLane(app)
    assert lane._is_plain({"HTTP_HOST": "localhost"})
    assert not lane._is_plain({"HTTP_HOST": "evil.example"})
