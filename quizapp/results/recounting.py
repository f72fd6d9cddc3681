"""The value to be guessed, counted anew because a ruling on a question changes who has everything right."""

from dataclasses import dataclass

from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.results import closing, sealing

_ALL_CORRECT = ("people_all_correct", "attempts_all_correct", "percent_all_correct")


@dataclass(frozen=True)
class Recount:
    """The value to be guessed in a round, before and after a ruling; a percentage in units of 0.00001."""

    round: RoundInfo
    before: int
    after: int


def recounts(contest: ContestInfo, ruled: RoundInfo, regrade_id: int) -> list[Recount]:
    """What becomes of every frozen value that counts all-correct papers of the round `ruled`, under a staged ruling.

    Its own value, and those of rounds that ask about the whole contest; the first is its own, when it has one.
    """
    found = []
    for round_ in (ruled, *(each for each in contest.rounds if each.id != ruled.id)):
        prediction = round_.spec.prediction
        if prediction is None or prediction.metric not in _ALL_CORRECT:
            continue
        asked_of = sealing.decided_by(contest, round_)
        before = contests.actual_of(round_.id)
        if before is None or all(each.id != ruled.id for each in asked_of):
            continue
        counted = closing.turnout(asked_of, ruled=ruled, regrade_id=regrade_id)
        found.append(Recount(round_, before, closing.value_in(counted, prediction)))
    return found
