"""Correcting what somebody typed: simple fields at once and by themselves, the others once the organizers accept it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from quizapp.areas import queries as areas
from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.contests.spec import ContestSpec
from quizapp.db import db
from quizapp.entries import identities, queries, rules
from quizapp.entries.models import PHONE_END, Participant
from quizapp.entries.rules import Details
from quizapp.entries.service import resolve_area
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.leaderboard import boards
from quizapp.sealed import ring
from quizapp.text import clean, fold, name_sort_key

# Who somebody is, what they may take part in and what is counted do not rest on these.
_SIMPLE = ("gender", "phone", "email", "address", "unit")


def simple_fields(spec: ContestSpec) -> list[str]:
    """The fields that people change by themselves, of those that the contest asks."""
    return [name for name in _SIMPLE if spec.entry.fields.rule(name) != "off" and name not in spec.entry.identity]


def requested_fields(contest: ContestInfo, now: datetime) -> list[str]:
    """The fields that are changed only by request: all that the contest asks, once it takes no entries any more."""
    asked = [name for name in Details.__dataclass_fields__ if contest.spec.entry.fields.rule(name) != "off"]
    return [name for name in asked if not contest.takes_entries(now) or name not in simple_fields(contest.spec)]


def correct(contest: ContestInfo, participant_id: int, typed: Mapping[str, str], *, now: datetime) -> None:
    """Change simple fields to what was typed, while the contest takes entries. Flushes; the edge commits.

    Raises Conflict("correction_closed") afterwards, Invalid("entry_invalid", fields={field: code}).
    """
    if not contest.takes_entries(now):
        raise Conflict("correction_closed")
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name in simple_fields(contest.spec):
        if name in typed:
            values[name], code = checked(contest.spec, name, typed[name], local_date(now))
            if code:
                errors[name] = code
    if errors:
        raise Invalid("entry_invalid", fields=errors)
    _write(participant_id, values)


def checked(spec: ContestSpec, name: str, typed: str, today: date) -> tuple[Any, str | None]:
    """(the value of a field as typed, None) or (anything, error code); nothing typed empties an optional field."""
    text = clean(typed)
    if not text:
        return None, "field_missing" if spec.entry.fields.rule(name) == "required" else None
    return rules.check_field(name, text, spec, today)


def apply(contest: ContestInfo, participant_id: int, field: str, typed: str, *, now: datetime) -> None:
    """Change any field to what was asked for. Flushes; the edge commits.

    Frozen results keep the area that they were counted with. Raises Invalid("entry_invalid", fields={field: code}),
    Conflict("identity_taken") when somebody else in the contest is that person by then.
    """
    value, code = checked(contest.spec, field, typed, local_date(now))
    if code:
        raise Invalid("entry_invalid", fields={field: code})
    if field == "area":
        try:
            value = resolve_area(contest, value) if value else None
        except NotFound:
            raise Invalid("entry_invalid", fields={"area": "area_unknown"}) from None
    _write(participant_id, {{"area": "area_id", "group": "group_key"}.get(field, field): value})
    if field in contest.spec.entry.identity:
        _renew_identity(contest, participant_id)
    if field in ("full_name", "area", "group"):
        boards.invalidate(contest.id)


def _write(participant_id: int, values: dict[str, Any]) -> None:
    """Store the fields, and what is derived from them."""
    if "phone" in values:
        phone = values["phone"]
        values["phone_hash"] = ring().hash(phone, "phone") if phone else None
        values["phone_end_hash"] = ring().hash(phone[-PHONE_END:], "phone end") if phone else None
    if "citizen_id" in values:
        number = values["citizen_id"]
        values["citizen_id_hash"] = ring().hash(number, "citizen id") if number else None
    if "full_name" in values:
        name = values["full_name"]
        values |= {"sort_name": name_sort_key(name), "name_fold": fold(name)}
    if values:
        db.session.execute(update(Participant).where(Participant.id == participant_id).values(values))
        db.session.expire_all()


def _renew_identity(contest: ContestInfo, participant_id: int) -> None:
    person = db.session.scalars(select(Participant).where(Participant.id == participant_id)).one()
    details = Details(
        **{name: getattr(person, name) for name in Details.__dataclass_fields__ if name not in ("area", "group")},
        area=_reference(contest, person.area_id),
        group=person.group_key,
    )
    identity = rules.identity_hash(contest.spec, details)
    other = queries.find_by_identity(contest.id, identity)
    if other is not None and other.id != participant_id:
        raise Conflict("identity_taken")
    stored = identities.stored_form(identity, identities.key_for(contest.id))
    db.session.execute(update(Participant).where(Participant.id == participant_id).values(identity_hash=stored))


def _reference(contest: ContestInfo, area_id: int | None) -> str | None:
    """An area as entry forms name it: its code, with its tree when that is another than the contest's."""
    if area_id is None:
        return None
    tree, own = areas.tree_of_area(area_id), areas.get_tree_by_id(contest.tree_id)
    code = tree.node(area_id).code
    return code if tree.slug == own.slug else f"{tree.slug}:{code}"
