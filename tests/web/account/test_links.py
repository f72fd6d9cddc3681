"""A password for whoever holds a link; asking for one."""

import pytest

from quizapp.accounts import links, queries, service
from quizapp.accounts.rules import LINK_LIFE, Role
from quizapp.db import transaction
from quizapp.web import throttle
from tests import factories
from tests.factories import PASSWORD

SET = "/tai-khoan/dat-mat-khau"
FORGOT = "/tai-khoan/quen-mat-khau"
NEW = "một câu dài của tôi"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("huyen", Role.DISTRICT, "10", now)


@pytest.fixture
def secret(officer, now):
    with transaction():
        return links.hand_over(officer.id, actor="tinh", now=now)


def test_the_secret_is_in_no_page_and_no_address_that_stays(actors, secret, caplog):
    browser = actors.stranger()
    answer = browser.client.get(f"{SET}?ma={secret}")
    assert (answer.status_code, answer.headers["Location"]) == (303, SET)
    page = browser.get(SET)
    assert secret not in page.html
    assert "huyen" in page.text
    for response in (answer, page.response):
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
    assert secret not in caplog.text
    assert secret not in repr([vars(record) for record in caplog.records])


def test_looking_at_a_link_does_not_use_it_up(actors, secret, now):
    for _ in range(3):
        actors.stranger().get(f"{SET}?ma={secret}", follow=True)
    assert links.find_link(secret, now=now).login == "huyen"


def test_a_password_is_set_once_and_nobody_is_signed_in_by_it(actors, secret):
    browser, second = actors.stranger(), actors.stranger()
    for each in (browser, second):
        each.get(f"{SET}?ma={secret}", follow=True)
    page = browser.post(SET, {"password": "ngắn"}, status=422)
    assert "ít nhất 10 ký tự" in page.text
    assert browser.redirected(SET, {"password": NEW}) == "/tai-khoan/dang-nhap"
    assert browser.client.get("/don-vi/").status_code == 302
    assert "chỉ dùng được một lần" in second.post(SET, {"password": "một câu khác hẳn"}, status=404).text
    assert service.check_password("huyen", NEW)


@pytest.mark.parametrize("typed", ["", "?ma=", "?ma=x", "?ma=" + "x" * 3000, "?ma=%E2%80%AE"])
def test_without_a_living_link_there_is_nothing(actors, officer, typed):
    page = actors.stranger().get(f"{SET}{typed}", status=404, follow=True)
    assert "Đường dẫn không còn dùng được" in page.text


def test_after_half_an_hour_it_is_dead(actors, secret, now, at):
    browser = actors.stranger()
    browser.get(f"{SET}?ma={secret}", follow=True)
    with at(now + LINK_LIFE):
        browser.get(SET, status=404)
        browser.post(SET, {"password": NEW}, status=404)
    assert service.check_password("huyen", PASSWORD)


def test_known_and_unknown_get_the_same_answer_and_one_of_them_stands_in_the_list(actors, officer, now):
    pages = [actors.stranger().post(FORGOT, {"login": login}) for login in ("huyen", "khong-co")]
    bodies = [page.html.split("<main")[1] for page in pages]
    assert bodies[0] == bodies[1]
    assert "Đã ghi nhận" in pages[0].text
    assert [(info.login, info.asked_at) for info in queries.list_staff(now=now)] == [("huyen", now)]


def test_asking_too_often_has_to_wait(actors, officer):
    throttle.forget_local()
    for _ in range(10):
        actors.stranger().post(FORGOT, {"login": "huyen"})
    actors.stranger().post(FORGOT, {"login": "huyen"}, status=429)


def test_an_empty_login_is_told_at_its_field(actors, app):
    assert "Hãy nhập tên đăng nhập." in actors.stranger().post(FORGOT, {"login": ""}, status=422).text
