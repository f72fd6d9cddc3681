"""nginx with the shipped configuration in front of two small servers that tell what they were asked."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

from quizapp.cli.child import dies_with_parent
from tests.product import free_port, until

# Files of no version of ours are not on this node.
UNKNOWN_FILE = "/static/ffffffffffff/main.js"


class Asked(BaseHTTPRequestHandler):
    """Answers who asked for what; `server.name` says which of the servers it is."""

    protocol_version = "HTTP/1.1"
    server: "Node"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(self.path)
        told = {
            "server": self.server.name,
            "from": self.headers.get("X-Forwarded-For"),
            "host": self.headers.get("Host"),
            "reads": self.headers.get("Accept-Encoding"),
            "bytes": len(body),
            "number": len(self.server.seen),
        }
        answer = json.dumps(told).encode()
        self.send_response(404 if self.path == UNKNOWN_FILE else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        if "guarded" in self.path:
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Security-Policy", "default-src 'self'")
        if self.path.startswith("/static/") and self.path != UNKNOWN_FILE:
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        elif "leaderboard" in self.path and "Cookie" not in self.headers:
            self.send_header("Cache-Control", "public, max-age=1" if "brief" in self.path else "public, max-age=30")
            self.send_header("Vary", "Cookie, Authorization, Accept-Encoding")
        elif self.path.endswith("/time") and "Cookie" not in self.headers:
            self.send_header("Cache-Control", "public, max-age=1")
            self.send_header("Vary", "Cookie, Authorization")
        else:
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


class Node(ThreadingHTTPServer):
    """A web node."""

    daemon_threads = True
    request_queue_size = 200

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.name = name
        self.seen: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Front:
    """A running nginx and what stands behind it."""

    def __init__(self, port: int, web: Node, staff: Node) -> None:
        self.port, self.web, self.staff = port, web, staff

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, Any, Any]:
        """Status, headers and body (from JSON where it is JSON)."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, answer.headers, json.loads(data) if is_json else data.decode()

    def begin(self, request: bytes) -> socket.socket:
        """A connection on which so much of a request has been said."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=5)
        connection.sendall(request)
        return connection


@contextmanager
def running(nginx: str, render: ModuleType, values: dict[str, str], home: Path, **own: str) -> Iterator[Front]:
    """The shipped configuration for participants and staff on two nodes of this process."""
    web, staff, port = Node("web"), Node("staff"), free_port()
    here = {
        "SCHEME": "plain",
        "HTTP_PORT": f"127.0.0.1:{port}",
        "WEB_NODES": web.address,
        "STAFF_NODES": staff.address,
    }
    config = configure(render, values, home, **{**here, **own})
    with (home / "output").open("wb") as output:
        process = subprocess.Popen(
            [nginx, "-c", config / "nginx.conf", "-e", "stderr", "-g", "daemon off;"],
            stdout=output, stderr=output, preexec_fn=dies_with_parent(),
        )  # fmt: skip
    front = Front(port, web, staff)
    try:
        until(lambda: _listens(port) or process.poll() is not None, 20)
        assert process.poll() is None, (home / "output").read_text()
        yield front
    finally:
        process.terminate()
        process.wait(20)
        for node in (web, staff):
            node.stop()
        shutil.rmtree(home / "cache", ignore_errors=True)


def configure(render: ModuleType, values: dict[str, str], home: Path, **own: str) -> Path:
    """The rendered configuration in a folder of its own."""
    for name in ("log", "cache"):
        (home / name).mkdir(exist_ok=True)
    # The workers must reach the test's folder, which is closed to others.
    user = "user root;" if os.geteuid() == 0 else ""
    folders = {"LOG_DIR": home / "log", "CACHE_DIR": home / "cache", "RUN_DIR": home, "CONFIG_DIR": home / "etc"}
    render.render(
        {**values, **{name: str(path) for name, path in folders.items()}, "NGINX_USER": user, **own}, home / "etc"
    )
    return home / "etc"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        time.sleep(0.02)
        return False
    return True
