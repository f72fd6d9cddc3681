"""The ranking that the database works out is the one of `ranking.rules`, on small rounds of every kind."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from quizapp.attempts.models import Attempt, Regrade, RegradeChange
from quizapp.contests.spec import Ranking
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import Key, Performance, order_key, passes, pick_counted
from quizapp.results import ordering
from tests import crowd, factories

FULL, HALF = 50, 30
ACTUAL = 7
POLICIES = ("best", "best_earliest", "first_perfect", "first", "last")
GATES = (
    {"gate": "none"},
    {"gate": "all_correct", "fallback": "next_score"},
    {"gate": "all_correct", "fallback": "leave_unawarded"},
    {"gate": "min_score", "min_score": HALF, "fallback": "next_score"},
    {"gate": "min_score", "min_score": HALF, "fallback": "leave_unawarded"},
)
CHAINS = [keys for size in range(1, len(Key) + 1) for keys in permutations(Key, size)]
# Hypothesis calls the test many times within one application; each call undoes what it has stored.
SMALL_ROUNDS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Sitting:
    """One attempt as it is drawn: minutes after the opening, milliseconds of work, score, guess."""

    minute: int
    ms: int
    score: int
    guess: int | None
    regraded: int | None


@dataclass(frozen=True)
class Someone:
    """A person as drawn: division, whether ranked, attempts."""

    group: str | None
    unranked: bool
    sittings: tuple[Sitting, ...]


SITTINGS = st.builds(
    Sitting,
    minute=st.integers(0, 3),
    ms=st.sampled_from([0, 1, 2, 90_000]),
    score=st.sampled_from([0, HALF - 10, HALF, FULL, FULL]),
    guess=st.none() | st.integers(ACTUAL - 3, ACTUAL + 3),
    regraded=st.sampled_from([None, None, HALF, FULL]),
)
ROUNDS = st.lists(
    st.builds(
        Someone,
        group=st.sampled_from([None, "A", "B"]),
        unranked=st.sampled_from([False, False, False, True]),
        sittings=st.lists(SITTINGS, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@SMALL_ROUNDS
@given(people=ROUNDS, chains=st.lists(st.sampled_from(CHAINS), min_size=5, max_size=5), data=st.data())
def test_the_database_ranks_like_the_rules(contest, people, chains, data):
    round_, regrade = contest.rounds[0], data.draw(st.booleans(), label="with a staged ruling")
    actual = data.draw(st.sampled_from([ACTUAL, ACTUAL, None]), label="actual")
    try:
        store(contest, round_, people)
        regrade_id = stage(contest, round_, people) if regrade else None
        for gate, keys in zip(GATES, chains, strict=True):
            for policy in POLICIES:
                ranking = Ranking(keys=[key.value for key in keys], **gate)
                spec = round_.spec.model_copy(update={"ranking": ranking, "counted": policy})
                changed = replace(round_, spec=spec)
                assert from_database(changed, actual, regrade_id) == by_the_rules(changed, actual, regrade=regrade)
    finally:
        db.session.rollback()


def test_no_line_without_anybody(contest):
    assert from_database(contest.rounds[0], None, None) == []


def test_a_paper_that_is_still_open_is_no_attempt(contest, now):
    factories.start(contest, factories.enter(contest, now), now)
    assert from_database(contest.rounds[0], None, None) == []


def store(contest, round_, people):
    """The people with their attempts; a later number is a later attempt, which may end at the same moment."""
    given = [{"group_key": one.group, "is_unranked": one.unranked} for one in people]
    ids = crowd.add_people(contest, given, round_.opens_at)
    sat = []
    for person, one in zip(ids, people, strict=True):
        for each in sorted(one.sittings, key=lambda sitting: sitting.minute):
            start = round_.opens_at + timedelta(minutes=each.minute)
            end = start + timedelta(milliseconds=each.ms)
            sat.append(crowd.Sat(person, start, end, each.score, each.score == FULL, each.guess))
    crowd.add_attempts(contest, round_, sat)


def stage(contest, round_, people):
    """A ruling that changes the scores of some attempts, not applied yet; its id."""
    regrade = Regrade(
        contest_id=contest.id, round_id=round_.id, question="mau/mau-001", kind="drop", answers="[]", reason="Câu sai",
        public_note="", state="staged", staged_at=round_.closes_at, staged_by="to-chuc", summary="{}",
    )  # fmt: skip
    db.session.add(regrade)
    db.session.flush()
    wanted = [each.regraded for one in people for each in sorted(one.sittings, key=lambda sitting: sitting.minute)]
    attempts = db.session.scalars(select(Attempt).order_by(Attempt.participant_id, Attempt.number)).all()
    changes = [
        {
            "regrade_id": regrade.id,
            "attempt_id": attempt.id,
            "old_score": attempt.score,
            "new_score": score,
            "old_perfect": attempt.is_perfect,
            "new_perfect": score == FULL,
        }
        for attempt, score in zip(attempts, wanted, strict=True)
        if score is not None
    ]
    if changes:
        db.session.execute(insert(RegradeChange), changes)
    return regrade.id


def from_database(round_, actual, regrade_id):
    """The lines as the database gives them, by group and line."""
    lines = ordering.ranked(round_, actual=actual, regrade_id=regrade_id)
    rows = db.session.execute(select(lines).order_by(lines.c.group_key, lines.c.line)).mappings()
    return [dict(row) for row in rows]


def by_the_rules(round_, actual, *, regrade):
    """The same lines from the rows, person by person."""
    chain = round_.spec.ranking.chain()
    changes = {change.attempt_id: change for change in db.session.scalars(select(RegradeChange))} if regrade else {}
    final = defaultdict(list)
    for row in db.session.scalars(select(Attempt).order_by(Attempt.participant_id, Attempt.number)):
        final[row.participant_id].append((row, performance(row, changes.get(row.id), 0)))
    groups = defaultdict(list)
    for person in db.session.scalars(select(Participant).where(Participant.is_unranked.is_(False))):
        if not final[person.id]:
            continue
        perfect = sum(one.perfect for _, one in final[person.id])
        row = pick_counted(round_.spec.counted, final[person.id], chain, actual)
        counted = performance(row, changes.get(row.id), perfect)
        if not chain.leaves_out or passes(chain, counted):
            groups[person.group_key or ""].append((person, row, counted))
    return [
        line
        for group in sorted(groups)
        for line in lines_of(group, groups[group], chain, actual, {who: len(sat) for who, sat in final.items()})
    ]


def performance(row, change, perfect_attempts):
    return Performance(
        score=row.score if change is None else change.new_score,
        perfect=row.is_perfect if change is None else change.new_perfect,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        duration_ms=row.duration_ms,
        prediction=row.prediction,
        perfect_attempts=perfect_attempts,
    )


def lines_of(group, members, chain, actual, attempts):
    def key(member):
        return order_key(chain, member[2], actual)

    members.sort(key=lambda member: (key(member), member[2].submitted_at, member[0].id))
    for line, (person, row, one) in enumerate(members, start=1):
        guessed = actual is not None and one.prediction is not None
        yield {
            "participant_id": person.id,
            "group_key": group,
            "line": line,
            "rank": 1 + sum(key(other) < key((person, row, one)) for other in members),
            "attempt_id": row.id,
            "area_id": person.area_id,
            "score": one.score,
            "is_perfect": one.perfect,
            "started_at": one.started_at,
            "submitted_at": one.submitted_at,
            "duration_ms": one.duration_ms,
            "prediction": one.prediction,
            "gap": abs(one.prediction - actual) if guessed else None,
            "attempts": attempts[person.id],
            "perfect_attempts": one.perfect_attempts,
        }
