"""More time for one person: the paper runs longer, never past its round, and the act says who, how much and why."""

from datetime import timedelta

import pytest

from quizapp.attempts import extra_time, queries
from quizapp.attempts import service as attempts
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from tests import factories


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.fixture
def person(contest, now):
    return factories.enter(contest, now)


def extend(contest, attempt, now, *, seconds=300, reason="Mất điện"):
    with transaction():
        return extra_time.extend_attempt(
            contest, attempt.public_id, seconds=seconds, reason=reason, actor="to-chuc", now=now
        )


def test_an_open_paper_runs_longer(contest, person, now):
    attempt = factories.start(contest, person, now)
    later = now + timedelta(minutes=9)
    extended = extend(contest, attempt, later)
    assert extended.deadline == attempt.deadline + timedelta(minutes=5) == now + timedelta(minutes=15)
    assert extended.extra_seconds == 300
    assert extend(contest, attempt, later, seconds=60).extra_seconds == 360
    # It is saved and submitted at a time when it would have been over.
    late = now + timedelta(minutes=12)
    saved = factories.save(person, attempt, factories.right_choices(contest, attempt), late)
    assert saved.deadline == now + timedelta(minutes=16)
    assert factories.submit(person, attempt, late).submitted_at == late


def test_the_act_names_the_paper_the_person_by_code_and_the_reason(contest, person, now):
    extend(contest, factories.start(contest, person, now), now, seconds=600, reason="  Mất điện cả xã ")
    (act,) = contests.list_acts_about(contest.id, person.participant.public_id)
    assert (act.act, act.round_key, act.actor) == ("extend_attempt", "tuan-1", "to-chuc")
    assert act.reason == "+10 phút, lượt 1: Mất điện cả xã"


def test_it_is_settled_at_its_new_deadline(contest, person, now):
    attempt = factories.start(contest, person, now)
    extend(contest, attempt, now)
    with transaction():
        assert attempts.settle_due(contest, now=attempt.deadline + GRACE * 2) == 0
        assert attempts.settle_due(contest, now=attempt.deadline + timedelta(minutes=5) + GRACE * 2) == 1
    (final,) = queries.list_attempts(person.participant.id)
    assert final.submitted_at == attempt.deadline + timedelta(minutes=5)


def test_no_paper_runs_longer_than_its_round(contest, person, now):
    closes_at = contest.rounds[0].closes_at
    start = closes_at - timedelta(minutes=12)
    attempt = factories.start(contest, person, start)
    with pytest.raises(Conflict) as refused:
        extend(contest, attempt, start, seconds=180)
    assert (refused.value.code, refused.value.details) == ("extra_time_past_close", {"closes_at": closes_at})
    assert queries.find_open_attempt(person.participant.id, attempt.round_id).deadline == attempt.deadline
    assert extend(contest, attempt, start, seconds=120).deadline == closes_at


def test_a_round_that_was_closed_early_takes_no_more_time(contest, person, now):
    attempt = factories.start(contest, person, now)
    with transaction():
        attempts.close_round(contest, "tuan-1", actor="to-chuc", reason="Bão", now=now + timedelta(minutes=1))
    with pytest.raises(Conflict, match="extra_time_past_close"):
        extend(contest, attempt, now + timedelta(minutes=1))


def test_a_paper_that_is_over_stays_over(contest, person, now):
    submitted = factories.sit(contest, person, now)
    with pytest.raises(Conflict, match="attempt_closed"):
        extend(contest, submitted, now + timedelta(minutes=2))
    expired = factories.start(contest, person, now + timedelta(minutes=3))
    with pytest.raises(Conflict, match="attempt_closed"):
        extend(contest, expired, expired.deadline + GRACE + timedelta(milliseconds=1))


@pytest.mark.parametrize("seconds", [-60, 0, 59, 7201])
def test_only_so_much_at_once(contest, person, now, seconds):
    with pytest.raises(Invalid, match="extra_time_invalid"):
        extend(contest, factories.start(contest, person, now), now, seconds=seconds)


def test_it_needs_a_reason(contest, person, now):
    with pytest.raises(Invalid, match="reason_missing"):
        extend(contest, factories.start(contest, person, now), now, reason=" ")


def test_a_paper_of_another_contest_is_no_paper(contest, person, now):
    attempt = factories.start(contest, person, now)
    with pytest.raises(NotFound):
        extend(factories.make_contest(now, contest="khac"), attempt, now)
