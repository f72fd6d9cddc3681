"""What happens to a round's results once after its close: the value that was to be guessed is counted and kept."""

from datetime import datetime

from quizapp.attempts import queries as attempts
from quizapp.attempts import standings
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Prediction
from quizapp.results import queries, sealing


def unfrozen(contest: ContestInfo, *, now: datetime) -> list[RoundInfo]:
    """The rounds whose guess is decided at `now` (all their attempts can be final) and not frozen yet."""
    return [
        round_
        for round_ in contest.rounds
        if round_.spec.prediction is not None
        and sealing.has_result(contest, round_, now)
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
        if prediction is None or contests.hold_round(round_, alone=True) is None or _has_unsettled(contest, round_):
            continue
        actual = count_actual(contest, round_, prediction)
        if contests_service.freeze_actual(round_.id, actual):
            standings.choose_again(contest, round_, actual)
            frozen += 1
    return frozen


def _has_unsettled(contest: ContestInfo, round_: RoundInfo) -> bool:
    """True while an attempt that the round's guess is about is not final."""
    waits_for = sealing.decided_by(contest, round_)
    return attempts.has_unsubmitted([each.id for each in waits_for])


def count_actual(contest: ContestInfo, round_: RoundInfo, prediction: Prediction) -> int:
    """What was to be guessed as it stands now: a count, or a percentage in units of 0.00001 (rounded half up).

    Everybody who took part counts, whether ranked or not.
    """
    found = queries.counts(contest.id, round_.id if prediction.scope == "round" else None)
    if prediction.metric == "percent_all_correct":
        return (found.people_all_correct * 10_000_000 * 2 + found.people) // (2 * found.people) if found.people else 0
    return int(getattr(found, prediction.metric))
