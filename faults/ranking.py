"""The ranking, written a second time from the contract: chain, counted attempt, shared ranks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Chain:
    """The ranking keys of a round without gate and guess."""

    keys: tuple[str, ...]

    def order(self, result: "Result", perfect_attempts: int) -> tuple[int, ...]:
        """What to sort by, the best first."""
        values = {
            "score": -result.score,
            "duration": result.duration_ms,
            "submitted_at": ms_of(result.submitted_at),
            "started_at": ms_of(result.started_at),
            "perfect_attempts": -perfect_attempts,
        }
        return tuple(values[key] for key in self.keys)


@dataclass(frozen=True)
class Result:
    """A final attempt as the checker worked it out."""

    attempt: str
    participant: str
    area: str
    score: int
    perfect: bool
    started_at: datetime
    submitted_at: datetime

    @property
    def duration_ms(self) -> int:
        """From start to submission."""
        return ms_of(self.submitted_at) - ms_of(self.started_at)


def ms_of(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def counted(results: Sequence[Result], policy: str, chain: Chain) -> Result:
    """Which of one person's attempts counts."""
    perfect = sum(result.perfect for result in results)
    if policy == "best":
        return min(results, key=lambda each: (chain.order(each, perfect), ms_of(each.submitted_at)))
    if policy in ("best_earliest", "first_perfect"):
        return min(results, key=lambda each: (not each.perfect, -each.score, ms_of(each.submitted_at)))
    by_time = sorted(results, key=lambda each: ms_of(each.submitted_at))
    return by_time[0] if policy == "first" else by_time[-1]


def ranks(results: Sequence[Result], policy: str, chain: Chain) -> Mapping[str, tuple[int, Result]]:
    """Participant -> rank (1, 2, 2, 4) and counted attempt."""
    by_person: dict[str, list[Result]] = {}
    for result in results:
        by_person.setdefault(result.participant, []).append(result)
    lines = []
    for participant, several in by_person.items():
        chosen = counted(several, policy, chain)
        lines.append((chain.order(chosen, sum(each.perfect for each in several)), participant, chosen))
    lines.sort(key=lambda line: line[0])
    found: dict[str, tuple[int, Result]] = {}
    for place, (order, participant, chosen) in enumerate(lines, start=1):
        before = lines[place - 2] if place > 1 else None
        shared = before is not None and before[0] == order
        found[participant] = (found[before[1]][0] if shared and before else place, chosen)
    return found
