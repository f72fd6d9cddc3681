"""What became of a run: acknowledged, refused, unknown, lost, slow."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from simulation.history import History, Operation
from simulation.verdict import Loss


@dataclass(frozen=True)
class KindReport:
    """The operations of one kind. Times are seconds until an answer came, whatever it said; None without any."""

    kind: str
    operations: int
    acknowledged: int
    refused: int
    unknown: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True)
class Report:
    """A whole run."""

    people: int
    submitted: int
    kinds: Sequence[KindReport]
    losses: Sequence[Loss]
    troubles: Sequence[str]

    @property
    def operations(self) -> int:
        """All requests."""
        return sum(kind.operations for kind in self.kinds)

    @property
    def acknowledged(self) -> int:
        """Requests that were promised to be done."""
        return sum(kind.acknowledged for kind in self.kinds)

    @property
    def refused(self) -> int:
        """Requests that were refused."""
        return sum(kind.refused for kind in self.kinds)

    @property
    def unknown(self) -> int:
        """Requests without an answer, or with a 5xx."""
        return sum(kind.unknown for kind in self.kinds)


def report_of(
    history: History, *, people: int, submitted: int, losses: Sequence[Loss], troubles: Sequence[str]
) -> Report:
    """The report of a run that has ended."""
    by_kind: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in history.operations:
        by_kind[operation.kind].append(operation)
    return Report(people, submitted, [_kind(kind, found) for kind, found in by_kind.items()], losses, troubles)


def _kind(kind: str, operations: Sequence[Operation]) -> KindReport:
    answered = sorted(one.seconds for one in operations if one.status is not None and one.seconds is not None)
    outcomes = [one.outcome for one in operations]
    return KindReport(
        kind=kind,
        operations=len(operations),
        acknowledged=outcomes.count("acknowledged"),
        refused=outcomes.count("refused"),
        # An operation that nobody waited for to the end is unknown as well.
        unknown=outcomes.count("unknown") + outcomes.count(None),
        p50=percentile(answered, 50),
        p95=percentile(answered, 95),
        p99=percentile(answered, 99),
    )


def percentile(ordered: Sequence[float], share: int) -> float | None:
    """The smallest of the ordered values that at least `share` percent do not exceed (nearest rank)."""
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]
