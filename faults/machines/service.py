"""A server program of the fleet: started, killed, started again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from faults.postgres import NOBODY, Missing
from faults.processes import family_of, is_alive, send, wait_until
from faults.product import ProductError

# Debian keeps servers where only root's PATH looks.
SEARCH_PATH = f"{os.environ.get('PATH', '/usr/bin')}:/usr/sbin:/usr/local/sbin"
STOP_SECONDS = 15
LOG_END = 1500


def find_program(name: str, package: str) -> str:
    """Where the program is. Raises Missing."""
    found = shutil.which(name, path=SEARCH_PATH)
    if found is None:
        raise Missing(f"{name} (Debian package {package})")
    return found


class Service:
    """One program in a folder of its own. `as_nobody`: some refuse to be run by root.

    `more_pids`: processes that belong to it without being below it.
    """

    def __init__(
        self,
        name: str,
        home: Path,
        command: Sequence[str],
        *,
        answers: Callable[[], bool],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        as_nobody: bool = False,
        more_pids: Callable[[], list[int]] = list,
    ) -> None:
        self.name = name
        self.home = home
        self._command = list(command)
        self._answers = answers
        self._env = {"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "HOME": str(home), **(env or {})}
        self._cwd = cwd or home
        self._more_pids = more_pids
        self._process: subprocess.Popen[bytes] | None = None
        self._as_user: dict[str, Any] = {}
        home.mkdir(parents=True, exist_ok=True)
        if as_nobody and os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
            self._as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    @property
    def pid(self) -> int:
        """The first process."""
        if self._process is None:
            raise RuntimeError(f"{self.name} does not run")
        return self._process.pid

    def launch(self) -> None:
        """Start it without waiting."""
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_user,
            )

    def start(self, seconds: float = 60) -> None:
        """Start it and wait until it answers. Raises ProductError with the end of its log."""
        self.launch()
        self.await_answer(seconds)

    def await_answer(self, seconds: float) -> None:
        """Wait until it answers. Raises ProductError."""
        if not wait_until(lambda: self._answers() or not self.lives(), seconds, 0.1) or not self.lives():
            raise ProductError(f"{self.name} does not run:\n{self.log_end()}")

    def lives(self) -> bool:
        """Whether its first process is there."""
        return self._process is not None and self._process.poll() is None

    def pids(self) -> list[int]:
        """All its processes."""
        below = family_of(self._process.pid) if self._process else []
        return [*below, *(pid for pid in self._more_pids() if pid not in below)]

    def kill(self) -> list[int]:
        """All of it at once, as when the machine loses its power; which processes that were."""
        pids = self.pids()
        send(pids, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        wait_until(lambda: not any(map(is_alive, pids)), 10)
        return pids

    def stop(self, ending: signal.Signals = signal.SIGTERM) -> None:
        """End it in order, then by force."""
        if self._process is None:
            return
        pids = self.pids()
        send(pids, signal.SIGCONT)
        if self.lives():
            self._process.send_signal(ending)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        send([pid for pid in pids if is_alive(pid)], signal.SIGKILL)
        self._process = None

    def log_end(self) -> str:
        """What it said last."""
        path = self.home / "log"
        return path.read_text(errors="replace")[-LOG_END:] if path.exists() else ""
