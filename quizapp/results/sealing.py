"""When figures of a round may be shown: what would tell a late guesser the answer stays sealed. Pure.

A round ends at `closes_at`, but what was sent in time may arrive within the grace, a guess included; so nothing is
unsealed before the grace is over, which is also when the last open papers have been settled.
"""

from datetime import datetime

from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import GRACE


def is_settled(round_: RoundInfo, now: datetime) -> bool:
    """True once nothing of the round can change any more: its end and the grace after it have passed."""
    return now > round_.closes_at + GRACE


def is_sealed(contest: ContestInfo, round_: RoundInfo | None, now: datetime) -> bool:
    """True while somebody may still guess in this round (None = in any round of the contest)."""
    rounds = contest.rounds if round_ is None else (round_,)
    return any(
        each.spec.prediction is not None and each.opens_at <= now and not is_settled(each, now) for each in rounds
    )


def has_result(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True once the round's ranking is final; where the guess is about the whole contest, that is after all rounds."""
    return all(is_settled(each, now) for each in decided_by(contest, round_))


def decided_by(contest: ContestInfo, round_: RoundInfo) -> tuple[RoundInfo, ...]:
    """The rounds that must be over before the round's ranking is final."""
    prediction = round_.spec.prediction
    return contest.rounds if prediction is not None and prediction.scope == "contest" else (round_,)
