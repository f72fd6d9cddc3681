"""What happens to a round's results once after its close: the value that was to be guessed is counted and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select, union

from quizapp.attempts import ordering, standings
from quizapp.attempts import queries as attempts
from quizapp.attempts.models import Attempt, RegradeChange
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Prediction
from quizapp.db import db
from quizapp.results import sealing


def unfrozen(contest: ContestInfo, *, now: datetime) -> list[RoundInfo]:
    """The rounds whose guess is decided at `now` (all their attempts can be final) and not frozen yet."""
    return [
        round_
        for round_ in contest.rounds
        if round_.spec.prediction is not None
        and sealing.is_decided(contest, round_, now)
        and contests.actual_of(round_.id) is None
    ]


def freeze(contest: ContestInfo, *, now: datetime) -> int:
    """Count and keep what was to be guessed in each round that is decided; returns how many rounds this call froze.

    Due attempts have been settled; while one is left all the same, its round waits for the next call. Which of a
    person's attempts is the best by the whole chain may depend on the true value, so counted attempts are chosen again.
    Flushes; the edge commits.
    """
    frozen = 0
    for round_ in unfrozen(contest, now=now):
        prediction = round_.spec.prediction
        # A paper that was asked for in time may have been made only just now.
        if prediction is None or not _is_over(contest, round_, now) or _has_unsettled(contest, round_):
            continue
        actual = count_actual(contest, round_, prediction)
        if contests_service.freeze_actual(round_.id, actual):
            standings.recompute_round(contest, round_, actual)
            frozen += 1
    return frozen


def _is_over(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True when the round's guess is not frozen and none of the rounds it is about has been extended meanwhile.

    They are held, so that none can be from now on. (None: another one's guess is frozen, so that it is over.)
    """
    if contests.hold_round(round_, alone=True) is None:
        return False
    held = [contests.hold_round(each, alone=True) for each in sealing.decided_by(contest, round_)]
    return all(each is None or sealing.is_settled(each, now) for each in held)


def _has_unsettled(contest: ContestInfo, round_: RoundInfo) -> bool:
    """True while an attempt that the round's guess is about is not final."""
    waits_for = sealing.decided_by(contest, round_)
    return attempts.has_unsubmitted([each.id for each in waits_for])


@dataclass(frozen=True)
class Turnout:
    """The numbers that can be guessed, over the rounds that a guess is about."""

    people: int
    attempts: int
    people_all_correct: int
    attempts_all_correct: int


def count_actual(contest: ContestInfo, round_: RoundInfo, prediction: Prediction) -> int:
    """What was to be guessed as it stands now: a count, or a percentage in units of 0.00001 (rounded half up)."""
    return value_in(turnout(sealing.decided_by(contest, round_)), prediction)


def turnout(rounds: Sequence[RoundInfo], *, ruled: RoundInfo | None = None, regrade_id: int | None = None) -> Turnout:
    """The numbers over these rounds; everybody who took part counts, whether ranked or not.

    Somebody has everything right when the counted attempt of any of the rounds has. Which attempt counts is chosen
    without the guess, so the numbers do not depend on which of several values was frozen first. `regrade_id`: as a
    staged ruling on a question of the round `ruled` would make them.
    """
    final = (Attempt.round_id.in_([each.id for each in rounds]), Attempt.submitted_at.is_not(None))
    people, number = db.session.execute(
        select(func.count(Attempt.participant_id.distinct()), func.count()).where(*final)
    ).one()
    changed = and_(RegradeChange.attempt_id == Attempt.id, RegradeChange.regrade_id == regrade_id)
    perfect = func.coalesce(RegradeChange.new_perfect, Attempt.is_perfect)
    all_correct = select(func.count()).select_from(Attempt).outerjoin(RegradeChange, changed).where(*final, perfect)
    return Turnout(
        people=people,
        attempts=number,
        people_all_correct=_people_all_correct(rounds, ruled, regrade_id),
        attempts_all_correct=db.session.scalar(all_correct) or 0,
    )


def _people_all_correct(rounds: Sequence[RoundInfo], ruled: RoundInfo | None, regrade_id: int | None) -> int:
    each = []
    for round_ in rounds:
        concerned = ruled is not None and ruled.id == round_.id
        counted = ordering.counted(round_, actual=None, regrade_id=regrade_id if concerned else None)
        each.append(select(counted.c.participant_id).where(counted.c.is_perfect))
    return db.session.scalar(select(func.count()).select_from(union(*each).subquery())) or 0


def value_in(found: Turnout, prediction: Prediction) -> int:
    """What was to be guessed, taken out of the numbers of the rounds that it is about."""
    if prediction.metric == "percent_all_correct":
        return (found.people_all_correct * 10_000_000 * 2 + found.people) // (2 * found.people) if found.people else 0
    return int(getattr(found, prediction.metric))
