"""All cells of a kind of database in one run, in turns with the floors."""

import json
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.http import fill, load, members, servers
from bench.http.cells import BOARD, CELLS, Cell, ask
from bench.http.front import nginx
from bench.http.load import CellFailed
from bench.http.rounds import Measuring
from bench.http.servers import Server

# The paths that a database decides about; the others are measured on one kind.
_BY_DATABASE = ("save", "start", "submit", "paper")
_BOARD_SECONDS = 600


def run(options: Namespace) -> dict[str, Any]:
    """Everything, on each kind of database; `options`: those of bench/sizes.py, `kinds`, and `cells` ([] = all)."""
    return each_kind(options, _measure)


def each_kind(options: Namespace, measure: Callable[[str, Namespace], dict[str, Any]]) -> dict[str, Any]:
    """What `measure` finds on each kind of database, or what is missing for it."""
    found: dict[str, Any] = {}
    for kind in options.kinds:
        try:
            load.require()
            found[kind] = measure(kind, options)
        except (LookupError, CellFailed) as failure:
            found[kind] = {"missing": str(failure)}
    return found


def _measure(kind: str, options: Namespace) -> dict[str, Any]:
    wanted = _chosen(kind, options)
    with (
        TemporaryDirectory(prefix="quiz-bench-") as name,
        servers.floor() as floor,
        servers.product(kind) as product,
        ExitStack() as more,
    ):
        folder = Path(name)
        prepare(product, folder, options)
        front = None
        if any(cell.front for cell in wanted):
            with suppress(LookupError):
                front = more.enter_context(nginx(product, file=ask(product.port, "GET", BOARD, {})[1]))
        quiet = 0.0 if options.hasty else 6.0
        measuring = Measuring(floor, product, front, folder, seconds=options.seconds, quiet_seconds=quiet)
        return measuring.run(wanted, options.rounds, kind)


def _chosen(kind: str, options: Namespace) -> list[Cell]:
    """The cells to be measured on this kind of database."""
    return [
        cell
        for cell in CELLS
        if (cell.name in options.cells if options.cells else kind == "postgres" or cell.name in _BY_DATABASE)
    ]


def prepare(product: Server, folder: Path, options: Namespace) -> None:
    """The contest, its people, and its board."""
    fill.fill(product.database_url, folder, fill.Sizes(options.writers, options.supply, options.supply))
    members.fill_board(product.database_url, folder, options.members)
    _wait_for_board(product.port, options.members)


def _wait_for_board(port: int, count: int) -> None:
    give_up_at = time.monotonic() + _BOARD_SECONDS
    while True:
        status, body = ask(port, "GET", BOARD, {})
        if status == 200:
            board = json.loads(body)
            if not board["catching_up"] and board["total"] == count:
                return
        if time.monotonic() > give_up_at:
            raise CellFailed(f"the board of {count} is not there: {status} {body[:200]!r}")
        time.sleep(1)


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, one line a cell."""
    return [
        line
        for kind, cells in found.items()
        for line in (
            [f"http, {kind}: could not be measured: {cells['missing']}"]
            if "missing" in cells
            else [f"http.{name}, {kind}: {_line(result)}" for name, result in cells.items()]
        )
    ]


def _line(found: dict[str, Any]) -> str:
    if "failed" in found:
        return f"could not be measured: {found['failed']}"
    text = (
        f"{found['per_second']:.0f}/s, p50 {found['p50_ms']:.1f} ms, p99 {found['p99_ms']:.0f} ms, "
        f"CPU {found['app_us']:.0f} + {found['behind_us']:.0f} us"
    )
    if "ratio" in found:
        text += f"; {found['ratio']:.2f} {found['floor']} (by CPU {found['cpu_ratio']:.2f})"
    if "goal" in found:
        short = 1 - found["ratio"] / found["goal"]
        text += f", goal {found['goal']:.2f} " + ("reached" if found["reached"] else f"missed by {short:.0%}")
    return text
