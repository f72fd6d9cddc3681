"""The load generator: wrk on one CPU, and what it found."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONNECTIONS = 32
_LUA = Path(__file__).resolve().parent / "lua"
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
_SIZES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


class CellFailed(Exception):
    """What was measured was not what should have been measured; the message says why."""


@dataclass(frozen=True)
class Load:
    """What to send: a script of lua/ with its arguments, or GETs of the path alone."""

    path: str = "/"
    script: str | None = None
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One run of wrk. Latencies in milliseconds; `errors`: answers from 400 up, lost and timed out ones."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int
    bytes_each: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def require() -> None:
    """LookupError when the load generator or what pins it to a CPU is missing."""
    for name in ("wrk", "taskset"):
        if shutil.which(name) is None:
            raise LookupError(name)


def start(port: int, load: Load, seconds: int, connections: int = CONNECTIONS) -> subprocess.Popen[str]:
    """wrk with one thread, pinned to the last CPU."""
    command = ["taskset", "-c", str((os.cpu_count() or 1) - 1), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--latency", "--timeout", "10s"]
    if load.script:
        command += ["-s", str(_LUA / load.script)]
    command.append(f"http://127.0.0.1:{port}{load.path}")
    command += ["--", *load.arguments] if load.arguments else []
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(running: subprocess.Popen[str]) -> Found:
    """Wait for it. Raises CellFailed when it did not run or its script was refused."""
    told = running.communicate()[0]
    if running.returncode or ".lua" in told or "requests in" not in told:
        raise CellFailed(f"wrk: {told.strip()[-500:]}")
    return parse(told)


def run(port: int, load: Load, seconds: int, connections: int = CONNECTIONS) -> Found:
    """Send it for so long."""
    return finish(start(port, load, seconds, connections))


def parse(told: str) -> Found:
    """wrk's report."""
    total = re.search(r"(\d+) requests in ([\d.]+)(\w+), ([\d.]+)(\w+) read", told)
    if total is None:
        raise CellFailed(f"wrk: {told.strip()[-500:]}")
    requests = int(total[1])
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    errors = int(refused[1]) if refused else 0
    return Found(
        requests=requests,
        seconds=float(total[2]) * _UNITS[total[3]] / 1000,
        p50=_percentile(told, 50),
        p99=_percentile(told, 99),
        errors=errors + (sum(map(int, lost.groups())) if lost else 0),
        bytes_each=float(total[4]) * _SIZES[total[5]] / max(1, requests),
    )


def _percentile(told: str, percent: int) -> float:
    found: Any = re.search(rf"^\s+{percent}%\s+([\d.]+)(\w+)\s*$", told, re.MULTILINE)
    return round(float(found[1]) * _UNITS[found[2]], 3) if found else 0.0
