"""The closing hour: saves, starts, submissions and looks at the board together, at 70 % of what fits.

Each kind is sent by a generator of its own, whose connections pause for random times, so that the rate does not follow
the speed of the answers. The memory of the web workers is watched meanwhile.
"""

import math
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench.http import load, processes, servers
from bench.http.cells import BOARD
from bench.http.load import CellFailed, Found, Load
from bench.http.run import each_kind, prepare
from bench.http.servers import Server
from tests.product import descendants

SHARES = {"save": 0.70, "start": 0.05, "submit": 0.10, "board": 0.15}
OF_CAPACITY = 0.70
GOAL_P99 = 10.0
GOAL_SLOPE_MIB = 2.0
_PAUSE_SECONDS = 0.4
_CAPACITY_SECONDS, _CAPACITY_TURNS = 4, 3
_LOOK_SECONDS = 1.0
_LUA = Path(__file__).resolve().parent / "lua"


def run(options: Namespace) -> dict[str, Any]:
    """The closing hour on each kind of database; `options`: those of bench/sizes.py and `kinds`."""
    return each_kind(options, _measure)


def _measure(kind: str, options: Namespace) -> dict[str, Any]:
    with TemporaryDirectory(prefix="quiz-bench-") as name, servers.product(kind) as product:
        folder = Path(name)
        prepare(product, folder, options)
        return Closing(product, folder, options.supply).run(options.closing_seconds)


class Closing:
    """The product and how much of each supply is used up."""

    def __init__(self, product: Server, folder: Path, supply: int) -> None:
        self._product = product
        self._folder = folder
        self._supply = supply
        self._used = {"start": 0, "submit": 0}
        self._revs = 0

    def run(self, seconds: int) -> dict[str, Any]:
        """What fits, what a save takes alone, and what it takes in the crowd."""
        alone = self._sound(load.run(self._product.port, self._load("save"), 3, connections=1))
        capacity = median(self._capacity() for _ in range(_CAPACITY_TURNS))
        rate = capacity * OF_CAPACITY
        for name in self._used:
            left = self._supply - self._used[name]
            seconds = min(seconds, int(left / (rate * SHARES[name] * 1.1 + 1)))
        if seconds < 1:
            raise CellFailed("too few people are left for a closing hour")
        with memory_of(self._product.app[0]) as memory:
            started = {name: self._start(name, rate * share, seconds, alone.p50) for name, share in SHARES.items()}
            found = {name: load.finish(running) for name, running in started.items()}
        requests = sum(one.requests for one in found.values())
        errors = sum(one.errors for one in found.values())
        slope = memory.slope_kib() * seconds / max(1, requests) * 100_000 / 1024
        return {
            "seconds": seconds,
            "requests": requests,
            "errors": errors,
            "capacity_per_second": round(capacity),
            "share_of_capacity": round(requests / seconds / capacity, 2),
            "alone_p50_ms": alone.p50,
            "each": {name: {"per_second": round(one.rate, 1), "p50_ms": one.p50, "p99_ms": one.p99}
                     for name, one in found.items()},
            "p99_to_alone_p50": round(found["save"].p99 / alone.p50, 1),
            "goal": GOAL_P99,
            "reached": errors == 0 and found["save"].p99 <= GOAL_P99 * alone.p50,
            "memory": {"worker_mib": memory.largest_mib(), "mib_in_100000_requests": round(slope, 2),
                       "goal": GOAL_SLOPE_MIB, "reached": slope <= GOAL_SLOPE_MIB},
        }  # fmt: skip

    def _capacity(self) -> float:
        self._revs += 10_000_000
        firsts = (str(self._used["start"]), str(self._used["submit"]))
        arguments = (str(_LUA), str(self._folder), str(self._revs), *firsts, BOARD)
        found = self._sound(
            load.run(self._product.port, Load(script="mix.lua", arguments=arguments), _CAPACITY_SECONDS)
        )
        for name in self._used:
            self._used[name] += math.ceil(found.requests * SHARES[name]) + load.CONNECTIONS
        return found.rate

    def _load(self, name: str, pause_ms: float = 0) -> Load:
        pause = f"{pause_ms:.1f}"
        if name == "save":
            self._revs += 10_000_000
            return Load(script="saves.lua", arguments=(str(self._folder / "writers.tsv"), str(self._revs), pause))
        if name == "board":
            (self._folder / "board.tsv").write_text(f"GET\t{BOARD}\t\t\t\n", encoding="utf-8")
            return Load(script="lines.lua", arguments=(str(self._folder / "board.tsv"), "0", "1", "again", pause))
        file = str(self._folder / f"{name}s.tsv")
        return Load(script="lines.lua", arguments=(file, str(self._used[name]), "1000000", "once", pause))

    def _start(self, name: str, rate: float, seconds: int, answer_ms: float) -> Any:
        """A generator of so many requests a second: as many connections as pause so long on average."""
        connections = max(2, math.ceil(rate * _PAUSE_SECONDS))
        pause_ms = max(1.0, connections / rate * 1000 - answer_ms)
        return load.start(self._product.port, self._load(name, pause_ms), seconds, connections)

    def _sound(self, found: Found) -> Found:
        if found.errors or not found.requests:
            raise CellFailed(f"{found.errors} of {found.requests} requests were refused or lost")
        return found


@dataclass
class Memory:
    """Resident memory of each web worker over time: (seconds, KiB)."""

    seen: dict[int, list[tuple[float, int]]] = field(default_factory=dict)

    def slope_kib(self) -> float:
        """KiB a second by which the workers grew on average, by least squares over the last two thirds."""
        slopes = [_slope(points[len(points) // 3 :]) for points in self.seen.values() if len(points) > 3]
        return sum(slopes) / len(slopes) if slopes else 0.0

    def largest_mib(self) -> float:
        """The most that a worker held."""
        return round(max((kib for points in self.seen.values() for _, kib in points), default=0) / 1024, 1)


@contextmanager
def memory_of(root: int) -> Iterator[Memory]:
    """Watch the descendants of a process."""
    memory, ended = Memory(), threading.Event()

    def watch() -> None:
        began = time.monotonic()
        while not ended.wait(_LOOK_SECONDS):
            for pid in descendants(root):
                if kib := processes.memory_kib(pid):
                    memory.seen.setdefault(pid, []).append((time.monotonic() - began, kib))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield memory
    finally:
        ended.set()
        watcher.join()


def _slope(points: list[tuple[float, int]]) -> float:
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0


def lines(found: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    return [line for kind, one in found.items() for line in _lines(kind, one)]


def _lines(kind: str, found: dict[str, Any]) -> list[str]:
    if "missing" in found:
        return [f"closing, {kind}: could not be measured: {found['missing']}"]
    each = ", ".join(f"{name} {one['per_second']}/s p99 {one['p99_ms']:.0f} ms" for name, one in found["each"].items())
    memory = found["memory"]
    return [
        f"closing, {kind}: {found['requests']} requests in {found['seconds']} s "
        f"at {found['share_of_capacity']:.0%} of {found['capacity_per_second']}/s: {each}; {found['errors']} errors; "
        f"p99 of a save = {found['p99_to_alone_p50']} times its p50 alone ({found['alone_p50_ms']} ms), "
        f"goal {found['goal']:.0f} {_verdict(found['reached'])}",
        f"closing.memory, {kind}: a web worker grows by {memory['mib_in_100000_requests']} MiB in 100,000 requests "
        f"({memory['worker_mib']} MiB), goal {memory['goal']:.0f} {_verdict(memory['reached'])}",
    ]


def _verdict(reached: bool) -> str:
    return "reached" if reached else "missed"
