"""One browser, several people: a family's phone, a computer of a school, a member of staff who takes part."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from tests import factories
from tests.clients import CheckedClient

CONTEST = "/cuoc-thi/cuoc-thi-mau"
MOTHER = {"full_name": "Nguyễn Thị Mẹ", "phone": "0911000111", "date_of_birth": "01/02/1965", "area": "101"}
SON = {"full_name": "Trần Văn Con", "phone": "0922000222", "date_of_birth": "03/04/2000", "area": "101"}


@pytest.fixture
def browser(app, now):
    factories.make_contest(now)
    return CheckedClient(app)


def enter(browser, person, clock_at):
    with clock_at:
        return browser.post(f"{CONTEST}/dang-ky", {**person, **factories.AGREED})


def start(browser):
    return browser.redirected(f"{CONTEST}/tuan-1/bat-dau")


def minute(at, now, number):
    return at(now + timedelta(minutes=number))


def test_each_person_gets_a_paper_of_their_own(browser, now, at):
    enter(browser, MOTHER, minute(at, now, 0))
    hers = start(browser)
    enter(browser, SON, minute(at, now, 1))
    his = start(browser)
    assert hers != his
    home = browser.get("/").html
    assert his in home
    assert hers not in home


def test_who_enters_again_is_the_one_who_sits_there_now(browser, now, at):
    enter(browser, MOTHER, minute(at, now, 0))
    hers = start(browser)
    enter(browser, SON, minute(at, now, 1))
    his = start(browser)
    page = enter(browser, MOTHER, minute(at, now, 2))
    assert MOTHER["full_name"] in page.text
    assert SON["full_name"] not in page.text
    assert start(browser) == hers
    assert his not in browser.get("/").html


def test_after_leaving_nothing_is_left_even_for_the_old_cookie(app, browser, now, at):
    enter(browser, MOTHER, minute(at, now, 0))
    paper = start(browser)
    cookie = browser.client.get_cookie("quiz").value
    assert browser.redirected("/tai-khoan/thoat-khoi-may") == "/"
    replayed = CheckedClient(app)
    replayed.client.set_cookie("quiz", cookie)
    for client in (browser, replayed):
        for address in (paper, f"{paper}/xem-lai", f"{paper}/da-nop", f"{CONTEST}/ma-du-thi"):
            assert MOTHER["full_name"] not in client.get(address, status=401).text
        assert MOTHER["full_name"] not in client.get(CONTEST).text
        assert paper not in client.get("/").html
    saved = replayed.client.put(
        f"/api/v1/attempts/{paper.rsplit('/', 1)[1]}/answers",
        json={"batch": []},
        headers={"X-CSRF-Token": replayed.token()},
    )
    assert saved.status_code == 401


def test_what_a_person_saw_is_not_kept_for_the_back_button(browser, now, at):
    enter(browser, MOTHER, minute(at, now, 0))
    paper = start(browser)
    for address in (paper, f"{paper}/xem-lai", CONTEST, "/", f"{CONTEST}/ma-du-thi", "/api/v1/session"):
        assert browser.client.get(address).headers["Cache-Control"] == "no-store", address
    answer = browser.client.post("/tai-khoan/thoat-khoi-may", data={"csrf_token": browser.token()})
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_staff_who_sign_in_leave_the_person_who_took_part_there_and_the_reverse(app, browser, now, at):
    factories.make_staff("dak-mau", Role.DISTRICT, "10", now)
    enter(browser, MOTHER, minute(at, now, 0))
    paper = start(browser)
    participants_cookie = browser.client.get_cookie("quiz").value
    browser.post("/tai-khoan/dang-nhap", {"login": "dak-mau", "password": factories.PASSWORD})
    browser.get(paper, status=404)
    old = CheckedClient(app)
    old.client.set_cookie("quiz", participants_cookie)
    old.get(paper, status=401)
    enter(browser, SON, minute(at, now, 1))
    assert SON["full_name"] in browser.get(CONTEST).text
    staff_cookie = browser.client.get_cookie("quiz").value
    browser.post("/tai-khoan/dang-xuat")
    old.client.set_cookie("quiz", staff_cookie)
    for client in (browser, old):
        assert client.client.get("/don-vi/cuoc-thi-mau").status_code == 302
        assert SON["full_name"] not in client.get(CONTEST).text
