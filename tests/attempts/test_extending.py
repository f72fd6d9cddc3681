"""A round that runs longer than planned, and the papers that run on with it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from quizapp.attempts import service
from quizapp.attempts.models import Attempt
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE, RoundState
from quizapp.db import db, transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import closing
from tests import factories

REASON = "Mất điện toàn huyện"
UNTIMED = {"mode": "fixed", "questions": ["mau-001", "mau-002"], "points": 10}


def extend(contest, now, *, minutes=90, key="tuan-1", reason=REASON):
    """Let the round run until so many minutes after now; as planned it would run an hour."""
    with transaction():
        return service.extend_round(
            contest, key, closes_at=now + timedelta(minutes=minutes), actor="ba-tuyen", reason=reason, now=now
        )


def deadline(attempt):
    return db.session.scalar(select(Attempt.deadline).where(Attempt.id == attempt.id))


def test_a_round_runs_longer_with_a_reason_that_says_how_long(app, now):
    contest = factories.make_contest(now)
    extended = extend(contest, now)
    assert extended.round("tuan-1").closes_at == now + timedelta(minutes=90)
    assert extended.round("tuan-1").rules_version == 1
    act = contests.list_acts(contest.id)[0]
    assert (act.act, act.round_key, act.actor) == ("extend_round", "tuan-1", "ba-tuyen")
    assert act.reason == f"16:00 19/05/2025 → 16:30 19/05/2025: {REASON}"


def test_papers_without_a_limit_end_with_the_round_whenever_that_is(app, now):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=UNTIMED)])
    attempt = factories.start(contest, factories.enter(contest, now), now)
    extended = extend(contest, now)
    assert deadline(attempt) == now + timedelta(minutes=90)
    assert factories.sit(extended, factories.enter(extended, now), now + timedelta(minutes=75)).score == 20


def test_papers_that_the_close_would_have_cut_short_get_their_whole_time(app, now):
    contest = factories.make_contest(now)  # ten minutes a paper
    people = [factories.enter(contest, now) for _ in range(3)]
    early, cut, barely = (
        factories.start(contest, person, now + timedelta(minutes=minutes))
        for person, minutes in zip(people, (49, 55, 59), strict=True)
    )
    extend(contest, now + timedelta(minutes=59, seconds=30), minutes=4)
    assert deadline(early) == now + timedelta(minutes=59)
    assert deadline(cut) == now + timedelta(minutes=63, seconds=30)  # the new close comes first
    assert deadline(barely) == now + timedelta(minutes=63, seconds=30)
    extend(contests.get_contest(contest.slug), now + timedelta(minutes=59, seconds=40), minutes=30)
    assert deadline(cut) == now + timedelta(minutes=65)
    assert deadline(barely) == now + timedelta(minutes=69)


def test_time_given_to_one_person_stays_given(app, now):
    contest = factories.make_contest(now)
    attempt = factories.start(contest, factories.enter(contest, now), now + timedelta(minutes=55))
    with transaction():
        db.session.execute(update(Attempt).values(extra_seconds=120))
    extend(contest, now, minutes=66)
    assert deadline(attempt) == now + timedelta(minutes=66)
    extend(contests.get_contest(contest.slug), now, minutes=90)
    assert deadline(attempt) == now + timedelta(minutes=67)


def test_what_is_submitted_stays_as_it_is(app, now):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=UNTIMED)])
    done = factories.sit(contest, factories.enter(contest, now), now)
    extend(contest, now)
    assert deadline(done) == now + timedelta(hours=1)


def test_a_round_that_has_not_opened_is_extended_too(app, now):
    coming = {"opens_at": (now + timedelta(hours=1)).isoformat(), "closes_at": (now + timedelta(hours=2)).isoformat()}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **coming)])
    assert extend(contest, now, minutes=180).round("tuan-1").closes_at == now + timedelta(hours=3)


@pytest.mark.parametrize("minutes", [60, 59, 0, -10])
def test_the_new_close_is_later_than_the_old_one(app, now, minutes):
    contest = factories.make_contest(now)
    with pytest.raises(Invalid, match="extension_not_later"):
        extend(contest, now, minutes=minutes)


def test_what_is_over_stays_over(app, now):
    contest = factories.make_contest(now)
    with pytest.raises(Conflict, match="round_not_extendable"):
        extend(contest, contest.round("tuan-1").closes_at)
    with pytest.raises(Invalid, match="reason_missing"):
        extend(contest, now, reason=" ")
    with pytest.raises(NotFound, match="round_not_found"):
        extend(contest, now, key="tuan-9")
    assert contests.get_contest(contest.slug).round("tuan-1") == contest.round("tuan-1")


def test_a_draft_is_edited_and_not_extended(app, now):
    with pytest.raises(Conflict, match="round_not_extendable"):
        extend(factories.make_contest(now, launched=False), now)


def test_a_round_closes_before_its_people_are_needed_elsewhere(app, now):
    final = factories.round_dict(
        now,
        key="chung-ket",
        label="Chung kết",
        opens_at=(now + timedelta(hours=2)).isoformat(),
        closes_at=(now + timedelta(hours=3)).isoformat(),
        promote={"round": "tuan-1", "top": 10},
    )
    contest = factories.make_contest(now, rounds=[factories.round_dict(now), final])
    with pytest.raises(Conflict, match="extension_past_promotion"):
        extend(contest, now, minutes=121)
    assert extend(contest, now, minutes=120).round("tuan-1").closes_at == now + timedelta(hours=2)


def test_whoever_looks_at_old_times_does_not_extend_a_round_that_was_closed_meanwhile(app, now):
    contest = factories.make_contest(now)
    with transaction():
        service.close_round(contest, "tuan-1", actor="t", reason="x", now=now + timedelta(seconds=1))
    with pytest.raises(Conflict, match="round_changed_meanwhile"):
        extend(contest, now)
    assert contests.get_contest(contest.slug).round("tuan-1").state(now + timedelta(seconds=1)) is RoundState.CLOSED


def test_whoever_looks_at_old_times_does_not_count_a_round_that_was_extended_meanwhile(app, now):
    asked = {"prediction": {"metric": "people"}, "ranking": {"keys": ["score", "prediction_gap"]}}
    sealed = {"publication": {"live": "hidden_until_close"}}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **asked)], **sealed)
    factories.sit(contest, factories.enter(contest, now), now, prediction="3")
    extend(contest, now)
    late = now + timedelta(hours=1) + GRACE + timedelta(seconds=1)
    with transaction():
        assert closing.freeze(contest, now=late) == 0
    assert contests.actual_of(contest.rounds[0].id) is None
    later = now + timedelta(minutes=90) + GRACE + timedelta(seconds=1)
    with transaction():
        assert closing.freeze(contests.get_contest(contest.slug), now=later) == 1
    assert contests.actual_of(contest.rounds[0].id) == 1
    with pytest.raises(Conflict, match="round_changed_meanwhile"):
        extend(contests.get_contest(contest.slug), now, minutes=120)
