"""A session belongs to the browser that began it: nothing planted or copied lives on, and nothing ended comes back."""

import json

import pytest

from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.accounts.rules import Role
from quizapp.db import transaction
from tests import factories
from tests.clients import Actors, CheckedClient
from tests.security.recorder import cookie_text
from tests.web.play.sitting import sitter

COOKIE = "quiz"


@pytest.fixture
def contest(app, now):
    made = factories.make_contest(now)
    factories.make_staff("lan", Role.ORGANIZER, "1", now)
    return made


def cookie_of(browser):
    return browser.client.get_cookie(COOKIE).value


def copied(app, value):
    """Another browser with that cookie."""
    other = CheckedClient(app)
    other.client.set_cookie(COOKIE, value)
    return other


def account(browser):
    return browser.client.get("/api/v1/session").json["account"]


def people(browser):
    return browser.client.get("/api/v1/session").json["participants"]


def sign_in(browser):
    """Sign in from that very browser."""
    answer = browser.client.post(
        "/api/v1/session",
        json={"login": "lan", "password": factories.PASSWORD},
        headers={"X-CSRF-Token": browser.token()},
    )
    assert answer.status_code == 200


def enter(browser, contest, **changes):
    wanted = browser.client.get(f"/api/v1/contests/{contest.slug}").json["entry"]["consent_version"]
    answer = browser.client.post(
        f"/api/v1/contests/{contest.slug}/entries",
        json={**factories.typed_entry(**changes), "consent": {"version": wanted}},
        headers={"X-CSRF-Token": browser.token()},
    )
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return answer.json


def test_a_cookie_that_was_planted_before_the_sign_in_is_worth_nothing_after_it(app, now, contest):
    planted = sitter(app, contest, now).browser
    value = cookie_of(planted)
    victim = copied(app, value)
    sign_in(victim)
    assert account(victim)["login"] == "lan"
    assert cookie_of(victim) != value
    assert account(copied(app, value)) is None
    assert people(copied(app, value)) == []


def test_a_cookie_that_was_copied_before_an_entry_is_worth_nothing_after_it(app, now, contest):
    """On a shared computer somebody enters, takes the cookie home, and leaves the next person the same browser."""
    first = sitter(app, contest, now)
    value = cookie_of(first.browser)
    shared = copied(app, value)
    entered = enter(shared, contest)
    assert entered["participant"] in [each["participant"] for each in people(shared)]
    assert people(copied(app, value)) == []


def test_nor_when_the_person_comes_back_with_a_code(app, now, contest):
    code = sitter(app, contest, now).person.participant.entry_code
    shared = sitter(app, contest, now).browser
    value = cookie_of(shared)
    form = {"entry_code": code}
    assert shared.redirected(f"/cuoc-thi/{contest.slug}/tiep-tuc", form).endswith(contest.slug)
    assert len(people(shared)) == 1
    assert people(copied(app, value)) == []


def test_the_same_person_again_keeps_the_session_and_an_open_paper_stays_open(app, now, contest):
    one = sitter(app, contest, now)
    paper = one.start(contest)
    value = json.loads(cookie_text(cookie_of(one.browser)))["sid"]
    enter(one.browser, contest, **one.person.typed)
    assert json.loads(cookie_text(cookie_of(one.browser)))["sid"] == value
    enter(one.browser, factories.make_contest(now, contest="cuoc-thi-hai"))
    assert json.loads(cookie_text(cookie_of(one.browser)))["sid"] != value
    assert one.browser.get(paper).status == 200


@pytest.mark.parametrize(
    ("method", "address"),
    [("DELETE", "/api/v1/session"), ("POST", "/tai-khoan/dang-xuat"), ("POST", "/tai-khoan/thoat-khoi-may")],
)
@pytest.mark.parametrize("who", ["staff", "participant"])
def test_a_cookie_is_dead_after_the_sign_out(app, now, contest, who, method, address):
    browser = Actors(app).staff("lan") if who == "staff" else sitter(app, contest, now).browser
    value = cookie_of(browser)
    assert account(copied(app, value)) or people(copied(app, value))
    assert browser.client.open(address, method=method, headers={"X-CSRF-Token": browser.token()}).status_code < 400
    again = copied(app, value)
    assert account(again) is None
    assert people(again) == []
    assert again.client.get("/to-chuc/").status_code == 302
    assert again.client.get("/cuoc-thi/cuoc-thi-mau/ma-du-thi").status_code == 401


def test_a_cookie_tells_nothing_but_two_random_texts(app, now, contest):
    for browser in (Actors(app).staff("lan"), sitter(app, contest, now).browser):
        browser.get("/")
        value = cookie_of(browser)
        held = json.loads(cookie_text(value))
        assert set(held) <= {"_permanent", "csrf_token", "sid"}
        assert len(value) < 4000
        cookie = browser.client.get_cookie(COOKIE)
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        # Nothing else is remembered by the browser: no `remember me`.
        assert [name for name in ("remember_token", "remember") if browser.client.get_cookie(name)] == []


def test_a_cookie_that_somebody_has_made_up_is_nobody(app, now, contest):
    real = cookie_of(Actors(app).staff("lan"))
    head, _, tail = real.partition(".")
    # The lowest two bits of the last letter mean nothing: "B" would be another way to write "A".
    for forged in (real[:-1] + ("A" if real[-1] != "A" else "E"), f"{head}x.{tail}", "a.b.c", "", "…", "A" * 3000):
        assert account(copied(app, forged)) is None


def test_nobody_ends_the_session_of_somebody_else(app, now, contest):
    """The number of a session is no secret; whose it is decides."""
    factories.make_staff("hoa", Role.ORGANIZER, "1", now)
    own, other = Actors(app).staff("lan"), Actors(app).staff("hoa")
    value = cookie_of(own)
    for number in range(1, 20):
        sent = other.client.post(
            f"/tai-khoan/phien-dang-nhap/{number}/cham-dut", headers={"X-CSRF-Token": other.token()}
        )
        assert sent.status_code < 500
    assert account(copied(app, value))["login"] == "lan"
    assert account(copied(app, cookie_of(other))) is None


def test_a_token_of_a_script_opens_no_page(app, now, contest):
    """Accounts, second factors and prizes are changed by people; what the token is for is the API."""
    with transaction():
        token = accounts_service.create_token(accounts.get_user_id("lan"), "thử", now=now)
    bearer = {"Authorization": f"Bearer {token}"}
    client = app.test_client()
    assert client.get("/api/v1/contests/cuoc-thi-mau/results/areas", headers=bearer).status_code == 200
    assert client.get("/to-chuc/", headers=bearer).status_code == 302
    for address in ("/tai-khoan/doi-mat-khau", "/to-chuc/tai-khoan/can-bo/lan/duong-dan", "/to-chuc/cuoc-thi/tao-moi"):
        assert client.post(address, headers=bearer).status_code == 403
