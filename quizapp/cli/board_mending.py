"""How the worker keeps the live boards true: what is incomplete, damaged or missing somebody is built anew."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from quizapp import redis_store
from quizapp.attempts import queries, standings
from quizapp.contests.queries import ContestInfo
from quizapp.leaderboard import boards
from quizapp.redis_store import StoreDown

log = logging.getLogger(__name__)

# After a failed build the next one waits longer and longer: it reads a whole round for nothing.
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 4.0
# Counting people takes at most a thirtieth of the worker's time.
_COUNT_EVERY_SECONDS, _COUNT_SHARE = 5.0, 30
# Boards are read from Redis while a round is open; results come from the database.
_READ_FOR = timedelta(hours=1)


@dataclass
class _Watched:
    """One contest's boards: the pause after failed builds, and how many people they must have by now."""

    pause: float = 0.0
    build_again_at: float = 0.0
    count_again_at: float = 0.0
    people: dict[int, int] = field(default_factory=dict)


class BoardMender:
    """Looks after the boards of all contests, one look after another."""

    def __init__(self) -> None:
        self._watched: dict[int, _Watched] = {}

    def tend(self, contest: ContestInfo, now: datetime) -> None:
        """One look at the contest's boards; outside of a transaction."""
        if not redis_store.is_up():
            return
        watched = self._watched.setdefault(contest.id, _Watched())
        try:
            if boards.is_complete(contest.id):
                if boards.is_whole(contest.id) and self._has_everybody(contest, watched, now):
                    return
                log.warning("a live board has lost something; it will be rebuilt", extra={"contest_id": contest.id})
                boards.disown(contest.id)
            self._rebuild(contest, watched)
        except StoreDown as refused:
            log.warning("live boards cannot be kept: %s", refused, extra={"contest_id": contest.id})
            watched.pause = min(max(watched.pause * 2, _FIRST_PAUSE_SECONDS), _LONGEST_PAUSE_SECONDS)
            watched.build_again_at = time.monotonic() + watched.pause

    def _rebuild(self, contest: ContestInfo, watched: _Watched) -> None:
        if time.monotonic() < watched.build_again_at:
            return
        watched.people = {}
        lines = standings.rebuild_boards(contest)
        watched.pause = 0.0
        log.info("live boards rebuilt", extra={"contest_id": contest.id, "step": f"{lines} lines"})

    def _has_everybody(self, contest: ContestInfo, watched: _Watched, now: datetime) -> bool:
        """False when people are missing who were in the database at an earlier look, so that their lines are late."""
        if not any(round_.opens_at <= now < round_.closes_at + _READ_FOR for round_ in contest.rounds):
            return True
        counted, watched.people = watched.people, {}
        for round_id, people in counted.items():
            if redis_store.board_size(contest.id, boards.everyone(round_id)) < people:
                return False
        began = time.monotonic()
        if began >= watched.count_again_at:
            watched.people = queries.count_ranked(contest.id)
            spent = time.monotonic() - began
            watched.count_again_at = began + max(_COUNT_EVERY_SECONDS, _COUNT_SHARE * spent)
        return True
