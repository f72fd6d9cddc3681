"""Slowing down whoever tries too often: counted in Redis over all processes, in this process while Redis is away.

A throttle protects; it is never the reason why a contest stands still. So Redis away means a coarser limit, not a
refusal.
"""

import threading
from dataclasses import dataclass, field
from time import monotonic

from quizapp import redis_store
from quizapp.errors import TooMany
from quizapp.redis_store import StoreDown

_MOST_KEYS = 10_000


@dataclass
class LocalCounter:
    """Tries by key in windows that begin with the first try; holds at most `most_keys` keys."""

    most_keys: int = _MOST_KEYS
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)  # key -> (end of the window, tries)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hit(self, key: str, *, window_seconds: int, at: float) -> int:
        """Count one try at the monotonic second `at`; returns how many there are in the present window."""
        with self._lock:
            end, count = self._windows.get(key, (0.0, 0))
            if at >= end:
                self._make_room(key, at)
                end, count = at + window_seconds, 0
            self._windows[key] = (end, count + 1)
            return count + 1

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._windows.clear()

    def _make_room(self, key: str, at: float) -> None:
        if key in self._windows or len(self._windows) < self.most_keys:
            return
        self._windows = {name: window for name, window in self._windows.items() if window[0] > at}
        while len(self._windows) >= self.most_keys:
            # The oldest key goes: somebody who invents new keys must not be able to fill the memory.
            del self._windows[next(iter(self._windows))]


_local = LocalCounter()


def limit(name: str, key: str, limit: int, window_seconds: int) -> None:
    """Count one try of `key` (an address, an identity) under the throttle `name`.

    Raises TooMany("too_many_requests", retry_after=window_seconds) when more than `limit` tries fall into one window.
    """
    full_key = f"{name}:{key}"
    try:
        count = redis_store.hit(full_key, limit=limit, window_seconds=window_seconds)
    except StoreDown:
        count = _local.hit(full_key, window_seconds=window_seconds, at=monotonic())
    if count > limit:
        raise TooMany("too_many_requests", retry_after=window_seconds)


def forget_local() -> None:
    """Begin all windows of this process anew."""
    _local.clear()
