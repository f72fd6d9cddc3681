"""Making final what time has decided, before results are read."""

from flask import g

from quizapp.attempts import queries, service
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.results import closing

_AT_ONCE = 500


def settle(contest: ContestInfo) -> None:
    """Finish the contest's attempts whose deadline has passed, then freeze what was to be guessed in closed rounds.

    Two looks at indexes when there is nothing to do.

    A GET may call this: it writes nothing that the clock has not already decided, and whoever reads results sees the
    same whether the worker runs or not.
    """
    _settle_attempts(contest)
    if closing.unfrozen(contest, now=g.now):
        with transaction():
            closing.freeze(contest, now=g.now)


def _settle_attempts(contest: ContestInfo) -> None:
    while queries.list_due(contest.id, before=g.now - GRACE, limit=1):
        with transaction():
            service.settle_due(contest, now=g.now, limit=_AT_ONCE)
