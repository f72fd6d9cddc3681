"""Marks by hand for a round without papers: who may have one, and taking a file of them in as one act."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from quizapp.attempts import marks
from quizapp.attempts.models import Attempt
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.errors import Conflict
from quizapp.results import promotion, versions
from quizapp.results.rules import Stage

# The stages in which marks may still come in or change.
_TAKES_MARKS = (Stage.OPEN, Stage.CLOSING, Stage.REVIEW)


@dataclass(frozen=True)
class MarkLine:
    """Somebody who may have a mark, and the one they have (None without)."""

    participant_id: int
    public_id: str
    full_name: str
    area_id: int | None
    unit: str | None
    score: int | None


def list_marks(contest: ContestInfo, round_: RoundInfo) -> list[MarkLine]:
    """Everybody who may have a mark in the round, in the order of Vietnamese name lists."""
    marked = and_(Attempt.participant_id == Participant.id, Attempt.round_id == round_.id)
    rows = db.session.execute(
        select(
            Participant.id, Participant.public_id, Participant.full_name, Participant.area_id, Participant.unit,
            Attempt.score,
        )
        .outerjoin(Attempt, marked)
        .where(Participant.contest_id == contest.id)
        .order_by(Participant.sort_name, Participant.id)
    )  # fmt: skip
    promoted = promotion.promoted_ids(contest, round_)
    return [MarkLine(*row) for row in rows if promoted is None or row.id in promoted]


def takes_marks(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True from the opening of a round without papers until its result is proposed or final."""
    return round_.spec.paper.mode == "marked" and versions.stage_of(contest, round_, now) in _TAKES_MARKS


def upload_marks(contest: ContestInfo, key: str, data: bytes, *, name: str, actor: str, now: datetime) -> int:
    """Take in the marks of a file; returns how many are new or different. Flushes; the edge commits.

    Raises NotFound; Conflict("round_not_marked") for a round with papers, ("marks_too_early") before its opening,
    ("marks_final") once its result is proposed or final; RefusedFile.
    """
    round_ = contest.round(key)
    if round_.spec.paper.mode != "marked":
        raise Conflict("round_not_marked")
    # Finalizing takes turns with this.
    contests.hold_round(round_, alone=True)
    if versions.stage_of(contest, round_, now) is Stage.UPCOMING:
        raise Conflict("marks_too_early")
    if not takes_marks(contest, round_, now):
        raise Conflict("marks_final")
    people = {line.public_id: line.participant_id for line in list_marks(contest, round_)}
    found = marks.parse_marks(data, people, round_.spec.paper.points, name=name)
    changed = marks.store_marks(contest, round_, found, now=now)
    reason = f"{len(found)} ({changed})"
    contests_service.record_act(contest.id, "upload_marks", actor=actor, now=now, round_key=key, reason=reason)
    db.session.flush()
    return changed
