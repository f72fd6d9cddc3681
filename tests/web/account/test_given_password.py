"""A password that somebody else has chosen: a word to its owner at home, a first step where it is served over HTTPS."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.accounts import links, queries
from quizapp.accounts.rules import GIVEN_PASSWORD_LIFE, Role
from quizapp.cli.staff import ensure_admin
from quizapp.db import transaction
from tests import factories
from tests.clients import CheckedClient
from tests.factories import PASSWORD
from tests.web.api.callers import Caller, make_token

SIGN_IN, CHANGE, SET = "/tai-khoan/dang-nhap", "/tai-khoan/doi-mat-khau", "/tai-khoan/dat-mat-khau"
SECOND_FACTOR = "/tai-khoan/hai-lop"
NEW = "một câu dài của tôi"
SAID = "do người khác đặt"
SUMMARY = "/contests/cuoc-thi-mau/exports/summary.csv"


@pytest.fixture
def officer(app, now):
    factories.make_contest(now)
    return factories.make_staff("huyen", Role.DISTRICT, "10", now)


@pytest.fixture
def https(app, monkeypatch):
    """The product as it is served over HTTPS."""
    monkeypatch.setitem(app.config, "QUIZ", replace(app.config["QUIZ"], https=True))


@pytest.fixture
def browser(app, officer):
    found = CheckedClient(app)
    sign_in(found, PASSWORD)
    return found


def sign_in(browser, password):
    return browser.redirected(SIGN_IN, {"login": "huyen", "password": password})


def test_at_home_it_opens_everything_and_the_first_pages_say_so(browser, app, at, now):
    assert SAID in browser.get("/don-vi/").text
    assert SAID in browser.get("/tai-khoan").text
    Caller(app).post("/session", {"login": "huyen", "password": PASSWORD})
    with at(now + 2 * GIVEN_PASSWORD_LIFE):
        sign_in(browser, PASSWORD)
        assert SAID in browser.get("/don-vi/").text
        browser.redirected(CHANGE, {"present": PASSWORD, "password": NEW})
        assert SAID not in browser.get("/don-vi/").text
        assert SAID not in browser.get("/tai-khoan").text


def test_it_cannot_become_ones_own(browser, officer):
    page = browser.post(CHANGE, {"present": PASSWORD, "password": PASSWORD}, status=422)
    assert "khác với mật khẩu đã được giao" in page.text
    assert queries.password_given_at(officer.id) is not None
    browser.redirected(CHANGE, {"present": PASSWORD, "password": NEW})
    # Whoever keeps a password of their own is not asked for another.
    browser.redirected(CHANGE, {"present": NEW, "password": NEW})


def test_over_https_nothing_comes_before_another_one(https, browser):
    for path in ("/don-vi/", "/tai-khoan", "/tai-khoan/phien-dang-nhap", SECOND_FACTOR, "/tai-khoan/xac-nhan"):
        assert browser.client.get(path).headers["Location"] == CHANGE
    page = browser.get(CHANGE)
    assert "Cần đổi trước khi làm việc" in page.text
    assert not page.all("ol", class_="breadcrumb")
    # Whoever has no time for it now can leave a shared computer all the same.
    assert page.one("form", action="/tai-khoan/dang-xuat") is not None
    page = browser.post(CHANGE, {"present": PASSWORD, "password": "ngắn"}, status=422)
    assert "Cần đổi trước khi làm việc" in page.text
    browser.redirected(CHANGE, {"present": PASSWORD, "password": NEW})
    assert browser.client.get("/don-vi/").status_code == 200
    page = browser.get(CHANGE)
    assert "Cần đổi trước khi làm việc" not in page.text
    assert page.one("ol", class_="breadcrumb") is not None


def test_the_second_factor_comes_after_it(https, browser, app, monkeypatch):
    monkeypatch.setitem(app.config, "QUIZ", replace(app.config["QUIZ"], second_factor_required=True))
    assert browser.client.get(SECOND_FACTOR).headers["Location"] == CHANGE
    browser.redirected(CHANGE, {"present": PASSWORD, "password": NEW})
    assert browser.client.get("/don-vi/").headers["Location"] == SECOND_FACTOR
    browser.get(SECOND_FACTOR)
    assert browser.client.get(CHANGE).headers["Location"] == SECOND_FACTOR


def test_over_https_programs_are_told_and_bearer_tokens_go_on(https, app, officer, now):
    caller = Caller(app)
    assert caller.post("/session", {"login": "huyen", "password": PASSWORD}).json["account"]["login"] == "huyen"
    assert caller.get(SUMMARY, 403).json["code"] == "new_password_required"
    Caller(app, make_token("huyen", now)).get(SUMMARY)


def test_over_https_it_ends_after_a_fortnight(https, app, officer, now, at):
    browser, caller = CheckedClient(app), Caller(app)
    with at(now + GIVEN_PASSWORD_LIFE - timedelta(seconds=1)):
        sign_in(browser, PASSWORD)
    with at(now + GIVEN_PASSWORD_LIFE):
        page = browser.post(SIGN_IN, {"login": "huyen", "password": PASSWORD}, status=401)
        assert "đã quá hạn" in page.text
        told = caller.post("/session", {"login": "huyen", "password": PASSWORD}, 401)
        assert told.json["code"] == "given_password_over"
        with transaction():
            secret = links.hand_over(officer.id, actor="tinh", now=now + GIVEN_PASSWORD_LIFE)
        browser.get(f"{SET}?ma={secret}", follow=True)
        browser.redirected(SET, {"password": NEW})
    with at(now + 3 * GIVEN_PASSWORD_LIFE):
        sign_in(browser, NEW)
        assert browser.client.get("/don-vi/").status_code == 200


def test_whoever_guesses_learns_nothing_of_its_age(https, app, officer, now, at):
    browser = CheckedClient(app)
    with at(now + GIVEN_PASSWORD_LIFE):
        page = browser.post(SIGN_IN, {"login": "huyen", "password": "sai-mat-khau-roi"}, status=401)
        assert "đã quá hạn" not in page.text


def test_the_first_administrators_password_is_given_too(app, now):
    ensure_admin("quan-tri", "mat-khau-quan-tri")
    assert queries.password_given_at(queries.get_user_id("quan-tri")) is not None
