"""Reads of participants."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, func, select

from quizapp.accounts.models import BrowserSession
from quizapp.accounts.queries import Browser
from quizapp.db import db
from quizapp.entries import identities
from quizapp.entries.models import EntryRefusal, Participant, Resumption, RosterEntry, SessionParticipant
from quizapp.errors import NotFound
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Asked, Statement


@dataclass(frozen=True)
class ParticipantInfo:
    """A participant as their own pages and the services look at them."""

    id: int
    public_id: str
    contest_id: int
    full_name: str
    entry_code: str
    area_id: int | None
    unit: str | None
    group_key: str | None
    is_unranked: bool


_COLUMNS = (
    Participant.id, Participant.public_id, Participant.contest_id, Participant.full_name, Participant.entry_code,
    Participant.area_id, Participant.unit, Participant.group_key, Participant.is_unranked,
)  # fmt: skip


def find_participant(session_id: int | None, contest_id: int) -> ParticipantInfo | None:
    """The participant for whom this browser acts in this contest (the one entered last)."""
    if session_id is None:
        return None
    row = db.session.execute(
        select(*_COLUMNS)
        .join(SessionParticipant, SessionParticipant.participant_id == Participant.id)
        .where(SessionParticipant.session_id == session_id, Participant.contest_id == contest_id)
        .order_by(SessionParticipant.linked_at.desc(), Participant.id.desc())
        .limit(1)
    ).first()
    return ParticipantInfo(*row) if row else None


def list_present_participants(session_id: int | None) -> list[ParticipantInfo]:
    """For whom this browser acts in each contest (the one entered last there), the last entry first."""
    if session_id is None:
        return []
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(SessionParticipant, SessionParticipant.participant_id == Participant.id)
        .where(SessionParticipant.session_id == session_id)
        .order_by(SessionParticipant.linked_at.desc(), Participant.id.desc())
    )
    latest: dict[int, ParticipantInfo] = {}
    for participant in (ParticipantInfo(*row) for row in rows):
        latest.setdefault(participant.contest_id, participant)
    return list(latest.values())


def get_participant(participant_id: int) -> ParticipantInfo:
    """The participant of an id that another table refers to, and that therefore exists."""
    return ParticipantInfo(*db.session.execute(select(*_COLUMNS).where(Participant.id == participant_id)).one())


def find_by_identity(contest_id: int, identity_hash: str) -> Participant | None:
    """The person of that identity (`rules.identity_hash`) in the contest, however it is kept there."""
    return db.session.scalar(
        select(Participant)
        .where(
            Participant.contest_id == contest_id, Participant.identity_hash.in_(identities.stored_forms(identity_hash))
        )
        .order_by(Participant.id)
        .limit(1)
    )


def find_by_entry_code(contest_id: int, code: str) -> Participant | None:
    """The person who holds that entry code (normalized) in the contest."""
    return db.session.scalar(
        select(Participant).where(Participant.contest_id == contest_id, Participant.entry_code == code)
    )


def find_participants(browsers: Collection[Browser], contest_id: int) -> dict[Browser, ParticipantInfo]:
    """For whom each of these living browsers acts in this contest (the one entered last)."""
    ids = [{"session_id": each, "token_hash": None} for each in browsers if isinstance(each, int)]
    hashes = [{"session_id": None, "token_hash": each} for each in browsers if isinstance(each, str)]
    rows = _OF_BROWSERS.rows(browsers=encode(dialect_name(), [*ids, *hashes]), contest_id=contest_id)
    return {row[0] or row[1]: ParticipantInfo(*row[2:]) for row in rows}


def _of_browsers(dialect: str) -> Any:
    browsers = row_set(dialect, "browsers", {"session_id": BigInteger(), "token_hash": Text()})
    meant = (BrowserSession.id == browsers.c.session_id) | (BrowserSession.token_hash == browsers.c.token_hash)
    return (
        select(browsers.c.session_id, browsers.c.token_hash, *_COLUMNS)
        .select_from(browsers)
        .join(BrowserSession, meant)
        .join(SessionParticipant, SessionParticipant.session_id == BrowserSession.id)
        .join(Participant, Participant.id == SessionParticipant.participant_id)
        .where(Participant.contest_id == bindparam("contest_id"), BrowserSession.ended_at.is_(None))
        # The last one of each browser stands last.
        .order_by(SessionParticipant.linked_at, Participant.id)
    )


_OF_BROWSERS = Statement(_of_browsers)


def locking_participants(participant_ids: Iterable[int]) -> Asked:
    """Keeps the rows for the rest of the transaction, in the order of their ids: what one person does takes turns."""
    return _LOCK, {"people": encode(dialect_name(), [{"id": each} for each in sorted(participant_ids)])}


def _locking(dialect: str) -> Any:
    people = row_set(dialect, "people", {"id": Integer()})
    mine = Participant.id.in_(select(people.c.id))
    return select(Participant.id).where(mine).order_by(Participant.id).with_for_update()


_LOCK = Statement(_locking)


def is_linked(session_id: int | None, participant_id: int) -> bool:
    """True when that living browser acts for that participant."""
    if session_id is None:
        return False
    return (
        db.session.scalar(
            select(SessionParticipant.session_id)
            .join(BrowserSession, BrowserSession.id == SessionParticipant.session_id)
            .where(
                SessionParticipant.session_id == session_id,
                SessionParticipant.participant_id == participant_id,
                BrowserSession.ended_at.is_(None),
            )
        )
        is not None
    )


def resumptions_elsewhere(participant_id: int, session_id: int) -> list[datetime]:
    """When somebody came back as this participant from another browser than this one, newest first."""
    rows = db.session.scalars(
        select(Resumption.at)
        .where(Resumption.participant_id == participant_id, Resumption.session_id != session_id)
        .order_by(Resumption.id.desc())
        .limit(5)
    )
    return list(rows)


def list_resumptions(participant_id: int) -> list[datetime]:
    """When somebody came back as this participant from another browser, newest first."""
    query = select(Resumption.at).where(Resumption.participant_id == participant_id).order_by(Resumption.id.desc())
    return list(db.session.scalars(query))


def is_listed(contest_id: int, identity_hash: str) -> bool:
    """True when the contest's list of people has that identity."""
    query = select(RosterEntry.contest_id).where(
        RosterEntry.contest_id == contest_id, RosterEntry.identity_hash.in_(identities.stored_forms(identity_hash))
    )
    return db.session.scalar(query) is not None


def count_roster(contest_id: int) -> int:
    """How many people the contest's list has."""
    return db.session.scalar(select(func.count()).where(RosterEntry.contest_id == contest_id)) or 0


@dataclass(frozen=True)
class RefusalInfo:
    """A refusal of somebody's entry: who took it back, when and why (None while it holds)."""

    reason: str
    actor: str
    at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_reason: str | None


def list_refusals(participant_id: int) -> list[RefusalInfo]:
    """The refusals of a participant, newest first; the first one holds while it has not been lifted."""
    rows = db.session.scalars(
        select(EntryRefusal)
        .where(EntryRefusal.participant_id == participant_id)
        .order_by(EntryRefusal.id.desc())
        .execution_options(populate_existing=True)
    )
    return [RefusalInfo(**{name: getattr(row, name) for name in RefusalInfo.__dataclass_fields__}) for row in rows]


def get_participant_by_code(contest_id: int, public_id: str) -> ParticipantInfo:
    """The participant of that opaque code in the contest. Raises NotFound."""
    row = db.session.execute(
        select(*_COLUMNS).where(Participant.contest_id == contest_id, Participant.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("participant_not_found")
    return ParticipantInfo(*row)
