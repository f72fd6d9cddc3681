"""Two-step sign-in, setting the second factor up, and what staff see who must have one and have none."""

from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from quizapp.accounts import queries
from quizapp.accounts.rules import CODES_PER_ADDRESS, Role
from quizapp.web import signing_in
from tests import factories
from tests.clients import text_in
from tests.factories import PASSWORD

SIGN_IN = "/tai-khoan/dang-nhap"
CODE = "/tai-khoan/ma-xac-thuc"
PAGE = "/tai-khoan/hai-lop"
CONFIRM = f"{PAGE}/xac-nhan"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("huyen", Role.DISTRICT, "10", now)


@pytest.fixture
def required(app, monkeypatch):
    """The installation asks for a second factor."""
    monkeypatch.setitem(app.config, "QUIZ", replace(app.config["QUIZ"], second_factor_required=True))


def password_step(browser, **more):
    return browser.redirected(SIGN_IN, {"login": "huyen", "password": PASSWORD, **more})


def enrol(browser, now):
    """Through the pages; the secret and the recovery codes."""
    assert browser.redirected(f"{PAGE}/bat-dau") == CONFIRM
    shown = browser.get(CONFIRM)
    secret = text_in(shown.one("p", class_="secret__groups")).replace(" ", "")
    page = browser.post(CONFIRM, {"code": pyotp.TOTP(secret).at(now)})
    return secret, [text_in(each) for each in page.one("ol", class_="secret-list")]


def signed_in(actors):
    browser = actors.stranger()
    password_step(browser)
    return browser


def test_it_is_set_up_with_a_picture_or_in_letters_and_the_codes_are_shown_once(actors, officer, now):
    browser = signed_in(actors)
    assert "Chưa bật" in browser.get("/tai-khoan").text
    browser.redirected(f"{PAGE}/bat-dau")
    page = browser.get(CONFIRM)
    secret = text_in(page.one("p", class_="secret__groups")).replace(" ", "")
    assert len(secret) == 32
    assert all(len(group) == 4 for group in text_in(page.one("p", class_="secret__groups")).split())
    assert page.root.find(".//{http://www.w3.org/2000/svg}svg") is not None
    page = browser.post(CONFIRM, {"code": pyotp.TOTP(secret).at(now - timedelta(minutes=9))}, status=422)
    assert "Mã chưa đúng" in page.text
    page = browser.post(CONFIRM, {"code": pyotp.TOTP(secret).at(now)})
    codes = [text_in(each) for each in page.one("ol", class_="secret-list")]
    assert len(set(codes)) == 10
    assert page.response.headers["Cache-Control"] == "no-store"
    for path in ("/tai-khoan", PAGE):
        html = browser.get(path).html
        assert secret not in html
        assert not any(code in html for code in codes)
    assert "còn 10 mã khôi phục" in browser.get("/tai-khoan").text
    assert browser.client.get(CONFIRM).headers["Location"] == PAGE


def test_the_password_alone_opens_nothing_and_the_code_goes_on_to_where_one_wanted(actors, officer, now, at):
    secret, _ = enrol(signed_in(actors), now)
    browser = actors.stranger()
    assert password_step(browser, next="/don-vi/co-so?x=1") == f"{CODE}?next=/don-vi/co-so?x%3D1"
    for path in ("/don-vi/", "/tai-khoan", PAGE):
        assert browser.client.get(path).status_code == 302
    assert browser.client.get("/api/v1/session").json["account"] is None
    page = browser.get(f"{CODE}?next=/don-vi/co-so?x%3D1")
    assert page.one("input", name="code").get("autocomplete") == "one-time-code"
    wanted = page.one("input", id="next").get("value")
    with at(now + timedelta(minutes=1)):
        typed = pyotp.TOTP(secret).at(now + timedelta(minutes=1))
        assert browser.redirected(CODE, {"code": typed, "next": wanted}) == "/don-vi/co-so?x=1"
        assert browser.client.get("/don-vi/").status_code == 200


def test_the_same_code_opens_no_second_browser(actors, officer, now, at):
    secret, _ = enrol(signed_in(actors), now)
    with at(now + timedelta(minutes=1)):
        typed = pyotp.TOTP(secret).at(now + timedelta(minutes=1))
        first, second = actors.stranger(), actors.stranger()
        for browser in (first, second):
            password_step(browser)
        assert first.redirected(CODE, {"code": typed})
        assert "Mã chưa đúng hoặc đã dùng rồi" in second.post(CODE, {"code": typed}, status=401).text


def test_a_recovery_code_stands_in_once(actors, officer, now):
    _, codes = enrol(signed_in(actors), now)
    for status in (303, 401):
        browser = actors.stranger()
        password_step(browser)
        answer = browser.client.post(CODE, data={"code": codes[0].lower(), "csrf_token": browser.token()})
        assert answer.status_code == status


def test_whoever_comes_without_the_first_step_or_too_late_begins_there(actors, officer, now, at):
    assert actors.stranger().client.get(CODE).headers["Location"] == SIGN_IN
    secret, _ = enrol(signed_in(actors), now)
    browser = actors.stranger()
    password_step(browser)
    late = now + signing_in.BETWEEN_STEPS + timedelta(seconds=1)
    with at(late):
        assert browser.redirected(CODE, {"code": pyotp.TOTP(secret).at(late)}) == SIGN_IN


