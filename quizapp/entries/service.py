"""Entering a contest, and coming back to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete

from quizapp.areas import queries as areas
from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.db import db, upsert
from quizapp.entries import consents, identities, queries, rules
from quizapp.entries.models import Participant, Resumption, SessionParticipant
from quizapp.entries.rules import Details, Guardian
from quizapp.errors import Conflict, Forbidden, Invalid, NotFound
from quizapp.ids import new_code, new_public_id, normalize_code
from quizapp.text import clean, name_sort_key

# The version of the notice that people agree to; a changed text is a new version, and the old ones are kept.
CONSENT_VERSION = "2026-11-22"
ENTRY_CODE_LENGTH = 10


@dataclass(frozen=True)
class Entered:
    """What an entry led to. `entry_code` is the code to come back with from elsewhere."""

    participant_id: int
    public_id: str
    entry_code: str
    is_new: bool


def enter(
    contest: ContestInfo,
    typed: Mapping[str, str],
    *,
    consent_version: str | None,
    entry_code: str | None,
    session_id: int,
    now: datetime,
    guardian: Guardian | None = None,
) -> Entered:
    """Create the participant, or find the same person again, and let this browser act for them.

    `typed` is the form, with `contest_password` where the contest asks somebody new for it; `guardian` is needed of
    somebody new who is under age.
    Raises Invalid("entry_invalid", fields={field: code}), Forbidden("not_eligible", why=code),
    Conflict("entry_closed") for somebody new after the contest's end, and Conflict("identity_known", resume=...) when
    the person is known and nothing proves that this is the same one.
    """
    today = local_date(now)
    details, errors = rules.check_form(contest.spec, typed, today)
    identity = rules.identity_hash(contest.spec, details) if details else None
    is_known = identity is not None and queries.find_by_identity(contest.id, identity) is not None
    wrong_password = rules.password_problem(contest.spec, typed.get("contest_password") or "")
    if wrong_password and not is_known:
        errors = {**errors, "contest_password": wrong_password}
    if consent_version != CONSENT_VERSION:
        errors = {**errors, "consent": "consent_missing"}
    area_id: int | None = None
    if details and details.area:
        try:
            area_id = resolve_area(contest, details.area)
        except NotFound:
            errors["area"] = "area_unknown"
    if details is None or identity is None or errors:
        raise Invalid("entry_invalid", fields=errors)
    _check_eligible(contest, details, now)
    if not is_known:
        _check_newcomer(contest, identity, area_id, now)
    newcomer = _Newcomer(details, identity, area_id, consent_version, _needed(guardian, details, is_known, today))
    participant_id = _create(contest, newcomer, now)
    if participant_id is not None:
        _record_guardian(participant_id, newcomer.guardian, now)
        _link(session_id, participant_id, now)
    known = queries.find_by_identity(contest.id, identity)
    assert known is not None  # noqa: S101 - just created, or the unique constraint says that it is there
    if participant_id is None:
        _come_back(contest, known, details, entry_code, session_id, now)
    return Entered(known.id, known.public_id, known.entry_code, participant_id is not None)


def _needed(guardian: Guardian | None, details: Details, is_known: bool, today: date) -> Guardian | None:
    """The guardian of somebody under age; None for others, who need none. Raises Invalid("entry_invalid")."""
    if not rules.needs_guardian(details.date_of_birth, today):
        return None
    problems = {} if is_known else rules.guardian_problems(guardian)
    if problems:
        raise Invalid("entry_invalid", fields=problems)
    return guardian


def _record_guardian(participant_id: int, guardian: Guardian | None, now: datetime) -> None:
    if guardian is not None:
        consents.record(participant_id, "guardian", True, version=CONSENT_VERSION, now=now)
        consents.record(participant_id, "publish_name", guardian.publish_name, version=CONSENT_VERSION, now=now)


def resume_with_code(contest: ContestInfo, code: str, *, session_id: int, now: datetime) -> Entered:
    """Come back with the entry code alone. Raises NotFound("entry_code_unknown")."""
    known = queries.find_by_entry_code(contest.id, normalize_code(code))
    if known is None:
        raise NotFound("entry_code_unknown")
    if not queries.is_linked(session_id, known.id):
        _record_resumption(known.id, session_id, "code", now)
    _link(session_id, known.id, now)
    return Entered(known.id, known.public_id, known.entry_code, False)


def resolve_area(contest: ContestInfo, reference: str) -> int:
    """The id of an area given as a code of the contest's tree, or as TREE:CODE of it or of its outside tree.

    Raises NotFound.
    """
    tree = areas.get_tree_by_id(contest.tree_id)
    slug, _, code = reference.rpartition(":")
    if slug and slug not in (tree.slug, tree.outside):
        raise NotFound("area_not_found")
    return areas.get_active_area(slug or tree.slug, code).id


def _check_eligible(contest: ContestInfo, details: Details, now: datetime) -> None:
    entry = contest.spec.entry
    day = local_date(contest.rounds[0].opens_at)
    if not rules.age_allowed(entry.age, details.date_of_birth, day):
        raise Forbidden("not_eligible", why="age")
    group = rules.find_group(contest.spec, details.group)
    if group is not None and not rules.age_allowed(group.age, details.date_of_birth, day):
        raise Forbidden("not_eligible", why="group_age")
    if entry.excluded.mode == "block" and rules.is_excluded(contest.spec, details, local_date(now)):
        raise Forbidden("not_eligible", why="excluded")


def _check_newcomer(contest: ContestInfo, identity: str, area_id: int | None, now: datetime) -> None:
    """What is asked of somebody new only: whoever has entered is in, whatever becomes of the list afterwards."""
    if not contest.takes_entries(now):
        raise Conflict("entry_closed")
    if contest.spec.entry.residence == "inside" and not _is_inside(contest, area_id):
        raise Forbidden("not_eligible", why="residence")
    if contest.spec.entry.mode == "roster" and not queries.is_listed(contest.id, identity):
        raise Forbidden("not_eligible", why="not_listed")


def _is_inside(contest: ContestInfo, area_id: int | None) -> bool:
    """True for an area of the contest's own tree."""
    tree = areas.get_tree_by_id(contest.tree_id)
    return area_id is not None and tree.subtree_contains(tree.root.id, area_id)


