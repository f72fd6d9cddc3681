"""Write the tables of docs/scaling.md from docs/scaling.json, which `python -m faults.machines.costs` measures.

`python scripts/scaling.py` writes them; with `--check` it only says whether they are up to date.
"""

import json
import math
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZES = (10_000, 100_000, 1_000_000)
PROGRAMS = ("web", "nginx", "pooler", "database", "standby", "redis", "worker")


@dataclass(frozen=True)
class Assumed:
    """What nobody has measured: how people behave, and how full a machine may be."""

    # How often one person does each thing in the hour.
    operations: Mapping[str, float] = field(
        default_factory=lambda: {
            "contest_page": 2,
            "enter": 1,
            "start": 1,
            "paper_page": 1.3,
            "save": 15,
            "submit": 1,
            "result_page": 1.5,
            "own_board": 3,
        }
    )
    # Of every processor, in the busiest minute.
    share_of_cpu: float = 0.6
    # Styles, scripts, fonts: for everybody once, from nginx. Headers and TLS: with every answer.
    files_bytes: float = 60_000
    files: float = 14
    overhead_bytes: float = 700
    # One answer of nginx from its own memory, TLS included.
    nginx_file_microseconds: float = 60
    # A phone keeps its connection for a minute; what nginx, TLS and the kernel hold for it.
    connection_seconds: float = 65
    connection_bytes: float = 50_000
    # A PostgreSQL connection, and how long a transaction holds one, the wait for the standby included.
    database_connection_bytes: float = 10e6
    transaction_seconds: float = 0.008
    cores_a_machine: int = 8


# How many times the mean minute the busiest one is, by operation. A bell has two busy ends, not at the same time.
Phase = Mapping[str, float]
BEFORE, AFTER = ("contest_page", "enter", "start", "paper_page"), ("submit", "result_page", "own_board")
HOUR: tuple[Phase, ...] = ({"save": 3, **dict.fromkeys(BEFORE, 3), **dict.fromkeys(AFTER, 3)},)
BELL: tuple[Phase, ...] = (
    {"save": 2, **dict.fromkeys(BEFORE, 12), **dict.fromkeys(AFTER, 0.5)},
    {"save": 4, **dict.fromkeys(BEFORE, 1), **dict.fromkeys(AFTER, 12)},
)


@dataclass(frozen=True)
class Need:
    """What `people` in an hour need in the busiest minute; bytes are kept, `sent` is bytes a second."""

    rates: Mapping[str, float]
    cores: Mapping[str, float]
    workers: int
    machines: int
    phones: float
    commits: float
    connections: int
    sent: float
    kept: Mapping[str, float]


def need(measured: Mapping[str, Any], people: int, phases: Sequence[Phase], assumed: Assumed | None = None) -> Need:
    """The formulas of docs/scaling.md; of several phases, the hardest of each."""
    assumed = assumed or Assumed()
    costs = measured["operations"]
    mean = {name: people * times / 3600 for name, times in assumed.operations.items()}
    all_rates = [{name: mean[name] * phase[name] for name in mean} for phase in phases]
    # Who comes for the first time fetches the files, in the minute in which he enters.
    newcomers = [people / 3600 * phase.get("enter", 1) for phase in phases]
    cores = {
        program: max(sum(rates[name] * costs[name][program] for name in rates) for rates in all_rates) / 1e6
        for program in PROGRAMS
    }
    cores["nginx"] += max(newcomers) * assumed.files * assumed.nginx_file_microseconds / 1e6
    cores = {program: max(0, used) / assumed.share_of_cpu for program, used in cores.items()}
    sent = max(
        sum(rates[name] * (costs[name]["sent_bytes"] + assumed.overhead_bytes) for name in rates)
        + new * (assumed.files_bytes + assumed.files * assumed.overhead_bytes)
        for rates, new in zip(all_rates, newcomers, strict=True)
    )
    commits = max(sum(rates.get(name, 0) for name in ("enter", "start", "save", "submit")) for rates in all_rates)
    workers = max(2, math.ceil(cores["web"]))
    return Need(
        rates={name: max(rates[name] for rates in all_rates) for name in mean},
        cores=cores,
        workers=workers,
        machines=max(2, math.ceil(workers / assumed.cores_a_machine) + 1),
        phones=max(newcomers) * assumed.connection_seconds,
        commits=commits,
        connections=max(20, math.ceil(2 * commits * assumed.transaction_seconds)),
        sent=sent,
        kept={name: people * max(0, each) for name, each in measured["bytes_a_person"].items()},
    )


