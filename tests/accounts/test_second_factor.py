"""The second factor: setting it up, codes that count once, recovery codes; the secret is not in the database."""

from datetime import datetime, timedelta

import pyotp
import pytest

from quizapp import keys
from quizapp.accounts import queries, second_factor, service
from quizapp.accounts.models import RecoveryCode
from quizapp.accounts.rules import Role
from quizapp.audit import queries as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid
from tests import factories

KEY = keys.derive("khóa của bài kiểm tra", "second-factor")


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def code_at(secret: str, at: datetime) -> str:
    return pyotp.TOTP(secret).at(at)


def enrol(user, now, session_id=None, key=KEY):
    """(secret, recovery codes) of an account that has just set it up."""
    with transaction():
        second_factor.begin(user.id, key=key)
    secret = second_factor.find_pending(user.id, key=key)
    with transaction():
        codes = second_factor.confirm(user.id, code_at(secret, now), key=key, now=now, session_id=session_id)
    return secret, codes


def take(user, code, now):
    with transaction():
        return second_factor.take_code(user.id, code, key=KEY, now=now)


def acts():
    return [entry.act for entry in audit.list_latest(INSTALLATION)]


def test_it_is_in_force_only_after_its_first_code(officer, now):
    with transaction():
        second_factor.begin(officer.id, key=KEY)
    secret = second_factor.find_pending(officer.id, key=KEY)
    assert not queries.has_second_factor(officer.id)
    with pytest.raises(Invalid, match="first_otp_wrong"), transaction():
        second_factor.confirm(
            officer.id, code_at(secret, now - timedelta(minutes=5)), key=KEY, now=now, session_id=None
        )
    assert not queries.has_second_factor(officer.id)
    with transaction():
        codes = second_factor.confirm(officer.id, code_at(secret, now), key=KEY, now=now, session_id=None)
    assert queries.has_second_factor(officer.id)
    assert len(set(codes)) == queries.count_recovery_codes(officer.id) == 10
    assert second_factor.find_pending(officer.id, key=KEY) is None
    assert acts()[0] == "enrol_second_factor"


def test_nothing_can_be_confirmed_that_was_not_begun(officer, now):
    with pytest.raises(Conflict, match="nothing_pending"), transaction():
        second_factor.confirm(officer.id, "123456", key=KEY, now=now, session_id=None)


def test_setting_it_up_ends_the_other_sessions(officer, now):
    with transaction():
        own_id, own = service.open_session(officer.id, now=now)
        _, elsewhere = service.open_session(officer.id, now=now)
    enrol(officer, now, own_id)
    assert queries.find_session(own, now=now).has_second_factor
    assert queries.find_session(elsewhere, now=now) is None


@pytest.mark.parametrize(("seconds", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_telephone_may_be_half_a_minute_off(officer, now, seconds, is_taken):
    secret, _ = enrol(officer, now)
    later = now + timedelta(minutes=10)
    assert take(officer, code_at(secret, later + timedelta(seconds=seconds)), later) is is_taken


def test_a_code_counts_once_and_no_older_one_after_it(officer, now):
    secret, _ = enrol(officer, now)
    # That with which it was set up is used up as well.
    assert not take(officer, code_at(secret, now), now)
    later = now + timedelta(minutes=1)
    typed = code_at(secret, later)
    assert take(officer, f" {typed[:3]} {typed[3:]} ", later)
    assert not take(officer, typed, later)
    assert not take(officer, code_at(secret, later - timedelta(seconds=30)), later)
    assert take(officer, code_at(secret, later + timedelta(seconds=30)), later)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "１２３４５６", "٣٣٣٣٣٣", "abcdef", "💥" * 6, "x" * 5000])
def test_anything_else_is_no_code(officer, now, typed):
    enrol(officer, now)
    assert not take(officer, typed, now + timedelta(minutes=5))


