"""The only reader of the system clock.

The edge (a view, a command, a worker step) calls `now()` once and passes the value on; rules and services take it.

Whoever sets the clock of a machine in a running contest must not end papers, nor open them again. So the wall clock is
read once, and from then on time is counted by the clock that nobody can set. All processes of an installation count
from the same reading (`keep_steady`), and several web hosts follow the clock of their database (`follow`).
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
# Clocks of machines that are kept by NTP differ by less; a question that took longer to answer tells too little.
APART_SECONDS = 0.5
# Less than this is no act of anybody.
SET_SECONDS = 5.0

log = logging.getLogger(__name__)

_frozen: ContextVar[datetime | None] = ContextVar("quiz_frozen_clock", default=None)
# Goes on while the machine sleeps, where there is such a clock.
_TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def _read_offset() -> float:
    """Wall clock less ticks; read in this order, it is never ahead of the truth."""
    wall = time.time()
    return wall - time.clock_gettime(_TICKS)


class _Steady:
    """Seconds to add to the ticks, and how far the database's clock is from them."""

    offset = _read_offset()
    correction = 0.0
    reported = 0.0


def now() -> datetime:
    """The present moment, aware, UTC, cut to whole milliseconds (the product's resolution)."""
    moment = _frozen.get() or datetime.fromtimestamp(seconds(), UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def seconds() -> float:
    """The same as seconds since 1970, never frozen: for the age of cookies."""
    return time.clock_gettime(_TICKS) + _Steady.offset + _Steady.correction


def keep_steady(path: Path) -> None:
    """Count from the reading of the wall clock that is kept in the file, or keep this process's there.

    A reading from before the machine was started tells nothing and is replaced. Without a place to keep it, this
    process counts from its own.
    """
    _Steady.offset, _Steady.correction = _read_offset(), 0.0
    try:
        boot = _BOOT_ID.read_text(encoding="ascii").strip()
        kept = _kept(path, boot)
        if kept is None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_name(f"{path.name}.{time.monotonic_ns()}")
            unfinished.write_text(f"{boot} {_Steady.offset!r}\n", encoding="ascii")
            unfinished.replace(path)
            kept = _kept(path, boot)
    except OSError:
        return
    _Steady.offset = _Steady.offset if kept is None else kept


def _kept(path: Path, boot: str) -> float | None:
    try:
        kept_boot, offset = path.read_text(encoding="ascii").split()
        return float(offset) if kept_boot == boot else None
    except (FileNotFoundError, ValueError):
        return None


def follow(read: Callable[[], float]) -> None:
    """Take over the clock of the database (`read()`: its seconds since 1970), when it is another than this one."""
    began = time.clock_gettime(_TICKS)
    told = read()
    ended = time.clock_gettime(_TICKS)
    apart = told - ((began + ended) / 2 + _Steady.offset + _Steady.correction)
    if ended - began < APART_SECONDS < abs(apart):
        _Steady.correction += apart
        log.warning("the database's clock is %+.1f s from this machine's; the database's is followed", apart)


def tell_if_set() -> None:
    """Log once when the wall clock of this machine has been set since the product began to count."""
    ahead = _read_offset() - _Steady.offset
    if abs(ahead - _Steady.reported) > SET_SECONDS:
        _Steady.reported = ahead
        log.warning("this machine's clock was set by %+.0f s; it counts when the product is started anew", ahead)


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
