"""Tables of participants: one row a person and contest, the browsers that act for them, and how they came back;
what they agreed to, and what they asked for about their data."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime
from quizapp.sealed import Sealed, ring
from quizapp.text import fold

# Searched for by the end of a telephone number: so many digits of it.
PHONE_END = 4


def _folded_name(context: Any) -> str:
    return fold(context.get_current_parameters()["full_name"])


def _hash_of(column: str, purpose: str, digits: int = 0) -> Callable[[Any], str | None]:
    """The keyed hash of what a row gets in that column, of its last digits where `digits` says so."""

    def of_row(context: Any) -> str | None:
        value = context.get_current_parameters().get(column)
        return ring().hash(value[-digits:], purpose) if value else None

    return of_row


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
    # Sealed at rest; found again by the keyed hashes below, which rows of before have only once they are sealed.
    phone: Mapped[str | None] = mapped_column(Sealed("participants.phone"))
    email: Mapped[str | None] = mapped_column(Sealed("participants.email"))
    citizen_id: Mapped[str | None] = mapped_column(Sealed("participants.citizen_id"))
    address: Mapped[str | None] = mapped_column(Sealed("participants.address"))
    phone_hash: Mapped[str | None] = mapped_column(default=_hash_of("phone", "phone"))
    phone_end_hash: Mapped[str | None] = mapped_column(default=_hash_of("phone", "phone end", PHONE_END))
    citizen_id_hash: Mapped[str | None] = mapped_column(default=_hash_of("citizen_id", "citizen id"))
    # The area may belong to the contest's tree or, for people from elsewhere, to the tree named as its outside.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    unit: Mapped[str | None]
    group_key: Mapped[str | None]
    is_unranked: Mapped[bool] = mapped_column(default=False)
    consent_version: Mapped[str]
    consented_at: Mapped[datetime] = mapped_column(UTCDateTime)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Who agreed for somebody under age.
    guardian_name: Mapped[str | None] = mapped_column(Sealed("participants.guardian_name"))
    # What public lists show instead of the name and the unit; NULL = those.
    public_name: Mapped[str | None]
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def name_in_public(of: Any = Participant) -> ColumnElement[str]:
    """The name as public lists show it."""
    return func.coalesce(of.public_name, of.full_name).label("full_name")


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


class PersonalDataState(Base):
    """How the personal data of a contest is kept: there from the moment that its identities are hashed with a key.

    Until then the code of the version before may still let people in, and would not know anybody by another hash.
    """

    __tablename__ = "personal_data_states"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("contests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    # The key of the contest's identities: the same to its end, for what was hashed is not known any more.
    identity_key: Mapped[str]
    # The key with which every row up to this one is sealed; whatever is written anew is sealed with the first key.
    sealed_key: Mapped[str | None]
    sealed_to: Mapped[int] = mapped_column(default=0)
    # When, and of how many people, the personal data was erased because its time was over.
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    erased_people: Mapped[int | None]


class ConsentRecord(Base):
    """A consent of its own, beside the one to take part: given or taken back, to which text, when."""

    __tablename__ = "consent_records"
    __table_args__ = (CheckConstraint("kind IN ('guardian', 'publish_name')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    kind: Mapped[str]
    version: Mapped[str]
    is_given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class DataRequest(Base):
    """What a person asks the organizers to do with their data; `value` is what a field is to become."""

    __tablename__ = "data_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('correct', 'erase')", name="kind_known"),
        CheckConstraint("(kind = 'correct') = (field IS NOT NULL)", name="field_of_kind"),
        CheckConstraint("(decided_at IS NULL) = (is_accepted IS NULL)", name="decided_one_way"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), index=True)
    kind: Mapped[str]
    field: Mapped[str | None]
    value: Mapped[str | None] = mapped_column(Sealed("data_requests.value"))
    note: Mapped[str | None] = mapped_column(Sealed("data_requests.note"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None]
    is_accepted: Mapped[bool | None]
    answer: Mapped[str | None]
