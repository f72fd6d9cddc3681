"""What was promised, out of the history alone: for each paper, which choices may stand in it and which must."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulation.history import History, Operation

Options = frozenset[str]


@dataclass(frozen=True)
class Sent:
    """A choice as it was sent. `acked`: the server said that exactly this revision is stored."""

    question: str
    options: Options
    rev: int
    at: float
    done_at: float
    acked: bool


@dataclass
class Paper:
    """An attempt as its owner knows it."""

    code: str
    who: str
    started: list[Mapping[str, Any]] = field(default_factory=list)
    sent: dict[str, list[Sent]] = field(default_factory=dict)
    reads: list[Operation] = field(default_factory=list)
    submits: list[Operation] = field(default_factory=list)
    saves: list[Operation] = field(default_factory=list)

    def allowed(self, question: str, began: float = float("inf"), ended: float = float("inf")) -> set[Options | None]:
        """What a look at the server between these moments may show for a question; None = nothing stored.

        The acknowledged choice with the highest revision, or one with a higher revision that was sent and may have
        arrived. Nothing else: anything below has been replaced, anything above was never sent.
        """
        sent = [each for each in self.sent.get(question, ()) if each.at <= ended]
        acked = [each for each in sent if each.acked and each.done_at <= began]
        best = max((each.rev for each in acked), default=0)
        found: set[Options | None] = {each.options for each in sent if each.rev >= best}
        return found if acked else found | {None}

    def lost(self, question: str, shown: Options | None, began: float, ended: float) -> bool:
        """True when an acknowledged choice is not there and nothing newer explains it."""
        return shown not in self.allowed(question, began, ended)


@dataclass
class Truth:
    """Everything that was promised to the people of one contest."""

    papers: dict[str, Paper] = field(default_factory=dict)
    # who -> participant's code, and the form that was accepted
    participants: dict[str, str] = field(default_factory=dict)
    forms: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def papers_of(self, who: str) -> list[Paper]:
        """The papers that somebody was given."""
        return [paper for paper in self.papers.values() if paper.who == who]


def truth_of(history: History) -> Truth:
    """Read the history once."""
    truth = Truth()
    for operation in history.operations:
        if operation.kind == "enter" and operation.outcome == "acknowledged":
            truth.participants[operation.who] = operation.got["participant"]
            truth.forms[operation.who] = operation.sent or {}
        elif operation.kind == "start" and operation.outcome == "acknowledged":
            code = operation.got["attempt"]
            truth.papers.setdefault(code, Paper(code, operation.who)).started.append(operation.got)
        elif operation.attempt in truth.papers:
            _note(truth.papers[operation.attempt], operation)
    return truth


def _note(paper: Paper, operation: Operation) -> None:
    if operation.kind == "save":
        paper.saves.append(operation)
        for each in _choices(operation):
            paper.sent.setdefault(each.question, []).append(each)
    elif operation.kind == "submit":
        paper.submits.append(operation)
    elif operation.kind == "read" and operation.outcome == "acknowledged":
        paper.reads.append(operation)


def _choices(operation: Operation) -> Iterator[Sent]:
    """The choices of a save that may have arrived: none of one that was refused."""
    if operation.outcome == "refused":
        return
    answer = operation.got if operation.outcome == "acknowledged" and isinstance(operation.got, dict) else {}
    saved = {(item["question"], item["rev"]) for item in answer.get("saved", ())}
    done_at = operation.done_at if operation.done_at is not None else float("inf")
    batch: Sequence[Mapping[str, Any]] = (operation.sent or {}).get("batch", ())
    for item in batch:
        acked = (item["question"], item["rev"]) in saved
        yield Sent(item["question"], frozenset(item["options"]), item["rev"], operation.at, done_at, acked)