def figures_table(measured: Mapping[str, Any]) -> str:
    """What was measured, by operation."""
    rows = [
        [f"`{name}`", *(_number(max(0, costs[program])) for program in PROGRAMS), _number(costs["sent_bytes"])]
        for name, costs in measured["operations"].items()
    ]
    kept = measured["bytes_a_person"]
    below = (
        f"\nA person leaves behind {_bytes(kept['disk'])} in the database's files, {_bytes(kept['log'])} in its log "
        f"and {_bytes(max(0, kept['redis']))} in Redis. A web worker holds {_bytes(measured['bytes_a_web_worker'])}. "
        f"({measured['people']} people, papers of {measured['questions']} questions.)"
    )
    return _table(["operation", *(f"{program} µs" for program in PROGRAMS), "bytes sent"], rows) + below


def needs_table(measured: Mapping[str, Any], phases: Sequence[Phase]) -> str:
    """What 10,000, 100,000 and 1,000,000 people in an hour need."""
    needs = [need(measured, people, phases) for people in SIZES]
    assumed = Assumed()
    rows: dict[str, Callable[[Need], str]] = {
        "entries and starts a second": lambda each: _number(each.rates["start"]),
        "saves a second": lambda each: _number(each.rates["save"]),
        "submissions a second": lambda each: _number(each.rates["submit"]),
        "durable transactions a second, before group commit": lambda each: _number(each.commits),
        "web: cores = gunicorn workers": lambda each: _number(each.workers),
        "web: machines of 8 cores, one to spare": lambda each: _number(each.machines),
        "web: memory of all workers": lambda each: _bytes(each.workers * measured["bytes_a_web_worker"]),
        "database: cores of the primary": lambda each: _cores(each.cores["database"]),
        "database: cores of the standby": lambda each: _cores(each.cores["standby"]),
        "database: connections behind pgbouncer": lambda each: _number(each.connections),
        "database: their memory": lambda each: _bytes(each.connections * assumed.database_connection_bytes),
        "database: files grow by": lambda each: _bytes(each.kept["disk"]),
        "database: log written, and sent to the standby": lambda each: _bytes(each.kept["log"]),
        "pgbouncer and haproxy: cores, over all web machines": lambda each: _cores(each.cores["pooler"]),
        "Redis: cores": lambda each: _cores(each.cores["redis"]),
        "Redis: memory": lambda each: _bytes(each.kept["redis"]),
        "worker: cores": lambda each: _cores(each.cores["worker"]),
        "nginx: cores": lambda each: _cores(each.cores["nginx"]),
        "nginx: open connections": lambda each: _number(each.phones),
        "nginx: memory for them": lambda each: _bytes(each.phones * assumed.connection_bytes),
        "to the phones, Mbit/s": lambda each: _number(each.sent * 8 / 1e6),
    }
    head = ["", *(f"{people:,} people" for people in SIZES)]
    return _table(head, [[what, *(tell(each) for each in needs)] for what, tell in rows.items()])


def assumed_table(assumed: Assumed | None = None) -> str:
    """How often one person is assumed to do each thing."""
    operations = (assumed or Assumed()).operations
    return _table(["operation", "times a person"], [[f"`{name}`", f"{times:g}"] for name, times in operations.items()])


def fill(text: str, measured: Mapping[str, Any]) -> str:
    """The page with its tables as they should be. Raises ValueError when a place is missing."""
    tables = {
        "figures": figures_table(measured),
        "assumed": assumed_table(),
        "hour": needs_table(measured, HOUR),
        "bell": needs_table(measured, BELL),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"no place for {name}")
        text = f"{before}{begin}{table}\n{end}{after}"
    return text


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, *rows)]
    return "\n".join([lines[0], "| --- |" + " ---: |" * (len(head) - 1), *lines[1:]])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _cores(value: float) -> str:
    return f"{math.ceil(value):,}" if value >= 10 else f"{max(0.1, value):.1f}"


def _bytes(value: float) -> str:
    for unit, size_of in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if value >= size_of:
            return f"{value / size_of:.3g} {unit}"
    return f"{value:.0f} B"


def main() -> int:
    """The exit status: 1 = the page is not up to date (with `--check`)."""
    measured = json.loads((DOCS / "scaling.json").read_text(encoding="utf-8"))
    page = DOCS / "scaling.md"
    text = page.read_text(encoding="utf-8")
    filled = fill(text, measured)
    if "--check" in sys.argv[1:]:
        return int(filled != text)
    page.write_text(filled, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
