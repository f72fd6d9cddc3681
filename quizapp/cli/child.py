"""One process that the supervisor starts and ends."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import BinaryIO

from quizapp.cli.data_dir import DataDir
from quizapp.config import ROOT

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_LOG_LIMIT_BYTES = 10 * 1024 * 1024
_TAIL_LINES = 15


def dies_with_parent(ending: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn`: the child gets `ending` when this process ends in any way, SIGKILL included (Linux only)."""
    parent = os.getpid()

    def in_child() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(ending))
            if os.getppid() != parent:  # it ended before the kernel was told
                os._exit(1)

    return in_child


def end_with_parent() -> None:
    """This process gets SIGTERM when the one that started it ends, SIGKILL included (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))


def adopt_orphans() -> None:
    """Descendants whose parent ends become this process's children, so that none is out of reach (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_CHILD_SUBREAPER, 1)


class Child:
    """A command in a session of its own; its process id is in `run/<name>.pid` of the data folder.

    Its output goes to `log/<name>.log` there, or to the terminal when it is `shown`.
    """

    def __init__(self, name: str, argv: list[str], env: Mapping[str, str], data: DataDir, shown: bool = False) -> None:
        self.name = name
        self.log_path = data.path / "log" / f"{name}.log"
        self._argv = argv
        self._env = env
        self._children_lock = data.children_lock
        self._pid_path = data.run_dir / f"{name}.pid"
        self._shown = shown
        self._log_start = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; raises OSError when the command cannot be run."""
        if self._shown:
            self._process = self._popen(None)
        else:
            with self._open_log() as output:
                self._process = self._popen(output.fileno())
        self._pid_path.write_text(f"{self._process.pid}\n", encoding="ascii")

    def exit_code(self) -> int | None:
        """None while it runs; else its exit status, negative for a signal."""
        return None if self._process is None else self._process.poll()

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def finish(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds) for it and its descendants to end, then kill what is left."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        _await_group(self._process.pid, deadline)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        _await_group(self._process.pid, time.monotonic() + 1)
        self._process = None
        self._pid_path.unlink(missing_ok=True)

    def last_lines(self) -> str:
        """The end of what it wrote to its log since it was started."""
        with self.log_path.open("rb") as output:
            output.seek(self._log_start)
            written = output.read().decode("utf-8", "replace")
        return "\n".join(written.splitlines()[-_TAIL_LINES:])

    def _open_log(self) -> BinaryIO:
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT_BYTES:
            self.log_path.replace(self.log_path.with_suffix(".log.old"))
        output = self.log_path.open("ab")
        self._log_start = output.tell()
        return output

    def _popen(self, output: int | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  (commands of our own making)
            self._argv,
            env=dict(self._env),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C at the terminal is for the supervisor, which ends the others in the right order.
            start_new_session=True,
            pass_fds=(self._children_lock,),
            preexec_fn=dies_with_parent(),
        )


def _await_group(group: int, deadline: float) -> None:
    while _group_lives(group) and time.monotonic() < deadline:
        time.sleep(0.02)


def _group_lives(group: int) -> bool:
    with suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG)[0]:  # orphans that were adopted and have ended
            pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
