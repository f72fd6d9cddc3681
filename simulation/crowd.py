"""Many people at once: when they come, how many may be under way, and how far they are."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulation.history import History
from simulation.person import Person

Curve = Literal["opening", "closing", "even"]
_TELL_SECONDS = 0.5
# How steeply a rush falls off: with 4, half of the people come within the first sixth of the time.
_STEEPNESS = 4.0


@dataclass(frozen=True)
class Progress:
    """How far a crowd is; the operations are counted over the whole history."""

    people: int
    come: int
    done: int
    submitted: int
    operations: int
    acknowledged: int
    refused: int
    unknown: int


def arrivals(count: int, curve: Curve, seconds: float, rng: random.Random) -> list[float]:
    """When each of `count` people comes, in seconds from the beginning, earliest first."""
    drawn = (rng.random() for _ in range(count))
    if curve == "even":
        return sorted(share * seconds for share in drawn)
    early = sorted(seconds * share**_STEEPNESS for share in drawn)
    return early if curve == "opening" else sorted(seconds - at for at in early)


async def run_crowd(
    people: Sequence[Person],
    arriving: Sequence[float],
    history: History,
    *,
    at_once: int,
    tell: Callable[[Progress], None] | None = None,
    act: Callable[[Person], Awaitable[None]] = Person.run,
) -> None:
    """Let everybody come at their time and `act`; at most `at_once` are under way, the others wait at the door."""
    door = asyncio.Semaphore(at_once)
    begun_at = asyncio.get_running_loop().time()
    come = done = 0

    async def visit(person: Person, at: float) -> None:
        nonlocal come, done
        await asyncio.sleep(max(0.0, begun_at + at - asyncio.get_running_loop().time()))
        async with door:
            come += 1
            try:
                await act(person)
            finally:
                done += 1

    def progress() -> Progress:
        counts = history.totals
        return Progress(
            people=len(people),
            come=come,
            done=done,
            submitted=sum(person.stage == "submitted" for person in people),
            operations=len(history.operations),
            acknowledged=counts["acknowledged"],
            refused=counts["refused"],
            unknown=counts["unknown"],
        )

    async def tell_now_and_then(told: Callable[[Progress], None]) -> None:
        while True:
            told(progress())
            await asyncio.sleep(_TELL_SECONDS)

    teller = asyncio.create_task(tell_now_and_then(tell)) if tell else None
    try:
        async with asyncio.TaskGroup() as group:
            for person, at in zip(people, arriving, strict=True):
                group.create_task(visit(person, at))
    finally:
        if teller:
            teller.cancel()
    if tell:
        tell(progress())
