"""A wall clock that jumps, for the processes of one product or for one of them."""

import os
import shutil
import subprocess
from pathlib import Path

from faults.postgres import Missing

SOURCE = Path(__file__).with_name("fake_clock.c")


class FakeClock:
    """The clock of every process that is started with `env`."""

    def __init__(self, home: Path) -> None:
        """Raises Missing when there is no C compiler."""
        compiler = next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)
        if compiler is None:
            raise Missing("a C compiler (Debian packages gcc and libc6-dev)")
        home.mkdir(parents=True, exist_ok=True)
        self._path = home / "clock"
        self._library = home / "fake_clock.so"
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(self._library), str(SOURCE)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise Missing(f"a C compiler that works (Debian packages gcc and libc6-dev): {done.stderr.strip()[-200:]}")
        self.move(0)

    @property
    def env(self) -> dict[str, str]:
        """What a process must be started with."""
        return {"LD_PRELOAD": str(self._library), "FAKE_CLOCK": str(self._path)}

    def move(self, seconds: int, pid: int | None = None) -> None:
        """From now on the clock of everybody, or of one process, is so many seconds ahead of the true one."""
        path = self._path if pid is None else self._path.with_name(f"{self._path.name}.{pid}")
        new = path.with_name(f"{path.name}.new{os.getpid()}")
        new.write_text(f"{seconds}\n", encoding="ascii")
        new.replace(path)

    def let_go(self, pid: int) -> None:
        """The process has everybody's clock again."""
        self._path.with_name(f"{self._path.name}.{pid}").unlink(missing_ok=True)
