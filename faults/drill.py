"""A drill of the matrix, and the line that says what came of it."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faults.material import Wishes
from faults.nemesis import LEAST_OVERLAP

if TYPE_CHECKING:
    from faults.stage import Stage

SQLITE, POSTGRESQL = "sqlite", "postgresql"
BOTH = (SQLITE, POSTGRESQL)
MOST_REASONS = 4


@dataclass(frozen=True)
class Drill:
    """A fault of the matrix. `run` gets an open stage: it works the crowd, does its harm and calls `stage.judge()`.

    own_redis: the drill's own server in the place of the embedded one · prepare: called before anything is started
    · least: how many operations the fault must meet · stage: another kind of stage.
    """

    code: str
    title: str
    run: Callable[["Stage"], Coroutine[Any, Any, None]]
    databases: tuple[str, ...] = BOTH
    own_redis: bool = False
    redis_password: str | None = None
    wishes: Wishes = Wishes()
    people: tuple[int, int] = (24, 40)  # short, full
    least: int = LEAST_OVERLAP
    short_on: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    prepare: Callable[["Stage"], None] | None = None
    timeout: float = 10.0
    stage: "type[Stage] | None" = None


# How a reason begins that says nothing about the product.
VOID = "ERROR, not judged"


@dataclass
class Report:
    """One line of the table."""

    drill: Drill
    database: str
    in_flight: int = 0
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    lost: int = 0
    healthy_after: float | None = None
    red: list[str] = field(default_factory=list)
    missing: str | None = None
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def is_void(self) -> bool:
        """True when the drill itself broke, or the fault met nothing: neither green nor proof of anything."""
        return bool(self.red) and all(reason.startswith(VOID) for reason in self.red)

    def line(self) -> str:
        """What was tried and what came of it."""
        head = f"{self.drill.code:<4} {self.database:<10}"
        if self.missing:
            return f"{head} could not run: {self.missing} is missing"
        healthy = "-" if self.healthy_after is None else f"{self.healthy_after:.1f} s"
        told = (
            f"{head} {'RED' if self.red else 'ok':<3} in flight {self.in_flight:>5}  "
            f"acknowledged {self.acknowledged:>6}  refused {self.refused:>4}  unknown {self.unknown:>5}  "
            f"lost {self.lost:>3}  healthy after {healthy:>6}  {self.drill.title}"
        )
        told += "".join(f"; {note}" for note in self.notes)
        reasons = [
            *self.red[:MOST_REASONS],
            *([f"… and {len(self.red) - MOST_REASONS} more"] if len(self.red) > MOST_REASONS else []),
        ]
        return "\n".join([told, *(f"     {reason}" for reason in reasons)])
