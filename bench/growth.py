"""What each path costs as a round grows: time and memory with a thousand, a hundred thousand and a million people.

In process, at the service's edge, one caller, every call committed: how the work grows, not how much of it a server
does at once (that is `bench.http`). Each path's time is the median of many calls; finalizing and the files, which are
acts of their own, are run in a process of their own each, which also tells its memory.
"""

import argparse
import json
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from math import log2
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from flask import g
from sqlalchemy import insert, select

from bench import boards, machine, populace
from bench.http.fill import TREE
from quizapp import clock, redis_store
from quizapp.accounts import service as accounts
from quizapp.areas import queries as areas
from quizapp.attempts import service, standings
from quizapp.attempts.models import Standing
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.entries import queries as entries
from quizapp.entries.models import SessionParticipant
from quizapp.results import board, queries
from quizapp.results.files import write_csv, write_xlsx
from quizapp.results.rules import break_down
from quizapp.web.access import StaffView
from quizapp.web.reports import build
from tests import factories

SIZES = (1000, 100_000, 1_000_000)
# Calls of each path that is measured by the call.
CALLS = 100
ACTS = ("finalize", "csv", "xlsx")
# Above this the costs of a path differ by more than the noise from what n log n allows.
TOLERANCE = 1.5


# --- paths that are measured by the call ----------------------------------------------------------------------------


@dataclass
class _Sitter:
    """Somebody of the crowd who sits once more."""

    browser: int
    participant_id: int
    attempt: Any = None


def measure_calls(contest: ContestInfo, calls: int) -> dict[str, float]:
    """Median microseconds of a call, by path."""
    now = clock.now()
    round_ = contest.rounds[0]
    sitters = _sitters(contest, calls)

    def start(one: _Sitter) -> None:
        with transaction():
            person = entries.get_participant(one.participant_id)
            one.attempt = service.start(contest, round_, person, now=now).attempt

    def save(one: _Sitter) -> None:
        choices = factories.right_choices(contest, one.attempt, right=20)
        with transaction():
            service.save_answers(one.attempt.public_id, one.browser, choices[:1], None, now=now)

    def answer(one: _Sitter) -> None:
        choices = factories.right_choices(contest, one.attempt, right=20, rev=2)
        with transaction():
            service.save_answers(one.attempt.public_id, one.browser, choices, None, now=now)

    def submit(one: _Sitter) -> None:
        with transaction():
            service.submit(one.attempt.public_id, one.browser, last_rev=2, now=now + timedelta(minutes=5))

    def look(one: _Sitter) -> None:
        board.read_board(contest, round_, limit=50, me=one.participant_id)

    def break_it_down(_one: _Sitter) -> None:
        break_down(areas.get_tree(TREE), "district", queries.kept_figures_by_area(contest.id, round_.id))

    found = {}
    for name, path in (("start", start), ("save", save), ("", answer), ("submit", submit)):
        found[name] = _median_us(path, sitters)
    del found[""]
    _build_boards(contest)
    found["board"] = _median_us(look, sitters)
    found["breakdown"] = _median_us(break_it_down, sitters)
    return found


