"""Staff accounts, sessions, tokens, on both databases."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from quizapp.accounts import passwords, queries, rules, service, sessions, staffing
from quizapp.accounts.models import ApiToken, BrowserSession
from quizapp.accounts.rules import STAFF_IDLE, STAFF_LONGEST, Role
from quizapp.audit import queries as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound, Unauthenticated
from tests import factories


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def acts():
    return [(entry.act, entry.actor, entry.object) for entry in reversed(audit.list_latest(INSTALLATION))]


def open_session(user, now):
    with transaction():
        return service.open_session(user.id, now=now)


def living(token, now):
    info = queries.find_session(token, now=now)
    return info is not None and info.actor is not None


def test_the_right_password_gives_the_actor(officer):
    actor = service.check_password(" Can-Bo ", factories.PASSWORD)
    assert (actor.login, actor.role, actor.area_id) == ("can-bo", Role.DISTRICT, officer.area_id)


@pytest.mark.parametrize(
    ("login", "password"), [("can-bo", "sai"), ("khong-co", factories.PASSWORD), ("can-bo", "x" * 999)]
)
def test_a_wrong_password_and_an_unknown_login_are_the_same(officer, login, password):
    with pytest.raises(Unauthenticated, match="wrong_password"):
        service.check_password(login, password)


def test_the_same_work_is_done_whoever_it_is_and_none_for_what_nobody_can_have(officer, monkeypatch):
    verified = []
    real = passwords.verify_password
    monkeypatch.setattr(
        passwords, "verify_password", lambda stored, typed: verified.append(typed) or real(stored, typed)
    )
    with transaction():
        staffing.deactivate(officer.id, actor="quan-tri", now=officer.created_at)
    for login in ("khong-co", "can-bo"):
        with pytest.raises(Unauthenticated):
            service.check_password(login, factories.PASSWORD)
    assert verified == [factories.PASSWORD] * 2
    for login in ("khong-co", "can-bo"):
        with pytest.raises(Unauthenticated):
            service.check_password(login, "x" * (rules.MAX_PASSWORD + 1))
    assert len(verified) == 2


def test_a_password_that_was_hashed_with_less_work_is_hashed_anew(officer):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(factories.PASSWORD)
    with transaction():
        queries.get_user(officer.id).password_hash = weak
    with transaction():
        service.keep_up_to_date(officer.id, factories.PASSWORD)
    stored = queries.get_user(officer.id).password_hash
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert service.check_password("can-bo", factories.PASSWORD).login == "can-bo"
    with transaction():
        service.keep_up_to_date(officer.id, factories.PASSWORD)
    assert queries.get_user(officer.id).password_hash == stored


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


def test_a_new_password_kills_the_other_sessions_and_the_old_password(officer, now):
    own_id, own = open_session(officer, now)
    _, elsewhere = open_session(officer, now)
    with transaction():
        service.set_password(officer.id, "một câu dài của tôi", act="change_password", now=now, session_id=own_id)
    assert (living(own, now), living(elsewhere, now)) == (True, False)
    with pytest.raises(Unauthenticated):
        service.check_password("can-bo", factories.PASSWORD)
    assert service.check_password("can-bo", "một câu dài của tôi").user_id == officer.id
    assert acts()[-1] == ("change_password", "can-bo", "can-bo")


def test_a_refused_password_changes_nothing(officer, now):
    _, token = open_session(officer, now)
    with pytest.raises(Invalid, match="password_common"), transaction():
        service.set_password(officer.id, "Mật khẩu 123", act="change_password", now=now)
    assert living(token, now)
    assert service.check_password("can-bo", factories.PASSWORD)


def test_an_ended_session_is_dead(officer, now):
    session_id, token = open_session(officer, now)
    assert queries.find_session(token, now=now).actor.login == "can-bo"
    with transaction():
        service.end_session(session_id, now=now)
    assert queries.find_session(token, now=now) is None
    assert queries.find_session(None, now=now) is None
    assert queries.find_session("một mã khác", now=now) is None


def test_a_session_of_staff_ends_when_nobody_is_there(officer, now):
    session_id, token = open_session(officer, now)
    last = now + STAFF_IDLE - timedelta(milliseconds=1)
    assert living(token, last)
    assert not living(token, now + STAFF_IDLE)
    with transaction():
        sessions.note_use(session_id, now=last)
    assert living(token, now + STAFF_IDLE)
    assert not living(token, last + STAFF_IDLE)
    # An installation may choose another time.
    assert queries.find_session(token, now=last + STAFF_IDLE, idle=2 * STAFF_IDLE).actor is not None


def test_a_session_of_staff_ends_after_half_a_day_whatever_happens(officer, now):
    session_id, token = open_session(officer, now)
    end = now + STAFF_LONGEST
    with transaction():
        sessions.note_use(session_id, now=end - timedelta(minutes=1))
    assert living(token, end - timedelta(milliseconds=1))
    assert not living(token, end)


def test_a_participants_session_does_not_idle(app, now):
    with transaction():
        session_id, token = service.open_session(None, now=now)
    assert queries.find_session(token, now=now + timedelta(days=40)).id == session_id


def test_a_session_from_before_the_upgrade_lives_from_its_beginning_on(officer, now):
    session_id, token = open_session(officer, now)
    with transaction():
        row = queries.db.session.get(BrowserSession, session_id)
        row.used_at = row.confirmed_at = None
    assert living(token, now + STAFF_IDLE - timedelta(seconds=1))
    assert not living(token, now + STAFF_IDLE)


def test_one_sees_and_ends_ones_own_sessions_alone(officer, now):
    other = factories.make_staff("nguoi-khac", Role.DISTRICT, "11", now)
    with transaction():
        first, token = service.open_session(officer.id, now=now, device="Chrome, Windows", address="192.0.2.1")
        second, _ = service.open_session(officer.id, now=now + timedelta(minutes=1))
        stranger, strange_token = service.open_session(other.id, now=now)
        service.open_session(officer.id, now=now - STAFF_LONGEST)
    later = now + timedelta(minutes=2)
    found = queries.list_own_sessions(officer.id, now=later)
    assert [each.id for each in found] == [second, first]
    assert (found[1].device, found[1].address, found[1].began_at) == ("Chrome, Windows", "192.0.2.1", now)
    with transaction():
        sessions.end_session(stranger, user_id=officer.id, now=later)
        sessions.end_session(first, user_id=officer.id, now=later)
    assert living(strange_token, later)
    assert not living(token, later)
    with transaction():
        sessions.end_sessions_of(officer.id, now=later, but=second)
    assert [each.id for each in queries.list_own_sessions(officer.id, now=later)] == [second]


def test_a_retired_account_is_nobody_and_comes_back_without_its_sessions_and_tokens(officer, now):
    _, token = open_session(officer, now)
    with transaction():
        bearer = service.create_token(officer.id, "kịch bản", now=now)
    assert queries.find_actor_by_token(bearer).login == "can-bo"
    with transaction():
        staffing.deactivate(officer.id, actor="quan-tri", now=now)
    assert queries.find_session(token, now=now) is None
    assert queries.find_actor_by_token(bearer) is None
    with pytest.raises(Unauthenticated):
        service.check_password("can-bo", factories.PASSWORD)
    with pytest.raises(NotFound):
        queries.get_user_id("can-bo")
    with transaction():
        staffing.reactivate(officer.id, actor="quan-tri", now=now)
    assert queries.find_session(token, now=now) is None
    assert queries.find_actor_by_token(bearer) is None
    assert service.check_password("can-bo", factories.PASSWORD)
    assert [act for act, _, _ in acts()][-4:] == ["create_token", "deactivate_staff", "end_token", "reactivate_staff"]


def test_another_role_or_area_ends_the_sessions(officer, now):
    _, token = open_session(officer, now)
    area_id = factories.areas.get_area("tinh-mau", "11").id
    with transaction():
        staffing.change_role(officer.id, role=Role.ORGANIZER, area_id=area_id, actor="quan-tri", now=now)
    assert queries.find_session(token, now=now) is None
    info = queries.get_staff("can-bo", now=now)
    assert (info.role, info.area_id) == (Role.ORGANIZER, area_id)
    assert acts()[-1] == ("change_role", "quan-tri", "can-bo")


def test_somebody_is_signed_out_everywhere(officer, now):
    _, token = open_session(officer, now)
    with transaction():
        staffing.end_sessions(officer.id, actor="quan-tri", now=now)
    assert queries.find_session(token, now=now) is None


def test_the_last_administrator_stays(officer, now):
    only = factories.make_staff("quan-tri", Role.ADMIN, None, now)
    with pytest.raises(Conflict, match="last_administrator"), transaction():
        staffing.deactivate(only.id, actor="cli", now=now)
    with pytest.raises(Conflict, match="last_administrator"), transaction():
        staffing.change_role(only.id, role=Role.ORGANIZER, area_id=officer.area_id, actor="cli", now=now)
    factories.make_staff("quan-tri-2", Role.ADMIN, None, now)
    with transaction():
        staffing.deactivate(only.id, actor="cli", now=now)
    assert queries.count_administrators() == 1


def test_tokens_end_together(officer, now):
    with transaction():
        bearers = [service.create_token(officer.id, f"kịch bản {n}", now=now) for n in range(2)]
    with transaction():
        assert service.end_tokens(officer.id, actor="cli", now=now) == 2
        assert service.end_tokens(officer.id, actor="cli", now=now) == 0
    assert [queries.find_actor_by_token(bearer) for bearer in bearers] == [None, None]
    assert [act for act, _, _ in acts()].count("end_token") == 1


def test_tokens_and_session_tokens_are_kept_as_hashes_only(officer, now):
    _, token = open_session(officer, now)
    with transaction():
        bearer = service.create_token(officer.id, "kịch bản", now=now)
    stored = {
        row.token_hash
        for model in (ApiToken, BrowserSession)
        for row in queries.db.session.scalars(queries.select(model))
    }
    assert not stored & {token, bearer}
