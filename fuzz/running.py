"""Running a target: for a number of inputs or seconds, within bounds of time and memory, and keeping what it finds."""

import hashlib
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, Phase, given, seed, settings

from fuzz.site import Site
from fuzz.targets import Target

CORPUS = Path(__file__).parent / "corpus"
# An input of some kilobytes is read in milliseconds; whoever takes so long would be stopped by a bigger one.
MOST_SECONDS = 10
MOST_MEBIBYTES = 1024
_AT_ONCE = 200


class TooSlow(AssertionError):
    """An input that took longer than MOST_SECONDS."""


@contextmanager
def in_time() -> Iterator[None]:
    """The block, broken off after MOST_SECONDS; in the main thread only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"more than {MOST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def limit_memory() -> None:
    """From here on the process may take MOST_MEBIBYTES more than it has; one that wants more finds MemoryError."""
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    most = held + (MOST_MEBIBYTES << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def replay(target: Target, site: Site) -> int:
    """Run what was found before; how many. Raises what the target raises."""
    kept = sorted((CORPUS / target.name).glob("*"))
    for path in kept:
        with in_time():
            target.run(site, path.read_bytes())
    return len(kept)


def run(target: Target, site: Site, *, inputs: int, start: int = 0) -> None:
    """Run `inputs` inputs; the same `start` gives the same ones. Raises the first failure with its smallest input."""

    @seed(start)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs(site))
    def one(data: bytes) -> None:
        try:
            with in_time():
                target.run(site, data)
        except BaseException as error:
            # The last one that fails is the smallest.
            found.clear()
            found.append((data, error))
            raise

    found: list[tuple[bytes, BaseException]] = []
    try:
        one()
    except BaseException:
        if found:
            _keep(target, found[0][0])
        raise


def run_for(target: Target, site: Site, *, seconds: float, start: int = 0) -> int:
    """Run new inputs until the time is over; how many. Raises as `run`."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        run(target, site, inputs=_AT_ONCE, start=start + done)
        done += _AT_ONCE
    return done


def _keep(target: Target, data: bytes) -> None:
    folder = CORPUS / target.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
