"""`quiz worker`: makes visible what time has already decided. Everything stays correct while it is off."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from quizapp import clock, heartbeat
from quizapp.attempts import queries as attempts_queries
from quizapp.attempts import rollups, service
from quizapp.cli import personal_data
from quizapp.cli.board_mending import BoardMender
from quizapp.cli.paper_sealing import PaperSealer
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import fresh_snapshot, transaction
from quizapp.disk import DiskWatch
from quizapp.entries import sealing
from quizapp.leaderboard import writer
from quizapp.results import closing

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
BATCH = 200
# What has waited for its seal may wait a second more; papers may not.
SEAL_BLOCKS = 4
# How often the kept figures of a contest are compared with what they are made of; also right after a start.
PROOF_EVERY = timedelta(minutes=10)
_proved: dict[int, datetime] = {}
_mender = BoardMender()
_paper_sealer = PaperSealer()


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
    disk_watch = DiskWatch()
    writer.start(current_app.app_context, run_dir)
    while not stop.is_set():
        try:
            run_once(clock.now())
            heartbeat.beat(run_dir)
            disk_watch.look(run_dir, monotonic())
            clock.tell_if_set()
        except Exception:
            # One bad step must not end the worker; the next round tries again.
            log.exception("a worker step failed")
            fresh_snapshot()
        stop.wait(PAUSE_SECONDS)
    writer.stop()


def run_once(now: datetime) -> None:
    """One round: each contest's due attempts in short transactions, kept figures, closed rounds, incomplete boards.

    What fails for one contest is logged and tried again in the next round; the others go on.
    """
    fresh_snapshot()
    for contest_id in attempts_queries.contests_with_due(before=now - GRACE):
        _try(_settle, contest_id, now)
    fresh_snapshot()
    for contest_id in rollups.contests_to_fold():
        _try(_fold, contest_id, now)
    fresh_snapshot()
    for contest in contests.list_public_contests():
        _try(_tidy, contest.id, now)
        _try(_paper_sealer.tend, contest.id, now)
        _try(personal_data.erase_when_due, contest.id, now)
    fresh_snapshot()
    for contest_id in sealing.contests_to_seal():
        _try(_seal, contest_id, now)
    _try_next_proof(now)
    # What is still open during the pause would keep the database from clearing away what others have replaced.
    fresh_snapshot()


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


def _fold(contest: ContestInfo, _now: datetime) -> None:
    folded = rollups.FOLD_AT_ONCE
    while folded == rollups.FOLD_AT_ONCE:
        with transaction():
            folded = rollups.fold(contest.id)


def _seal(contest: ContestInfo, _now: datetime) -> None:
    """Personal data that is still plain, or sealed with an older key; some of it at a time."""
    for _ in range(SEAL_BLOCKS):
        with transaction():
            if not sealing.seal_some(contest.id):
                return


def _try_next_proof(now: datetime) -> None:
    """One contest's figures are proved, of those that have waited long enough: the one that has waited longest."""
    due = [contest.id for contest in contests.list_public_contests() if _proved_at(contest.id) <= now - PROOF_EVERY]
    if due:
        contest_id = min(due, key=_proved_at)
        _proved[contest_id] = now
        _try(_prove, contest_id, now)


def _proved_at(contest_id: int) -> datetime:
    return _proved.get(contest_id, datetime.min.replace(tzinfo=UTC))


def _prove(contest: ContestInfo, _now: datetime) -> None:
    """The kept figures are compared with the standings; what differs is logged and mended."""
    fresh_snapshot()
    wrong = rollups.differences(contest.id)
    if wrong:
        log.error("kept figures were wrong", extra={"contest_id": contest.id, "step": f"{wrong} lines"})
        with transaction():
            rollups.rebuild(contest.id)


def _tidy(contest: ContestInfo, now: datetime) -> None:
    if closing.unfrozen(contest, now=now):
        with transaction():
            closing.freeze(contest, now=now)
    _mender.tend(contest, now)


COMMANDS = (worker,)
