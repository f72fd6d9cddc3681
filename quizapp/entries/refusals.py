"""Refusing an entry whose data is false, and taking that back. People and attempts stay counted; ranks go.

Results that were finalized before keep their lines: they are changed only by a new version.
"""

from datetime import datetime

from sqlalchemy import select, update

from quizapp.contests.service import given_reason, record_act
from quizapp.db import db
from quizapp.entries.models import EntryRefusal, Participant
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Conflict
from quizapp.leaderboard import boards


def refuse(participant: ParticipantInfo, *, reason: str, actor: str, now: datetime) -> None:
    """Take the person out of all rankings of the contest. Flushes; the edge commits.

    Raises Invalid("reason_missing"), Conflict("entry_refused_already").
    """
    reason = given_reason(reason)
    was_unranked = _hold(participant.id)
    if _standing_refusal(participant.id) is not None:
        raise Conflict("entry_refused_already")
    db.session.add(
        EntryRefusal(participant_id=participant.id, reason=reason, actor=actor, at=now, was_unranked=was_unranked)
    )
    _set_unranked(participant, True)
    record_act(participant.contest_id, "refuse_entry", actor=actor, now=now, reason=about(participant, reason))
    db.session.flush()


def lift(participant: ParticipantInfo, *, reason: str, actor: str, now: datetime) -> None:
    """Take the refusal back; whoever had no rank before still has none. Flushes; the edge commits.

    Raises Invalid("reason_missing"), Conflict("entry_not_refused").
    """
    reason = given_reason(reason)
    _hold(participant.id)
    refusal = _standing_refusal(participant.id)
    if refusal is None:
        raise Conflict("entry_not_refused")
    refusal.lifted_at, refusal.lifted_by, refusal.lifted_reason = now, actor, reason
    _set_unranked(participant, refusal.was_unranked)
    record_act(participant.contest_id, "lift_refusal", actor=actor, now=now, reason=about(participant, reason))
    db.session.flush()


def about(participant: ParticipantInfo, text: str) -> str:
    """What is written of an act on one person: the history of a contest names people by their code alone."""
    return f"{participant.public_id}: {text}"


def _hold(participant_id: int) -> bool:
    """Whether the person is without a rank now; nobody else decides about them until the transaction ends."""
    query = select(Participant.is_unranked).where(Participant.id == participant_id).with_for_update()
    return db.session.scalars(query).one()


def _standing_refusal(participant_id: int) -> EntryRefusal | None:
    return db.session.scalar(
        select(EntryRefusal)
        .where(EntryRefusal.participant_id == participant_id, EntryRefusal.lifted_at.is_(None))
        .execution_options(populate_existing=True)
    )


def _set_unranked(participant: ParticipantInfo, is_unranked: bool) -> None:
    db.session.execute(update(Participant).where(Participant.id == participant.id).values(is_unranked=is_unranked))
    # The live boards are written anew with the person, or without.
    boards.invalidate(participant.contest_id)
