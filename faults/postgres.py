"""A PostgreSQL cluster of the drill's own, with the durability that production has: fsync and synchronous commit on."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from faults.processes import end_with_parent, family_of, free_port, is_alive, send, wait_until

NOBODY = 65534
START_SECONDS = 60


class Missing(RuntimeError):
    """What a drill needs is not on this machine; the message names it and the Debian package."""


def find_binaries() -> Path | None:
    """The folder of initdb and postgres, the newest version first."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: -float(path.parts[-3]))
    on_path = shutil.which("postgres")
    candidates = [*installed, *([Path(on_path)] if on_path else [])]
    return next((path.parent for path in candidates if (path.parent / "initdb").exists()), None)


class Cluster:
    """A cluster in `home`, on a port of 127.0.0.1. PostgreSQL refuses to run as root, so it runs as nobody then."""

    def __init__(self, home: Path, *, settings: tuple[str, ...] = ()) -> None:
        """Make it. `settings` are further `name=value`. Raises Missing."""
        binaries = find_binaries()
        if binaries is None:
            raise Missing("PostgreSQL (Debian package postgresql)")
        self.port = free_port()
        self._bin = binaries
        self._home = home
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True, exist_ok=True)
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
            self._as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        options = ("--username=quiz", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        subprocess.run(
            [binaries / "initdb", "-D", home / "data", *options],
            check=True, capture_output=True, cwd=home, **self._as_user,
        )  # fmt: skip

    @property
    def url(self) -> str:
        """The address for DATABASE_URL."""
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """The same through another port, where a proxy listens."""
        return f"postgresql+psycopg://quiz@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Start it, or start it again after it was killed, and wait until it accepts. Raises RuntimeError."""
        settings = (f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=60", *self._settings)
        command = [str(self._bin / "postgres"), "-D", str(self._home / "data"), "-k", str(self._home)]
        # A postmaster that was killed leaves its lock and children that are only just noticing.
        wait_until(lambda: self._process is None or not is_alive(self._process.pid), 10)
        for _ in range(20):
            with (self._home / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [*command, *(word for setting in settings for word in ("-c", setting))],
                    cwd=self._home,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=end_with_parent,
                    **self._as_user,
                )
            if self._comes_up(self._process):
                return
            time.sleep(0.5)
        raise RuntimeError(f"PostgreSQL does not run:\n{(self._home / 'log').read_text(errors='replace')[-2000:]}")

    def _comes_up(self, process: subprocess.Popen[bytes]) -> bool:
        wait_until(lambda: self.accepts() or process.poll() is not None, START_SECONDS)
        return self.accepts()

    def stop(self, ending: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT ends sessions and checkpoints, SIGQUIT leaves recovery to the next start."""
        if self._process is None:
            return
        send(self.pids(), signal.SIGCONT)
        self._process.send_signal(ending)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            send(self.pids(), signal.SIGKILL)
            self._process.wait()
        self._process = None

    def pids(self) -> list[int]:
        """The postmaster and everything below it."""
        return family_of(self._process.pid) if self._process else []

    def kill_all(self) -> list[int]:
        """SIGKILL to all of its processes at once; which they were."""
        pids = self.pids()
        send(pids, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        return pids

    def backends(self) -> list[int]:
        """The processes of the product's sessions."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with self.connect() as connection:
            return [row[0] for row in connection.execute(query)]

    def connect(self, seconds: int = 3) -> psycopg.Connection[Any]:
        """A session of the drill's own."""
        address = f"postgresql://quiz@127.0.0.1:{self.port}/postgres"
        return psycopg.connect(address, autocommit=True, connect_timeout=seconds)

    def accepts(self) -> bool:
        """Whether a session can be opened now."""
        try:
            self.connect(2).close()
        except psycopg.OperationalError:
            return False
        return True
