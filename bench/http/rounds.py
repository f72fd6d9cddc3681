"""Measuring cells in turns, floors among them, and the ratios of their medians."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.http import load, processes
from bench.http.cells import Cell, check, confirm_saved, load_of
from bench.http.load import CellFailed, Found, Load
from bench.http.servers import Server

# wrk leaves while requests are under way: they end before the next cell.
DRAIN_SECONDS = 0.4
# What a person's request may differ from another's: an answer much smaller than the one looked at is another answer.
_LEAST_SHARE = 0.5
FLOORS = {"get": Load("/"), "post": Load("/", "post.lua")}


@dataclass
class Turns:
    """What one cell has shown in its turns."""

    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    app_us: list[float] = field(default_factory=list)
    behind_us: list[float] = field(default_factory=list)
    foreign: list[float] = field(default_factory=list)

    def add(self, found: Found, app: float, behind: float, foreign: float) -> None:
        """One turn: what wrk found, CPU seconds of the application and behind it, cores that others used."""
        self.rate.append(round(found.rate, 1))
        self.p50.append(found.p50)
        self.p99.append(found.p99)
        self.app_us.append(round(app / found.requests * 1e6))
        self.behind_us.append(round(behind / found.requests * 1e6))
        self.foreign.append(round(foreign, 2))

    def summary(self) -> dict[str, Any]:
        """The medians, and the rate of each turn."""
        middle = {name: median(getattr(self, name)) for name in ("rate", "p50", "p99", "app_us", "behind_us")}
        return {
            "per_second": middle["rate"],
            "p50_ms": middle["p50"],
            "p99_ms": middle["p99"],
            "app_us": middle["app_us"],
            "behind_us": middle["behind_us"],
            "turns": self.rate,
            "foreign_cores": median(self.foreign),
        }


class Measuring:
    """The servers, a folder of requests, and how much of what is used up is left."""

    def __init__(
        self, floor: Server, product: Server, front: Server | None, folder: Path, *, seconds: int, quiet_seconds: float
    ) -> None:
        self._floor = floor
        self._product = product
        self._front = front
        self._folder = folder
        self._seconds = seconds
        self._quiet_seconds = quiet_seconds
        # The first line of each supply is for the look at one real answer.
        self._used: dict[str, int] = {}
        self._sizes: dict[str, int] = {}
        self._turn = 0

    def run(self, cells: Sequence[Cell], rounds: int, kind: str) -> dict[str, Any]:
        """All cells in turns, after one turn that warms everything up; what failed says why."""
        names: list[tuple[str, Cell | None]] = [("floor-get", None), ("floor-post", None)]
        names += [(cell.name, cell) for cell in cells]
        turns = {name: Turns() for name, _ in names}
        failed: dict[str, str] = {}
        for round_ in range(rounds + 1):
            for name, cell in names:
                if name in failed:
                    continue
                try:
                    self._one(name, cell, turns[name], left=rounds + 1 - round_, counts=round_ > 0)
                except CellFailed as failure:
                    failed[name] = str(failure)
        return {name: self._result(name, cell, turns, failed, kind) for name, cell in names}

    def _one(self, name: str, cell: Cell | None, turns: Turns, *, left: int, counts: bool) -> None:
        self._turn += 1
        server = self._server(cell)
        seconds = self._seconds if counts else 1
        if cell is None:
            wanted = FLOORS[name.removeprefix("floor-")]
        else:
            if name not in self._sizes:
                self._sizes[name] = check(cell, server.port, self._folder)
                self._used[name] = 1
            if cell.supply:
                seconds = self._affordable(cell, turns, seconds, left)
            wanted = load_of(cell, self._folder, self._turn, self._used[name])
        time.sleep(DRAIN_SECONDS)
        product = self._front or self._product
        everything = [*self._floor.app, *product.app, *product.behind]
        processes.wait_for_quiet(lambda: processes.cpu_seconds(everything), self._quiet_seconds)
        busy, own, wrk_before = processes.busy_seconds(), processes.cpu_seconds(everything), processes.own_seconds()
        app, behind = processes.cpu_seconds(server.app), processes.cpu_seconds(server.behind)
        found = load.run(server.port, wanted, seconds)
        app, behind = processes.cpu_seconds(server.app) - app, processes.cpu_seconds(server.behind) - behind
        others = processes.busy_seconds() - busy - (processes.cpu_seconds(everything) - own)
        others -= processes.own_seconds() - wrk_before
        if cell is not None:
            # wrk asks its script once more than it sends, to look at the request.
            self._used[name] += found.requests + load.CONNECTIONS + 1
        self._judge(name, found)
        if name == "save":
            confirm_saved(server.port, self._folder, self._turn)
        if counts:
            turns.add(found, app, behind, max(0.0, others / found.seconds))
        elif cell is not None and cell.supply:
            self._used[f"{name}.rate"] = round(found.rate)

    def _server(self, cell: Cell | None) -> Server:
        if cell is None:
            return self._floor
        if not cell.front:
            return self._product
        if self._front is None:
            raise CellFailed("nginx is missing")
        return self._front

    def _affordable(self, cell: Cell, turns: Turns, seconds: int, left: int) -> int:
        """For how many seconds of each turn that is left the supply lasts, at most `seconds`."""
        with (self._folder / cell.file).open(encoding="utf-8") as lines:
            supply = sum(1 for _ in lines) - self._used[cell.name]
        rate = max([*turns.rate, self._used.get(f"{cell.name}.rate", 0)])
        lasts = supply / left / (rate * 1.15 + 1) if rate else seconds
        if lasts < 1:
            raise CellFailed(f"only {supply} people are left for {left} turns of {rate}/s")
        return min(seconds, int(lasts))

    def _judge(self, name: str, found: Found) -> None:
        if found.errors:
            raise CellFailed(f"{found.errors} of {found.requests} requests were refused or lost")
        if not found.requests:
            raise CellFailed("nothing was answered")
        if found.bytes_each < self._sizes.get(name, 0) * _LEAST_SHARE:
            raise CellFailed(f"answers of {found.bytes_each:.0f} bytes, where one had {self._sizes[name]}")

    def _result(
        self, name: str, cell: Cell | None, turns: dict[str, Turns], failed: dict[str, str], kind: str
    ) -> dict[str, Any]:
        if name in failed:
            return {"failed": failed[name]}
        found = turns[name].summary()
        if cell is None:
            return found
        floor = turns[f"floor-{cell.floor}"]
        base = floor.summary()
        found["floor"] = f"F_{cell.floor}"
        found["ratio"] = round(found["per_second"] / base["per_second"], 3)
        found["cpu_ratio"] = round(base["app_us"] / max(1, found["app_us"] + found["behind_us"]), 3)
        goal = cell.goal(kind)
        if goal is not None:
            found["goal"] = goal
            found["reached"] = found["ratio"] >= goal
        return found
