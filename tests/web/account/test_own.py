"""One's own account: the password, and where it is signed in."""

from datetime import timedelta

import pytest

from quizapp.accounts import queries, service
from quizapp.accounts.rules import RECENT_ON_PAGES, STAFF_IDLE, Role
from quizapp.db import transaction
from tests import factories
from tests.clients import CheckedClient, text_in
from tests.factories import PASSWORD

SIGN_IN = "/tai-khoan/dang-nhap"
CHANGE = "/tai-khoan/doi-mat-khau"
SESSIONS = "/tai-khoan/phien-dang-nhap"
NEW = "một câu dài của tôi"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("huyen", Role.DISTRICT, "10", now)


def sign_in(app, password=PASSWORD, user_agent="", address="192.0.2.1"):
    browser = CheckedClient(app)
    browser.client.environ_base |= {"HTTP_USER_AGENT": user_agent, "REMOTE_ADDR": address}
    browser.redirected(SIGN_IN, {"login": "huyen", "password": password})
    return browser


def is_in(browser):
    return browser.client.get("/don-vi/").status_code == 200


def test_the_page_says_what_the_account_is(app, officer):
    page = sign_in(app).get("/tai-khoan")
    for words in ("huyen", "Cán bộ theo dõi đơn vị", "Huyện Đak Mẫu", "Chưa bật"):
        assert words in page.text


def test_another_password_takes_the_present_one_and_ends_the_other_sessions(app, officer):
    browser, elsewhere = sign_in(app), sign_in(app)
    page = browser.post(CHANGE, {"present": "sai rồi nhé", "password": NEW}, status=422)
    assert "Mật khẩu hiện nay chưa đúng." in page.text
    assert NEW not in page.html
    assert is_in(elsewhere)
    browser.redirected(CHANGE, {"present": PASSWORD, "password": NEW})
    assert (is_in(browser), is_in(elsewhere)) == (True, False)
    assert is_in(sign_in(app, NEW))


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "ít nhất 10 ký tự"), ("ngắn", "ít nhất 10 ký tự"), ("x" * 201, "200 ký tự"), ("matkhau123", "rất dễ đoán"),
        ("quizapp2026", "tên của hệ thống"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_at_the_field(app, officer, password, sentence):
    page = sign_in(app).post(CHANGE, {"present": PASSWORD, "password": password}, status=422)
    assert sentence in text_in(page.one("div", id="password-error"))
    assert service.check_password("huyen", PASSWORD)


def test_guessing_the_present_password_has_to_wait(app, officer):
    browser = sign_in(app)
    for _ in range(8):
        browser.post(CHANGE, {"present": "sai rồi nhé", "password": NEW}, status=422)
    assert "Đã nhập sai nhiều lần." in browser.post(CHANGE, {"present": PASSWORD, "password": NEW}, status=422).text


def test_one_sees_where_one_is_signed_in_and_ends_it(app, officer, now):
    other, here = sign_in(app, user_agent=WINDOWS, address="192.0.2.7"), sign_in(app)
    page = here.get(SESSIONS)
    assert all(words in page.text for words in ("Chrome, Windows", "192.0.2.7", "Phiên này", "Không rõ thiết bị"))
    (form,) = [
        form
        for form in page.all("form")
        if form.get("action").startswith(f"{SESSIONS}/")
        and "/cham-dut" in form.get("action")
        and form.get("action") != f"{SESSIONS}/cham-dut"
    ]
    here.redirected(form.get("action"))
    assert (is_in(here), is_in(other)) == (True, False)


def test_one_ends_all_others_at_once(app, officer):
    first, second, here = (sign_in(app) for _ in range(3))
    here.redirected(f"{SESSIONS}/cham-dut")
    assert [is_in(each) for each in (first, second, here)] == [False, False, True]


def test_ending_sessions_takes_the_password_where_it_was_typed_long_ago(app, officer, now, at):
    other, here = sign_in(app), sign_in(app)
    number = next(each.id for each in queries.list_own_sessions(officer.id, now=now))
    for path in (f"{SESSIONS}/{number}/cham-dut", f"{SESSIONS}/cham-dut"):
        with at(now + RECENT_ON_PAGES + timedelta(seconds=1)):
            for typed in ({}, {"again_password": "sai rồi nhé"}):
                assert "Xác nhận lại mật khẩu" in here.post(path, typed, status=403).text
            assert is_in(other)
    with at(now + RECENT_ON_PAGES + timedelta(seconds=1)):
        here.redirected(f"{SESSIONS}/cham-dut", {"again_password": PASSWORD})
        assert (is_in(here), is_in(other)) == (True, False)


def test_nobody_ends_somebody_elses_session(app, officer, now):
    stranger = factories.make_staff("nguoi-khac", Role.DISTRICT, "11", now)
    with transaction():
        number, token = service.open_session(stranger.id, now=now)
    sign_in(app).redirected(f"{SESSIONS}/{number}/cham-dut")
    assert queries.find_session(token, now=now) is not None


def test_a_session_goes_on_while_somebody_is_there_and_ends_when_nobody_is(app, officer, now, at):
    browser = sign_in(app)
    step = STAFF_IDLE - timedelta(minutes=5)
    for number in (1, 2, 3):
        with at(now + number * step):
            assert is_in(browser)
    with at(now + 3 * step + STAFF_IDLE):
        assert not is_in(browser)
        assert browser.client.get("/api/v1/session").json["account"] is None


def test_the_last_use_is_written_at_most_once_a_minute(app, officer, now, at):
    browser = sign_in(app)

    def noted():
        return queries.list_own_sessions(officer.id, now=now)[0].used_at

    with at(now + timedelta(seconds=59)):
        browser.client.get("/don-vi/")
    assert noted() == now
    with at(now + timedelta(seconds=61)):
        browser.client.get("/don-vi/")
    assert noted() == now + timedelta(seconds=61)
