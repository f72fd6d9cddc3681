"""Reloading the web server: the old workers answer until the new ones do."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from quizapp.cli.child import dies_with_parent
from quizapp.config import ROOT
from tests.product import END_SECONDS, descendants, free_port, until

# The product, whose loading ends when the file is there; it answers /healthz with the worker's number.
SLOW = """
import os, time
while not os.path.exists(os.environ["MAY_LOAD"]):
    time.sleep(0.02)
import wsgi
wsgi.app.view_functions["health.healthz"] = lambda: str(os.getpid())
app = wsgi.app
"""


class Server:
    """gunicorn with the product's settings; `may_load` is the file for which new workers wait."""

    def __init__(self, folder: Path, worker_class: str) -> None:
        (folder / "slow_product.py").write_text(SLOW, encoding="utf-8")
        self.may_load = folder / "may-load"
        self.may_load.touch()
        self._port = free_port()
        self._output = folder / "output"
        settings = {"QUIZ_DATA_DIR": str(folder / "data"), "MAY_LOAD": str(self.may_load), "PORT": str(self._port)}
        settings |= {"PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "QUIZ_WORKER_CLASS": worker_class}
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "slow_product:app"],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=dies_with_parent(),
            )
        until(lambda: self.answers() or self.process.poll() is not None, END_SECONDS)
        assert self.process.poll() is None, self._output.read_text(encoding="utf-8")

    def workers(self) -> set[int]:
        return descendants(self.process.pid)

    def answers(self) -> int:
        """The number of the worker that answers, each time on a new connection; 0 when nobody does at once."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=3)
        try:
            connection.request("GET", "/healthz")
            return int(connection.getresponse().read())
        except OSError:
            return 0
        finally:
            connection.close()


@pytest.fixture(params=["gevent", "gthread"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path, request.param)
    yield made
    made.may_load.touch()
    made.process.kill()
    made.process.wait(END_SECONDS)


def test_the_old_answer_until_the_new_do_and_end_then(server):
    old = server.workers()
    server.may_load.unlink()
    server.process.send_signal(signal.SIGHUP)
    until(lambda: len(server.workers()) == 2 * len(old), END_SECONDS)
    # Meanwhile the master asks the old ones to end, and again each second.
    for _ in range(40):
        assert server.answers() in old
        time.sleep(0.1)
    server.may_load.touch()
    until(lambda: not server.workers() & old, END_SECONDS)
    assert server.answers() in server.workers()
    # Where no new ones come nobody stays.
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(END_SECONDS) == 0
