"""`quiz worker`: makes visible what time has already decided. Everything stays correct while it is off."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from quizapp import clock, heartbeat
from quizapp.attempts import queries as attempts_queries
from quizapp.attempts import service, standings
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot, transaction
from quizapp.leaderboard import boards
from quizapp.redis_store import StoreDown
from quizapp.results import closing

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
BATCH = 200


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Settle attempts whose time is over and mend boards, until TERM or Ctrl-C; the step under way is finished."""
    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    run_dir: Path = current_app.config["QUIZ"].run_dir
    while not stop.is_set():
        try:
            run_once(clock.now())
        except Exception:
            # One bad step must not end the worker; the next round tries again.
            log.exception("a worker step failed")
            fresh_snapshot()
        heartbeat.beat(run_dir)
        stop.wait(PAUSE_SECONDS)


def run_once(now: datetime) -> None:
    """One round: each contest's due attempts in short transactions, then closed rounds, then incomplete boards.

    What fails for one contest is logged and tried again in the next round; the others go on.
    """
    fresh_snapshot()
    for contest_id in attempts_queries.contests_with_due(before=now - GRACE):
        _try(_settle, contest_id, now)
    fresh_snapshot()
    for contest in contests.list_public_contests():
        _try(_tidy, contest.id, now)


def _try(step: Callable[[ContestInfo, datetime], None], contest_id: int, now: datetime) -> None:
    try:
        step(contests.get_contest_by_id(contest_id), now)
    except Exception:
        log.exception("a worker step failed", extra={"contest_id": contest_id})
        fresh_snapshot()


def _settle(contest: ContestInfo, now: datetime) -> None:
    # How many a step has finished says nothing about what is left: readers settle at the same time.
    while attempts_queries.list_due(contest.id, before=now - GRACE, limit=1):
        with transaction():
            service.settle_due(contest, now=now, limit=BATCH)


def _tidy(contest: ContestInfo, now: datetime) -> None:
    if closing.unfrozen(contest, now=now):
        with transaction():
            closing.freeze(contest, now=now)
    if not boards.is_complete(contest.id):
        _rebuild(contest)


def _rebuild(contest: ContestInfo) -> None:
    try:
        lines = standings.rebuild_boards(contest)
    except StoreDown:
        return
    log.info("live boards rebuilt", extra={"contest_id": contest.id, "step": f"{lines} lines"})


COMMANDS = (worker,)
