"""The product as `make run` starts it: real processes on a data folder and a port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from quizapp.cli.child import dies_with_parent
from quizapp.config import ROOT

START_SECONDS = 120
END_SECONDS = 40


class Product:
    """One start of the supervisor on a data folder and a port."""

    def __init__(self, data_dir: Path, port: int, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = port
        self.output = data_dir.with_name(f"{data_dir.name}.output")
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "quizapp.cli.serve"],
                cwd=ROOT,
                env={**kept, "QUIZ_DATA_DIR": str(data_dir), "PORT": str(port), **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=dies_with_parent(),
            )

    def told(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def started(self) -> "Product":
        until(lambda: "Ctrl-C" in self.told() or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.told()
        return self

    def pid(self, name: str) -> int:
        return int((self.data_dir / "run" / f"{name}.pid").read_text(encoding="ascii"))

    def pids(self) -> set[int]:
        """The process ids of the supervisor and of all its descendants."""
        return descendants(self.process.pid) | {self.process.pid}

    def status(self, path: str) -> int:
        """The status of a GET; 0 when nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def is_healthy(self) -> bool:
        return self.status("/healthz") == 200

    def end(self, ending: signal.Signals) -> int:
        self.process.send_signal(ending)
        return self.process.wait(END_SECONDS)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def descendants(pid: int) -> set[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child)
    return found


def until(reached: Callable[[], bool], seconds: float) -> None:
    give_up_at = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
