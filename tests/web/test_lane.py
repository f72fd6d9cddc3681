"""The fast lane: the same answers as the long way, for what is plainly in order; everything else is left to that."""

import pytest
from sqlalchemy.exc import OperationalError

from quizapp.attempts import saving
from quizapp.web.lane import FastLane
from tests.factories import make_contest, round_dict
from tests.pictures import make_contest as make_pictured_contest
from tests.pictures import png
from tests.web.api.callers import PREFIX, Caller, choose

HIDDEN = {"publication": {"live": "hidden_until_close", "mask_phone": True}}
GUESS = {"metric": "people_all_correct", "scope": "round"}
OWN_HEADERS = {"X-Request-Id", "Content-Length", "Set-Cookie", "Vary"}


@pytest.fixture
def caller(app, now):
    make_contest(now)
    caller = Caller(app)
    caller.enter()
    return caller


@pytest.fixture
def paper(caller):
    return caller.start()


@pytest.fixture
def long_way(monkeypatch):
    """Switches the lane off."""
    return lambda: monkeypatch.setattr(FastLane, "_is_plain", lambda *_: False)


@pytest.fixture
def no_flask(app, monkeypatch):
    """From now on whatever takes the long way fails."""

    def refuse():
        raise AssertionError("took the long way")

    return lambda: monkeypatch.setattr(app, "full_dispatch_request", refuse)


def send(caller, paper, what="answers", method="PUT", token=None, **options):
    options.setdefault("json", {"batch": choose(paper)})
    headers = {"X-CSRF-Token": token or caller.csrf_token()}
    return caller.browser.open(
        f"{PREFIX}/attempts/{paper['attempt']}/{what}", method=method, headers=headers, **options
    )


def test_a_save_and_a_submission_in_order_take_the_lane(caller, paper, no_flask):
    token = caller.csrf_token()
    no_flask()
    saved = send(caller, paper, token=token)
    assert [line["rev"] for line in saved.json["saved"]] == [1] * 5
    receipt = send(caller, paper, "submission", "POST", token, json={"last_rev": 1})
    again = send(caller, paper, "submission", "POST", token, json=None)
    assert receipt.json["answered"] == 5
    assert again.data == receipt.data


def test_the_answers_are_those_of_the_long_way(caller, paper, long_way):
    first = send(caller, paper)
    fast = send(caller, paper)
    long_way()
    slow = send(caller, paper)
    assert first.data == fast.data == slow.data

    def common(answer):
        return {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}

    assert common(fast) == common(slow)


def begin(caller, **options):
    return caller.browser.post(
        f"{PREFIX}/contests/cuoc-thi-mau/rounds/tuan-1/attempts",
        headers={"X-CSRF-Token": caller.csrf_token(), **options.pop("headers", {})},
        **options,
    )


def test_a_start_in_order_takes_the_lane_and_is_told_as_on_the_long_way(caller, no_flask, long_way):
    caller.csrf_token()
    first, again = begin(caller), begin(caller)
    assert (first.status, again.status) == ("201 CREATED", "200 OK")
    assert again.data == first.data
    long_way()
    slow = begin(caller)
    assert (slow.status, slow.data) == (again.status, again.data)
    whole = caller.get(f"/attempts/{first.json['attempt']}").json
    assert {name: whole[name] for name in first.json} == first.json


def test_pictures_have_their_addresses_in_the_lane_too(app, now, long_way):
    make_pictured_contest(now, png(6, 4))
    caller = Caller(app)
    caller.enter()
    begin(caller)
    fast = begin(caller)
    long_way()
    assert fast.data == begin(caller).data
    assert fast.json["paper"]["questions"][0]["image"]["url"].startswith("/hinh/")


def test_who_may_not_start_is_told_by_the_long_way(app, caller):
    told = begin(Caller(app))
    assert (told.status_code, told.json["code"]) == (401, "entry_required")


@pytest.mark.parametrize("language", ["en", "en-GB,en;q=0.9,vi;q=0.5", "fr"])
def test_another_language_takes_the_long_way(app, now, language):
    """Where nobody reads Vietnamese first, the words are not for the lane to choose."""
    make_contest(now, rounds=[round_dict(now, prediction=GUESS)], **HIDDEN)
    caller = Caller(app)
    caller.enter()
    told = begin(caller, headers={"Accept-Language": language})
    vietnamese = begin(caller, headers={"Accept-Language": "vi-VN,vi;q=0.9"})
    assert told.json["paper"]["questions"] == vietnamese.json["paper"]["questions"]
    changed = told.json["paper"]["prediction"] != vietnamese.json["paper"]["prediction"]
    assert changed == language.startswith("en")


@pytest.mark.parametrize(
    "change",
    [
        {"headers": {"X-CSRF-Token": "none"}},
        {"headers": {}},
        {"data": b"{", "json": None},
        {"data": b'{"batch": []}', "json": None, "content_type": "text/plain"},
        {"json": {"batch": [], "more": 1}},
        {"json": {"batch": [{"question": "mau/mau-001", "options": ["E"], "rev": 1}]}},
        {"json": {"batch": [{"question": "mau/mau-001", "options": ["A"], "rev": 0}]}},
        {"query_string": {"a": "1"}},
        {"method": "POST"},
        {"json": {"batch": [], "prediction": {"value": 5, "rev": 1}}},
    ],
    ids=str,
)
def test_what_is_not_in_order_is_told_by_the_long_way(caller, paper, long_way, change):
    token = caller.csrf_token()

    def ask():
        options = {"method": "PUT", "json": {"batch": choose(paper)}, "headers": {"X-CSRF-Token": token}, **change}
        options = {name: value for name, value in options.items() if value is not None}
        return caller.browser.open(f"{PREFIX}/attempts/{paper['attempt']}/answers", **options)

    told = ask()
    long_way()
    again = ask()
    assert told.status_code == again.status_code >= 400
    assert told.json["code"] == again.json["code"]
    assert caller.get(f"/attempts/{paper['attempt']}").json["answers"] == []


def test_another_browser_has_no_part_in_the_paper(app, caller, paper):
    stranger = Caller(app)
    stranger.enter()
    assert send(stranger, paper).status_code == 404
    assert send(stranger, paper, token=caller.csrf_token()).status_code == 403


def test_a_session_that_has_ended_saves_nothing(caller, paper):
    token, cookie = caller.csrf_token(), caller.browser.get_cookie("quiz")
    caller.delete("/session")
    caller.browser.set_cookie("quiz", cookie.value)
    assert send(caller, paper, token=token).status_code in (401, 404)


def test_a_busy_database_is_not_asked_once_more_by_the_long_way(caller, paper, monkeypatch):
    asked = []

    def fail(asks):
        asked.append(asks)
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(saving, "save_all", fail)
    answer = send(caller, paper)
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert len(asked) == 1


def test_over_tls_a_save_comes_from_a_page_of_ours(caller, paper, no_flask):
    token = caller.csrf_token()
    url = "https://localhost/"
    foreign = send(
        caller, paper, token=token, base_url=url, environ_overrides={"HTTP_REFERER": "https://evil.example/"}
    )
    assert foreign.status_code == 403
    no_flask()
    ours = send(caller, paper, token=token, base_url=url, environ_overrides={"HTTP_REFERER": "https://localhost/x"})
    assert ours.status_code == 200
