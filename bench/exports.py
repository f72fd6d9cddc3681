"""Files of all finished papers, a line each, against the database's own copying of the same columns in the same order.

Each file is written by a process of its own, which also tells by how much it grew. On SQLite, which copies nothing out,
the floor is reading these columns with the driver alone. All in turns; one file of each kind is compared with the
stored rows before.
"""

import csv
from argparse import Namespace
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import zip_longest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, g
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bench import boards, growth, machine, populace
from quizapp import clock
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.attempts.models import Attempt
from quizapp.contests.queries import ContestInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results.files import write_csv, write_xlsx
from quizapp.results.tables import Table
from quizapp.web.access import StaffView
from quizapp.web.reports import build

GOALS = {"csv": 1.5, "xlsx": 15.0}
GOAL_MIB = 64
_FLOOR = """
SELECT a.round_id, p.full_name, province.name, district.name, commune.name, p.unit, a.number, a.started_at,
       a.submitted_at, a.duration_ms, a.finished_by, a.score, a.is_perfect, a.prediction, a.receipt_code
FROM attempts a
JOIN participants p ON p.id = a.participant_id
JOIN areas commune ON commune.id = p.area_id
JOIN areas district ON district.id = commune.parent_id
JOIN areas province ON province.id = district.parent_id
WHERE a.contest_id = {contest} AND a.submitted_at IS NOT NULL
ORDER BY a.submitted_at, a.id
"""


def measure(contest: ContestInfo, url: str, repeats: int) -> dict[str, Any]:
    """Median seconds of the copying and of each file, their ratios, and the memory that each needs at the most."""
    floor = _FLOOR.format(contest=contest.id)
    seconds: dict[str, list[float]] = {"copy": [], **{ext: [] for ext in GOALS}}
    kib = dict.fromkeys(GOALS, 0)
    # What the database reads for the first time it reads from the disk.
    boards.copy(floor)
    for _ in range(repeats):
        seconds["copy"].append(round(boards.copy(floor), 5))
        for ext in GOALS:
            found = growth.measure_act(url, ext)
            seconds[ext].append(found["seconds"])
            kib[ext] = max(kib[ext], int(found["kib"]))
    middle = {name: median(values) for name, values in seconds.items()}
    return {
        "seconds": seconds,
        "ratio": {ext: round(middle[ext] / middle["copy"], 2) for ext in GOALS},
        "kib": kib,
        "goals": GOALS,
        "goal_mib": GOAL_MIB,
    }


def check(app: Flask, contest: ContestInfo) -> None:
    """The whole CSV file and the workbook of one commune, against what is stored. SystemExit when they differ."""
    tree = areas.get_tree_by_id(contest.tree_id)
    commune = tree.at_level("commune")[0]
    with app.test_request_context(), TemporaryDirectory(prefix="quiz-bench-") as folder:
        g.now = clock.now()
        view = StaffView(contest, tree, tree.root, True)
        path = Path(folder) / "attempts"
        with path.open("wb") as file:
            file.writelines(write_csv(build("attempts", view)))
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            _compare(lines, _truth(contest, None))
        part = build("attempts", view, area=commune)
        write_xlsx(part, path)
        _compare(_rows_of(path, part), _truth(contest, commune))


def _compare(found: Iterator[Sequence[str]], truth: Iterator[list[str]]) -> None:
    for line, stored in zip_longest(found, truth):
        if line is None or stored is None or list(line) != stored:
            raise SystemExit(f"the file has {line}, and stored is {stored}")


def _truth(contest: ContestInfo, area: AreaNode | None) -> Iterator[list[str]]:
    """Every line as it has to be, from what is stored."""
    tree = areas.get_tree_by_id(contest.tree_id)
    query = (
        select(Attempt, Participant.full_name, Participant.unit, Participant.area_id)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.contest_id == contest.id)
        .order_by(Attempt.submitted_at, Attempt.id)
        .execution_options(yield_per=1000)
    )
    if area is not None:
        query = query.where(Participant.area_id == area.id)
    for number, (attempt, name, unit, area_id) in enumerate(db.session.execute(query), start=1):
        took = timedelta(milliseconds=attempt.duration_ms)
        places = [tree.node(above).name for above in tree.node(area_id).path]
        yield [
            str(number), contest.rounds[0].label, name, *places, *[""] * (len(tree.levels) - len(places)), unit,
            str(attempt.number), _vietnamese(attempt.started_at), _vietnamese(attempt.submitted_at), _took(took),
            "Tự nộp", str(attempt.score), "Có" if attempt.is_perfect else "Không", "", attempt.receipt_code,
        ]  # fmt: skip


def _vietnamese(moment: Any) -> str:
    return (moment + timedelta(hours=7)).strftime("%d/%m/%Y %H:%M:%S")


def _took(span: timedelta) -> str:
    milliseconds = round(span / timedelta(milliseconds=1))
    return f"{milliseconds // 60_000:02}:{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"


def _rows_of(path: Path, table: Table) -> Iterator[list[str]]:
    """The rows of a workbook in the words of a CSV file."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    head = rows.index([column.title for column in table.columns])
    for row in rows[head + 1 :]:
        yield [_cell(column.kind, value) for column, value in zip(table.columns, row, strict=True)]


def _cell(kind: str, value: Any) -> str:
    if kind == "moment":
        return str(value.strftime("%d/%m/%Y %H:%M:%S"))
    if kind == "duration":
        return _took(value)
    return str(int(value)) if kind == "int" else str(value)


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database that this machine has; `options`: people, repeats, kinds."""
    found: dict[str, Any] = {}
    for kind in options.kinds:
        try:
            with machine.databases(kind) as (url, _), machine.application(url, empty=True) as app:
                contest = populace.make(options.people)
                check(app, contest)
                db.session.rollback()
                found[kind] = {"people": options.people, **measure(contest, url, options.repeats)}
        except LookupError as missing:
            found[kind] = {"missing": str(missing)}
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    told = []
    for kind, one in found.items():
        if "missing" in one:
            told.append(f"exports, {kind}: could not be measured: {one['missing']}")
            continue
        for ext, goal in GOALS.items():
            told.append(
                f"exports, {kind}, {ext} of {one['people']} papers: {one['ratio'][ext]} times a copy of the same "
                f"columns (goal {goal}), {median(one['seconds'][ext]):.1f} s, {one['kib'][ext] / 1024:.0f} MiB "
                f"(goal {GOAL_MIB})"
            )
    return told
