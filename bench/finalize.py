"""Finalizing a round: the whole act, with the sheet of prizes and three collectives, against one SQL sort of its rows.

The floor reads the columns of the chain of every attempt in the chain's order, with the driver alone; a second, lower
one leaves out the key that has to be counted. All are run in turns, so that a busy machine slows each of them down.
`--peak URL` finalizes in a process of its own and prints its memory.
"""

import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from bench import machine
from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.awards import service
from quizapp.cli.areas import tree_files
from quizapp.contests import queries as contests
from quizapp.contests import sizes
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.results import closing
from tests import crowd, factories
from tests.crowd import Sat

GOAL = 5.0
OPENS = datetime(2022, 6, 27, 2, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=12)
LATER = CLOSES + GRACE + timedelta(hours=1)
SLUG, TREE = "do-toc-do", "gia-lai-2022"
QUESTIONS, POINTS = 5, 10
ROUND = {
    "key": "ky-1",
    "label": "Kỳ 1",
    "opens_at": OPENS.isoformat(),
    "closes_at": CLOSES.isoformat(),
    "attempts": {"max": 50, "per": "round"},
    "counted": "best",
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {
        "gate": "none",
        "keys": ["score", "prediction_gap", "duration", "started_at", "perfect_attempts", "submitted_at"],
    },
    "prizes": [{"name": name, "count": count} for name, count in
               (("Nhất", 1), ("Nhì", 2), ("Ba", 3), ("Khuyến khích", 10))],
}  # fmt: skip
COLLECTIVES = [
    {"level": "district", "metric": "people", "then": ["prizes"], "prizes": [{"name": "Nhất", "count": 1}]},
    {"level": "commune", "metric": "rate", "then": ["people_all_correct"], "prizes": [{"name": "Nhất", "count": 3}]},
    {
        "level": "district",
        "metric": "weighted",
        "weights": {"mean_rate": 100, "prizes": 1},
        "prize_points": {"Nhất": 10, "Nhì": 8, "Ba": 6, "Khuyến khích": 4},
        "prizes": [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 1}],
    },
]
# Every attempt in the order of the whole chain.
FLOOR = """
SELECT id, score, abs(prediction - {actual}) AS gap, duration_ms, started_at,
       sum(CASE WHEN is_perfect THEN 1 ELSE 0 END) OVER (PARTITION BY participant_id) AS perfect_attempts, submitted_at
FROM attempts WHERE round_id = {round_id} AND submitted_at IS NOT NULL
ORDER BY score DESC, gap, duration_ms, started_at, perfect_attempts DESC, submitted_at
"""
# The same without the key that is no column: how many attempts of the person have everything right.
PLAIN_SORT = """
SELECT id, score, abs(prediction - {actual}) AS gap, duration_ms, started_at, submitted_at
FROM attempts WHERE round_id = {round_id} AND submitted_at IS NOT NULL
ORDER BY score DESC, gap, duration_ms, started_at, submitted_at
"""


# --- a round ------------------------------------------------------------------------------------------------------


def prepare(url: str, people: int, attempts: int) -> None:
    """A closed, counted round of that size, ready to be finalized."""
    with machine.application(url, empty=True):
        contest = _launch()
        with transaction():
            _crowd(contest, people, attempts)
        with transaction():
            closing.freeze(contest, now=LATER)


def _launch() -> ContestInfo:
    before = OPENS - timedelta(days=1)
    with transaction():
        for file in tree_files():
            areas_service.load_tree(file.read_bytes(), name=file.name, now=before)
    contest = factories.make_contest(
        before,
        contest=SLUG,
        areas={"tree": TREE, "ranked_level": "district"},
        rounds=[factories.round_dict(before, **ROUND)],
        prize_cap="one_per_contest",
        collectives=COLLECTIVES,
        publication={"live": "hidden_until_close", "mask_phone": True},
    )
    tree = areas.get_tree(TREE)
    with transaction():
        people = {node.id: 1000 for level in ("district", "commune") for node in tree.at_level(level)}
        sizes.set_sizes(contest, people, replace=True, actor="bench", now=before)
    return contest


def _crowd(contest: ContestInfo, people: int, attempts: int) -> None:
    """Everybody has an attempt; who has more is drawn. Everything from one seed."""
    dice = Random(people)
    communes = [node.id for node in areas.get_tree(TREE).at_level("commune")]
    ids = crowd.add_people(
        contest, [{"full_name": "Nguyễn Văn Thử", "area_id": dice.choice(communes)} for _ in range(people)], OPENS
    )
    sitters = ids + dice.choices(ids, k=attempts - people)
    last = int((CLOSES - OPENS).total_seconds() * 1000) - 900_000
    crowd.add_attempts(contest, contest.rounds[0], [_sat(dice, person, last, people) for person in sitters])


