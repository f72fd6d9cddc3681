"""Processes as /proc shows them."""

import ctypes
import os
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """For `preexec_fn`: a server of a drill does not outlive the drills, however they end."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def is_alive(pid: int) -> bool:
    """True while the process runs or is stopped; False when it is gone or waits to be reaped."""
    return state_of(pid) not in ("", "Z", "X")


def state_of(pid: int) -> str:
    """The letter of the process's state (R, S, D, T, Z …); "" when there is no such process."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def parent_of(pid: int) -> int:
    """The parent's process id; 0 when there is no such process."""
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def children_of(pid: int) -> list[int]:
    """The living children, the oldest first."""
    everybody = (int(path.name) for path in Path("/proc").glob("[0-9]*"))
    return sorted(each for each in everybody if parent_of(each) == pid and is_alive(each))


def family_of(pid: int) -> list[int]:
    """The process and all its living descendants."""
    found = [pid]
    for each in found:
        found.extend(children_of(each))
    return [each for each in found if is_alive(each)]


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """A signal to each; who is gone already does not matter."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_until(reached: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """True as soon as `reached()`; False when that takes longer than `seconds`."""
    give_up_at = time.monotonic() + seconds
    while not reached():
        if time.monotonic() >= give_up_at:
            return False
        time.sleep(pause)
    return True


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
