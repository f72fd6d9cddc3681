"""Consents beside the one to take part: of a guardian, and to be named in public lists. Each stands for itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from quizapp.db import db
from quizapp.entries import rules
from quizapp.entries.models import ConsentRecord, Participant

Kind = Literal["guardian", "publish_name"]


@dataclass(frozen=True)
class ConsentInfo:
    """A consent as it was given or taken back."""

    kind: str
    version: str
    is_given: bool
    at: datetime


def record(participant_id: int, kind: Kind, is_given: bool, *, version: str, now: datetime) -> None:
    """Remember that a consent was given, or not, to the text of that version."""
    db.session.add(ConsentRecord(participant_id=participant_id, kind=kind, version=version, is_given=is_given, at=now))
    db.session.flush()


def list_records(participant_id: int) -> list[ConsentInfo]:
    """The consents of a person in the order in which they were given."""
    rows = db.session.scalars(
        select(ConsentRecord).where(ConsentRecord.participant_id == participant_id).order_by(ConsentRecord.id)
    )
    return [ConsentInfo(row.kind, row.version, row.is_given, row.at) for row in rows]


def name_in_public(participant_id: int, wanted: bool, *, version: str, now: datetime) -> None:
    """Show the person's name in public lists, or do not any more. Flushes; nothing for a person who is erased."""
    person = db.session.get(Participant, participant_id, with_for_update=True, populate_existing=True)
    if person is None or person.erased_at is not None:
        return
    hidden = rules.initials(person.full_name) if person.guardian_name else rules.UNNAMED
    shown = None if wanted else hidden
    db.session.execute(update(Participant).where(Participant.id == participant_id).values(public_name=shown))
    record(participant_id, "publish_name", wanted, version=version, now=now)
