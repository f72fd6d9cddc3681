"""Many at once, on real connections of both databases: each thread is a browser of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from quizapp.accounts import service as accounts
from quizapp.attempts import queries, service
from quizapp.attempts.models import Attempt, Standing
from quizapp.attempts.rules import Choice
from quizapp.contests import amending
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.entries import queries as entries
from quizapp.entries import service as entries_service
from quizapp.entries.models import Participant
from quizapp.errors import Conflict, QuizError
from quizapp.statements import each_alone
from tests import factories

Edge = Callable[[], AbstractContextManager[None]]


def at_once(app: Flask, calls: list[Callable[[], Any]], *edges: Edge) -> list[Any]:
    """The results (or refusals) of calls that all begin together, each in a thread and a connection of its own.

    `edges`: how the first calls commit, where it is not by one transaction.
    """
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any], edge: Edge) -> Any:
        with app.app_context():
            barrier.wait(30)
            try:
                with edge():
                    return call()
            except QuizError as error:
                return error
            finally:
                db.session.remove()

    db.session.remove()
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls, chain(edges, repeat(transaction))))


def test_fifty_starts_at_once_give_one_attempt(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    round_ = contest.round("tuan-1")

    def start():
        return service.start(contest, round_, person.participant, now=now)

    results = at_once(app, [start] * 50)
    assert len({started.attempt.public_id for started in results}) == 1
    assert sum(started.is_new for started in results) == 1
    assert db.session.scalar(select(func.count(Attempt.id))) == 1


def test_twenty_submissions_at_once_give_one_result_and_one_receipt(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    factories.save(person, attempt, factories.right_choices(contest, attempt), now)

    def submit():
        return service.submit(attempt.public_id, person.session_id, last_rev=None, now=now)

    results = at_once(app, [submit] * 20)
    assert len({done.receipt for done in results}) == 1
    standing = db.session.scalars(select(Standing)).one()
    assert (standing.attempts, standing.score) == (1, 50)


@pytest.mark.parametrize("edge", [transaction, each_alone])
def test_a_save_that_races_the_submission_is_in_the_paper_or_refused(app, now, edge):
    contest = factories.make_contest(now)
    for round_number in range(5):
        person = factories.enter(contest, now)
        attempt = factories.start(contest, person, now)
        right = factories.right_choices(contest, attempt)

        def save(choice, attempt=attempt, person=person):
            return service.save_answers(attempt.public_id, person.session_id, [choice], None, now=now)

        def submit(attempt=attempt, person=person):
            return service.submit(attempt.public_id, person.session_id, last_rev=None, now=now)

        results = at_once(app, [*(lambda c=choice: save(c) for choice in right), submit], *[edge] * len(right))
        acknowledged = sum(not isinstance(result, Conflict) for result in results[:-1])
        done = queries.get_own_attempt(attempt.public_id, person.session_id)
        assert done.score == 10 * acknowledged, f"round {round_number}"


def test_settling_in_two_workers_finishes_each_attempt_once(app, now):
    contest = factories.make_contest(now)
    people = [factories.enter(contest, now) for _ in range(12)]
    for person in people:
        factories.start(contest, person, now)
    later = now + timedelta(hours=3)

    def settle():
        return service.settle_due(contest, now=later)

    assert sum(at_once(app, [settle] * 4)) == 12
    assert db.session.scalar(select(func.sum(Standing.attempts))) == 12


def test_a_submission_that_races_the_settling_gives_one_result(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    late = attempt.deadline + GRACE + timedelta(seconds=1)

    def submit():
        return service.submit(attempt.public_id, person.session_id, last_rev=None, now=late).submitted_at

    def settle():
        return service.settle_due(contest, now=late)

    at_once(app, [submit, settle, submit, settle])
    done = queries.get_own_attempt(attempt.public_id, person.session_id)
    assert (done.submitted_at, done.finished_by) == (attempt.deadline, "deadline")
    assert db.session.scalars(select(Standing.attempts)).one() == 1


def test_parallel_attempts_over_days_never_exceed_the_limit(app, now):
    round_ = factories.round_dict(now, attempts={"max": 1, "per": "contest"})
    second = factories.round_dict(now, key="tuan-2", label="Tuần 2", attempts={"max": 1, "per": "contest"})
    contest = factories.make_contest(now, rounds=[round_, second])
    person = factories.enter(contest, now)

    def start(key):
        return service.start(contest, contest.round(key), person.participant, now=now)

    results = at_once(app, [*(lambda: start("tuan-1") for _ in range(5)), *(lambda: start("tuan-2") for _ in range(5))])
    assert db.session.scalar(select(func.count(Attempt.id))) == 1
    assert {type(result) for result in results} == {service.Started, Conflict}


def test_the_same_person_entering_from_ten_browsers_is_one_participant(app, now):
    contest = factories.make_contest(now)
    typed = factories.typed_entry()

    def enter():
        session_id, _ = accounts.open_session(None, now=now)
        return entries_service.enter(
            contest,
            typed,
            consent_version=entries_service.CONSENT_VERSION,
            entry_code=None,
            session_id=session_id,
            now=now,
        )

    results = at_once(app, [enter] * 10)
    assert len({entered.public_id for entered in results}) == 1
    assert sum(entered.is_new for entered in results) == 1
    assert db.session.scalar(select(func.count(Participant.id))) == 1
    assert len(entries.resumptions_elsewhere(results[0].participant_id, -1)) == 5  # nine came back; five are shown


def test_two_launches_at_once_make_one_snapshot(app, now):
    contest = factories.make_contest(now, launched=False)

    def launch():
        return contests_service.launch(contest, actor="t", now=now)

    results = at_once(app, [launch] * 4)
    assert sum(isinstance(result, Conflict) for result in results) == 3
    assert contests.get_snapshot(contest.id).rules_version == 1


@pytest.mark.parametrize("edge", [transaction, each_alone])
def test_saves_from_many_browsers_end_in_the_newest(app, now, edge):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    ref = attempt.paper[0][0]

    def save(rev):
        choice = Choice(ref, ("ABCD"[rev % 4],), rev)
        return service.save_answers(attempt.public_id, person.session_id, [choice], None, now=now)

    told = at_once(app, [lambda rev=rev: save(rev) for rev in range(1, 21)], *[edge] * 20)
    for rev, saved in enumerate(told, start=1):
        kept = {choice.rev for choice in (*saved.saved, *saved.stale)}
        assert len(kept) == 1
        assert min(kept) >= rev
    assert queries.get_answers(attempt.id)[ref] == Choice(ref, ("A",), 20)


def test_a_round_that_is_closed_and_extended_at_once_ends_in_one_of_both(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now + timedelta(minutes=55))
    longer = now + timedelta(minutes=90)

    def extend():
        return service.extend_round(contest, "tuan-1", closes_at=longer, actor="t", reason="x", now=now)

    def close():
        return service.close_round(contest, "tuan-1", actor="t", reason="x", now=now + timedelta(minutes=56))

    results = at_once(app, [extend, close, extend])
    round_ = contests.get_contest(contest.slug).round("tuan-1")
    # Closing wins whatever came first: it is the later word of the two, and nothing is reopened after it.
    assert round_.closes_at == now + timedelta(minutes=56)
    assert queries.get_own_attempt(attempt.public_id, person.session_id).deadline == round_.closes_at
    assert sum(isinstance(result, Conflict) for result in results) >= 1
    assert not isinstance(results[1], Conflict)


def test_an_extension_that_races_the_settling_loses_no_paper(app, now):
    contest = factories.make_contest(now)
    people = [factories.enter(contest, now) for _ in range(6)]
    attempts = [factories.start(contest, person, now + timedelta(minutes=55)) for person in people]
    close = contest.round("tuan-1").closes_at
    longer = close + timedelta(minutes=30)

    def extend():
        return service.extend_round(
            contest, "tuan-1", closes_at=longer, actor="t", reason="x", now=close - timedelta(milliseconds=1)
        )

    def settle():
        return service.settle_due(contest, now=close + GRACE + timedelta(milliseconds=1))

    at_once(app, [settle, extend, settle])
    for person, attempt in zip(people, attempts, strict=True):
        found = queries.get_own_attempt(attempt.public_id, person.session_id)
        # Either its time was over and it was handed in, or it has the ten minutes that it began with.
        if found.submitted_at is None:
            assert found.deadline == now + timedelta(minutes=65)
        else:
            assert (found.submitted_at, found.finished_by) == (close, "deadline")


def test_two_amendments_at_once_make_two_versions_or_one(app, now):
    coming = factories.round_dict(
        now, key="tuan-2", opens_at=(now + timedelta(hours=2)).isoformat(),
        closes_at=(now + timedelta(hours=3)).isoformat(),
    )  # fmt: skip
    contest = factories.make_contest(now, rounds=[factories.round_dict(now), coming])

    def amend(title):
        data = factories.contest_yaml(now, rounds=[factories.round_dict(now), coming], title=title)
        return amending.amend(contest, data, name="c", actor="t", reason="x", now=now)

    results = at_once(app, [lambda title=title: amend(title) for title in ("Một", "Hai", "Hai", "Ba")])
    assert not [result for result in results if isinstance(result, QuizError)]
    versions = contests.list_versions(contest.id)
    assert [each.version for each in versions] == list(range(len(versions), 0, -1))
    found = contests.get_contest(contest.slug)
    assert found.round("tuan-2").rules_version == versions[0].version
    assert contests.get_snapshot(contest.id).spec.title == found.title
