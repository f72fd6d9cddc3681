"""What the drills have shown: which runs count, and the table that is made of them."""

from datetime import date

import pytest

from faults import record
from faults.drill import VOID, Drill, Report
from faults.drills import all_drills
from faults.record import Record
from faults.sabotage import every_saboteur

DAY = date(2026, 3, 1)


async def nothing(stage: object) -> None:
    """A drill that does nothing."""


ONE = Drill("F1", "Redis is killed", nothing)
TWO = Drill("F2", "Redis is emptied", nothing, databases=("sqlite",))


def report(**changes: object) -> Report:
    found = Report(ONE, "sqlite", in_flight=1200, acknowledged=34, refused=5, unknown=6, healthy_after=1.26)
    for name, value in changes.items():
        setattr(found, name, value)
    return found


@pytest.fixture
def kept() -> Record:
    known = Record()
    known.add_run(report(), short=True, day=DAY)
    known.add_proof(ONE, "sqlite", "a save needs Redis", "D10: 500\nand more")
    return known


def test_each_drill_has_a_line_for_each_database(kept: Record) -> None:
    assert kept.table([ONE, TWO]).splitlines()[2:] == [
        "| F1 | Redis is killed | SQLite | 1,200 | 34 | 5 | 6 | 0 | 1.3 s | short, 2026-03-01 | a save needs Redis |",
        "| F1 | Redis is killed | PostgreSQL | – | – | – | – | – | – | – | a save needs Redis (on SQLite) |",
        "| F2 | Redis is emptied | SQLite | – | – | – | – | – | – | – | – |",
    ]


@pytest.mark.parametrize("changes", [{"missing": "git"}, {"red": [f"{VOID}: nothing happened"]}])
def test_a_run_that_says_nothing_changes_nothing(kept: Record, changes: dict[str, object]) -> None:
    before = kept.table([ONE])
    kept.add_run(report(acknowledged=99, **changes), short=False, day=DAY)
    assert kept.table([ONE]) == before


def test_the_last_judged_run_counts_also_when_it_is_red(kept: Record) -> None:
    kept.add_run(report(red=["D1: gone"], lost=1), short=False, day=DAY)
    assert "| 1 | 1.3 s | RED, full, 2026-03-01 |" in kept.table([ONE])


def test_a_variant_that_was_not_noticed_is_no_proof_any_more(kept: Record) -> None:
    kept.add_proof(ONE, "sqlite", "another", "D1: gone")
    assert kept.proofs["F1 sqlite"] == {"a save needs Redis": "D10: 500", "another": "D1: gone"}
    kept.add_proof(ONE, "sqlite", "a save needs Redis", None)
    assert "| another |" in kept.table([ONE])


def test_the_page_has_the_table_of_what_is_kept() -> None:
    page = (record.DOCS / "faults.md").read_text(encoding="utf-8")
    assert record.renewed(page, record.read(), all_drills()) == page, "python -m faults.record"


def test_what_is_kept_is_of_drills_and_saboteurs_that_there_are() -> None:
    known = record.read()
    names = {f"{drill.code} {database}" for drill in all_drills() for database in drill.databases}
    saboteurs = {(code, each.name) for each in every_saboteur() for code in each.drills}
    assert known.runs.keys() | known.proofs.keys() <= names
    assert {(key.split()[0], name) for key, found in known.proofs.items() for name in found} <= saboteurs
