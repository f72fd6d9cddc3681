"""What processes use of the machine, from /proc: CPU time of a tree, memory, and what others take meanwhile."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.product import descendants

_TICK = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS = 0.25
QUIET = 0.3


def tree(root: int) -> set[int]:
    """The process and all its descendants."""
    return descendants(root) | {root}


def cpu_seconds(roots: Iterable[int]) -> float:
    """CPU time that the trees of these processes have used so far, ended descendants included."""
    pids: set[int] = set()
    for root in roots:
        pids |= tree(root)
    return sum(_ticks(pid) for pid in pids) / _TICK


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    # utime, stime, and the same of children that have ended and were waited for
    return sum(int(field) for field in fields[11:15])


def busy_seconds() -> float:
    """CPU time that everything on this machine has used since its start."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / _TICK


def memory_kib(pid: int) -> int:
    """The resident memory of a process; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)


def wait_for_quiet(own: Callable[[], float], at_most: float) -> float:
    """Wait until others use less than QUIET cores, at most so many seconds; the cores that they used at the last look.

    `own` gives the CPU seconds of the processes that are measured, which count as nobody else's.
    """
    give_up_at = time.monotonic() + at_most
    while True:
        started, busy, used = time.monotonic(), busy_seconds(), own()
        time.sleep(_LOOK_SECONDS)
        foreign = (busy_seconds() - busy - (own() - used)) / (time.monotonic() - started)
        if foreign < QUIET or time.monotonic() > give_up_at:
            return max(0.0, foreign)


def own_seconds() -> float:
    """CPU time of this process and of those of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
