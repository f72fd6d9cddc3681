"""Answers that everybody may see are worked out once; everything else is the caller's own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from quizapp.web.kept_answers import KeptAnswers


class Site:
    """An application that counts its answers."""

    def __init__(self, **headers):
        self.asked = 0
        self.headers = {"Cache-Control": "public, max-age=60", **{k.replace("_", "-"): v for k, v in headers.items()}}
        self.status = 200
        self.go_on = Event()
        self.go_on.set()

    def __call__(self, environ, start_response):
        self.go_on.wait(10)
        self.asked += 1
        response = Response(f"answer {self.asked}", self.status, self.headers)
        if self.status == 200:
            response.set_etag(f"e{self.asked}")
            response.make_conditional(Request(environ))
        return response(environ, start_response)


def client(site, seconds=60.0):
    kept = KeptAnswers(site, session_cookie="quiz", language_cookie="lang", endings=("/board",))
    kept.longest_seconds = seconds
    return Client(kept, use_cookies=False)


@pytest.fixture
def site():
    return Site()


def test_the_second_caller_gets_what_the_first_one_got(site):
    asking = client(site)
    assert [asking.get("/board").text for _ in range(3)] == ["answer 1"] * 3


def test_an_answer_is_good_for_its_time_only(site):
    asking = client(site, seconds=0)
    assert [asking.get("/board").text for _ in range(2)] == ["answer 1", "answer 2"]


@pytest.mark.parametrize("headers", [{"Cookie": "quiz=x"}, {"Authorization": "Bearer x"}])
def test_whoever_shows_a_session_is_answered_alone(site, headers):
    asking = client(site)
    asking.get("/board")
    assert asking.get("/board", headers=headers).text == "answer 2"
    assert asking.get("/board").text == "answer 1"


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/other/board"},
        {"query_string": "limit=3"},
        {"headers": {"Accept-Language": "en"}},
        {"headers": {"Cookie": "lang=en"}},
        {"headers": {"Accept-Encoding": "br"}},
        {"headers": {"Host": "other.example"}},
    ],
)
def test_what_an_answer_may_depend_on_is_kept_apart(site, other):
    asking = client(site)
    asking.get("/board")
    assert asking.get(**{"path": "/board", **other}).text == "answer 2"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache_Control": "no-store"},
        {"Cache_Control": "private, max-age=60"},
        {"Set_Cookie": "quiz=x"},
    ],
)
def test_what_is_not_everybodys_is_not_kept(headers):
    asking = client(Site(**headers))
    assert [asking.get("/board").text for _ in range(2)] == ["answer 1", "answer 2"]


def test_refusals_and_writes_are_not_kept(site):
    asking = client(site)
    site.status = 503
    assert [asking.get("/board").text for _ in range(2)] == ["answer 1", "answer 2"]
    site.status = 200
    assert asking.post("/board").text == "answer 3"


def test_whoever_has_the_answer_already_is_told_so(site):
    asking = client(site)
    first = asking.get("/board")
    again = asking.get("/board", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, site.asked) == (304, b"", 1)
    # Also the one for whom it is worked out.
    other = asking.get("/x/board", headers={"If-None-Match": '"e2"'})
    assert (other.status_code, site.asked) == (304, 2)
    assert asking.get("/x/board").text == "answer 2"


def test_a_crowd_waits_for_one(site):
    asking = client(site)
    site.go_on.clear()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(lambda: asking.get("/board").text) for _ in range(8)]
        site.go_on.set()
        assert {each.result(10) for each in waiting} == {"answer 1"}
    assert site.asked == 1


def test_strangers_addresses_do_not_fill_the_memory(site):
    asking = client(site)
    for number in range(600):
        asking.get("/board", query_string=f"a={number}")
    assert len(asking.application._kept) <= 500
