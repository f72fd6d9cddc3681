"""The same thing at once, on real connections of both databases: what may count once counts once."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from quizapp.accounts import guessing, links, queries, second_factor, service
from quizapp.accounts.models import FailedSignIn
from quizapp.accounts.rules import FAILURES_PER_ADDRESS, Role, Tried
from quizapp.db import db, transaction
from quizapp.errors import QuizError
from tests import factories
from tests.accounts.test_second_factor import KEY, code_at, enrol
from tests.attempts.test_races import at_once


@pytest.fixture
def officer(app, now):
    factories.make_tree(now)
    return factories.make_staff("can-bo", Role.DISTRICT, "10", now)


def test_one_code_of_the_app_opens_one_door(app, officer, now):
    secret, _ = enrol(officer, now)
    later = now + timedelta(minutes=5)
    user_id, typed = officer.id, code_at(secret, later)

    def take():
        return second_factor.take_code(user_id, typed, key=KEY, now=later)

    assert sorted(at_once(app, [take] * 8)) == [False] * 7 + [True]


def test_one_recovery_code_opens_one_door(app, officer, now):
    _, codes = enrol(officer, now)
    user_id = officer.id

    def take():
        return second_factor.take_code(user_id, codes[0], key=KEY, now=now)

    assert sorted(at_once(app, [take] * 8)) == [False] * 7 + [True]
    assert queries.count_recovery_codes(user_id) == 9


def test_one_link_sets_one_password(app, officer, now):
    with transaction():
        secret = links.hand_over(officer.id, actor="tinh", now=now)
    chosen = [f"mật khẩu của người thứ {number}" for number in range(6)]
    told = at_once(app, [lambda each=each: links.use_link(secret, each, now=now) for each in chosen])
    won = [password for password, answer in zip(chosen, told, strict=True) if answer is None]
    assert len(won) == 1
    assert {answer.code for answer in told if answer is not None} == {"link_dead"}
    assert service.check_password("can-bo", won[0])


def test_one_first_code_gives_one_set_of_recovery_codes(app, officer, now):
    with transaction():
        second_factor.begin(officer.id, key=KEY)
    secret, user_id = second_factor.find_pending(officer.id, key=KEY), officer.id

    def confirm():
        return second_factor.confirm(user_id, code_at(secret, now), key=KEY, now=now, session_id=None)

    told = at_once(app, [confirm] * 5)
    assert sum(isinstance(each, list) for each in told) == 1
    assert queries.count_recovery_codes(user_id) == 10


def test_tries_at_the_same_moment_count_one_another(app, officer, now):
    def guess():
        guessing.check_room("can-bo", Tried.PASSWORD, address="192.0.2.1", now=now)
        with transaction():
            guessing.claim_try("can-bo", Tried.PASSWORD, address="192.0.2.1", now=now)
        guessing.check_room("can-bo", Tried.PASSWORD, address="192.0.2.1", now=now, present=0)
        return "looked at"

    told = at_once(app, [guess] * 20, *[nullcontext] * 20)
    assert sum(not isinstance(each, QuizError) for each in told) <= FAILURES_PER_ADDRESS
    assert db.session.query(FailedSignIn).count() >= FAILURES_PER_ADDRESS
