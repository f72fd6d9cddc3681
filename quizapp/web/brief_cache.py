"""What a crowd asks for at the same moment is computed once: a small cache of this process, for seconds."""

import threading
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

T = TypeVar("T")


class BriefCache(Generic[T]):
    """Values by key for a few seconds; while one caller computes, the others wait for what it finds."""

    def __init__(self, most_keys: int = 200) -> None:
        self._most_keys = most_keys
        self._lock = threading.Lock()
        self._entries: dict[Hashable, _Entry[T]] = {}

    def get(self, key: Hashable, seconds: float, make: Callable[[], T]) -> T:
        """The value of `key`, not older than `seconds`; `make` gives it when there is none, and may raise."""
        with self._lock:
            if key not in self._entries and len(self._entries) >= self._most_keys:
                del self._entries[next(iter(self._entries))]
            entry = self._entries.setdefault(key, _Entry())
        with entry.lock:
            if entry.good_until is None or monotonic() >= entry.good_until:
                entry.value = make()
                entry.good_until = monotonic() + seconds
            return entry.value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()


class _Entry(Generic[T]):
    value: T

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.good_until: float | None = None