def _sat(dice: Random, person: int, last: int, people: int) -> Sat:
    started = OPENS + timedelta(milliseconds=dice.randrange(last))
    right = dice.choices(range(QUESTIONS + 1), weights=(2, 3, 5, 10, 30, 50))[0]
    return Sat(
        person,
        started,
        started + timedelta(milliseconds=dice.randrange(20_000, 900_000)),
        right * POINTS,
        right == QUESTIONS,
        dice.randrange(people),
    )


# --- measuring ----------------------------------------------------------------------------------------------------


def measure(url: str, repeats: int) -> dict[str, Any]:
    """Seconds of the sorts and of the act (before its commit, and with it), in turns, and the ratios of the medians."""
    with machine.application(url):
        contest = contests.get_contest(SLUG)
        seconds: dict[str, list[float]] = {"floor": [], "plain_sort": [], "finalize": [], "finalize_and_commit": []}
        for repeat in range(repeats + 1):
            floor, plain = _sort(contest, FLOOR), _sort(contest, PLAIN_SORT)
            measured = (floor, plain, *_finalize(contest))
            # The first time warms everything up.
            if repeat:
                for name, value in zip(seconds, measured, strict=True):
                    seconds[name].append(round(value, 4))
    middle = {name: median(values) for name, values in seconds.items()}
    return {
        "seconds": seconds,
        "ratio": round(middle["finalize"] / middle["floor"], 2),
        "ratio_with_commit": round(middle["finalize_and_commit"] / middle["floor"], 2),
        "ratio_to_plain_sort": round(middle["finalize"] / middle["plain_sort"], 2),
        "goal": GOAL,
    }


def _sort(contest: ContestInfo, text: str) -> float:
    round_ = contest.rounds[0]
    statement = text.format(actual=contests.actual_of(round_.id), round_id=round_.id)
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        start = perf_counter()
        cursor.execute(statement)
        rows = cursor.fetchall()
        seconds = perf_counter() - start
        cursor.close()
    finally:
        connection.close()
    if not rows:
        raise SystemExit("nothing was read")
    return seconds


def _finalize(contest: ContestInfo) -> tuple[float, float]:
    """Seconds until everything is written, and until it is committed; then the round is taken back to its review."""
    start = perf_counter()
    with transaction():
        result = service.finalize_round(contest, "ky-1", actor="bench", now=LATER)
        written = perf_counter() - start
    committed = perf_counter() - start
    if not result.ranked:
        raise SystemExit("nobody was ranked")
    with transaction():
        service.reopen_round(contest, "ky-1", actor="bench", reason="lần đo sau", now=LATER)
    return written, committed


def peak(url: str) -> int:
    """KiB that a process of its own needs at the most to finalize the round."""
    command = [sys.executable, "-m", "bench.finalize", "--peak", url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return int(json.loads(done.stdout)["peak_kib"])


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database; `options`: kinds, finalize_people, finalize_attempts, repeats."""
    found: dict[str, Any] = {}
    for kind in options.kinds:
        try:
            found[kind] = _run(kind, options.finalize_people, options.finalize_attempts, options.repeats)
        except LookupError as missing:
            found[kind] = {"missing": str(missing)}
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    return [f"finalize, {kind}, {_line(one)}" for kind, one in found.items()]


def _line(found: dict[str, Any]) -> str:
    if "missing" in found:
        return f"could not be measured: {found['missing']}"
    return (
        f"{found['attempts']} attempts of {found['people']} people: {found['ratio']} times one sort "
        f"by the whole chain ({found['ratio_with_commit']} with the commit; goal {found['goal']}), "
        f"{found['ratio_to_plain_sort']} times one by its plain columns; "
        f"memory grows by {found['peak_growth_kib']} KiB from a tenth of that"
    )


def _run(kind: str, people: int, attempts: int, repeats: int) -> dict[str, Any]:
    with machine.databases(kind) as (large, small):
        prepare(large, people, attempts)
        found = measure(large, repeats)
        prepare(small, people // 10, attempts // 10)
        small_peak, large_peak = peak(small), peak(large)
    return {
        "people": people,
        "attempts": attempts,
        **found,
        "peak_kib": {str(attempts // 10): small_peak, str(attempts): large_peak},
        "peak_growth_kib": large_peak - small_peak,
    }


def main(arguments: Sequence[str]) -> None:
    """`--peak URL`: finalize once and print this process's memory as JSON."""
    (url,) = arguments
    with machine.application(url):
        contest = contests.get_contest(SLUG)
        before = machine.peak_memory_kib()
        with transaction():
            service.finalize_round(contest, "ky-1", actor="bench", now=LATER)
        print(json.dumps({"before_kib": before, "peak_kib": machine.peak_memory_kib()}))


if __name__ == "__main__":
    main(sys.argv[2:])