def test_a_recovery_code_counts_once_however_it_is_written(officer, now):
    _, codes = enrol(officer, now)
    assert take(officer, codes[3].lower().replace("-", " "), now)
    assert not take(officer, codes[3], now)
    assert take(officer, codes[4], now)
    assert queries.count_recovery_codes(officer.id) == 8
    assert acts()[:2] == ["recovery_code_used", "recovery_code_used"]


def test_recovery_codes_are_the_accounts_own(officer, now):
    other = factories.make_staff("nguoi-khac", Role.DISTRICT, "11", now)
    _, codes = enrol(officer, now)
    enrol(other, now)
    assert not take(other, codes[0], now)
    assert take(officer, codes[0], now)


def test_new_recovery_codes_replace_the_old_ones(officer, now):
    _, old = enrol(officer, now)
    with transaction():
        new = second_factor.renew_codes(officer.id, now=now)
    assert not take(officer, old[0], now)
    assert take(officer, new[0], now)
    assert acts()[1] == "renew_recovery_codes"


def test_another_telephone_takes_over_with_its_first_code(officer, now):
    old, _ = enrol(officer, now)
    later = now + timedelta(minutes=5)
    with transaction():
        second_factor.begin(officer.id, key=KEY)
    new = second_factor.find_pending(officer.id, key=KEY)
    assert take(officer, code_at(old, later), later)
    with transaction():
        second_factor.confirm(officer.id, code_at(new, later), key=KEY, now=later, session_id=None)
    later += timedelta(minutes=5)
    assert not take(officer, code_at(old, later), later)
    assert take(officer, code_at(new, later), later)


def test_it_can_be_taken_away(officer, now):
    secret, codes = enrol(officer, now)
    with transaction():
        own_id, own = service.open_session(officer.id, now=now)
        _, elsewhere = service.open_session(officer.id, now=now)
    with transaction():
        second_factor.drop(officer.id, actor="quan-tri", now=now, session_id=own_id)
    assert not queries.has_second_factor(officer.id)
    later = now + timedelta(minutes=5)
    assert not take(officer, code_at(secret, later), later)
    assert not take(officer, codes[0], later)
    assert queries.find_session(own, now=now) is not None
    assert queries.find_session(elsewhere, now=now) is None
    entry = audit.list_latest(INSTALLATION)[0]
    assert (entry.act, entry.actor, entry.object) == ("drop_second_factor", "quan-tri", "can-bo")


def test_neither_the_secret_nor_a_code_is_in_the_database(officer, now):
    secret, codes = enrol(officer, now)
    user = queries.get_user(officer.id)
    rows = list(queries.db.session.scalars(queries.select(RecoveryCode)))
    stored = repr([vars(user), *map(vars, rows)])
    assert secret not in stored
    assert not any(code in stored or code.replace("-", "") in stored for code in codes)


def test_without_the_key_or_under_another_account_the_secret_says_nothing(officer, now):
    secret, codes = enrol(officer, now)
    later = now + timedelta(minutes=5)
    other_key = keys.derive("một khóa khác", "second-factor")
    with transaction():
        assert not second_factor.take_code(officer.id, code_at(secret, later), key=other_key, now=later)
    other = factories.make_staff("nguoi-khac", Role.DISTRICT, "11", now)
    with transaction():
        stolen = queries.get_user(officer.id).second_factor_secret
        queries.get_user(other.id).second_factor_secret = stolen
    assert not take(other, code_at(secret, later), later)
    # A key that is lost costs nobody the account: recovery codes do not hang on it.
    with transaction():
        assert second_factor.take_code(officer.id, codes[0], key=other_key, now=later)


def test_what_the_picture_says(app):
    address = second_factor.address_of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "can-bo", "Hội thi trực tuyến")
    parsed = pyotp.parse_uri(address)
    assert (parsed.secret, parsed.name, parsed.issuer) == (
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "can-bo",
        "Hội thi trực tuyến",
    )
    assert (parsed.digits, parsed.interval) == (6, 30)
