"""Writing the live boards of a round anew out of the database, against the database's own copying of the same columns.

On SQLite, which copies nothing out, the floor is reading these columns with the driver alone. All in turns.
"""

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, perf_counter, sleep
from typing import Any

from bench import machine, populace
from quizapp import redis_store
from quizapp.attempts import queries, standings
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import db
from quizapp.leaderboard import boards

GOAL = 8.0
_START_SECONDS = 10.0
_COLUMNS = """
SELECT s.round_id, s.participant_id, s.packed, p.area_id, p.group_key
FROM standings s JOIN participants p ON p.id = s.participant_id
WHERE s.contest_id = {contest} AND NOT p.is_unranked
"""


@contextmanager
def redis() -> Iterator[str]:
    """A Redis of its own that writes nothing to the disk; its address."""
    with TemporaryDirectory(prefix="quiz-bench-redis-") as folder:
        socket = f"{folder}/redis.sock"
        command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder]
        try:
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        except OSError as error:
            raise LookupError("no Redis on this machine") from error
        try:
            end = monotonic() + _START_SECONDS
            while not Path(socket).exists() and monotonic() < end:
                sleep(0.05)
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait()


def copy(statement: str) -> float:
    """Seconds in which the database gives out what the statement finds, and nothing is done with it."""
    connection = db.engine.raw_connection()
    try:
        cursor: Any = connection.cursor()
        start = perf_counter()
        if db.engine.dialect.name == "sqlite":
            for _ in cursor.execute(statement):
                pass
        else:
            with cursor.copy(f"COPY ({statement}) TO STDOUT") as given:
                for _ in given:
                    pass
        seconds = perf_counter() - start
        cursor.close()
    finally:
        connection.close()
    return seconds


def measure(contest: ContestInfo, repeats: int) -> dict[str, Any]:
    """Median seconds of the copying and of the rebuilding, and their ratio; the ranks are compared once."""
    seconds: dict[str, list[float]] = {"copy": [], "rebuild": []}
    lines = 0
    for repeat in range(repeats + 1):
        copied = copy(_COLUMNS.format(contest=contest.id))
        start = perf_counter()
        lines = standings.rebuild_boards(contest)
        rebuilt = perf_counter() - start
        # The first time warms everything up.
        if repeat:
            seconds["copy"].append(round(copied, 4))
            seconds["rebuild"].append(round(rebuilt, 4))
    if not _has_same_ranks(contest):
        raise SystemExit("the rebuilt board has other ranks than the standings")
    middle = {name: median(values) for name, values in seconds.items()}
    return {
        "lines": lines,
        "seconds": seconds,
        "ratio": round(middle["rebuild"] / middle["copy"], 2),
        "lines_a_second": round(lines / middle["rebuild"]),
        "goal": GOAL,
    }


def _has_same_ranks(contest: ContestInfo) -> bool:
    """Whether the board of everyone holds exactly what the standings say: then so do all ranks."""
    name = boards.everyone(contest.rounds[0].id)
    size = redis_store.board_size(contest.id, name)
    on_board: dict[str, int] = {}
    for start in range(0, size, 10_000):
        on_board.update(redis_store.board_window(contest.id, name, start, start + 10_000))
    stored = {
        member: packed for block in queries.stream_blocks(contest.id) for member, packed in block.packed().items()
    }
    return on_board == stored


def peak(url: str, redis_url: str) -> int:
    """KiB that a process of its own needs at the most to rebuild the boards."""
    command = [sys.executable, "-m", "bench.boards", "--peak", url, redis_url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return int(json.loads(done.stdout)["peak_kib"])


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database that this machine has; `options`: people, repeats, kinds."""
    found: dict[str, Any] = {}
    for kind in options.kinds:
        try:
            with machine.databases(kind) as (url, _), redis() as redis_url:
                with machine.application(url, empty=True):
                    contest = populace.make(options.people)
                    redis_store.init_store(redis_url)
                    found[kind] = measure(contest, options.repeats)
                found[kind]["peak_kib"] = peak(url, redis_url)
        except LookupError as missing:
            found[kind] = {"missing": str(missing)}
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    return [
        f"boards, {kind}, {one['lines']} lines rebuilt: {one['ratio']} times a copy of the same columns "
        f"(goal {one['goal']}), {one['lines_a_second']} lines a second, {one['peak_kib'] // 1024} MiB at the most"
        if "missing" not in one
        else f"boards, {kind}: could not be measured: {one['missing']}"
        for kind, one in found.items()
    ]


def main(arguments: Sequence[str]) -> None:
    """`URL REDIS`: rebuild once and print this process's memory as JSON."""
    url, redis_url = arguments
    with machine.application(url):
        redis_store.init_store(redis_url)
        standings.rebuild_boards(contests.get_contest(populace.SLUG))
        print(json.dumps({"peak_kib": machine.peak_memory_kib()}))


if __name__ == "__main__":
    main(sys.argv[2:])
