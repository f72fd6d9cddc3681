"""A process that is meant to run for ever: started again when it ends by itself, less and less eagerly."""

import time
from collections.abc import Callable

from quizapp.cli.child import Child

# A process that ends sooner than this after its start died quickly; each further quick death doubles the pause.
QUICK_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0


class Service:
    """A child, and how many times in a row it has ended soon after its start: `quick_deaths`.

    `refusals` of these in a row were its own exit with an error, not a signal from somebody.
    """

    def __init__(self, child: Child, before_start: Callable[[int], None] | None = None) -> None:
        """`before_start(refusals)` is called before each start."""
        self.child = child
        self.quick_deaths = 0
        self.refusals = 0
        self._before_start = before_start
        self._started_at = 0.0
        self._start_again_at: float | None = None

    def start(self) -> None:
        """Start the child now; raises OSError when its command cannot be run."""
        if self._before_start is not None:
            self._before_start(self.refusals)
        self.child.start()
        self._started_at = time.monotonic()
        self._start_again_at = None

    def tend(self) -> int | None:
        """Look once: start it again if that is due. The exit status if it was found dead just now, else None."""
        now = time.monotonic()
        if self._start_again_at is not None:
            if now >= self._start_again_at:
                self.start()
            return None
        exit_code = self.child.exit_code()
        if exit_code is None:
            return None
        # A web server's workers may outlive it and would keep its port.
        self.child.finish(now + 1)
        quick = now - self._started_at < QUICK_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        self.refusals = self.refusals + 1 if quick and exit_code > 0 else 0
        self._start_again_at = now + min(FIRST_PAUSE_SECONDS * 2**self.quick_deaths, LONGEST_PAUSE_SECONDS)
        return exit_code
