"""Erasing personal data: of one person who asks for it, or of everybody once it is not needed any more.

What is counted stays: areas, divisions, papers, scores, ranks, public codes. Frozen results keep their lines; the name
is shown as `rules.ERASED_NAME` wherever they show one.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, select, update

from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import record_act
from quizapp.db import db, upsert
from quizapp.entries.models import DataRequest, Participant, PersonalDataState, RosterEntry, SessionParticipant
from quizapp.entries.queries import ParticipantInfo
from quizapp.entries.refusals import about
from quizapp.entries.rules import ERASED_NAME
from quizapp.ids import new_code
from quizapp.leaderboard import boards
from quizapp.sealed import ring
from quizapp.text import fold, name_sort_key

AT_ONCE = 500
# What only reaching a person and proving who they are needs; gone when its time is over.
_CONTACTS: dict[str, Any] = dict.fromkeys(
    ("phone", "email", "citizen_id", "address", "guardian_name", "phone_hash", "phone_end_hash", "citizen_id_hash")
)
_ENTRY_CODE_LENGTH = 10
_FORGOTTEN = "erased:"


def erase_person(participant: ParticipantInfo, *, stay_ranked: bool, actor: str, now: datetime, reason: str) -> None:
    """Erase everything that tells who somebody is; nobody acts for them any more. Flushes; the edge commits.

    `stay_ranked`: the results are final, and stay as they were; otherwise the person has no rank any more.
    """
    own = Participant.id == participant.id
    row = db.session.execute(
        select(Participant.identity_hash, Participant.erased_at).where(own).with_for_update()
    ).one()
    if row.erased_at is not None:
        return
    db.session.execute(
        delete(RosterEntry).where(
            RosterEntry.contest_id == participant.contest_id, RosterEntry.identity_hash == row.identity_hash
        )
    )
    db.session.execute(delete(SessionParticipant).where(SessionParticipant.participant_id == participant.id))
    db.session.execute(
        update(DataRequest).where(DataRequest.participant_id == participant.id).values(value=None, note=None)
    )
    values: dict[str, Any] = {
        **_CONTACTS,
        "full_name": ERASED_NAME,
        "sort_name": name_sort_key(ERASED_NAME),
        "name_fold": fold(ERASED_NAME),
        "public_name": ERASED_NAME,
        "date_of_birth": None,
        "gender": None,
        "unit": None,
        # Nobody comes in by the old identity or the old code; the same person may enter anew.
        "identity_hash": _forgotten(),
        "entry_code": new_code(_ENTRY_CODE_LENGTH),
        "erased_at": now,
    }
    if not stay_ranked:
        values["is_unranked"] = True
        boards.invalidate(participant.contest_id)
    db.session.execute(update(Participant).where(own).values(values))
    record_act(participant.contest_id, "erase_entry", actor=actor, now=now, reason=about(participant, reason))
    db.session.flush()


def count_to_erase(contest_id: int) -> int:
    """How many people of the contest still have what goes when its time is over."""
    return db.session.scalar(select(func.count(Participant.id)).where(_is_known(contest_id))) or 0


def erase_some(contest_id: int) -> int:
    """Erase contacts, numbers and birthdays of the next people of a contest; how many. In a transaction of its own.

    Of the birth date the year stays: divisions by age rest on it. The name stays with the results that it stands in.
    """
    query = select(Participant.id, Participant.date_of_birth).where(_is_known(contest_id)).order_by(Participant.id)
    rows = db.session.execute(query.limit(AT_ONCE).with_for_update()).all()
    for row in rows:
        born = row.date_of_birth.replace(month=1, day=1) if row.date_of_birth else None
        values = {**_CONTACTS, "date_of_birth": born, "identity_hash": _forgotten()}
        db.session.execute(update(Participant).where(Participant.id == row.id).values(values))
    return len(rows)


def finish(contest: ContestInfo, people: int, *, actor: str, now: datetime) -> None:
    """Erase what stands beside the people, and remember the act, once. Flushes; the edge commits."""
    own = DataRequest.contest_id == contest.id
    db.session.execute(update(DataRequest).where(own).values(value=None, note=None))
    db.session.execute(delete(RosterEntry).where(RosterEntry.contest_id == contest.id))
    statement = upsert(PersonalDataState).values(
        contest_id=contest.id, identity_key=ring().first_id, sealed_to=0, erased_at=now, erased_people=people
    )
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["contest_id"], set_={"erased_at": now, "erased_people": people})
    )
    record_act(contest.id, "erase_personal_data", actor=actor, now=now, reason=str(people))
    db.session.flush()


def erased_at(contest_id: int) -> datetime | None:
    """When the contest's personal data was erased because its time was over."""
    return db.session.scalar(select(PersonalDataState.erased_at).where(PersonalDataState.contest_id == contest_id))


def _is_known(contest_id: int) -> Any:
    """People of the contest whose identity has not been forgotten; their contacts go with it."""
    return and_(Participant.contest_id == contest_id, Participant.identity_hash.not_like(f"{_FORGOTTEN}%"))


def _forgotten() -> str:
    """In the place of an identity, out of which a number could be found again by whoever has the key."""
    return f"{_FORGOTTEN}{secrets.token_hex(16)}"
