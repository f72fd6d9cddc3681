"""Tables of participants: one row a person and contest, the browsers that act for them, and how they came back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime
from quizapp.text import fold


def _folded_name(context: Any) -> str:
    return fold(context.get_current_parameters()["full_name"])


class Participant(Base):
    """A person in a contest. `public_id` is the opaque code by which boards and files call them."""

    __tablename__ = "participants"
    __table_args__ = (
        UniqueConstraint("contest_id", "identity_hash"),
        CheckConstraint("length(full_name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    identity_hash: Mapped[str]
    entry_code: Mapped[str]
    full_name: Mapped[str]
    sort_name: Mapped[bytes] = mapped_column(LargeBinary)
    # The name as it is searched for: without marks, in lower case.
    name_fold: Mapped[str] = mapped_column(default=_folded_name)
    date_of_birth: Mapped[date | None]
    gender: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    citizen_id: Mapped[str | None]
    address: Mapped[str | None]
    # The area may belong to the contest's tree or, for people from elsewhere, to the tree named as its outside.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    unit: Mapped[str | None]
    group_key: Mapped[str | None]
    is_unranked: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str]
    consented_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SessionParticipant(Base):
    """A browser that may act for a participant."""

    __tablename__ = "session_participants"

    session_id: Mapped[int] = mapped_column(ForeignKey("browser_sessions.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), primary_key=True, index=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Resumption(Base):
    """Somebody came back as a participant from another browser; told to the person at the next visit."""

    __tablename__ = "resumptions"
    __table_args__ = (CheckConstraint("how IN ('code', 'details')", name="how_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("browser_sessions.id"))
    how: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class RosterEntry(Base):
    """Somebody whom the organizer's list lets in; the identity is kept as the hash that an entry is compared by."""

    __tablename__ = "roster_entries"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id", ondelete="CASCADE"), primary_key=True)
    identity_hash: Mapped[str] = mapped_column(primary_key=True)
    full_name: Mapped[str]
    listed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EntryRefusal(Base):
    """The organizer took a person out of all rankings of a contest (false data), or took that back."""

    __tablename__ = "entry_refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Whether the person was without a rank before, so that taking the refusal back restores just that.
    was_unranked: Mapped[bool]
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by: Mapped[str | None]
    lifted_reason: Mapped[str | None]
