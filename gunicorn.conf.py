"""How gunicorn serves the product; `make run` and a production unit file both read it.

`WEB_CONCURRENCY` sets the number of workers, `FORWARDED_ALLOW_IPS` the proxies whose headers are believed.
"""

import mmap
import os
import signal
import threading
import time
from pathlib import Path

wsgi_app = "wsgi:app"
chdir = str(Path(__file__).resolve().parent)
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# Greenlets: thousands of slow telephones may be connected, and a hundred saves wait for one commit together. Staff's
# pages and long exports may have processes of their own with threads (`QUIZ_WORKER_CLASS=gthread`).
worker_class = os.environ.get("QUIZ_WORKER_CLASS") or "gevent"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
worker_connections = 2000
threads = 8
keepalive = 5
timeout = 60
graceful_timeout = 30
# Nobody in front of us sets paths by a header.
forwarder_headers = ""
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"

# Workers tell that they live by touching a file; on a busy disk that could take longer than the time-out.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# The control socket would be made in the home directory, which a service account may lack.
control_socket_disable = True


# On a reload gunicorn ends the old workers at once, while the new ones still load the application: for some seconds
# nobody would answer. So the master marks who is on the way, in memory that all of them share, and whoever is asked to
# end stays until nobody is.
_SLOTS = 4096
_STAY_SECONDS = 20
_LOOK_SECONDS = 0.2


def pre_fork(server: object, worker: object) -> None:
    """In the master: this worker is on the way."""
    if not hasattr(server, "on_the_way"):
        server.on_the_way = mmap.mmap(-1, _SLOTS)
    worker.on_the_way = server.on_the_way
    worker.on_the_way[worker.age % _SLOTS] = 1


def child_exit(server: object, worker: object) -> None:
    """In the master: whoever has ended is not on the way any more."""
    if hasattr(worker, "on_the_way"):
        worker.on_the_way[worker.age % _SLOTS] = 0


def _stay_until_relieved(worker: object) -> None:
    asked_at: list[float] = []

    def ask_to_end(_number: int, _frame: object) -> None:
        # Nothing that might wait: this may run inside of the event loop. The master asks again every second.
        if not asked_at:
            asked_at.append(time.monotonic())

    def leave_when_asked() -> None:
        while not asked_at:
            time.sleep(_LOOK_SECONDS)
        while any(worker.on_the_way[:]) and time.monotonic() < asked_at[0] + _STAY_SECONDS:
            time.sleep(_LOOK_SECONDS)
        worker.handle_exit(signal.SIGTERM, None)

    worker.on_the_way[worker.age % _SLOTS] = 0
    signal.signal(signal.SIGTERM, ask_to_end)
    threading.Thread(target=leave_when_asked, daemon=True).start()


def post_worker_init(worker: object) -> None:
    """Board lines are written by a thread of the worker's own, away from the requests.

    And what gunicorn itself answers to a request that is none carries the headers of every answer. From here on the
    worker answers: it is on the way no more.
    """
    from gunicorn import util  # noqa: PLC0415 - only where the application is loaded anyway
    from gunicorn.http import wsgi  # noqa: PLC0415

    from quizapp.leaderboard import writer  # noqa: PLC0415
    from quizapp.web.headers import SERVER, bare_answer  # noqa: PLC0415
    from wsgi import app  # noqa: PLC0415

    writer.start(app.app_context, app.config["QUIZ"].run_dir)
    is_https = app.config["QUIZ"].https
    wsgi.SERVER = SERVER
    util.write_error = lambda socket, status, reason, _why: util.write_nonblock(
        socket, bare_answer(status, reason, https=is_https)
    )
    _stay_until_relieved(worker)


def worker_exit(server: object, worker: object) -> None:
    """What is waiting is written before the process ends."""
    from quizapp.leaderboard import writer  # noqa: PLC0415

    writer.stop()
