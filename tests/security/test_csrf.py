"""No write goes without the token of the browser's own session; reading changes nothing; methods are what they say."""

import json
import time
from datetime import timedelta

import pytest

from quizapp import clock
from tests import factories
from tests.security import calls
from tests.security.calls import Route
from tests.security.test_matrix import REMEMBERED
from tests.security.world import ROLES
from tests.web.play.sitting import sitter

CALLERS = ("nobody", "P1", "O-own", "admin")
EVIL = "https://evil.example"
# Three ways in which a page of somebody else can make a browser send something.
FOREIGN_BODIES = (
    {"data": b'{"batch": []}', "content_type": "text/plain"},
    {"data": {"reason": "x", "confirm": "1"}},
    {"json": {}},
)
# What reading leaves behind all the same, and why.
LEFT_BY_READING = {
    "api.export_table": "who has taken which table is remembered in the contest's history",
    "district.download": "the same",
    "api.get_records": "the same",
    "api.get_raw_records": "the same",
    "api.get_rules_record": "the same, when an organizer takes it",
    "api.get_key_record": "the same",
    "organize.contest_log_file": "who has taken the log away is in the log",
    "organize.installation_log_file": "the same",
}


def writes(world):
    for route, rule in calls.routes(world):
        if route.method != "GET":
            yield route, calls.address_of(world, rule, "own")


def forged(world, who):
    """(what is wrong with it, the options of the call) of every forgery in the name of a browser."""
    cookie = {"Cookie": world.callers[who].cookie}
    others = world.callers["P2"].csrf
    own = world.callers[who].csrf
    for body in FOREIGN_BODIES:
        yield "no token", {"headers": cookie, **body}
    yield "another's token", {"headers": {**cookie, "X-CSRF-Token": others}, "json": {}}
    yield "another's token in a form", {"headers": cookie, "data": {"csrf_token": others}}
    yield "nonsense for a token", {"headers": {**cookie, "X-CSRF-Token": own[:-3] + "AAA"}, "json": {}}
    yield "a foreign page", {"headers": {**cookie, "X-CSRF-Token": own, "Origin": EVIL}, "json": {}}
    yield "a foreign site", {"headers": {**cookie, "X-CSRF-Token": own, "Sec-Fetch-Site": "cross-site"}, "json": {}}


@pytest.mark.parametrize("who", CALLERS)
def test_no_write_is_taken_from_a_foreign_page(world, who):
    wrong = []
    client = world.client()
    with world.watching() as watch:
        for route, address in writes(world):
            for what, options in forged(world, who):
                status = client.open(address, method=route.method, **options).status_code
                if status != 403 or watch.wrote():
                    wrong.append(f"{route} with {what}: {status}")
    assert not wrong, "\n".join(wrong)


def test_the_same_writes_are_taken_from_ones_own_page(world):
    """What was refused above was refused for what is wrong with it."""
    own = {**world.callers["P1"].headers(writes=True), "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    attempt = f"/api/v1/attempts/{world.parts['P1']['attempt_id']}"
    assert world.client().put(f"{attempt}/answers", json={"batch": []}, headers=own).status_code == 200
    assert world.client().post("/ngon-ngu/en", headers=own).status_code == 303


@pytest.mark.parametrize("who", ROLES)
def test_reading_changes_nothing(world, who):
    untouched, wrong = world.state(REMEMBERED), []
    with world.watching() as watch:
        for route, rule in calls.routes(world):
            if route.method != "GET" or rule.endpoint in LEFT_BY_READING:
                continue
            for method in ("HEAD", "GET"):
                world.call(who, method, calls.address_of(world, rule, "own"))
                if watch.wrote():
                    if world.state(REMEMBERED) != untouched:
                        wrong.append(f"{method} {route.rule}")
                    world.restore()
                    watch.wrote()
    assert not wrong, "\n".join(wrong)


def test_a_method_is_what_the_request_line_says(world):
    """Neither a header nor a field turns a call into another one."""
    for headers, query in (
        ({"X-HTTP-Method-Override": "DELETE"}, ""),
        ({"X-Method-Override": "DELETE"}, ""),
        ({}, "?_method=DELETE"),
    ):
        world.call("O-own", "GET", f"/api/v1/session{query}", headers=headers)
        world.call("O-own", "POST", f"/api/v1/session{query}", headers=headers, data={"_method": "DELETE"})
        assert world.call("O-own", "GET", "/api/v1/session").json["account"], (headers, query)


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "PATCH", "FOO"])
def test_unknown_methods_are_refused_everywhere(world, method):
    for route, rule in calls.routes(world):
        address = calls.address_of(world, rule, "own")
        response = world.call("O-own", method, address)
        assert response.status_code == 405, f"{method} {route.rule}: {response.status_code}"
        assert method not in response.headers["Allow"]


def test_a_paper_of_three_hours_is_saved_with_the_token_of_its_first_minute(app, now, at, monkeypatch):
    """Through the fast lane, through the long way, and by the form."""
    limit = {**factories.round_dict(now)["paper"], "time_limit_seconds": 5 * 3600}
    ends = (now + timedelta(hours=9)).isoformat()
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=limit, closes_at=ends)])
    one = sitter(app, contest, now)
    token = one.browser.token()
    address = one.start(contest)
    attempt, real, steady = address.rpartition("/")[2], time.time, clock.seconds
    later = 3 * 3600 + 60
    monkeypatch.setattr(time, "time", lambda: real() + later)
    monkeypatch.setattr(clock, "seconds", lambda: steady() + later)
    with at(now + timedelta(seconds=later)):
        for rev, kind in ((1, "application/json"), (2, "application/json; charset=utf-8")):
            saved = one.browser.client.put(
                f"/api/v1/attempts/{attempt}/answers",
                data=json.dumps({"batch": [{"question": "mau/mau-001", "options": ["A"], "rev": rev}]}),
                headers={"X-CSRF-Token": token, "Content-Type": kind},
            )
            assert saved.json["saved"] == [{"question": "mau/mau-001", "rev": rev}], kind
        form = {"csrf_token": token, "q-mau/mau-002": "B", "then": "review"}
        assert one.browser.client.post(address, data=form).status_code == 303


def test_every_route_that_writes_is_tried(world):
    tried = {route for route, _ in writes(world)}
    assert tried == {route for route, _ in calls.routes(world) if route.method != "GET"}
    assert Route("DELETE", "/api/v1/session") in tried