def test_the_half_way_dies_with_the_password(actors, officer, now):
    enrol(signed_in(actors), now)
    browser = actors.stranger()
    password_step(browser)
    assert browser.client.get(CODE).status_code == 200
    with queries.db.session.begin_nested():
        queries.get_user(officer.id).password_hash = "another"
    queries.db.session.commit()
    assert browser.client.get(CODE).headers["Location"] == SIGN_IN


def test_guessing_codes_has_to_wait(actors, officer, now):
    _, codes = enrol(signed_in(actors), now)
    browser = actors.stranger()
    password_step(browser)
    for _ in range(CODES_PER_ADDRESS):
        browser.post(CODE, {"code": "000000"}, status=401)
    assert "Đã nhập sai nhiều lần." in browser.post(CODE, {"code": codes[0]}, status=429).text


def test_changes_take_password_and_code(actors, officer, now, at):
    browser = signed_in(actors)
    secret, codes = enrol(browser, now)
    for path in ("ma-khoi-phuc", "tat", "doi-dien-thoai"):
        browser.post(f"{PAGE}/{path}", {"password": "sai", "code": codes[0]}, status=422)
        browser.post(f"{PAGE}/{path}", {"password": PASSWORD, "code": "000000"}, status=422)
        browser.post(f"{PAGE}/{path}", {"password": PASSWORD, "code": ""}, status=422)
    assert queries.count_recovery_codes(officer.id) == 10
    # The way of those who have none leads nowhere.
    assert browser.client.post(f"{PAGE}/bat-dau", data={"csrf_token": browser.token()}).status_code == 409


def test_new_recovery_codes_another_telephone_and_turning_it_off(actors, officer, now, at):
    browser = signed_in(actors)
    secret, codes = enrol(browser, now)
    page = browser.post(f"{PAGE}/ma-khoi-phuc", {"password": PASSWORD, "code": codes[0]})
    new = [text_in(each) for each in page.one("ol", class_="secret-list")]
    assert set(new).isdisjoint(codes)
    assert browser.redirected(f"{PAGE}/doi-dien-thoai", {"password": PASSWORD, "code": new[0]}) == CONFIRM
    other = text_in(browser.get(CONFIRM).one("p", class_="secret__groups")).replace(" ", "")
    assert other != secret
    page = browser.post(CONFIRM, {"code": pyotp.TOTP(other).at(now)})
    newest = [text_in(each) for each in page.one("ol", class_="secret-list")]
    browser.redirected(f"{PAGE}/tat", {"password": PASSWORD, "code": newest[0]})
    assert not queries.has_second_factor(officer.id)
    assert browser.client.get("/don-vi/").status_code == 200
    assert password_step(actors.stranger()).rstrip("/") == "/don-vi"


def test_setting_it_up_signs_out_elsewhere(actors, officer, now):
    elsewhere, browser = signed_in(actors), signed_in(actors)
    enrol(browser, now)
    assert browser.client.get("/don-vi/").status_code == 200
    assert elsewhere.client.get("/don-vi/").status_code == 302


def test_where_it_is_required_nothing_comes_before_it(actors, officer, required, now):
    browser = signed_in(actors)
    for path in ("/don-vi/", "/don-vi/co-so", "/tai-khoan", "/tai-khoan/phien-dang-nhap", "/tai-khoan/doi-mat-khau"):
        assert browser.client.get(path).headers["Location"] == PAGE, path
    refused = browser.client.get("/api/v1/contests/x/exports/summary.csv")
    assert (refused.status_code, refused.json["code"]) == (403, "second_factor_required")
    page = browser.get(PAGE)
    assert "Cần bật trước khi làm việc" in page.text
    assert page.one("form", class_="staff__account") is not None
    enrol(browser, now)
    assert browser.client.get("/don-vi/").status_code == 200


def test_where_it_is_required_public_pages_see_nobody_of_the_staff(actors, app, required, now):
    contest = factories.make_contest(now)
    factories.make_staff("tinh", Role.ORGANIZER, "1", now)
    browser = actors.stranger()
    browser.redirected(SIGN_IN, {"login": "tinh", "password": PASSWORD})
    # Organizers get the raw records at any time, the public only once they are published.
    assert browser.client.get(f"/api/v1/contests/{contest.slug}/exports/raw.jsonl").status_code == 404
    enrol(browser, now)
    assert browser.client.get(f"/api/v1/contests/{contest.slug}/exports/raw.jsonl").status_code == 200


def test_where_it_is_not_required_a_calm_word_stands_on_the_first_page(actors, officer, now):
    browser = signed_in(actors)
    assert "chỉ có mật khẩu" in browser.get("/don-vi/").text
    enrol(browser, now)
    assert "chỉ có mật khẩu" not in browser.get("/don-vi/").text


def test_only_staff_come_here(actors, app, now):
    for path in (PAGE, CONFIRM, "/tai-khoan/xac-nhan"):
        assert actors.stranger().client.get(path).headers["Location"].startswith(SIGN_IN)
