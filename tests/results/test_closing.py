"""Freezing what was to be guessed: once, with everybody counted, whatever else is going on at the close."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import g

from quizapp.attempts import queries as attempts
from quizapp.attempts import service
from quizapp.cli.worker import run_once
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.errors import Conflict
from quizapp.results import closing
from quizapp.web.settling import settle
from tests import factories
from tests.attempts.test_races import at_once
from tests.web.staff_scene import PREDICTION

# Long enough for somebody who does not wait to be through; nothing is measured.
A_WHILE = 0.7


@pytest.fixture
def contest(app, now):
    changes = {"rounds": [factories.round_dict(now, **PREDICTION)], "publication": {"live": "hidden_until_close"}}
    return factories.make_contest(now, **changes)


@contextmanager
def held(app, person, attempt):
    """While the block runs, somebody else's transaction holds the attempt, as a late request of its owner does."""
    has_it, done = threading.Event(), threading.Event()

    def hold():
        with app.app_context():
            with transaction():
                attempts.get_own_attempt(attempt.public_id, person.session_id, lock=True)
                has_it.set()
                done.wait(A_WHILE)
            db.session.remove()

    thread = threading.Thread(target=hold)
    thread.start()
    has_it.wait(30)
    try:
        yield
    finally:
        done.set()
        thread.join()


def by_worker(app, contest, moment):
    run_once(moment)


def by_reader(app, contest, moment):
    with app.test_request_context():
        g.now = moment
        settle(contest)


@pytest.mark.parametrize("closed_by", [by_worker, by_reader])
def test_a_paper_that_somebody_holds_at_the_close_is_counted(app, now, contest, closed_by):
    people = [factories.enter(contest, now) for _ in range(3)]
    for person in people:
        attempt = factories.start(contest, person, now)
        factories.save(person, attempt, factories.right_choices(contest, attempt), now)
    late = contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)
    db.session.remove()
    with held(app, person, attempt):
        closed_by(app, contest, late)
    db.session.remove()
    assert contests.actual_of(contest.rounds[0].id) == 3


def test_nothing_is_frozen_while_a_paper_is_not_final(app, now, contest):
    person = factories.enter(contest, now)
    factories.start(contest, person, now)
    late = contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        assert closing.freeze(contest, now=late) == 0
    with transaction():
        service.settle_due(contest, now=late)
        assert closing.freeze(contest, now=late) == 1
    assert contests.actual_of(contest.rounds[0].id) == 0


def test_no_paper_is_made_after_the_guess_is_frozen(app, now, contest):
    """A request that was asked in time but waited for the database."""
    person = factories.enter(contest, now)
    late = contest.rounds[0].closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        closing.freeze(contest, now=late)
    with pytest.raises(Conflict, match="round_not_open"):
        factories.start(contest, person, now)


def test_no_paper_outlives_an_early_close(app, now, contest):
    """The round was read before it was closed: what is stored decides."""
    person = factories.enter(contest, now)
    earlier = now + timedelta(seconds=1)
    with transaction():
        service.close_round(contest, "tuan-1", actor="t", reason="thử", now=earlier)
    attempt = factories.start(contest, person, now)
    assert attempt.deadline == earlier
    with pytest.raises(Conflict, match="round_not_open"):
        factories.start(contest, factories.enter(contest, now), earlier)


def test_starts_that_race_an_early_close_never_outlive_it(app, now, contest):
    people = [factories.enter(contest, now) for _ in range(8)]
    closes = now + timedelta(milliseconds=5)

    def start(person):
        return service.start(contest, contest.rounds[0], person.participant, now=now).attempt.public_id

    def close():
        service.close_round(contest, "tuan-1", actor="t", reason="thử", now=closes)

    at_once(app, [*(lambda person=person: start(person) for person in people[:4]), close,
                  *(lambda person=person: start(person) for person in people[4:])])  # fmt: skip
    made = [attempt for person in people for attempt in attempts.list_attempts(person.participant.id)]
    assert len(made) == 8
    assert {attempt.deadline for attempt in made} == {closes}
