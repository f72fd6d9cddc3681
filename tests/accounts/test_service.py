"""Staff accounts, sessions, tokens, on both databases."""

from datetime import timedelta

import pytest

from quizapp.accounts import queries, rules, service
from quizapp.accounts.models import ApiToken, BrowserSession
from quizapp.accounts.rules import Role
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from tests import factories

HOME = "192.0.2.1"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def fail(times, now, address=HOME, login="can-bo"):
    with transaction():
        for _ in range(times):
            service.record_failure(login, address=address, now=now)


def check(now, password=factories.PASSWORD, address=HOME, login="can-bo"):
    return service.check_password(login, password, address=address, now=now)


def test_signing_in_gives_the_actor(officer, now):
    actor = check(now, login=" Can-Bo ")
    assert (actor.login, actor.role, actor.area_id) == ("can-bo", Role.DISTRICT, officer.area_id)


@pytest.mark.parametrize(
    ("login", "password"), [("can-bo", "sai"), ("khong-co", factories.PASSWORD), ("can-bo", "x" * 999)]
)
def test_a_wrong_password_and_an_unknown_login_are_the_same(officer, now, login, password):
    with pytest.raises(Unauthenticated, match="wrong_password"):
        check(now, password, login=login)


def test_guessing_from_one_address_is_paused_and_the_owner_gets_in_from_another(officer, now):
    fail(rules.FAILURES_PER_ADDRESS, now)
    with pytest.raises(TooMany) as refused:
        check(now)
    assert refused.value.details["retry_after"] == rules.FAILURE_WINDOW_SECONDS
    assert check(now, address="192.0.2.99").login == "can-bo"
    assert check(now + timedelta(seconds=rules.FAILURE_WINDOW_SECONDS + 1)).login == "can-bo"


def test_old_failures_are_forgotten(officer, now):
    fail(3, now - timedelta(days=1))
    fail(1, now)
    with transaction():
        service.record_failure("can-bo", address=HOME, now=now)
    assert check(now).login == "can-bo"


@pytest.mark.parametrize(
    ("login", "password", "role", "area", "code"),
    [
        ("Có dấu", factories.PASSWORD, Role.DISTRICT, "10", "login_invalid"),
        ("moi", "ngan", Role.DISTRICT, "10", "password_too_short"),
        ("moi", "x" * 201, Role.DISTRICT, "10", "password_too_long"),
        ("moi", factories.PASSWORD, Role.DISTRICT, None, "area_missing"),
    ],
)
def test_what_an_account_needs(officer, now, login, password, role, area, code):
    area_id = factories.areas.get_area("tinh-mau", area).id if area else None
    with pytest.raises(Invalid, match=code), transaction():
        service.create_staff(login, password, role=role, area_id=area_id, now=now)


def test_a_login_is_taken_once(officer, now):
    with pytest.raises(Conflict, match="login_taken"):
        factories.make_staff("can-bo", Role.DISTRICT, "11", now)


def test_an_ended_session_is_dead(officer, now):
    with transaction():
        session_id, token = service.open_session(officer.id, now=now)
    assert queries.find_session(token).actor.login == "can-bo"
    with transaction():
        service.end_session(session_id, now=now)
    assert queries.find_session(token) is None
    assert queries.find_session(None) is None
    assert queries.find_session("một mã khác") is None


def test_a_retired_account_is_nobody(officer, now):
    with transaction():
        _, token = service.open_session(officer.id, now=now)
        bearer = service.create_token(officer.id, "kịch bản", now=now)
    assert queries.find_actor_by_token(bearer).login == "can-bo"
    with transaction():
        officer.is_active = False
    assert queries.find_session(token).actor is None
    assert queries.find_actor_by_token(bearer) is None
    with pytest.raises(Unauthenticated):
        check(now)
    with pytest.raises(NotFound):
        queries.get_user_id("can-bo")


def test_tokens_and_session_tokens_are_kept_as_hashes_only(officer, now):
    with transaction():
        _, token = service.open_session(officer.id, now=now)
        bearer = service.create_token(officer.id, "kịch bản", now=now)
    stored = {
        row.token_hash
        for model in (ApiToken, BrowserSession)
        for row in queries.db.session.scalars(queries.select(model))
    }
    assert not stored & {token, bearer}
