"""A bad network between a browser and the site, by chance of a seeded generator."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Fate = Literal["delivered", "request_lost", "answer_lost", "late", "doubled"]


@dataclass
class Network:
    """What may happen to a request. Shares are between 0 and 1; delays and spans are in seconds.

    request_lost: never sent. answer_lost: done, but nobody hears of it. late: given up by the browser, delivered
    `late_seconds` afterwards, behind what was sent in the meantime. doubled: delivered twice.
    `offline` are spans from the first request on in which nothing gets through.
    """

    rng: random.Random
    request_lost: float = 0.0
    answer_lost: float = 0.0
    late: float = 0.0
    doubled: float = 0.0
    delay: tuple[float, float] = (0.0, 0.0)
    late_seconds: tuple[float, float] = (0.5, 3.0)
    offline: Sequence[tuple[float, float]] = ()
    # How long the browser waits before it gives up on what was lost.
    patience: float = 1.0
    _began_at: float | None = field(default=None, repr=False)

    def fate(self) -> Fate:
        """What happens to the next request."""
        if self.is_offline():
            return "request_lost"
        drawn = self.rng.random()
        fates: tuple[tuple[Fate, float], ...] = (
            ("request_lost", self.request_lost),
            ("answer_lost", self.answer_lost),
            ("late", self.late),
            ("doubled", self.doubled),
        )
        for fate, share in fates:
            if drawn < share:
                return fate
            drawn -= share
        return "delivered"

    def is_offline(self) -> bool:
        """True within a span without any network; the first question starts the clock."""
        now = asyncio.get_running_loop().time()
        if self._began_at is None:
            self._began_at = now
        return any(start <= now - self._began_at < end for start, end in self.offline)

    async def travel(self) -> None:
        """The way of one request or one answer."""
        low, high = self.delay
        if high > 0:
            await asyncio.sleep(self.rng.uniform(low, high))

    async def lag(self) -> None:
        """How much later something arrives that was given up."""
        await asyncio.sleep(self.rng.uniform(*self.late_seconds))


def bad_network(rng: random.Random, *, pace: float = 1.0) -> Network:
    """A cheap telephone at the edge of a village: some loss, delays, and once in a while nothing at all for a time.

    `pace` shortens the spans as it shortens the contest.
    """
    starts = sorted(rng.uniform(10, 240) for _ in range(rng.randint(0, 2)))
    return Network(
        rng,
        request_lost=rng.uniform(0.01, 0.08),
        answer_lost=rng.uniform(0.01, 0.05),
        late=rng.uniform(0.0, 0.04),
        doubled=rng.uniform(0.0, 0.04),
        delay=(0.05, rng.uniform(0.2, 1.2)),
        offline=[(start / pace, (start + rng.uniform(5, 60)) / pace) for start in starts],
    )
