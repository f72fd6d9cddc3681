"""Two web nodes behind nginx, two workers, a PostgreSQL pair with automatic failover, a pooler, three Redis nodes.

Every program reads the configuration that `deploy/` ships, and is started as its unit there starts it.
"""

import os
import random
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psycopg

from faults.machines.configuration import HERE, REDIS_NODES, Configuration
from faults.machines.service import SEARCH_PATH, Service, find_program
from faults.processes import children_of, is_alive, wait_until
from faults.product import ROOT, ProductError

PAIR_SECONDS = 180
_FLASK = [sys.executable, "-m", "flask", "--app", "wsgi", "quiz"]
_STAFF_OPTIONS = ("--worker-class", "gthread", "--threads", "4", "--timeout", "600")


class Fleet:
    """One installation on many machines. To a stage it looks like a `faults.product.Product`: a port, and an end."""

    def __init__(self, home: Path, password: str, rng: random.Random, *, tree: Path = ROOT) -> None:
        """Write the configuration; nothing runs yet. Raises Missing."""
        self.tree = tree
        self._config = Configuration(home, password, rng, tree)
        self._ports = self._config.ports
        self.port = self._ports["front"]
        self.etcd = self._make_etcd()
        self.databases = [self._make_database(name) for name in ("db1", "db2")]
        self.way_to_primary = self._make_haproxy()
        self.pooler = self._make_pooler()
        self.redis = [self._make_redis(name) for name in REDIS_NODES]
        self.web = [self._make_web(name) for name in ("web1", "web2")]
        self.staff = self._make_web("staff", *_STAFF_OPTIONS)
        self.workers = [self._make_worker(name) for name in ("worker1", "worker2")]
        self.front = self._make_front()

    @property
    def url(self) -> str:
        """Where people reach it."""
        return f"http://{HERE}:{self.port}"

    # --- beginning and end ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Everything, in the order that deploy/README.md gives. Raises ProductError."""
        self.etcd.start()
        for database in self.databases:
            database.launch()
        for service in (*self.redis, self.way_to_primary, self.pooler):
            service.start()
        self._run("join-redis", ["sh", str(self._config.write("join") / "join-redis.sh")], {})
        self.await_pair()
        self._run("prepare", [*_FLASK, "prepare"], self._config.product_env("prepare", "quizapp-owner.env"))
        for service in (*self.web, self.staff, *self.workers):
            service.launch()
        for service in (*self.web, self.staff):
            service.await_answer(60)
        self.front.start()

    def stop(self) -> None:
        """Everything, in the opposite order."""
        for service in reversed(self._all()):
            service.stop()
        self._config.clear_away()

    def log_end(self, name: str) -> str:
        """The end of one program's log."""
        return next((service.log_end() for service in self._all() if service.name == name), "")

    # --- what a drill asks and does -------------------------------------------------------------------------------

    def primary(self) -> Service | None:
        """The database that Patroni says is the primary now."""
        return self._database_that("/primary")

    def standby(self) -> Service | None:
        """The database that has every acknowledged answer and may take over."""
        return self._database_that("/sync")

    def await_pair(self, seconds: float = PAIR_SECONDS) -> None:
        """Wait until there is a primary and a standby that has everything. Raises ProductError."""
        if not wait_until(lambda: self.primary() is not None and self.standby() is not None, seconds, 0.3):
            logs = "\n".join(each.log_end() for each in self.databases)
            raise ProductError(f"no pair of databases after {seconds:.0f} s:\n{logs}")

    def sender_of(self, database: Service) -> list[int]:
        """The process by which a primary tells its standby what it writes."""
        return [pid for pid in database.pids() if b"walsender" in _command_line(pid)]

    def board_node(self) -> Service:
        """The Redis node that holds the boards of the newest contest. Raises ProductError."""
        newest, found = 0, None
        for node in self.redis:
            for key in self._ask_redis(node, "--scan", "--pattern", "quiz:{c*}:*").splitlines():
                number = int(key.split("{c")[1].split("}")[0])
                if number > newest:
                    newest, found = number, node
        if found is None:
            raise ProductError("no Redis node holds a board")
        return found

    def redis_bytes(self) -> int:
        """What the Redis nodes hold, all together."""
        told = [self._ask_redis(node, "INFO", "memory") for node in self.redis]
        lines = [line for text in told for line in text.splitlines() if line.startswith("used_memory:")]
        return sum(int(line.partition(":")[2]) for line in lines)

    def connect(self) -> psycopg.Connection[Any]:
        """A session on the primary, past the pooler. Raises ProductError."""
        primary = self.primary()
        if primary is None:
            raise ProductError("there is no primary")
        return psycopg.connect(
            host=HERE,
            port=self._ports[primary.name],
            user="postgres",
            password=self._config.secrets["DB_SUPERUSER_PASSWORD"],
            dbname="postgres",
            autocommit=True,
        )

    def reload_front(self) -> tuple[list[int], list[int]]:
        """New configuration for nginx; its workers before and after."""
        before = children_of(self.front.pid)
        subprocess.run([*self._front_command(), "-s", "reload"], check=True, capture_output=True)
        wait_until(lambda: set(children_of(self.front.pid)) - set(before) != set(), 10)
        return before, children_of(self.front.pid)

    # --- the programs ---------------------------------------------------------------------------------------------

    def _make_etcd(self) -> Service:
        client, peer = (f"http://{HERE}:{self._ports[name]}" for name in ("etcd", "etcd_peer"))
        env = {
            "ETCD_NAME": "e1",
            "ETCD_DATA_DIR": str(self._config.folder("etcd") / "data"),
            "ETCD_LISTEN_CLIENT_URLS": client,
            "ETCD_ADVERTISE_CLIENT_URLS": client,
            "ETCD_LISTEN_PEER_URLS": peer,
            "ETCD_INITIAL_ADVERTISE_PEER_URLS": peer,
            "ETCD_INITIAL_CLUSTER": f"e1={peer}",
        }
        command = [find_program("etcd", "etcd-server")]
        return self._service("etcd", command, env=env, answers=lambda: _status(self._ports["etcd"], "/health") == 200)

    def _make_database(self, name: str) -> Service:
        data, rest = self._config.folder(name) / "data", self._ports[f"{name}_rest"]
        config = self._config.write(
            name,
            NODE_NAME=name,
            DB_LISTEN=f"{HERE}:{self._ports[name]}",
            DB_REST_LISTEN=f"{HERE}:{rest}",
            DB_DATA_DIR=str(data),
            DB_SOCKET_DIR=str(self._config.sockets),
        )
        return self._service(
            name,
            [find_program("patroni", "patroni"), str(config / "patroni.yml")],
            answers=lambda: _status(rest, "/health") == 200,
            as_nobody=True,
            more_pids=lambda: _postmaster_and_children(data),
        )

    def _make_haproxy(self) -> Service:
        config = self._config.write("haproxy")
        command = [find_program("haproxy", "haproxy"), "-db", "-f", str(config / "haproxy.cfg")]
        return self._service("haproxy", command, answers=lambda: True)

    def _make_pooler(self) -> Service:
        config = self._config.write("pgbouncer", POOL_RUN_DIR=str(self._config.folder("pgbouncer")))
        command = [find_program("pgbouncer", "pgbouncer"), str(config / "pgbouncer.ini")]
        return self._service("pgbouncer", command, answers=lambda: _listens(self._ports["pool"]), as_nobody=True)

    def _make_redis(self, name: str) -> Service:
        config = self._config.write(
            name,
            NODE_ADDRESS=HERE,
            REDIS_DIR=str(self._config.folder(name)),
            REDIS_PORT=str(self._ports[name]),
            REDIS_BUS_PORT=str(self._ports[f"{name}_bus"]),
        )
        command = [find_program("redis-server", "redis-server"), str(config / "redis.conf")]
        return self._service(name, command, answers=lambda: _listens(self._ports[name]))

    def _make_web(self, name: str, *options: str) -> Service:
        port = self._ports[name]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "gunicorn.conf.py",
            "--bind",
            f"{HERE}:{port}",
            *options,
        ]
        return self._of_product(name, command, answers=lambda: _status(port, "/healthz") == 200)

    def _make_worker(self, name: str) -> Service:
        return self._of_product(name, [*_FLASK, "worker"], answers=lambda: True)

    def _make_front(self) -> Service:
        home = self._config.folder("nginx")
        (home / "logs").mkdir(parents=True, exist_ok=True)
        self._config.write("nginx", LOG_DIR=str(home / "logs"), CACHE_DIR=str(home), RUN_DIR=str(home))
        command = [*self._front_command(), "-g", "daemon off;"]
        return self._service("nginx", command, answers=lambda: _status(self.port, "/healthz") == 200)

    def _front_command(self) -> list[str]:
        return [find_program("nginx", "nginx"), "-c", str(self._config.folder("nginx") / "etc" / "nginx.conf")]

    def _service(self, name: str, command: list[str], **options: object) -> Service:
        return Service(name, self._config.folder(name), command, **options)  # type: ignore[arg-type]

    def _of_product(self, name: str, command: list[str], **options: object) -> Service:
        return self._service(name, command, env=self._config.product_env(name), cwd=self.tree, **options)

    # --- asking and telling ---------------------------------------------------------------------------------------

    def _run(self, what: str, command: list[str], env: dict[str, str]) -> None:
        """A program that ends. Raises ProductError when it fails."""
        done = subprocess.run(
            command,
            cwd=self.tree,
            env={"PATH": SEARCH_PATH, "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/"), **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
        )
        if done.returncode:
            raise ProductError(f"{what} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")

    def _ask_redis(self, node: Service, *words: str) -> str:
        command = [find_program("redis-cli", "redis-tools"), "-p", str(self._ports[node.name]), *words]
        env = {"PATH": SEARCH_PATH, "REDISCLI_AUTH": self._config.secrets["REDIS_PASSWORD"]}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=10).stdout.strip()

    def _database_that(self, path: str) -> Service | None:
        return next((each for each in self.databases if _status(self._ports[f"{each.name}_rest"], path) == 200), None)

    def _all(self) -> list[Service]:
        storage = [self.etcd, *self.databases, *self.redis, self.way_to_primary, self.pooler]
        return [*storage, *self.web, self.staff, *self.workers, self.front]


def _status(port: int, path: str) -> int:
    """The status of a GET; 0 when nobody answers."""
    connection = HTTPConnection(HERE, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((HERE, port), timeout=1).close()
    except OSError:
        return False
    return True


def _postmaster_and_children(data_dir: Path) -> list[int]:
    """Patroni starts PostgreSQL so that it outlives it."""
    try:
        pid = int((data_dir / "postmaster.pid").read_text(encoding="ascii").split()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return []
    return [pid, *children_of(pid)] if is_alive(pid) else []


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
