"""nginx in front of the product, with the very templates of deploy/ and its limits on."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.http.cells import FILE, ask
from bench.http.servers import Server
from deploy.render import read_values, render
from quizapp.cli.child import dies_with_parent
from quizapp.config import ROOT
from tests.product import free_port

_START_SECONDS = 15


_SERVES_FILE = "\nlocation = {path} {{\n    root {folder};\n}}\n"


@contextmanager
def nginx(product: Server, file: bytes | None = None) -> Iterator[Server]:
    """The product behind nginx, which believes X-Forwarded-For of this machine. LookupError without nginx.

    `file`: what it has under FILE beside.
    """
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise LookupError("nginx")
    with TemporaryDirectory(prefix="quiz-bench-") as name:
        port, folder = free_port(), Path(name)
        values = {
            **read_values((ROOT / "deploy" / "site.env").read_text(encoding="utf-8")),
            **read_values((ROOT / "deploy" / "secrets.env.example").read_text(encoding="utf-8")),
            **dict.fromkeys(("CONFIG_DIR", "LOG_DIR", "CACHE_DIR", "RUN_DIR"), name),
            "SCHEME": "plain",
            "HTTP_PORT": str(port),
            "FRONT_NETWORKS": "127.0.0.1/32",
            "PRIVATE_NETWORKS": "127.0.0.1/32",
            "WEB_NODES": f"127.0.0.1:{product.port}",
            "STAFF_NODES": f"127.0.0.1:{product.port}",
            "NGINX_USER": "user root;" if os.geteuid() == 0 else "",
        }
        render(values, folder)
        if file is not None:
            (folder / FILE[1:]).write_bytes(file)
            with (folder / "nginx-locations.conf").open("a", encoding="utf-8") as locations:
                locations.write(_SERVES_FILE.format(path=FILE, folder=name))
        with (folder / "output").open("wb") as output:
            process = subprocess.Popen(
                [binary, "-p", name, "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=dies_with_parent(),
            )
        try:
            _until_answers(port, process, folder / "output")
            yield Server(port, product.app, (*product.behind, process.pid), product.database_url, product.run_dir)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_START_SECONDS)


def _until_answers(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while True:
        try:
            if ask(port, "GET", "/healthz", {})[0] == 200:
                return
        except OSError:
            pass
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise SystemExit(f"nginx does not answer: {output.read_text(errors='replace')[-1000:]}")
        time.sleep(0.05)