def _sitters(contest: ContestInfo, count: int) -> list[_Sitter]:
    """People from all over the crowd, with a browser each."""
    ids = list(db.session.scalars(select(Standing.participant_id).where(Standing.contest_id == contest.id)))
    chosen = ids[:: max(1, len(ids) // count)][:count]
    now = clock.now()
    sitters = []
    with transaction():
        for participant_id in chosen:
            browser, _ = accounts.open_session(None, now=now)
            link = {"session_id": browser, "participant_id": participant_id, "linked_at": now}
            db.session.execute(insert(SessionParticipant).values(**link))
            sitters.append(_Sitter(browser, participant_id))
    return sitters


def _build_boards(contest: ContestInfo) -> None:
    """Live boards, when a Redis is there; else pages are read from the database."""
    if redis_store.is_up():
        standings.rebuild_boards(contest)


def _median_us(path: Callable[[_Sitter], None], sitters: Sequence[_Sitter]) -> float:
    seconds = []
    for sitter in sitters:
        start = perf_counter()
        path(sitter)
        seconds.append(perf_counter() - start)
        # As at the end of a request.
        db.session.rollback()
    return round(median(seconds) * 1_000_000, 1)


# --- acts, each in a process of its own -----------------------------------------------------------------------------


def measure_act(url: str, act: str) -> dict[str, float]:
    """Seconds of the act and the KiB by which it made its process grow."""
    command = [sys.executable, "-m", "bench.growth", "--act", act, url]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def do_act(url: str, act: str) -> dict[str, float]:
    """Do it here; the application's own memory is not counted."""
    with machine.application(url) as app:
        contest = contests.get_contest(populace.SLUG)
        before = machine.peak_memory_kib()
        start = perf_counter()
        if act == "finalize":
            _finalize(contest)
        else:
            with app.test_request_context():
                _export(contest, act)
        seconds = perf_counter() - start
    return {"seconds": round(seconds, 3), "kib": machine.peak_memory_kib() - before}


def _finalize(contest: ContestInfo) -> None:
    now = contest.rounds[0].closes_at + GRACE + timedelta(hours=1)
    with transaction():
        # Papers that nobody submitted would hold it up.
        service.settle_due(contest, now=now)
        awards.finalize_round(contest, contest.rounds[0].key, actor="bench", now=now)


def _export(contest: ContestInfo, ext: str) -> None:
    g.now = clock.now()
    tree = areas.get_tree_by_id(contest.tree_id)
    table = build("attempts", StaffView(contest, tree, tree.root, True))
    with TemporaryDirectory(prefix="quiz-bench-") as folder:
        path = Path(folder) / f"attempts.{ext}"
        if ext == "xlsx":
            write_xlsx(table, path)
        else:
            with path.open("wb") as file:
                file.writelines(write_csv(table))


# --- the whole ------------------------------------------------------------------------------------------------------


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database that this machine has; `options`: kinds, and sizes or people (the most)."""
    sizes = getattr(options, "sizes", None) or sorted(
        {max(1, options.people // 1000), options.people // 10, options.people}
    )
    found: dict[str, Any] = {}
    for kind in options.kinds:
        try:
            found[kind] = {str(size): measure(kind, size) for size in sizes}
        except LookupError as missing:
            found[kind] = {"missing": str(missing)}
    return found


def measure(kind: str, people: int) -> dict[str, Any]:
    """Each path's cost in a round of that many people. LookupError when this machine has no such database."""
    with ExitStack() as stack:
        url, _ = stack.enter_context(machine.databases(kind))
        with machine.application(url, empty=True):
            contest = populace.make(people)
            with suppress(LookupError):
                redis_store.init_store(stack.enter_context(boards.redis()))
            microseconds = measure_calls(contest, min(CALLS, people))
        acts = {act: measure_act(url, act) for act in ("csv", "xlsx", "finalize")}
    return {
        "us": microseconds,
        "seconds": {act: each["seconds"] for act, each in acts.items()},
        "kib": {act: each["kib"] for act, each in acts.items()},
    }


def growth(found: dict[str, Any]) -> dict[str, float]:
    """By path, how many times the cost of one person grows from the second largest size to the largest, over n log n.

    1 = exactly as n log n; a path whose cost does not depend on the size is far below.
    """
    small, large = sorted(int(size) for size in found)[-2:]
    allowed = large * log2(large) / (small * log2(max(2, small)))
    costs = [(*found[str(size)]["us"].items(), *found[str(size)]["seconds"].items()) for size in (small, large)]
    return {
        name: round(after / before / allowed, 2) for (name, before), (_, after) in zip(*costs, strict=True) if before
    }


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    told = []
    for kind, sizes in found.items():
        if "missing" in sizes:
            told.append(f"growth, {kind}: could not be measured: {sizes['missing']}")
            continue
        for size, one in sizes.items():
            calls = ", ".join(f"{name} {us / 1000:.2f} ms" for name, us in one["us"].items())
            acts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one["seconds"].items())
            told.append(f"growth, {kind}, {int(size):,} people: {calls}; {acts}")
        if len(sizes) > 1:
            fast = {name: ratio for name, ratio in growth(sizes).items() if ratio > TOLERANCE}
            told.append(f"growth, {kind}: faster than n log n: {fast or 'nothing'}")
    return told


def main() -> None:
    """See `--help`."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--kind", dest="kinds", action="append", choices=machine.KINDS)
    parser.add_argument("--out", type=Path, help="where the figures go as JSON, beside what is there of other sizes")
    parser.add_argument("--act", choices=ACTS, help=argparse.SUPPRESS)
    parser.add_argument("url", nargs="?", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.act:
        print(json.dumps(do_act(options.url, options.act)))
        return
    options.kinds = options.kinds or list(machine.KINDS)
    found = run(options)
    print("\n".join(lines(found)))
    if options.out:
        kept = json.loads(options.out.read_text(encoding="utf-8")) if options.out.exists() else {}
        for kind, sizes in found.items():
            kept[kind] = {**kept.get(kind, {}), **sizes}
        options.out.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
