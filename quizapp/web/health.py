"""Health: whether the process lives, and whether it can serve."""

import shutil

from flask import Blueprint, current_app, g, jsonify
from flask.typing import ResponseReturnValue

from quizapp import redis_store
from quizapp.db import ping
from quizapp.heartbeat import worker_lag_seconds
from quizapp.web.access import allow

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@allow("anyone")
def healthz() -> ResponseReturnValue:
    """200 while the process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@allow("anyone")
def readyz() -> ResponseReturnValue:
    """200 when the database answers, 503 otherwise; Redis and the worker are told but papers go on without them."""
    database = ping()
    lag = worker_lag_seconds(current_app.config["QUIZ"].run_dir, g.now)
    disk = shutil.disk_usage(current_app.config["QUIZ"].data_dir).free
    body = {
        "database": database, "redis": redis_store.is_up(), "worker_lag_seconds": lag, "disk_free_bytes": disk,
    }  # fmt: skip
    return jsonify(body), 200 if database else 503
