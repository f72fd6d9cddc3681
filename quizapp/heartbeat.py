"""How long ago the worker last finished a step: the age of the file that it touches."""

from datetime import UTC, datetime
from pathlib import Path

HEARTBEAT = "worker.heartbeat"


def beat(run_dir: Path) -> None:
    """The worker has finished a step."""
    run_dir.mkdir(parents=True, exist_ok=True)
    (run_dir / HEARTBEAT).touch()


def worker_lag_seconds(run_dir: Path, now: datetime) -> float | None:
    """Seconds since the worker's last step; None when there was none."""
    try:
        touched = datetime.fromtimestamp((run_dir / HEARTBEAT).stat().st_mtime, UTC)
    except OSError:
        return None
    return max(0.0, round((now - touched).total_seconds(), 1))
