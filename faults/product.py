"""The product, started by the command of `make run` on a data folder and a port of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import unquote

from faults.processes import children_of, family_of, free_port, is_alive, send, wait_until

ROOT = Path(__file__).resolve().parent.parent
ADMIN = "quan-tri"
START_SECONDS = 120
STOP_SECONDS = 40


class ProductError(RuntimeError):
    """The product does not do what the drill needs before it can begin; the message has the end of its output."""


class Product:
    """One installation. `settings` are its environment variables; `tree` is where its code is."""

    def __init__(self, home: Path, password: str, settings: Mapping[str, str], *, tree: Path = ROOT) -> None:
        self.home = home
        self.password = password
        self.data_dir = home / "data"
        self.port = free_port()
        self.tree = tree
        self.settings = dict(settings)
        self._output = home / "output"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment in which it is started; a second worker or a second web host gets the same."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME", "TMPDIR")}
        return {
            **kept,
            "QUIZ_DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "QUIZ_ADMIN_LOGIN": ADMIN,
            "QUIZ_ADMIN_PASSWORD": self.password,
            **self.settings,
        }

    def start(self) -> None:
        """Start it and wait until it says that it serves. Raises ProductError."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self._output.open("ab") as output:
            begin = output.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "quizapp.cli.serve", "--end-with-parent"],
                cwd=self.tree,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self._process

        def said() -> bool:
            return b"Ctrl-C" in self._output.read_bytes()[begin:]

        wait_until(lambda: said() or process.poll() is not None, START_SECONDS)
        if process.poll() is not None or not said():
            raise ProductError(f"the product did not start:\n{self._output.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """End it as Ctrl-C does, then whatever is left of it."""
        if self._process is None:
            return
        family = family_of(self._process.pid)
        # What is stopped cannot end.
        send(family, signal.SIGCONT)
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        send([pid for pid in family if is_alive(pid)], signal.SIGKILL)
        self._process = None

    def restart(self) -> None:
        """Stop it and start it again on the same data."""
        self.stop()
        self.start()

    def pid(self, name: str) -> int | None:
        """The process id in `run/<name>.pid`, if that process lives."""
        try:
            pid = int((self.data_dir / "run" / f"{name}.pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None
        return pid if is_alive(pid) else None

    def expect_pid(self, name: str) -> int:
        """As `pid`; raises ProductError when there is none within ten seconds."""
        wait_until(lambda: self.pid(name) is not None, 10)
        pid = self.pid(name)
        if pid is None:
            raise ProductError(f"the product has no running {name}")
        return pid

    def web_workers(self) -> list[int]:
        """The processes that answer requests: the children of the web server's master."""
        master = self.pid("gunicorn")
        return children_of(master) if master else []

    def redis_socket(self) -> Path | None:
        """Where its own Redis listens, or None when it has none."""
        try:
            url = (self.data_dir / "run" / "redis.url").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        return Path(unquote(url.removeprefix("unix://")))

    def status(self, path: str, seconds: float = 5) -> int:
        """The status of a GET; 0 when nobody answers in time."""
        return self.status_at(self.port, path, seconds)

    @staticmethod
    def status_at(port: int, path: str, seconds: float = 5) -> int:
        """The same at another port, where a further web host of the product listens."""
        connection = HTTPConnection("127.0.0.1", port, timeout=seconds)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def log_end(self, name: str, size: int = 2000) -> str:
        """The end of a log of the product, for a red line's reason."""
        try:
            return (self.data_dir / "log" / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-size:]
        except FileNotFoundError:
            return ""
