"""Slowing down whoever tries too often: counted in Redis over all processes, in this process while Redis is away.

A throttle protects; it is never the reason why a contest stands still. So Redis away means a coarser limit, not a
refusal.
"""

import threading
from dataclasses import dataclass, field
from time import monotonic

from quizapp import redis_store
from quizapp.errors import TooMany
from quizapp.network import network_of
from quizapp.redis_store import StoreDown
from quizapp.web.identity import client_address
from quizapp.web.limits import Limit

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


def hold(limit: Limit, key: str) -> None:
    """Count one try of `key` (an address, an identity, whatever the limit is for).

    Raises TooMany("too_many_requests", retry_after=its seconds) when more than its most fall into one window.
    """
    if not has_room(limit, key):
        raise TooMany("too_many_requests", retry_after=limit.seconds)


def has_room(limit: Limit, key: str) -> bool:
    """Count one try; False when the limit is passed."""
    full_key = f"{limit.name}:{key}"
    try:
        count = redis_store.hit(full_key, limit=limit.most, window_seconds=limit.seconds)
    except StoreDown:
        count = _local.hit(full_key, window_seconds=limit.seconds, at=monotonic())
    return count <= limit.most


def caller() -> str:
    """What is counted as the caller of this request: the address, of IPv6 the /64 around it."""
    return network_of(client_address())


def forget_local() -> None:
    """Begin all windows of this process anew."""
    _local.clear()
