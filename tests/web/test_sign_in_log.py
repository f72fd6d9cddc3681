"""Every try to prove who one is leaves one line of the log, and nothing of what was typed is in it."""

import json
import logging

import pyotp
import pytest

from quizapp import keys
from quizapp.accounts import links
from quizapp.accounts.rules import CODES_PER_ADDRESS, FAILURES_PER_ADDRESS, Role
from quizapp.db import transaction
from quizapp.logs import JsonFormatter
from tests import factories
from tests.accounts.test_second_factor import enrol
from tests.clients import CheckedClient
from tests.factories import PASSWORD
from tests.web.api.callers import make_token

PAGE, CODE, CONFIRM = "/tai-khoan/dang-nhap", "/tai-khoan/ma-xac-thuc", "/tai-khoan/xac-nhan"
SET = "/tai-khoan/dat-mat-khau"
# A password where the login belongs, and other things that a hand slips into a field.
SLIPPED = "Mật khẩu của tôi 2025"


@pytest.fixture
def lines(app):
    """The lines that the product logs during the test."""
    formatter, seen = JsonFormatter(), []

    class Keep(logging.Handler):
        def emit(self, record):
            seen.append(formatter.format(record))

    handler = Keep()
    logging.getLogger("quizapp").addHandler(handler)
    yield seen
    logging.getLogger("quizapp").removeHandler(handler)


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("huyen", Role.DISTRICT, "10", now)


@pytest.fixture
def browser(app, officer):
    return CheckedClient(app)


def tries(lines):
    """(way, outcome, account) of each line of the log that tells of a try; each has a place and a request."""
    told = [json.loads(line) for line in lines]
    told = [line for line in told if line["message"] == "sign-in"]
    assert all(line["network"] == "127.0.0.1" and len(line["request_id"]) == 16 for line in told)
    return [(line["way"], line["outcome"], line.get("account", line.get("typed"))) for line in told]


def api(browser, **typed):
    token = browser.client.get("/api/v1/session").json["csrf_token"]
    return browser.client.post("/api/v1/session", json=typed, headers={"X-CSRF-Token": token})


def test_passwords(browser, officer, lines):
    browser.post(PAGE, {"login": "Huyen", "password": SLIPPED}, status=401)
    browser.redirected(PAGE, {"login": "Huyen", "password": PASSWORD})
    browser.post(CONFIRM, {"again_password": SLIPPED}, status=401)
    assert api(browser, login="huyen", password=SLIPPED).status_code == 401
    assert api(browser, login="huyen", password=PASSWORD).status_code == 200
    outcomes = ["wrong_password", "right", "wrong_password", "wrong_password", "right"]
    assert tries(lines) == [("password", outcome, officer.id) for outcome in outcomes]
    assert not [line for line in lines if SLIPPED in line or PASSWORD in line or "huyen" in line.lower()]


def test_a_login_that_nobody_has_is_a_hash_of_what_was_typed(browser, lines):
    for login in (SLIPPED, f" {SLIPPED.upper()} ", "khong-co"):
        browser.post(PAGE, {"login": login, "password": "sai-mat-khau-roi"}, status=401)
    (first, second, other) = [typed for way, outcome, typed in tries(lines)]
    assert (len(first), first == second, first == other) == (16, True, False)
    assert not [line for line in lines if SLIPPED.lower() in line.lower() or "khong-co" in line]


def test_what_is_not_looked_at_is_told_too(browser, officer, lines):
    for _ in range(FAILURES_PER_ADDRESS):
        browser.post(PAGE, {"login": "huyen", "password": SLIPPED}, status=401)
    browser.post(PAGE, {"login": "huyen", "password": PASSWORD}, status=429)
    assert tries(lines)[-1] == ("password", "sign_in_paused", officer.id)


def test_codes_of_the_app_and_recovery_codes(browser, officer, now, lines):
    secret, codes = enrol(officer, now, key=keys.derive("a key for tests only", "second-factor"))
    code = pyotp.TOTP(secret).at(now)
    # The first code has been taken when the second factor was set up.
    for typed, status in ((code, 401), (SLIPPED, 401), (codes[0], 303)):
        browser.redirected(PAGE, {"login": "huyen", "password": PASSWORD})
        assert browser.client.post(CODE, data={"code": typed, "csrf_token": browser.token()}).status_code == status
    for _ in range(CODES_PER_ADDRESS):
        api(browser, login="huyen", password=PASSWORD, otp="000000")
    api(browser, login="huyen", password=PASSWORD, otp=codes[1])
    assert [told for told in tries(lines) if told[0] != "password"] == [
        ("app code", "otp_wrong", officer.id),
        ("recovery code", "otp_wrong", officer.id),
        ("recovery code", "right", officer.id),
        *[("app code", "otp_wrong", officer.id)] * CODES_PER_ADDRESS,
        ("recovery code", "sign_in_paused", officer.id),
    ]
    for typed in (code, SLIPPED, codes[0], codes[1], "000000"):
        assert not [line for line in lines if typed in line]


def test_links(browser, officer, now, lines):
    with transaction():
        secret = links.hand_over(officer.id, actor="tinh", now=now)
    browser.get(SET, status=404)
    browser.get(f"{SET}?ma={secret}", follow=True)
    browser.post(SET, {"password": "ngắn"}, status=422)
    browser.redirected(SET, {"password": "một câu dài của tôi"})
    browser.get(f"{SET}?ma={secret}", status=404, follow=True)
    (right, wrong) = tries(lines)
    assert right == ("link", "right", officer.id)
    assert (wrong[:2], len(wrong[2])) == (("link", "wrong"), 16)
    assert not [line for line in lines if secret in line or "một câu" in line]


def test_tokens_of_scripts(browser, officer, now, lines):
    token = make_token("huyen", now)
    for each in (token, token[:-1]):
        browser.client.get("/api/v1/session", headers={"Authorization": f"Bearer {each}"})
    (right, wrong) = tries(lines)
    assert right == ("token", "right", officer.id)
    assert (wrong[:2], len(wrong[2])) == (("token", "wrong"), 16)
    assert not [line for line in lines if token[:-1] in line]


def test_of_an_ipv6_address_the_network_is_told(browser, lines):
    browser.client.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:3::4"
    browser.post(PAGE, {"login": "huyen", "password": SLIPPED}, status=401)
    (line,) = [json.loads(line) for line in lines if '"sign-in"' in line]
    assert line["network"] == "2001:db8:1:2::/64"
