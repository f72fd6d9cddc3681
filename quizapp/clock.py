"""The only reader of the system clock.

The edge (a view, a command, a worker step) calls `now()` once and passes the value on; rules and services take it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen: ContextVar[datetime | None] = ContextVar("quiz_frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, UTC, cut to whole milliseconds (the product's resolution)."""
    moment = _frozen.get() or datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def local_date(moment: datetime) -> date:
    """The calendar day on which `moment` (aware) falls in Vietnam."""
    return moment.astimezone(VIETNAM).date()


def rfc3339(moment: datetime) -> str:
    """`moment` (aware) as the API writes it: UTC, milliseconds, "Z"."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Let `now()` answer `moment` (aware) in this context: tests now, an organizer's preview later."""
    if moment.tzinfo is None:
        raise ValueError("frozen_at needs an aware datetime")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
