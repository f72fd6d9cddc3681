"""What `deploy/render.py` makes of `deploy/templates` when every machine is a port of 127.0.0.1."""

import importlib.util
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from faults.postgres import NOBODY, Missing, find_binaries
from faults.processes import free_port
from faults.product import ADMIN, ProductError

HERE = "127.0.0.1"
REDIS_NODES = ("redis1", "redis2", "redis3")
_PORTS = (
    *("front", "web1", "web2", "staff", "pool", "primary", "etcd", "etcd_peer"),
    *("db1", "db1_rest", "db2", "db2_rest"),
    *(f"{node}{what}" for node in REDIS_NODES for what in ("", "_bus")),
)
_SECRETS = (
    *("SECRET_KEY", "DB_PASSWORD", "DB_APP_PASSWORD", "DB_REPLICATION_PASSWORD", "DB_SUPERUSER_PASSWORD"),
    *("REDIS_PASSWORD", "PERSONAL_DATA_KEY", "SIGNING_KEY"),
)


class Configuration:
    """The ports, secrets and files of one fleet; each program's files are in `<its folder>/etc`."""

    def __init__(self, home: Path, password: str, rng: random.Random, tree: Path) -> None:
        """Raises Missing."""
        self.ports = {name: free_port() for name in _PORTS}
        self.secrets = {name: f"{rng.getrandbits(256):064x}" for name in _SECRETS}
        self._home = home
        self._password = password
        self._render = _renderer(tree)
        # The path of a socket may have 107 letters only.
        self.sockets = Path(tempfile.mkdtemp(prefix="quiz-"))
        self._give_away(self.sockets)
        self._values = {
            **self._render.read_values((tree / "deploy" / "site.env").read_text(encoding="utf-8")),
            **self.secrets,
            **self._here(),
        }
        self._values |= self._certified(tree)

    def folder(self, name: str) -> Path:
        """The folder of a program."""
        return self._home / name

    def write(self, name: str, **own: str) -> Path:
        """The files of one program, for whatever user it runs as; where they are."""
        config = self.folder(name) / "etc"
        config.parent.mkdir(parents=True, exist_ok=True)
        for path in self._render.render({**self._values, **own, "CONFIG_DIR": str(config)}, config):
            self._give_away(path)
        return config

    def product_env(self, name: str, *files: str) -> dict[str, str]:
        """The environment of one process of the product: the file that every machine gets, and these files after it."""
        data = self.folder(name) / "data"
        config = self.write(name, DATA_DIR=str(data))
        data.mkdir(exist_ok=True)
        values: dict[str, str] = {}
        for file in ("quizapp.env", *files):
            values |= self._render.read_values((config / file).read_text(encoding="utf-8"))
        return {
            **values,
            "QUIZ_ADMIN_LOGIN": ADMIN,
            "QUIZ_ADMIN_PASSWORD": self._password,
        }

    def clear_away(self) -> None:
        """Remove what is not in the fleet's folder."""
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _here(self) -> dict[str, str]:
        ports = self.ports
        binaries = find_binaries()
        if binaries is None:
            raise Missing("PostgreSQL (Debian package postgresql)")
        return {
            "SCHEME": "plain",
            "HTTPS": "0",
            "SITE_HOST": HERE,
            "HTTP_PORT": f"{HERE}:{ports['front']}",
            "NGINX_USER": "",
            "PRIVATE_NETWORKS": f"{HERE}/32",
            # The crowd names an address of its own for each person, as a gateway would.
            "FRONT_NETWORKS": f"{HERE}/32",
            "WEB_CONCURRENCY": "1",
            "WEB_NODES": f"{HERE}:{ports['web1']},{HERE}:{ports['web2']}",
            "STAFF_NODES": f"{HERE}:{ports['staff']}",
            "DB_NODES": ",".join(f"{HERE}:{ports[name]}:{ports[f'{name}_rest']}" for name in ("db1", "db2")),
            "DB_MAX_CONNECTIONS": "60",
            "DB_SHARED_BUFFERS": "64MB",
            "DB_BIN_DIR": str(binaries),
            "ETCD_HOSTS": f"{HERE}:{ports['etcd']}",
            "WATCHDOG": "off",
            "REDIS_NODES": ",".join(f"{HERE}:{ports[node]}" for node in REDIS_NODES),
            "REDIS_MEMORY": "64mb",
            "POOL_PORT": str(ports["pool"]),
            "PRIMARY_PORT": str(ports["primary"]),
        }

    def _certified(self, tree: Path) -> dict[str, str]:
        """One certificate for both databases, which here are ports of one machine."""
        folder = self.folder("certificates")
        known = [f"{name}={self._values[name]}" for name in ("DB_NODES", "PRIMARY_ADDRESS")]
        program = tree / "deploy" / "new_certificates.py"
        subprocess.run([sys.executable, program, *known, "--out", folder], check=True, capture_output=True)
        for path in (folder, *folder.iterdir()):
            self._give_away(path)
        files = {"DB_CA": "ca.pem", "DB_CERTIFICATE": f"{HERE}.pem", "DB_KEY": f"{HERE}-key.pem"}
        return {name: str(folder / file) for name, file in files.items()}

    def _give_away(self, path: Path) -> None:
        """PostgreSQL and pgbouncer refuse to run as root; as nobody they read what is theirs."""
        if os.geteuid() == 0:
            os.chown(path, NOBODY, NOBODY)


def _renderer(tree: Path) -> ModuleType:
    """deploy/render.py of that tree, which is a program and no package."""
    spec = importlib.util.spec_from_file_location("deploy_render", tree / "deploy" / "render.py")
    if spec is None or spec.loader is None:
        raise ProductError("deploy/render.py is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
