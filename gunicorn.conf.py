"""How gunicorn serves the product; `make run` and a production unit file both read it.

`WEB_CONCURRENCY` sets the number of workers, `FORWARDED_ALLOW_IPS` the proxies whose headers are believed.
"""

import os
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


def post_worker_init(worker: object) -> None:
    """Board lines are written by a thread of the worker's own, away from the requests.

    And what gunicorn itself answers to a request that is none carries the headers of every answer.
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


def worker_exit(server: object, worker: object) -> None:
    """What is waiting is written before the process ends."""
    from quizapp.leaderboard import writer  # noqa: PLC0415

    writer.stop()
