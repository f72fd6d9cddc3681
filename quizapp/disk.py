"""Room on the disk of the data folder: told by /readyz, and in the log while there is little left."""

import logging
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

# A database that is written in a contest's last minutes needs so much until somebody has come.
LOW_BYTES = 512 * 1024 * 1024
_SILENT_SECONDS = 60.0


def free_bytes(folder: Path) -> int | None:
    """Bytes that may still be written; None when the folder cannot be looked at."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


class DiskWatch:
    """Raises the alarm in the log, at most once a minute, while there is little room."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def look(self, folder: Path, at: float) -> None:
        """One look at the monotonic second `at`."""
        free = free_bytes(folder)
        if free is not None and free < LOW_BYTES and at >= self._silent_until:
            self._silent_until = at + _SILENT_SECONDS
            log.error("the disk is nearly full", extra={"step": f"{free} bytes free"})
