"""Health: whether the process lives, and whether it can serve."""

import threading
from collections.abc import Callable

from flask import Blueprint, Flask, current_app, g, jsonify
from flask.typing import ResponseReturnValue

from quizapp import redis_store
from quizapp.db import ping
from quizapp.db_link import patience
from quizapp.disk import free_bytes
from quizapp.heartbeat import worker_lag_seconds
from quizapp.web.access import allow

bp = Blueprint("health", __name__)

PROBE_SECONDS = 2.0


class Probe:
    """Asks something that may hang, in a thread, once for all who want to know at the same time."""

    def __init__(self, ask: Callable[[Flask], bool]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._done: threading.Event | None = None
        self._answer = False

    def answer(self, app: Flask) -> bool:
        """What was found; False when it takes longer than `PROBE_SECONDS`."""
        with self._lock:
            done = self._done
            if done is None:
                done = self._done = threading.Event()
                threading.Thread(target=self._run, args=(app, done), daemon=True).start()
        return done.wait(PROBE_SECONDS) and self._answer

    def _run(self, app: Flask, done: threading.Event) -> None:
        answer = False
        try:
            answer = self._ask(app)
        finally:
            with self._lock:
                self._answer, self._done = answer, None
            done.set()


def _ping(app: Flask) -> bool:
    with app.app_context(), patience(PROBE_SECONDS):
        return ping()


_database = Probe(_ping)


@bp.get("/healthz")
@allow("anyone")
def healthz() -> ResponseReturnValue:
    """200 while the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@allow("anyone")
def readyz() -> ResponseReturnValue:
    """200 when the database answers, 503 otherwise; the rest is told, but papers go on without Redis and the worker."""
    settings = current_app.config["QUIZ"]
    database = _database.answer(current_app._get_current_object())  # type: ignore[attr-defined]
    body = {
        "database": database,
        "redis": redis_store.is_up(),
        "worker_lag_seconds": worker_lag_seconds(settings.run_dir, g.now),
        "disk_free_bytes": free_bytes(settings.data_dir),
    }
    return jsonify(body), 200 if database else 503
