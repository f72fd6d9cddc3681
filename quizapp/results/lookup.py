"""Finding one person of a contest for its organizers, by whatever a complaint brings along; and all that is known."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, func, or_, select, type_coerce

from quizapp.attempts.models import Attempt
from quizapp.contests.queries import ContestInfo
from quizapp.db import db
from quizapp.entries.models import PHONE_END, EntryRefusal, Participant
from quizapp.entries.rules import normalize_phone
from quizapp.ids import normalize_code
from quizapp.sealed import ring
from quizapp.text import fold

# Fewer digits than this are the end of too many telephone numbers.
_FEWEST_DIGITS = 4


@dataclass(frozen=True)
class FoundPerson:
    """A line of the list. `attempts` counts all, open ones too; `is_refused`: the entry has been refused."""

    public_id: str
    full_name: str
    phone: str | None
    area_id: int | None
    unit: str | None
    is_unranked: bool
    attempts: int
    is_refused: bool


@dataclass(frozen=True)
class Person:
    """A participant as they entered."""

    id: int
    public_id: str
    full_name: str
    entry_code: str
    date_of_birth: date | None
    gender: str | None
    phone: str | None
    email: str | None
    citizen_id: str | None
    address: str | None
    area_id: int | None
    unit: str | None
    group_key: str | None
    is_unranked: bool
    entered_at: datetime
    guardian_name: str | None
    public_name: str | None
    consent_version: str
    consented_at: datetime
    erased_at: datetime | None


def find_people(contest: ContestInfo, typed: str, *, offset: int, limit: int) -> tuple[list[FoundPerson], int]:
    """Some of the people whom `typed` may mean, in the order of Vietnamese name lists, and how many there are.

    It may be words of the name (with marks or without), a telephone number or its last digits, the code of an entry or
    of a receipt, or the opaque code of files. Nothing typed = everybody.
    """
    person = Participant.contest_id == contest.id
    if typed.strip():
        person &= or_(*_meanings(contest.id, typed))
    total = db.session.scalar(select(func.count(Participant.id)).where(person)) or 0
    attempts = select(func.count(Attempt.id)).where(Attempt.participant_id == Participant.id).scalar_subquery()
    refused = (
        select(EntryRefusal.id)
        .where(EntryRefusal.participant_id == Participant.id, EntryRefusal.lifted_at.is_(None))
        .exists()
    )
    rows = db.session.execute(
        select(
            Participant.public_id, Participant.full_name, Participant.phone, Participant.area_id, Participant.unit,
            Participant.is_unranked, attempts, refused,
        )
        .where(person)
        .order_by(Participant.sort_name, Participant.id)
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    return [FoundPerson(*row) for row in rows], total


def get_person(participant_id: int) -> Person:
    """The participant of an id that is known to exist."""
    columns = [getattr(Participant, name) for name in Person.__dataclass_fields__]
    return Person(*db.session.execute(select(*columns).where(Participant.id == participant_id)).one())


def _meanings(contest_id: int, typed: str) -> list[ColumnElement[bool]]:
    """Everything that what was typed may mean."""
    code = normalize_code(typed)
    by_receipt = select(Attempt.participant_id).where(Attempt.contest_id == contest_id, Attempt.receipt_code == code)
    meanings: list[ColumnElement[bool]] = [
        Participant.entry_code == code,
        Participant.public_id == typed.strip(),
        Participant.id.in_(by_receipt),
    ]
    digits = "".join(char for char in typed if char.isascii() and char.isdigit())
    if phone := normalize_phone(typed):
        meanings.append(Participant.phone_hash.in_(ring().hashes(phone, "phone")))
        meanings.append(_still_plain(Participant.phone) == phone)
    elif len(digits) >= _FEWEST_DIGITS and not any(char.isalpha() for char in typed):
        meanings.append(Participant.id.in_(_ending_in(contest_id, digits)))
        meanings.append(_still_plain(Participant.phone).endswith(digits, autoescape=True))
    if words := fold(typed).split():
        meanings.append(_has_words(words))
    return meanings


def _still_plain(column: Any) -> ColumnElement[str]:
    """The column as it is stored: rows of before are plain until the worker has sealed them."""
    return type_coerce(column, Text)


def _ending_in(contest_id: int, digits: str) -> list[int]:
    """The people whose telephone numbers end so: found by the hash of the last digits, then looked at."""
    ends = ring().hashes(digits[-PHONE_END:], "phone end")
    rows = db.session.execute(
        select(Participant.id, Participant.phone).where(
            Participant.contest_id == contest_id, Participant.phone_end_hash.in_(ends)
        )
    )
    return [person_id for person_id, phone in rows if phone and phone.endswith(digits)]


def _has_words(words: list[str]) -> ColumnElement[bool]:
    """Words of the name begin with each of these."""
    name = Participant.name_fold
    found: ColumnElement[bool] = Participant.id.is_not(None)
    for word in words:
        found &= name.startswith(word, autoescape=True) | name.contains(f" {word}", autoescape=True)
    return found
