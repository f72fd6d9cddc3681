"""What came of the drills, kept in `docs/faults.json`, and the table of `docs/faults.md` that is made of it.

`python -m faults --record` renews both; this module alone, run as a program, the table.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from faults.drill import MOST_REASONS, POSTGRESQL, SQLITE, Drill, Report
from faults.drills import all_drills
from faults.product import ROOT

DOCS = ROOT / "docs"
BEGIN = "<!-- runs: renewed by `python -m faults --record` -->"
END = "<!-- end of the runs -->"
_NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
_NUMBERS = ("in_flight", "acknowledged", "refused", "unknown", "lost")
_HEAD = """\
| drill | what is done | database | in flight | acknowledged | refused | unknown | lost | healthy after | run | red on |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |
"""


@dataclass
class Record:
    """The last judged run of each drill on each database, and the broken variants that it turned red on.

    runs: "F1 sqlite" -> the numbers of the run · proofs: "F1 sqlite" -> saboteur -> the first reason.
    """

    runs: dict[str, dict[str, Any]] = field(default_factory=dict)
    proofs: dict[str, dict[str, str]] = field(default_factory=dict)

    def add_run(self, report: Report, *, short: bool, day: date) -> None:
        """Keep a run that says something about the product: neither one that could not run, nor a void one."""
        if report.missing or report.is_void:
            return
        healthy = None if report.healthy_after is None else round(report.healthy_after, 1)
        self.runs[_key(report.drill, report.database)] = {
            **{name: getattr(report, name) for name in _NUMBERS},
            "healthy_after": healthy,
            "form": "short" if short else "full",
            "day": day.isoformat(),
            "red": [reason.splitlines()[0] for reason in report.red[:MOST_REASONS]],
        }

    def add_proof(self, drill: Drill, database: str, saboteur: str, reason: str | None) -> None:
        """Keep that the drill was red on this variant; reason None = it was not."""
        proofs = self.proofs.setdefault(_key(drill, database), {})
        proofs.pop(saboteur, None)
        if reason is not None:
            proofs[saboteur] = reason.splitlines()[0]

    def table(self, drills: Iterable[Drill]) -> str:
        """One line for each drill and database, in the order of the matrix."""
        return _HEAD + "".join(f"| {' | '.join(cells)} |\n" for drill in drills for cells in self._lines(drill))

    def _lines(self, drill: Drill) -> Iterator[list[str]]:
        for database in drill.databases:
            run = self.runs.get(_key(drill, database))
            yield [drill.code, drill.title, _NAMES[database], *_cells(run), self._proofs(drill, database)]

    def _proofs(self, drill: Drill, database: str) -> str:
        """The variants that it was red on, first on this database; with the other one's name where only there."""
        here = sorted(self.proofs.get(_key(drill, database), {}))
        there = [
            f"{name} (on {_NAMES[other]})"
            for other in drill.databases
            for name in sorted(self.proofs.get(_key(drill, other), {}))
            if name not in here
        ]
        return "; ".join([*here, *there]) or "–"


def read(docs: Path = DOCS) -> Record:
    """What is kept."""
    kept = json.loads((docs / "faults.json").read_text(encoding="utf-8"))
    return Record(kept["runs"], kept["proofs"])


def write(record: Record, docs: Path = DOCS) -> None:
    """Keep it, and renew the table of the page."""
    kept = {"runs": record.runs, "proofs": record.proofs}
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    (docs / "faults.json").write_text(text + "\n", encoding="utf-8")
    page = docs / "faults.md"
    page.write_text(renewed(page.read_text(encoding="utf-8"), record, all_drills()), encoding="utf-8")


def renewed(page: str, record: Record, drills: Iterable[Drill]) -> str:
    """The page with the table of these drills between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{record.table(drills)}\n{END}{after}"


def _key(drill: Drill, database: str) -> str:
    return f"{drill.code} {database}"


def _cells(run: dict[str, Any] | None) -> list[str]:
    if run is None:
        return ["–"] * (len(_NUMBERS) + 2)
    healthy = "–" if run["healthy_after"] is None else f"{run['healthy_after']:.1f} s"
    said = f"{'RED, ' if run['red'] else ''}{run['form']}, {run['day']}"
    return [*(f"{run[name]:,}" for name in _NUMBERS), healthy, said]


if __name__ == "__main__":
    write(read())
