"""What the public is told of rulings on questions: who decided what, when, and how the question is marked since."""

from dataclasses import dataclass
from datetime import datetime

from quizapp.attempts import regrading, rulings
from quizapp.attempts.rulings import RegradeInfo
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import SnapshotQuestion
from quizapp.messages.rulings import KINDS


@dataclass(frozen=True)
class RulingNote:
    """An applied ruling. `question` and `answers` (texts of the options that it names) only where the key is public."""

    ref: str
    decided_at: datetime
    decided_by: str
    what: str
    note: str
    question: str | None
    answers: tuple[str, ...]


def ruling_notes(contest: ContestInfo, round_: RoundInfo) -> list[RulingNote]:
    """The applied rulings of a round, newest first. The organizer signs them; which person decided is not told."""
    applied = rulings.list_applied(round_.id)
    if not applied:
        return []
    known = regrading.snapshot_of(contest, round_).questions
    return [_note(contest, round_, each, known[each.question]) for each in applied]


def _note(contest: ContestInfo, round_: RoundInfo, regrade: RegradeInfo, question: SnapshotQuestion) -> RulingNote:
    is_public = round_.spec.key_public == "after_close"
    named = frozenset().union(*regrade.answers)
    return RulingNote(
        ref=regrade.question,
        decided_at=regrade.decided_at or regrade.staged_at,
        decided_by=contest.spec.organizer.name,
        what=str(KINDS[regrade.kind]),
        note=regrade.public_note,
        question=question.text if is_public else None,
        answers=tuple(text for key, text in question.options if key in named) if is_public else (),
    )
