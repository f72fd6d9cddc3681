"""Sealing what is still plain, and what an older key sealed: in blocks, by the worker, while people enter and play.

A text of personal data is written sealed by this version in any case. What remains are rows of the version before, and
identities, which get a key only once no process of that version lets people in any more; the worker, which is renewed
last, begins with them.
"""

import logging
from typing import Any

from sqlalchemy import Integer, Text, and_, bindparam, column, or_, select, table, update
from sqlalchemy.exc import IntegrityError

from quizapp.contests.models import Contest
from quizapp.db import db, upsert
from quizapp.entries import identities
from quizapp.entries.models import PHONE_END, PersonalDataState
from quizapp.sealed import key_of, ring

log = logging.getLogger(__name__)

AT_ONCE = 500
_SEALED = ("phone", "email", "citizen_id", "address", "guardian_name")
_HASHES = ("phone_hash", "phone_end_hash", "citizen_id_hash")
# The tables with their texts as they are stored.
_PEOPLE = table(
    "participants",
    column("id", Integer),
    column("contest_id", Integer),
    *(column(name, Text) for name in ("identity_hash", *_SEALED, *_HASHES)),
)
_ROSTER = table("roster_entries", column("contest_id", Integer), column("identity_hash", Text))
_REQUESTS = table("data_requests", column("id", Integer), column("contest_id", Integer), column("value", Text),
                  column("note", Text))  # fmt: skip


def contests_to_seal() -> list[int]:
    """The contests with which there is something to be done."""
    state = PersonalDataState
    waiting = or_(state.contest_id.is_(None), state.sealed_key.is_(None), state.sealed_key != ring().first_id)
    query = select(Contest.id).outerjoin(state, state.contest_id == Contest.id).where(waiting).order_by(Contest.id)
    return list(db.session.scalars(query))


def seal_some(contest_id: int) -> bool:
    """Seal the next rows of a contest; False when all are. In a transaction of its own."""
    state = _state(contest_id)
    rows = _next_rows(contest_id, state.sealed_to)
    if rows:
        _write(_PEOPLE, [_renewed(row, state.identity_key) for row in rows])
        state.sealed_to = rows[-1].id
    else:
        _seal_beside(contest_id, state.identity_key)
        state.sealed_to, state.sealed_key = 0, ring().first_id
    db.session.flush()
    return bool(rows)


def look_again(contest_id: int) -> None:
    """Have every row of the contest looked at once more."""
    state = _state(contest_id)
    state.sealed_to, state.sealed_key = 0, None
    db.session.flush()


def _state(contest_id: int) -> PersonalDataState:
    """The contest's state; when it is new, from now on new people's identities have the key.

    Whoever is being let in has been waited for: a row that refers to the contest keeps it from being locked.
    """
    db.session.execute(select(Contest.id).where(Contest.id == contest_id).with_for_update())
    statement = upsert(PersonalDataState).values(contest_id=contest_id, identity_key=ring().first_id, sealed_to=0)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["contest_id"]))
    query = select(PersonalDataState).where(PersonalDataState.contest_id == contest_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _next_rows(contest_id: int, after: int) -> list[Any]:
    mine = and_(_PEOPLE.c.contest_id == contest_id, _PEOPLE.c.id > after)
    query = select(_PEOPLE).where(mine).order_by(_PEOPLE.c.id).limit(AT_ONCE).with_for_update()
    return list(db.session.execute(query))


def _renewed(row: Any, identity_key: str) -> dict[str, Any]:
    """What a row is to become; a text that no key opens stays as it is."""
    opened = {name: _opened(getattr(row, name), f"participants.{name}") for name in _SEALED}
    values = {name: _closed(getattr(row, name), opened[name], f"participants.{name}") for name in _SEALED}
    hashes = dict.fromkeys(_HASHES)
    if phone := opened["phone"]:
        hashes["phone_hash"] = ring().hash(phone, "phone")
        hashes["phone_end_hash"] = ring().hash(phone[-PHONE_END:], "phone end")
    if citizen_id := opened["citizen_id"]:
        hashes["citizen_id_hash"] = ring().hash(citizen_id, "citizen id")
    identity = identities.renewed(row.identity_hash, identity_key)
    return {"row": row.id, "identity_hash": identity, **values, **hashes}


def _opened(stored: str | None, place: str) -> str | None:
    return None if stored is None else ring().open(stored, place)


def _closed(stored: str | None, opened: str | None, place: str) -> str | None:
    if stored is None or opened is None or key_of(stored) == ring().first_id:
        return stored
    return ring().seal(opened, place)


def _write(rows_of: Any, rows: list[dict[str, Any]]) -> None:
    """All rows at once; when two of them turn out to be the same person, one by one, and the second stays as it is."""
    names = [name for name in rows[0] if name != "row"]
    statement = (
        update(rows_of)
        .where(rows_of.c.id == bindparam("row"))
        .values({rows_of.c[name]: bindparam(f"new_{name}", type_=Text) for name in names})
    )
    given = [{"row": row["row"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    try:
        with db.session.begin_nested():
            db.session.connection().execute(statement, given)
    except IntegrityError:
        for each in given:
            try:
                with db.session.begin_nested():
                    db.session.connection().execute(statement, each)
            except IntegrityError:
                log.error("two entries are of the same person", extra={"step": f"participant {each['row']}"})


def _seal_beside(contest_id: int, identity_key: str) -> None:
    """The contest's list of people, and what people asked for."""
    listed = select(_ROSTER.c.identity_hash).where(_ROSTER.c.contest_id == contest_id)
    for old, new in identities.renewed_all(db.session.scalars(listed), identity_key).items():
        db.session.execute(
            update(_ROSTER)
            .where(_ROSTER.c.contest_id == contest_id, _ROSTER.c.identity_hash == old)
            .values(identity_hash=new)
        )
    requests = list(db.session.execute(select(_REQUESTS).where(_REQUESTS.c.contest_id == contest_id)))
    if requests:
        _write(_REQUESTS, [{"row": row.id, **_reclosed(row)} for row in requests])


def _reclosed(row: Any) -> dict[str, str | None]:
    places = {name: (getattr(row, name), f"data_requests.{name}") for name in ("value", "note")}
    return {name: _closed(stored, _opened(stored, place), place) for name, (stored, place) in places.items()}
