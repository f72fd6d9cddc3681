"""Ten thousand people who look at the board every two seconds, through nginx, while others save as fast as they can."""

import time
from argparse import Namespace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.http import load, servers
from bench.http.cells import VIEWERS
from bench.http.front import nginx
from bench.http.load import CellFailed, Found, Load
from bench.http.run import each_kind, prepare
from bench.http.servers import Server

POLLED_SECONDS = 2.0
GOAL = 0.80
_SECONDS, _TURNS = 5, 5
# The viewers come first: ten thousand connections are not made in a moment.
_COMING_SECONDS = 4


def run(options: Namespace) -> dict[str, Any]:
    """Saves with and without viewers on each kind of database; `options`: those of bench/sizes.py and `kinds`."""
    return each_kind(options, _measure)


def _measure(kind: str, options: Namespace) -> dict[str, Any]:
    with TemporaryDirectory(prefix="quiz-bench-") as name, servers.product(kind) as product, nginx(product) as front:
        folder = Path(name)
        prepare(product, folder, options)
        return _compare(product, front, folder, options.viewers)


def _compare(product: Server, front: Server, folder: Path, viewers: int) -> dict[str, Any]:
    saves: dict[str, list[Found]] = {"alone": [], "beside": []}
    looks: list[Found] = []
    for turn in range(_TURNS + 1):
        alone = load.run(product.port, _saves(folder, 2 * turn), _SECONDS)
        crowd = load.start(front.port, _polling(viewers), _COMING_SECONDS + _SECONDS, viewers)
        time.sleep(_COMING_SECONDS)
        beside = load.run(product.port, _saves(folder, 2 * turn + 1), _SECONDS)
        looked = load.finish(crowd)
        for found in (alone, beside, looked):
            if found.errors:
                raise CellFailed(f"{found.errors} of {found.requests} requests were refused or lost")
        # The first turn warms everything up.
        if turn:
            saves["alone"].append(alone)
            saves["beside"].append(beside)
            looks.append(looked)
    rates = {name: median(found.rate for found in turns) for name, turns in saves.items()}
    ratio = rates["beside"] / rates["alone"]
    return {
        "viewers": viewers,
        "looks_per_second": round(median(found.rate for found in looks)),
        "looks_p99_ms": median(found.p99 for found in looks),
        "saves_per_second": {name: round(rate, 1) for name, rate in rates.items()},
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "reached": ratio >= GOAL,
    }


def _saves(folder: Path, turn: int) -> Load:
    return Load(script="saves.lua", arguments=(str(folder / "writers.tsv"), str((turn + 1) * 10_000_000)))


def _polling(viewers: int) -> Load:
    return Load(script=VIEWERS.script, arguments=(VIEWERS.arguments[0], str(viewers), str(POLLED_SECONDS * 1000)))


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    return [f"viewers, {kind}: {_line(one)}" for kind, one in found.items()]


def _line(found: dict[str, Any]) -> str:
    if "missing" in found:
        return f"could not be measured: {found['missing']}"
    saves = found["saves_per_second"]
    return (
        f"{found['viewers']} viewers take {found['looks_per_second']} boards a second "
        f"(p99 {found['looks_p99_ms']:.0f} ms); saves {saves['beside']}/s beside them, {saves['alone']}/s alone: "
        f"{found['ratio']:.2f}, goal {found['goal']:.2f} {'reached' if found['reached'] else 'missed'}"
    )
