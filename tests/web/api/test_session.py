"""The browser's session: tokens, signing in and out, bearer tokens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp import keys
from quizapp.accounts import queries as accounts
from quizapp.accounts.rules import Role
from tests.accounts.test_second_factor import code_at, enrol
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


@pytest.fixture
def enrolled(staff, now):
    """The secret and the recovery codes of the officer's second factor, under the key of the application."""
    user = next(user for user in accounts.list_staff() if user.login == "can-bo")
    return enrol(user, now, key=keys.derive("a key for tests only", "second-factor"))


def test_a_second_factor_takes_a_code_too_and_each_code_once(caller, another, enrolled, now, at):
    secret, codes = enrolled
    body = {"login": "can-bo", "password": PASSWORD}
    for otp in ({}, {"otp": None}, {"otp": " "}):
        assert caller.post("/session", {**body, **otp}, 401).json["code"] == "otp_required"
    assert caller.post("/session", {**body, "otp": "000000"}, 401).json["code"] == "otp_wrong"
    assert caller.post("/session", {**body, "password": "sai", "otp": codes[0]}, 401).json["code"] == "wrong_password"
    assert caller.get("/session").json["account"] is None
    with at(now + timedelta(minutes=1)):
        typed = code_at(secret, now + timedelta(minutes=1))
        assert caller.post("/session", {**body, "otp": typed}).json["account"]["login"] == "can-bo"
        assert another().post("/session", {**body, "otp": typed}, 401).json["code"] == "otp_wrong"
    assert another().post("/session", {**body, "otp": codes[0]}).json["account"]["login"] == "can-bo"
    assert another().post("/session", {**body, "otp": codes[0]}, 401).json["code"] == "otp_wrong"


def test_wrong_codes_have_to_wait(caller, enrolled):
    body = {"login": "can-bo", "password": PASSWORD}
    for _ in range(5):
        caller.post("/session", {**body, "otp": "000000"}, 401)
    assert caller.post("/session", {**body, "otp": enrolled[1][0]}, 429).json["code"] == "sign_in_paused"


def test_where_a_second_factor_is_required_there_is_nothing_before_it(app, caller, staff, monkeypatch):
    monkeypatch.setitem(app.config, "QUIZ", replace(app.config["QUIZ"], second_factor_required=True))
    found = caller.post("/session", {"login": "can-bo", "password": PASSWORD}).json
    assert found["account"]["login"] == "can-bo"
    for path in ("/contests/x/exports/summary.csv", "/contests/x/exports/participants.csv"):
        assert caller.get(path, 403).json["code"] == "second_factor_required"
    caller.delete("/session")


def test_a_script_needs_no_second_factor(app, staff, contest, now, monkeypatch):
    monkeypatch.setitem(app.config, "QUIZ", replace(app.config["QUIZ"], second_factor_required=True))
    script = Caller(app, make_token("quan-tri", now))
    script.get("/contests/cuoc-thi-mau/exports/summary.csv")
