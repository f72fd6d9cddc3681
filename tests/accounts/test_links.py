"""Invitations and links for new passwords: once, half an hour, bound to the account and its password."""

from datetime import timedelta

import pytest

from quizapp.accounts import links, queries, service, staffing
from quizapp.accounts.models import ResetRequest, StaffLink
from quizapp.accounts.rules import LINK_LIFE, REQUEST_LIFE, Role
from quizapp.audit import queries as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound, Unauthenticated
from tests import factories

NEW = "một câu dài của tôi"


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def invite(now, login="nguoi-moi"):
    with transaction():
        area_id = factories.areas.get_area("tinh-mau", "101").id
        return links.invite(login, role=Role.DISTRICT, area_id=area_id, actor="tinh", now=now)


def hand_over(user, now):
    with transaction():
        return links.hand_over(user.id, actor="tinh", now=now)


def use(secret, now, password=NEW):
    with transaction():
        links.use_link(secret, password, now=now)


def is_dead(secret, now):
    try:
        links.find_link(secret, now=now)
    except NotFound as refused:
        return refused.code == "link_dead"
    return False


def test_an_invited_account_gets_its_password_from_its_owner(officer, now):
    secret = invite(now)
    assert len(secret) >= 43  # 256 bits
    link = links.find_link(secret, now=now)
    assert (link.login, link.kind) == ("nguoi-moi", "invite")
    use(secret, now)
    actor = service.check_password("nguoi-moi", NEW)
    assert (actor.role, actor.area_id) == (Role.DISTRICT, factories.areas.get_area("tinh-mau", "101").id)
    acts = [(entry.act, entry.actor, entry.object) for entry in audit.list_latest(INSTALLATION)][:3]
    assert acts == [
        ("reset_password", "nguoi-moi", "nguoi-moi"),
        ("invite_staff", "tinh", "nguoi-moi"),
        ("create_staff", "tinh", "nguoi-moi"),
    ]


def test_a_taken_login_is_invited_nowhere(officer, now):
    with pytest.raises(Conflict, match="login_taken"):
        invite(now, "can-bo")


def test_a_link_works_once(officer, now):
    secret = hand_over(officer, now)
    use(secret, now)
    assert is_dead(secret, now)
    with pytest.raises(NotFound, match="link_dead"):
        use(secret, now, "một câu khác hẳn")
    assert service.check_password("can-bo", NEW)


def test_a_link_works_for_half_an_hour(officer, now):
    secret = hand_over(officer, now)
    assert not is_dead(secret, now + LINK_LIFE - timedelta(milliseconds=1))
    assert is_dead(secret, now + LINK_LIFE)


def test_a_refused_password_leaves_the_link_alive(officer, now):
    secret = hand_over(officer, now)
    with pytest.raises(Invalid, match="password_too_short"):
        use(secret, now, "ngắn")
    use(secret, now)


def test_a_link_dies_with_the_password_that_it_replaces(officer, now):
    secret = hand_over(officer, now)
    with transaction():
        service.set_password(officer.id, "đổi rồi nhé bạn ơi", act="change_password", now=now)
    assert is_dead(secret, now)


def test_a_newer_link_kills_the_older_one(officer, now):
    first = hand_over(officer, now)
    second = hand_over(officer, now)
    assert (is_dead(first, now), is_dead(second, now)) == (True, False)


def test_a_link_of_a_retired_account_is_dead(officer, now):
    secret = hand_over(officer, now)
    with transaction():
        staffing.deactivate(officer.id, actor="tinh", now=now)
    assert is_dead(secret, now)


@pytest.mark.parametrize("secret", ["", "x", "x" * 5000, "\x00", "' OR 1=1 --"])
def test_what_is_no_link(officer, now, secret):
    hand_over(officer, now)
    assert is_dead(secret, now)


def test_a_used_link_ends_all_sessions(officer, now):
    with transaction():
        _, token = service.open_session(officer.id, now=now)
    use(hand_over(officer, now), now)
    assert queries.find_session(token, now=now) is None
    with pytest.raises(Unauthenticated):
        service.check_password("can-bo", factories.PASSWORD)


def test_only_the_hash_of_a_link_is_kept(officer, now):
    secret = hand_over(officer, now)
    rows = [vars(row) for row in queries.db.session.scalars(queries.select(StaffLink))]
    assert secret not in repr(rows)


def test_a_request_stands_in_the_list_until_the_password_is_set(officer, now):
    for minutes in range(3):
        with transaction():
            links.request_reset(" Can-Bo", now=now + timedelta(minutes=minutes))
    assert queries.get_staff("can-bo", now=now).asked_at == now
    use(hand_over(officer, now), now)
    assert queries.get_staff("can-bo", now=now).asked_at is None


def test_a_request_for_nobody_is_a_line_as_well_and_stands_nowhere(officer, now):
    with transaction():
        links.request_reset("khong-co", now=now)
        links.request_reset("can-bo", now=now)
    assert [info.asked_at for info in queries.list_staff(now=now)] == [now]
    assert len(list(queries.db.session.scalars(queries.select(ResetRequest)))) == 2


def test_a_request_is_forgotten(officer, now):
    with transaction():
        links.request_reset("can-bo", now=now)
    assert queries.get_staff("can-bo", now=now + REQUEST_LIFE).asked_at is None
    with transaction():
        links.request_reset("khong-co", now=now + timedelta(days=31))
    assert len(list(queries.db.session.scalars(queries.select(ResetRequest)))) == 1
