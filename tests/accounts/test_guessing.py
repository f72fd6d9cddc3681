"""Guessing is slowed, on both databases and without Redis; the owner gets in from elsewhere."""

from datetime import timedelta

import pytest

from quizapp.accounts import guessing, rules, sessions
from quizapp.accounts.rules import Role, Tried
from quizapp.audit import queries as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import transaction
from quizapp.errors import TooMany
from tests import factories

HOME, OFFICE = "192.0.2.1", "192.0.2.99"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def attempt(now, *, address=HOME, login="can-bo", tried=Tried.PASSWORD):
    """One try that fails; the code with which it was not even looked at, or None."""
    try:
        guessing.check_room(login, tried, address=address, now=now)
        with transaction():
            guessing.claim_try(login, tried, address=address, now=now)
        guessing.check_room(login, tried, address=address, now=now, present=0)
    except TooMany as refused:
        return refused.code if refused.details["retry_after"] == rules.FAILURE_WINDOW_SECONDS else "no end told"
    return None


def acts():
    return [(entry.act, entry.object) for entry in audit.list_latest(INSTALLATION) if entry.act == "sign_in_paused"]


def test_guessing_from_one_address_has_to_wait_and_the_owner_gets_in_from_another(officer, now):
    assert [attempt(now, login=" Can-Bo ") for _ in range(9)] == [None] * 8 + ["sign_in_paused"]
    assert attempt(now, address=OFFICE) is None
    assert attempt(now + timedelta(seconds=rules.FAILURE_WINDOW_SECONDS + 1)) is None


def test_codes_are_counted_apart_and_sooner(officer, now):
    assert [attempt(now, tried=Tried.CODE) for _ in range(6)] == [None] * 5 + ["sign_in_paused"]
    assert attempt(now) is None


def test_a_right_password_makes_good_what_went_wrong_here_before(officer, now):
    for _ in range(7):
        attempt(now)
    attempt(now, address=OFFICE)
    with transaction():
        guessing.forgive("can-bo", Tried.PASSWORD, address=HOME)
    assert [attempt(now) for _ in range(9)] == [None] * 8 + ["sign_in_paused"]


def test_a_thousand_addresses_lock_nobody_out(officer, now):
    with transaction():
        sessions.open_session(officer.id, now=now - timedelta(days=3), address=HOME)
    for number in range(rules.FAILURES_ANYWHERE + 5):
        assert attempt(now, address=f"198.51.100.{number}") is None
    # Whoever guesses gets one try at each address; the owner all of them at home, and one at a new place.
    assert attempt(now, address="198.51.100.1") == "sign_in_paused"
    assert [attempt(now) for _ in range(8)] == [None] * 8
    assert [attempt(now, address=OFFICE) for _ in range(2)] == [None, "sign_in_paused"]


def test_a_household_with_many_addresses_is_one(officer, now):
    with transaction():
        sessions.open_session(officer.id, now=now - timedelta(days=3), address="2001:db8:1:2::3")
    told = [attempt(now, address=f"2001:db8:1:2::{number}") for number in range(10, 19)]
    assert told == [None] * 8 + ["sign_in_paused"]
    with transaction():
        guessing.forgive("can-bo", Tried.PASSWORD, address="2001:db8:1:2::99")
    for number in range(rules.FAILURES_ANYWHERE + 5):
        assert attempt(now, address=f"2001:db8:2:{number}::1") is None
    # At home, whatever the machine is called there today, the owner still has all tries; next door one.
    assert [attempt(now, address="2001:db8:1:2::77") for _ in range(8)] == [None] * 8
    assert [attempt(now, address="2001:db8:1:3::3") for _ in range(2)] == [None, "sign_in_paused"]


def test_one_password_for_many_logins_is_slowed(officer, now, monkeypatch):
    monkeypatch.setattr(rules, "ALL_FAILURES_PER_ADDRESS", 10)
    told = [attempt(now, login=f"nguoi-{number}") for number in range(11)]
    assert told == [None] * 10 + ["too_many_requests"]


def test_the_log_tells_of_a_pause_once_and_never_what_was_typed(officer, now):
    for login in ("can-bo", "0912345678 mat khau cua toi"):
        for _ in range(12):
            attempt(now, login=login)
    assert acts() == [("sign_in_paused", "-"), ("sign_in_paused", "can-bo")]


def test_old_failures_are_thrown_away(officer, now):
    for _ in range(8):
        attempt(now - timedelta(days=1))
    attempt(now)
    with transaction():
        rows = factories.areas.db.session.execute(
            guessing.select(guessing.func.count(guessing.FailedSignIn.id))
        ).scalar_one()
    assert rows == 1
