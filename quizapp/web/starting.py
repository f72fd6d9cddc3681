"""Starting a paper, from a page or through the API: only people whom the round is for."""

from flask import g

from quizapp.attempts import service as attempts
from quizapp.attempts.service import Started
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Forbidden
from quizapp.results import promotion


def start(contest: ContestInfo, round_: RoundInfo, participant: ParticipantInfo) -> Started:
    """Open an attempt, or give back the one that is open. Inside a transaction.

    Raises Forbidden("not_eligible", why="not_promoted"), and what `attempts.service.start` raises.
    """
    if not promotion.is_promoted(contest, round_, participant.id):
        raise Forbidden("not_eligible", why="not_promoted")
    return attempts.start(contest, round_, participant, now=g.now)
