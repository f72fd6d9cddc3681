"""How gunicorn serves the product; `make run` and a production unit file both read it.

`WEB_CONCURRENCY` sets the number of workers, `FORWARDED_ALLOW_IPS` the proxies whose headers are believed.
"""

import os
from pathlib import Path

wsgi_app = "wsgi:app"
chdir = str(Path(__file__).resolve().parent)
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# Threads: half-open connections of bad telephones freeze workers that serve one request at a time.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 8
keepalive = 5
timeout = 60
graceful_timeout = 30
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS") or "127.0.0.1,::1"

# Workers tell that they live by touching a file; on a busy disk that could take longer than the time-out.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# The control socket would be made in the home directory, which a service account may lack.
control_socket_disable = True
