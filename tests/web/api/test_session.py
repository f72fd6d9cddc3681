"""The browser's session: tokens, signing in and out, bearer tokens."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from tests.factories import PASSWORD, make_contest, make_staff, make_tree
from tests.web.api.callers import Caller, make_token


@pytest.fixture
def staff(app, now):
    make_tree(now)
    make_staff("can-bo", Role.DISTRICT, "10", now)
    make_staff("quan-tri", Role.ADMIN, None, now)


def test_a_stranger_has_a_token_and_nothing_else(caller, now):
    found = caller.get("/session").json
    assert found["csrf_token"]
    assert (found["account"], found["participant"], found["participants"]) == (None, None, [])
    assert found["server_now"] == "2025-05-19T08:00:00.000Z"


def test_signing_in_tells_login_role_and_area_and_gives_a_new_token(caller, staff):
    before = caller.csrf_token()
    found = caller.post("/session", {"login": " CAN-BO", "password": PASSWORD}).json
    assert found["account"] == {"login": "can-bo", "role": "district", "area": "tinh-mau:10"}
    assert found["csrf_token"] != before
    caller.delete("/session", 403, headers={"X-CSRF-Token": before}, guarded=False)
    caller.delete("/session", headers={"X-CSRF-Token": found["csrf_token"]}, guarded=False)


def test_an_administrator_has_no_area(caller, staff):
    assert caller.sign_in("quan-tri").get("/session").json["account"]["area"] is None


@pytest.mark.parametrize("login", ["can-bo", "khong-co"])
def test_a_wrong_password_is_401_whoever_it_is(caller, staff, login):
    answer = caller.post("/session", {"login": login, "password": "sai rồi"}, 401)
    assert answer.json["code"] == "wrong_password"
    assert caller.get("/session").json["account"] is None


def test_wrong_passwords_are_remembered_and_then_have_to_wait(caller, staff):
    for _ in range(8):
        caller.post("/session", {"login": "can-bo", "password": "sai rồi"}, 401)
    answer = caller.post("/session", {"login": "can-bo", "password": PASSWORD}, 429)
    assert answer.json["code"] == "sign_in_paused"
    assert int(answer.headers["Retry-After"]) == answer.json["retry_after"] == 900


def test_after_signing_out_the_old_cookie_is_dead(app, caller, staff):
    caller.sign_in("can-bo")
    stolen = caller.browser.get_cookie("quiz").value
    thief = Caller(app)
    thief.browser.set_cookie("quiz", stolen)
    assert thief.get("/session").json["account"]["login"] == "can-bo"
    caller.delete("/session")
    thief.browser.set_cookie("quiz", stolen)
    assert thief.get("/session").json["account"] is None
    assert caller.get("/session").json["account"] is None


def test_signing_in_leaves_a_planted_session_behind(app, caller, staff, contest):
    caller.enter()
    planted = caller.browser.get_cookie("quiz").value
    caller.sign_in("can-bo")
    assert caller.browser.get_cookie("quiz").value != planted
    other = Caller(app)
    other.browser.set_cookie("quiz", planted)
    assert other.get("/session").json["account"] is None


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_write_without_the_token_is_403(caller, staff, method):
    body = {"login": "can-bo", "password": PASSWORD}
    answer = caller.call(method, "/session", 403, guarded=False, json=body)
    assert answer.json["code"] == "csrf_failed"
    assert caller.get("/session").json["account"] is None


def test_another_browsers_token_is_403(caller, another, staff):
    headers = {"X-CSRF-Token": another().csrf_token()}
    caller.post("/session", {"login": "can-bo", "password": PASSWORD}, 403, headers=headers, guarded=False)


def test_in_each_contest_the_browser_acts_for_whoever_entered_last(caller, contest, at, now):
    make_contest(now, contest="cuoc-thi-khac")
    caller.enter("cuoc-thi-khac")
    for seconds in (1, 2):
        with at(now + timedelta(seconds=seconds)):
            last = caller.enter(unit=f"Chi bộ {seconds}")
    found = caller.get("/session").json
    assert [each["contest"] for each in found["participants"]] == ["cuoc-thi-mau", "cuoc-thi-khac"]
    assert found["participant"] == found["participants"][0]
    assert found["participant"] == {
        "participant": last["participant"],
        "contest": "cuoc-thi-mau",
        "name": last["typed"]["full_name"],
        "unit": "Chi bộ 2",
        "group": None,
    }


def test_a_bearer_token_is_its_owner_and_needs_no_csrf_token(app, staff, now):
    script = Caller(app, make_token("can-bo", now))
    assert script.get("/session").json["account"]["login"] == "can-bo"
    script.delete("/session")
    assert script.get("/session").json["account"]["login"] == "can-bo"


@pytest.mark.parametrize("header", ["Bearer sai", "Bearer", "bearer  ", "BEARER sai"])
def test_a_wrong_bearer_token_is_401_and_never_falls_back_to_the_cookie(caller, staff, header):
    caller.sign_in("can-bo")
    answer = caller.get("/session", 401, headers={"Authorization": header})
    assert answer.json["code"] == "token_invalid"


def test_a_bearer_token_hides_the_participant_of_the_cookie(app, contest, staff, now):
    browser = Caller(app)
    browser.enter()
    headers = {"Authorization": f"Bearer {make_token('can-bo', now)}"}
    assert browser.get("/session", headers=headers).json["participant"] is None
    browser.post("/contests/cuoc-thi-mau/rounds/tuan-1/attempts", status=401, headers=headers, guarded=False)
