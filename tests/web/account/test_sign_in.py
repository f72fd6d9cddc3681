"""Signing staff in and out; leaving a shared computer."""

import pytest

from quizapp.accounts import rules
from quizapp.accounts.rules import FAILURES_PER_ADDRESS, Role
from tests import factories
from tests.clients import CheckedClient, text_in
from tests.factories import PASSWORD
from tests.web.play.sitting import sitter
from tests.web.test_safe_next import FOREIGN

URL = "/tai-khoan/dang-nhap"


@pytest.fixture
def staff(app, now):
    """An administrator, an organizer and somebody of a district."""
    factories.make_tree(now)
    factories.make_staff("quan-tri", Role.ADMIN, None, now)
    factories.make_staff("to-chuc", Role.ORGANIZER, "1", now)
    factories.make_staff("huyen", Role.DISTRICT, "10", now)


def login(name, password=PASSWORD, **more):
    return {"login": name, "password": password, **more}


@pytest.mark.parametrize(
    ("name", "landing"), [("quan-tri", "/to-chuc/"), ("to-chuc", "/to-chuc/"), ("huyen", "/don-vi/")]
)
def test_everybody_lands_at_their_work(actors, staff, name, landing):
    browser = actors.stranger()
    assert browser.redirected(URL, login(name)).rstrip("/") == landing.rstrip("/")
    # Who is signed in already has nothing to do here.
    response = browser.client.get(URL)
    assert response.status_code == 302
    assert response.headers["Location"].rstrip("/") == landing.rstrip("/")


def test_logins_are_the_same_in_capitals_and_with_blanks_around(actors, staff):
    assert actors.stranger().redirected(URL, login("  Quan-Tri "))


def test_a_wrong_password_and_an_unknown_login_are_told_alike(actors, staff):
    pages = [
        actors.stranger().post(URL, login(name, password), status=401)
        for name, password in (("huyen", "sai-mat-khau-roi"), ("khong-co", PASSWORD))
    ]
    for page in pages:
        assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in page.text
        assert page.one("input", name="password").get("value") in (None, "")
    assert pages[0].one("input", name="login").get("value") == "huyen"
    normal = [page.html.replace("khong-co", "huyen") for page in pages]
    assert len(normal[0]) == len(normal[1])


def test_what_is_missing_is_told_at_its_field(actors, staff):
    page = actors.stranger().post(URL, login("", ""), status=422)
    assert "Hãy nhập tên đăng nhập." in page.text
    assert "Hãy nhập mật khẩu." in page.text


def test_a_password_is_taken_as_typed(actors, app, now, staff):
    actors.stranger().post(URL, login("huyen", f" {PASSWORD} "), status=401)


def test_guessing_has_to_wait_at_one_address_and_not_at_another(actors, app, staff):
    guesser = actors.stranger()
    for _ in range(FAILURES_PER_ADDRESS):
        guesser.post(URL, login("huyen", "sai-mat-khau-roi"), status=401)
    page = guesser.post(URL, login("huyen"), status=429)
    assert "Đã nhập sai nhiều lần." in page.text
    owner = CheckedClient(app)
    owner.client.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    assert owner.redirected(URL, login("huyen"))


def test_one_password_for_a_thousand_logins_has_to_wait_too(actors, staff, monkeypatch):
    monkeypatch.setattr(rules, "ALL_FAILURES_PER_ADDRESS", 4)
    browser = actors.stranger()
    for number in range(4):
        browser.post(URL, login(f"nguoi-{number}", "sai-mat-khau-roi"), status=401)
    assert "thao tác quá nhanh" in browser.post(URL, login("nguoi-9", "sai"), status=429).text


@pytest.mark.parametrize("wanted", [typed for typed in FOREIGN if typed])
def test_nobody_is_sent_elsewhere_after_signing_in(actors, staff, wanted):
    assert actors.stranger().redirected(URL, login("huyen", next=wanted)).rstrip("/") == "/don-vi"


def test_the_page_one_wanted_comes_after_signing_in(actors, app, now, staff):
    browser = actors.stranger()
    response = browser.client.get("/don-vi/co-so?x=1")
    assert response.headers["Location"].startswith(URL + "?next=")
    page = browser.get(response.headers["Location"])
    wanted = page.one("input", name="next", id="next")
    assert browser.redirected(URL, login("huyen", next=wanted.get("value"))) == "/don-vi/co-so?x=1"


def test_a_sign_in_makes_a_new_session_and_a_sign_out_kills_it(actors, app, staff):
    browser = actors.stranger()
    browser.redirected(URL, login("huyen"))
    cookie = browser.client.get_cookie("quiz").value
    assert browser.client.get("/don-vi/").status_code == 200
    response = browser.client.post("/tai-khoan/dang-xuat", data={"csrf_token": browser.token()})
    assert response.headers["Location"] == URL
    assert response.headers["Clear-Site-Data"] == '"cache"'
    replay = app.test_client()
    replay.set_cookie("quiz", cookie)
    assert replay.get("/don-vi/").status_code == 302
    assert browser.client.get("/don-vi/").status_code == 302


def test_signing_out_takes_a_post_with_the_token(actors, app, staff):
    browser = actors.stranger()
    browser.redirected(URL, login("huyen"))
    for path in ("/tai-khoan/dang-xuat", "/tai-khoan/thoat-khoi-may"):
        assert browser.client.get(path).status_code == 405
        assert browser.client.post(path).status_code == 403
    assert browser.client.get("/don-vi/").status_code == 200


def test_who_leaves_a_shared_computer_leaves_nothing_behind(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Người Rời Máy")
    paper_url = me.start(contest)
    url = f"/cuoc-thi/{contest.slug}"
    (leave,) = [form for form in me.browser.get(url).all("form") if form.get("action") == "/tai-khoan/thoat-khoi-may"]
    assert leave.get("method") == "post"
    with me.browser.client.session_transaction() as cookie:
        old = dict(cookie)
    page = me.browser.post("/tai-khoan/thoat-khoi-may")
    assert text_in(page.one("h1")) == "Các cuộc thi"
    assert "Người Rời Máy" not in me.browser.get(url).html
    with me.browser.client.session_transaction() as cookie:
        cookie.update(old)
    assert "Người Rời Máy" not in me.browser.get(url).html
    assert me.browser.client.get(paper_url).status_code in (401, 404)


def test_staff_pages_are_not_kept_by_caches(actors, staff):
    browser = actors.stranger()
    browser.redirected(URL, login("huyen"))
    for path in ("/don-vi/", URL, "/"):
        assert browser.client.get(path).headers["Cache-Control"] == "no-store"
