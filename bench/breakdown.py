"""A breakdown by district and commune, out of the kept figures, against the GROUP BY of the same run that gives it.

The floor is what the database can do at best without keeping figures: it groups a copy of the attempts that has the
areas in it, by an index that covers every column that is read. Beside it stands the definition of the same figures,
over the standings as they are stored. All are run in turns, and all must give the same numbers.
"""

from argparse import Namespace
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, text

from bench import machine, populace
from bench.http.fill import TREE
from quizapp import statements
from quizapp.areas import queries as areas
from quizapp.attempts import rollups
from quizapp.attempts.models import RollupChange, Standing
from quizapp.db import db, transaction
from quizapp.results import queries
from quizapp.results.rules import Figures, break_down

GOAL = 100.0
# Between two foldings of the worker, at full speed.
WAITING = 1000
LOOKS = 10

_COPY = """
CREATE TABLE bench_attempts AS
SELECT a.contest_id AS contest, c.parent_id AS district, p.area_id AS commune, a.participant_id AS person, a.score,
       CASE WHEN a.is_perfect THEN 1 ELSE 0 END AS perfect
FROM attempts a JOIN participants p ON p.id = a.participant_id JOIN areas c ON c.id = p.area_id
WHERE a.submitted_at IS NOT NULL
"""
_COVERING = (
    "CREATE INDEX ix_bench_attempts ON bench_attempts (contest, district, commune, person) INCLUDE (score, perfect)"
)
_COVERING_SQLITE = (
    "CREATE INDEX ix_bench_attempts ON bench_attempts (contest, district, commune, person, score, perfect)"
)
_GROUPED = """
SELECT commune, count(DISTINCT person), count(*), count(DISTINCT CASE WHEN perfect = 1 THEN person END), sum(score),
       max(score)
FROM bench_attempts WHERE contest = {contest} GROUP BY district, commune
"""


def prepare() -> None:
    """The copy with its index, in the application's database."""
    with transaction():
        db.session.execute(text("DROP TABLE IF EXISTS bench_attempts"))
        db.session.execute(text(_COPY))
        is_sqlite = db.engine.dialect.name == "sqlite"
        db.session.execute(text(_COVERING_SQLITE if is_sqlite else _COVERING))
    populace.analyze()


def measure(contest_id: int, repeats: int) -> dict[str, Any]:
    """Median seconds of each way to the figures, and how often the floor takes the time of the kept ones."""
    _leave_changes(contest_id)
    ways = {
        "grouped": lambda: _grouped(contest_id),
        "defined": lambda: queries.figures_by_area(contest_id, None),
        "kept": lambda: queries.kept_figures_by_area(contest_id, None),
        "page": lambda: _districts(queries.kept_figures_by_area(contest_id, None)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(repeats + 1):
        found = {}
        for name, way in ways.items():
            taken = []
            # What is over in no time is looked at several times.
            for _ in range(LOOKS if name in ("kept", "page") else 1):
                start = perf_counter()
                found[name] = way()
                taken.append(perf_counter() - start)
            # The first time warms everything up.
            if repeat:
                seconds[name].append(median(taken))
        if not found["grouped"] == found["defined"] == found["kept"]:
            raise SystemExit("the figures differ")
    middle = {name: round(median(values), 5) for name, values in seconds.items()}
    return {
        "seconds": middle,
        "ratio": round(middle["grouped"] / middle["kept"], 1),
        "ratio_to_definition": round(middle["defined"] / middle["kept"], 1),
        "areas": len(found["kept"]),
        "changes_waiting": db.session.scalar(select(func.count(RollupChange.id))),
        "goal": GOAL,
    }


def _grouped(contest_id: int) -> dict[int | None, Figures]:
    rows = db.session.execute(text(_GROUPED.format(contest=contest_id)))
    return {
        commune: Figures(people, attempts, perfect, int(score_sum), attempts, best)
        for commune, people, attempts, perfect, score_sum, best in rows
    }


def _districts(by_area: dict[int | None, Figures]) -> Any:
    return break_down(areas.get_tree(TREE), "district", by_area)


def _leave_changes(contest_id: int) -> None:
    """As many changes as may wait for the worker: some people's standings taken out and put in again."""
    of_contest = select(Standing.participant_id).where(Standing.contest_id == contest_id)
    ids = list(db.session.scalars(of_contest.order_by(Standing.participant_id).limit(WAITING)))
    for start in range(0, len(ids), 10):
        some = ids[start : start + 10]
        with transaction():
            statements.ask(*rollups.leaving([contest_id], some), *rollups.coming(some))


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database that this machine has; `options`: people, repeats, kinds."""
    found = {}
    for kind in options.kinds:
        try:
            with machine.databases(kind) as (url, _), machine.application(url, empty=True):
                contest = populace.make(options.people)
                prepare()
                found[kind] = {"people": options.people, **measure(contest.id, options.repeats)}
        except LookupError as missing:
            found[kind] = {"missing": str(missing)}
    return found


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    return [
        f"breakdown, {kind}, {one['people']} attempts in {one['areas']} communes: {one['ratio']} times as fast as the "
        f"indexed GROUP BY (goal {one['goal']}), {one['ratio_to_definition']} times as fast as the standings; "
        f"{one['seconds']['kept'] * 1000:.1f} ms"
        if "missing" not in one
        else f"breakdown, {kind}: could not be measured: {one['missing']}"
        for kind, one in found.items()
    ]
