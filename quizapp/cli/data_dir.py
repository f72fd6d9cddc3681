"""The data folder of one installation: made private, held by one running product at a time, with its secret key."""

import fcntl
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path


class DataDirBusy(Exception):
    """Another start of the product holds the folder; or what it had started has not ended yet (`ending`)."""

    def __init__(self, ending: bool) -> None:
        self.ending = ending
        super().__init__("ending" if ending else "running")


@dataclass(frozen=True)
class DataDir:
    """A folder that this process holds until it ends."""

    path: Path
    # Locked as long as this process lives.
    own_lock: int
    # Locked as long as this process or anything that inherited the descriptor lives.
    children_lock: int

    @property
    def run_dir(self) -> Path:
        """Process ids, locks and the socket of the embedded Redis."""
        return self.path / "run"


def hold_data_dir(path: Path, pause: Callable[[], None], patience_seconds: float) -> DataDir:
    """Make the folder (mode 0700) with its parts, and take it for this process.

    A product that was killed leaves processes that are just ending; they are waited for, `pause()` between two looks,
    at most `patience_seconds`. Raises DataDirBusy, or OSError when the folder cannot be made or written.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for part in ("run", "log"):
        (path / part).mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as on_refusal:
        own_lock = _open_lock(path / "run" / "serve.lock")
        on_refusal.callback(os.close, own_lock)
        if not _lock(own_lock):
            raise DataDirBusy(ending=False)
        children_lock = _open_lock(path / "run" / "children.lock")
        on_refusal.callback(os.close, children_lock)
        give_up_at = time.monotonic() + patience_seconds
        while not _lock(children_lock):
            if time.monotonic() >= give_up_at:
                raise DataDirBusy(ending=True)
            pause()
        on_refusal.pop_all()
    return DataDir(path, own_lock, children_lock)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