@dataclass(frozen=True)
class _Newcomer:
    """Somebody who may be new: `guardian` only for those under age."""

    details: Details
    identity: str
    area_id: int | None
    consent_version: str | None
    guardian: Guardian | None


def _create(contest: ContestInfo, newcomer: _Newcomer, now: datetime) -> int | None:
    """The new participant's id; None when the same identity is there already (also when it came a moment before)."""
    details, guardian = newcomer.details, newcomer.guardian
    key = identities.key_for(contest.id)
    values = {
        "public_id": new_public_id(),
        "contest_id": contest.id,
        "identity_hash": identities.stored_form(newcomer.identity, key),
        "entry_code": new_code(ENTRY_CODE_LENGTH),
        "full_name": details.full_name,
        "sort_name": name_sort_key(details.full_name),
        "date_of_birth": details.date_of_birth,
        "gender": details.gender,
        "phone": details.phone,
        "email": details.email,
        "citizen_id": details.citizen_id,
        "address": details.address,
        "area_id": newcomer.area_id,
        "unit": details.unit,
        "group_key": details.group,
        "is_unranked": rules.is_excluded(contest.spec, details, local_date(now)),
        "consent_version": newcomer.consent_version,
        "consented_at": now,
        "entered_at": now,
        "guardian_name": clean(guardian.name) if guardian else None,
        "public_name": rules.initials(details.full_name) if guardian and not guardian.publish_name else None,
    }
    statement = upsert(Participant).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["contest_id", "identity_hash"])
    created = db.session.scalar(statement.returning(Participant.id))
    if created is not None and key is None and identities.key_for(contest.id) is not None:
        # From a moment ago identities have a key here; the same person may have been let in by it.
        db.session.execute(delete(Participant).where(Participant.id == created))
        return _create(contest, newcomer, now)
    return created


def _come_back(
    contest: ContestInfo, known: Participant, details: Details, code: str | None, session_id: int, now: datetime
) -> None:
    if queries.is_linked(session_id, known.id):
        # On a shared computer the browser may act for somebody else by now; from here on for this person again.
        _link(session_id, known.id, now)
        return
    resume = contest.spec.entry.resume
    if code and normalize_code(code) == known.entry_code:
        how = "code"
    elif resume == "details" and rules.same_details(
        {name: getattr(known, name, None) for name in Details.__dataclass_fields__},
        details,
        tuple(contest.spec.entry.identity),
    ):
        how = "details"
    else:
        raise Conflict("identity_known", resume=resume)
    _record_resumption(known.id, session_id, how, now)
    _link(session_id, known.id, now)


def _record_resumption(participant_id: int, session_id: int, how: str, now: datetime) -> None:
    db.session.add(Resumption(participant_id=participant_id, session_id=session_id, how=how, at=now))
    db.session.flush()


def _link(session_id: int, participant_id: int, now: datetime) -> None:
    statement = upsert(SessionParticipant).values(session_id=session_id, participant_id=participant_id, linked_at=now)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["session_id", "participant_id"], set_={"linked_at": now})
    )
