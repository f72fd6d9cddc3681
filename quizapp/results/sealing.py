"""When figures of a round may be shown: what would tell a late guesser the answer stays sealed. Pure.

A round ends at `closes_at`, but what was sent in time may arrive within the grace, a guess included; so nothing is
unsealed before the grace is over, which is also when the last open papers have been settled.

A guess about the whole contest is about every round that has a paper (`counted_rounds`), so the figures of the earlier
ones narrow it as well: to the public they stay sealed until the last of these rounds is settled.
"""

from datetime import datetime

from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import GRACE
from quizapp.contests.spec import Prediction

# Whoever is told the one can work out, or narrow, the other: no attempts without people, no people without attempts.
_PARTICIPATION = ("people", "attempts")


def is_settled(round_: RoundInfo, now: datetime) -> bool:
    """True once nothing of the round can change any more: its end and the grace after it have passed."""
    return now > round_.closes_at + GRACE


def counted_rounds(contest: ContestInfo) -> tuple[RoundInfo, ...]:
    """The rounds that a guess about the whole contest is about: those with a paper, not those marked by hand."""
    return tuple(filter(_is_counted, contest.rounds))


def decided_by(contest: ContestInfo, round_: RoundInfo) -> tuple[RoundInfo, ...]:
    """The rounds that must be over before what is guessed in the round can be counted."""
    return counted_rounds(contest) if _is_about_contest(round_) else (round_,)


def is_decided(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True once what is guessed in the round can be counted."""
    return all(is_settled(each, now) for each in decided_by(contest, round_))


def shown_after(contest: ContestInfo, round_: RoundInfo) -> RoundInfo:
    """The round after whose end the public may see the ranking and the figures of `round_`."""
    waited_for = counted_rounds(contest) if any(map(_is_about_contest, contest.rounds)) else ()
    return max((round_, *waited_for), key=lambda each: each.closes_at)


def has_result(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True once the public may see the round's ranking and figures: they are final, and narrow nobody's guess."""
    return is_settled(shown_after(contest, round_), now)


def open_guesses(contest: ContestInfo, round_: RoundInfo | None, now: datetime) -> tuple[Prediction, ...]:
    """What somebody may still guess, now or later, with the help of the round's figures (None = any round's).

    A round that has not opened has no figures.
    """
    begun = [each for each in ([round_] if round_ else contest.rounds) if each.opens_at <= now]
    told_of = {each.id: each for each in begun}
    if any(map(_is_counted, begun)):
        told_of.update({each.id: each for each in contest.rounds if _is_about_contest(each)})
    return tuple(
        each.spec.prediction
        for each in told_of.values()
        if each.spec.prediction is not None and not is_settled(each, now)
    )


def is_sealed(contest: ContestInfo, round_: RoundInfo | None, now: datetime) -> bool:
    """True while scores and all-correct people must not be told: somebody may still guess (None = in any round)."""
    return bool(open_guesses(contest, round_, now))


def seals_participation(contest: ContestInfo, round_: RoundInfo | None, now: datetime) -> bool:
    """True while the whole number of people and of attempts must not be told either: they are what is guessed."""
    return any(guess.metric in _PARTICIPATION for guess in open_guesses(contest, round_, now))


def _is_about_contest(round_: RoundInfo) -> bool:
    return round_.spec.prediction is not None and round_.spec.prediction.scope == "contest"


def _is_counted(round_: RoundInfo) -> bool:
    return round_.spec.paper.mode != "marked"
