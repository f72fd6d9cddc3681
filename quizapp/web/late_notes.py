"""What came late for a paper, in words: for its owner, and for those who decide about it."""

from dataclasses import dataclass
from datetime import datetime

from quizapp.attempts import late
from quizapp.attempts import queries as attempts
from quizapp.attempts.late import GUESS, LateItem, Verdict
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import SnapshotQuestion
from quizapp.web.ranking_words import guess_text

_LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class LateNote:
    """Something that came late. `number` is the question's in the paper, None for a guess.

    `sent` and `stored` are what came and what counted when the paper ended, as people read it ("" for nothing).
    `is_outdated`: something newer counts now, so that it cannot be accepted.
    """

    id: int
    number: int | None
    text: str
    sent: str
    stored: str
    received_at: datetime
    verdict: Verdict | None
    reason: str | None
    actor: str | None
    decided_at: datetime | None
    is_outdated: bool


def late_notes(attempt: AttemptInfo) -> tuple[LateNote, ...]:
    """All that came late for an attempt, in the order of the paper, the guess last."""
    items = late.list_items([attempt.id])
    if not items:
        return ()
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    known = contests.get_snapshot(contest.id, attempt.rules_version).questions
    stored = attempts.get_answers(attempt.id)
    numbers = {ref: number for number, (ref, _) in enumerate(attempt.paper, 1)}
    shown = dict(attempt.paper)
    notes = []
    for item in items:
        if item.question == GUESS:
            number, text = None, ""
            sent, at_the_end = _guess(round_, item.prediction), _guess(round_, _before(item, attempt.prediction))
        else:
            question, keys = known[item.question], shown[item.question]
            number, text = numbers[item.question], question.text
            choice = stored.get(item.question)
            before = _before(item, list(choice.options) if choice else None)
            sent, at_the_end = _options(question, keys, item.options), _options(question, keys, before)
        outdated = item.verdict != "accepted" and late.is_outdated(item, attempt, stored)
        notes.append(
            LateNote(item.id, number, text, sent, at_the_end, item.received_at, item.verdict, item.reason,
                     item.actor, item.decided_at, outdated)
        )  # fmt: skip
    return tuple(sorted(notes, key=lambda note: (note.number is None, note.number, note.received_at)))


def _before(item: LateItem, present: object) -> object:
    """What the item took the place of; what counts now, as long as it has not been accepted."""
    return item.replaced if item.verdict == "accepted" else present


def _options(question: SnapshotQuestion, keys: tuple[str, ...], chosen: object) -> str:
    """ "B. Đắk Lắk": the letters as the paper showed them."""
    if not isinstance(chosen, list | tuple):
        return ""
    texts = dict(question.options)
    return "; ".join(f"{letter}. {texts[key]}" for letter, key in zip(_LETTERS, keys, strict=False) if key in chosen)


def _guess(round_: RoundInfo, value: object) -> str:
    asked = round_.spec.prediction
    return guess_text(asked, value) if asked is not None and isinstance(value, int) else ""
