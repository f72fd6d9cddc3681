"""What is done to the product, when it began and ended, and whether it really met operations."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from simulation.history import History, Operation

LEAST_OVERLAP = 20


class NoOverlap(RuntimeError):
    """The fault met too few operations, or was not seen to happen: the run proves nothing."""


@dataclass
class Spell:
    """One fault. `lifted_at`: when its cause was gone (a killed process: when it was killed)."""

    what: str
    began_at: float
    lifted_at: float | None = None
    ended_at: float | None = None
    observed: list[str] = field(default_factory=list)

    def observe(self, seen: bool, what: str) -> None:
        """Note that the fault was seen to happen. Raises NoOverlap when it was not."""
        if not seen:
            raise NoOverlap(f"{self.what}: not observed that {what}")
        self.observed.append(what)

    def lift(self) -> None:
        """The cause is gone; from now on the product has to recover."""
        self.lifted_at = time.time()


class Nemesis:
    """The log of the faults of a run, in a file as well."""

    def __init__(self, history: History, path: Path | None = None) -> None:
        self.spells: list[Spell] = []
        self._history = history
        self._path = path

    @contextmanager
    def fault(self, what: str) -> Iterator[Spell]:
        """A fault that lasts as long as the block, which ends when the product has recovered."""
        spell = Spell(what, time.time())
        self.spells.append(spell)
        self._log("begun", spell)
        try:
            yield spell
        finally:
            spell.ended_at = time.time()
            spell.lifted_at = spell.lifted_at or spell.ended_at
            self._log("ended", spell)

    def met(self) -> list[Operation]:
        """The operations that were under way during a fault."""
        found: dict[int, Operation] = {}
        for spell in self.spells:
            for operation in self._history.in_flight(spell.began_at, spell.ended_at or time.time()):
                found[operation.number] = operation
        return list(found.values())

    def assert_overlap(self, least: int = LEAST_OVERLAP) -> int:
        """How many operations the faults met. Raises NoOverlap when a fault was not observed or met too few."""
        if not self.spells:
            raise NoOverlap("no fault happened")
        unseen = [spell.what for spell in self.spells if not spell.observed]
        if unseen:
            raise NoOverlap(f"not observed: {', '.join(unseen)}")
        met = len(self.met())
        if met < least:
            raise NoOverlap(f"{met} operations were in flight during the fault, at least {least} are needed")
        return met

    def _log(self, event: str, spell: Spell) -> None:
        if self._path is not None:
            line = {"at": time.time(), event: spell.what, "observed": spell.observed}
            with self._path.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")


def p95(seconds: Sequence[float]) -> float:
    """The 95th percentile; 0 of nothing."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else 0.0
