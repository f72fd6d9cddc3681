"""What was sent and what came back, kept by whoever sent it: the truth by which the product is judged.

Each operation is written to a file before it is sent and again when its answer is known, so that nothing that happens
to the product, or to this process, changes what was promised to whom.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, Self

Outcome = Literal["acknowledged", "refused", "unknown"]

# Answers to these kinds are large and promise nothing; only their status is kept.
_WITHOUT_BODY = frozenset({"board", "page"})


@dataclass
class Operation:
    """One request. Times are seconds since the epoch; `outcome` is None while it is under way.

    unknown = it may or may not have happened: no answer came, or the server failed (5xx).
    """

    number: int
    who: str
    kind: str
    at: float
    done_at: float | None = None
    status: int | None = None
    outcome: Outcome | None = None
    attempt: str | None = None
    sent: Mapping[str, Any] | None = None
    got: Any = None
    retry_of: int | None = None

    @property
    def seconds(self) -> float | None:
        """How long the answer took; None while there is none."""
        return None if self.done_at is None else self.done_at - self.at


class History:
    """All operations of a run, in the order in which they began; with `path`, in a file of JSON lines as well."""

    def __init__(self, path: Path | None = None) -> None:
        self.operations: list[Operation] = []
        self.totals: Counter[Outcome] = Counter()
        self._file: IO[str] | None = path.open("w", encoding="utf-8") if path else None

    def begin(
        self,
        who: str,
        kind: str,
        attempt: str | None = None,
        sent: Mapping[str, Any] | None = None,
        *,
        retry_of: int | None = None,
    ) -> Operation:
        """An operation that is about to be sent."""
        operation = Operation(
            len(self.operations), who, kind, time.time(), attempt=attempt, sent=sent, retry_of=retry_of
        )
        self.operations.append(operation)
        self._write({"begun": asdict(operation)})
        return operation

    def end(self, operation: Operation, status: int, body: Any = None) -> None:
        """The answer has come."""
        operation.status = status
        operation.got = None if operation.kind in _WITHOUT_BODY else body
        self._finish(operation, outcome_of(status))

    def lose(self, operation: Operation) -> None:
        """No answer came: it is unknown whether it happened."""
        self._finish(operation, "unknown")

    def in_flight(self, since: float, until: float) -> list[Operation]:
        """The operations that were under way at some moment from `since` to `until`."""
        return [
            operation
            for operation in self.operations
            if operation.at <= until and (operation.done_at is None or operation.done_at >= since)
        ]

    def counts(
        self, kind: str | None = None, since: float | None = None, until: float | None = None
    ) -> Counter[Outcome | None]:
        """How many operations had which outcome: of one kind, begun within [since, until], or of all."""
        return Counter(
            operation.outcome
            for operation in self.operations
            if (kind is None or operation.kind == kind)
            and (since is None or operation.at >= since)
            and (until is None or operation.at <= until)
        )

    def close(self) -> None:
        """End the file."""
        if self._file:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _finish(self, operation: Operation, outcome: Outcome) -> None:
        operation.done_at = time.time()
        operation.outcome = outcome
        self.totals[outcome] += 1
        ended = {"number": operation.number, "done_at": operation.done_at, "status": operation.status}
        self._write({"ended": {**ended, "outcome": outcome, "got": operation.got}})

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file:
            # Flushed at once: what the kernel has survives the end of this process.
            self._file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._file.flush()


def outcome_of(status: int) -> Outcome:
    """What a status promises: 2xx and 3xx that it is done, 4xx that it is not, 5xx nothing."""
    if status < 400:
        return "acknowledged"
    return "refused" if status < 500 else "unknown"
