"""Bringing what is committed to the live boards, away from the request that has committed it.

Web processes and the worker keep a writer: a thread that sends lines to Redis in batches, so that no submission waits
for a Redis that is slow, hung or gone. What Redis misses makes the boards invalid in the database, and the worker
rebuilds them. A process that is killed with lines in its hands cannot do that; so each process keeps a note of the
contests whose lines it may hold, and whoever starts next beside it does it instead.
"""

import fcntl
import logging
import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from quizapp.db import is_unavailable, transaction
from quizapp.leaderboard import boards
from quizapp.leaderboard.boards import BoardLine
from quizapp.redis_store import StoreDown

log = logging.getLogger(__name__)

# Between two tries; a hung Redis is not a reason to rebuild a million lines until it has been tried twice.
PAUSE_SECONDS = 1.0
# A contest stays in the note as long as a transaction that was announced may still be under way.
_NOTED_SECONDS = 15.0
_MOST_LINES = 50_000
_STOP_SECONDS = 3.0


class BoardWriter:
    """The thread of one process. `context` makes the application context in which the database is used."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]], run_dir: Path) -> None:
        self._context = context
        self._run_dir = run_dir
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._lines: defaultdict[int, list[BoardLine]] = defaultdict(list)
        self._waiting = 0
        # Contests whose boards have missed a line and do not say so yet.
        self._missed: set[int] = set()
        self._announced: dict[int, float] = {}
        self._note = _Note(run_dir)
        self._thread = threading.Thread(target=self._run, name="board-writer", daemon=True)

    def start(self) -> None:
        """Take over what killed processes have left, and begin."""
        self._missed |= orphaned(self._run_dir)
        self._note.open()
        self._wake.set()
        self._thread.start()

    def stop(self) -> None:
        """Send what there is, for a few seconds at most; what is left is told by the note."""
        self._stop.set()
        self._wake.set()
        self._thread.join(_STOP_SECONDS)
        if not self._thread.is_alive() and not self._missed and not self._waiting:
            self._note.remove()

    def announce(self, contest_id: int) -> None:
        """A transaction under way may change the boards of the contest."""
        with self._lock:
            is_new = contest_id not in self._announced
            self._announced[contest_id] = time.monotonic()
            if is_new:
                self._note.write(self._announced)

    def put(self, contest_id: int, lines: Sequence[BoardLine]) -> None:
        """Have the lines written soon."""
        with self._lock:
            if self._waiting + len(lines) > _MOST_LINES:
                self._missed.add(contest_id)
            else:
                self._lines[contest_id] += lines
                self._waiting += len(lines)
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            # Also without anything to do: contests that have been quiet for a while leave the note.
            self._wake.wait(_NOTED_SECONDS)
            self._step()
        self._step()

    def _step(self) -> None:
        self._wake.clear()
        taken = self._take()
        try:
            self._miss(contest_id for contest_id, lines in taken.items() if not self._send(contest_id, lines))
            self._invalidate()
            self._forget_quiet()
        except Exception:
            # The thread has to outlive whatever happens in it.
            log.exception("the board writer failed; it tries again")
            self._miss(taken)
        if self._missed:
            self._pause()
            self._wake.set()

    def _take(self) -> dict[int, list[BoardLine]]:
        with self._lock:
            taken, self._lines, self._waiting = self._lines, defaultdict(list), 0
        return taken

    def _send(self, contest_id: int, lines: Sequence[BoardLine]) -> bool:
        for pause in (True, False):
            try:
                boards.record(contest_id, lines)
            except StoreDown:
                if pause:
                    self._pause()
            else:
                return True
        return False

    def _miss(self, contest_ids: Iterable[int]) -> None:
        missed = set(contest_ids)
        with self._lock:
            self._missed |= missed

    def _invalidate(self) -> None:
        with self._lock:
            missed = sorted(self._missed)
        for contest_id in missed:
            try:
                with self._context():
                    _invalidate(contest_id)
            except Exception as error:
                if not is_unavailable(error):
                    raise
                return  # the database is away as well; the next step tries again
            with self._lock:
                self._missed.discard(contest_id)

    def _forget_quiet(self) -> None:
        with self._lock:
            now = time.monotonic()
            kept = {
                contest_id: at
                for contest_id, at in self._announced.items()
                if now - at < _NOTED_SECONDS or contest_id in self._lines or contest_id in self._missed
            }
            if len(kept) < len(self._announced):
                self._announced = kept
                self._note.write(kept)

    def _pause(self) -> None:
        self._stop.wait(PAUSE_SECONDS)


class _Note:
    """`boards.<pid>` in the run folder: the contests in question; locked as long as the process lives."""

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / f"boards.{os.getpid()}"
        self._descriptor: int | None = None

    def open(self) -> None:
        with suppress(OSError):  # a full or read-only disk; then a kill is noticed by the worker's look at the sizes
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def write(self, contest_ids: Iterable[int]) -> None:
        if self._descriptor is None:
            return
        text = " ".join(map(str, sorted(contest_ids))).encode() + b"\n"
        with suppress(OSError):
            # In this order the first line is right whenever the process is killed.
            os.pwrite(self._descriptor, text, 0)
            os.ftruncate(self._descriptor, len(text))

    def remove(self) -> None:
        with suppress(OSError):
            self._path.unlink()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def orphaned(run_dir: Path) -> set[int]:
    """The contests in the notes of processes that live no more; the notes are gone afterwards."""
    found: set[int] = set()
    for path in run_dir.glob("boards.*"):
        with suppress(OSError, ValueError), path.open("rb") as note:
            fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found |= {int(word) for word in note.readline().split()}
            path.unlink()
    return found


_writer: BoardWriter | None = None


def start(context: Callable[[], AbstractContextManager[object]], run_dir: Path) -> None:
    """From now on this process writes in a thread of its own; call it after the fork."""
    global _writer
    _writer = BoardWriter(context, run_dir)
    _writer.start()


def stop() -> None:
    """Write what is waiting; from now on lines are written by whoever has them."""
    global _writer
    if _writer is not None:
        _writer.stop()
        _writer = None


def announce(contest_id: int) -> None:
    """Say in a transaction that the boards will get lines when it is committed; no network, no wait."""
    if _writer is not None:
        _writer.announce(contest_id)


def record(contest_id: int, lines: Sequence[BoardLine]) -> None:
    """Bring committed lines to the boards: soon, in a process with a writer; else now. Raises nothing for Redis."""
    if not lines:
        return
    if _writer is not None:
        _writer.put(contest_id, lines)
        return
    try:
        boards.record(contest_id, lines)
    except StoreDown:
        _invalidate(contest_id)


def _invalidate(contest_id: int) -> None:
    log.warning("a live board missed an update; it will be rebuilt", extra={"contest_id": contest_id})
    with transaction():
        boards.invalidate(contest_id)
