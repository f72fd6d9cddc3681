"""What people ask the organizers to do with their data, and the answers, which are due within fifteen days."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import given_reason, record_act
from quizapp.db import db
from quizapp.entries import corrections, erasing, queries, rules
from quizapp.entries.models import DataRequest, Participant
from quizapp.entries.queries import ParticipantInfo
from quizapp.entries.refusals import about
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.ids import new_public_id
from quizapp.text import clean

LONGEST_NOTE = 500


@dataclass(frozen=True)
class RequestInfo:
    """A request: to set `field` to `value`, or to erase everything; `is_accepted` None = not answered yet."""

    id: int
    public_id: str
    contest_id: int
    participant_id: int
    participant: str
    full_name: str
    kind: str
    field: str | None
    value: str | None
    note: str | None
    asked_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    is_accepted: bool | None
    answer: str | None

    def days_left(self, today: date) -> int:
        """How many Vietnamese days remain; negative when the answer is late."""
        return rules.days_left(local_date(self.asked_at), today)

    def due(self) -> date:
        """The last day for the answer."""
        asked = local_date(self.asked_at)
        return date.fromordinal(asked.toordinal() + rules.ANSWER_DAYS)

    def pressure(self, today: date) -> str:
        """late, pressing or calm."""
        return rules.pressure(local_date(self.asked_at), today)


_COLUMNS: tuple[Any, ...] = (
    DataRequest.id, DataRequest.public_id, DataRequest.contest_id, DataRequest.participant_id, Participant.public_id,
    Participant.full_name, DataRequest.kind, DataRequest.field, DataRequest.value, DataRequest.note,
    DataRequest.asked_at, DataRequest.decided_at, DataRequest.decided_by, DataRequest.is_accepted, DataRequest.answer,
)  # fmt: skip
_ALL: Select[Any] = select(*_COLUMNS).join(Participant, Participant.id == DataRequest.participant_id)


def ask_correction(
    contest: ContestInfo, participant: ParticipantInfo, *, field: str, value: str, note: str, now: datetime
) -> str:
    """Ask for a field to be changed; the request's code. Flushes; the edge commits.

    Raises Invalid("entry_invalid", fields={"value": code}), Conflict("request_open") while another one for it waits.
    """
    if field not in corrections.requested_fields(contest, now):
        raise Invalid("entry_invalid", fields={"field": "choice_unknown"})
    _, code = corrections.checked(contest.spec, field, value, local_date(now))
    if code:
        raise Invalid("entry_invalid", fields={"value": code})
    return _ask(participant, "correct", field, clean(value), note, now)


def ask_erasure(participant: ParticipantInfo, *, note: str, now: datetime) -> str:
    """Take the consent back and ask for everything to be erased; the request's code. Flushes; the edge commits.

    Raises Conflict("request_open").
    """
    return _ask(participant, "erase", None, None, note, now)


def _ask(
    participant: ParticipantInfo, kind: str, field: str | None, value: str | None, note: str, now: datetime
) -> str:
    waiting = select(func.count(DataRequest.id)).where(
        DataRequest.participant_id == participant.id, DataRequest.kind == kind, DataRequest.decided_at.is_(None)
    )
    if field is not None:
        waiting = waiting.where(DataRequest.field == field)
    if db.session.scalar(waiting):
        raise Conflict("request_open")
    code = new_public_id()
    db.session.add(
        DataRequest(
            public_id=code,
            contest_id=participant.contest_id,
            participant_id=participant.id,
            kind=kind,
            field=field,
            value=value,
            note=clean(note)[:LONGEST_NOTE] or None,
            asked_at=now,
        )
    )
    db.session.flush()
    return code


def list_of_person(participant_id: int) -> list[RequestInfo]:
    """A person's requests, newest first."""
    rows = db.session.execute(_ALL.where(DataRequest.participant_id == participant_id).order_by(DataRequest.id.desc()))
    return [RequestInfo(*row) for row in rows]


def list_of_contest(contest_id: int, *, is_open: bool, most: int = 200) -> list[RequestInfo]:
    """The requests of a contest: those that wait, the oldest first; or the answered ones, the newest first."""
    mine = _ALL.where(DataRequest.contest_id == contest_id)
    if is_open:
        query = mine.where(DataRequest.decided_at.is_(None)).order_by(DataRequest.asked_at, DataRequest.id)
    else:
        query = mine.where(DataRequest.decided_at.is_not(None)).order_by(DataRequest.decided_at.desc()).limit(most)
    return [RequestInfo(*row) for row in db.session.execute(query)]


def count_open(contest_id: int) -> int:
    """How many requests of the contest wait for an answer."""
    waiting = select(func.count(DataRequest.id)).where(
        DataRequest.contest_id == contest_id, DataRequest.decided_at.is_(None)
    )
    return db.session.scalar(waiting) or 0


def find_request(contest_id: int, public_id: str) -> RequestInfo:
    """The request of that code in the contest. Raises NotFound."""
    query = _ALL.where(DataRequest.contest_id == contest_id, DataRequest.public_id == public_id)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound("request_not_found")
    return RequestInfo(*row)


def accept(
    contest: ContestInfo, public_id: str, *, answer: str, results_final: bool, actor: str, now: datetime
) -> RequestInfo:
    """Do what was asked for. Flushes; the edge commits.

    `results_final`: every round's result stands, so that somebody who is erased keeps the place in it. Raises NotFound,
    Conflict("request_decided"), and what `corrections.apply` raises.
    """
    row, info = _held(contest, public_id)
    participant = queries.get_participant(info.participant_id)
    _decide(row, True, clean(answer), actor, now)
    if info.kind == "correct":
        corrections.apply(contest, participant.id, info.field or "", info.value or "", now=now)
        # What it was to become is the value now, and need not stand here as well.
        row.value = None
        told = about(participant, info.field or "")
        record_act(contest.id, "correct_entry", actor=actor, now=now, reason=told)
    else:
        db.session.flush()
        erasing.erase_person(participant, stay_ranked=results_final, actor=actor, now=now, reason=row.answer or "–")
    db.session.flush()
    return info


def refuse(contest: ContestInfo, public_id: str, *, answer: str, actor: str, now: datetime) -> RequestInfo:
    """Refuse, for a reason that the person reads. Flushes; the edge commits.

    Raises NotFound, Conflict("request_decided"), Invalid("reason_missing").
    """
    reason = given_reason(answer)
    row, info = _held(contest, public_id)
    _decide(row, False, reason, actor, now)
    participant = queries.get_participant(info.participant_id)
    record_act(contest.id, "refuse_request", actor=actor, now=now, reason=about(participant, reason))
    db.session.flush()
    return info


def _held(contest: ContestInfo, public_id: str) -> tuple[DataRequest, RequestInfo]:
    """The request, which nobody else decides meanwhile."""
    info = find_request(contest.id, public_id)
    row = db.session.get(DataRequest, info.id, with_for_update=True, populate_existing=True)
    if row is None or row.decided_at is not None:
        raise Conflict("request_decided")
    return row, info


def _decide(row: DataRequest, is_accepted: bool, answer: str, actor: str, now: datetime) -> None:
    row.is_accepted, row.answer, row.decided_by, row.decided_at = is_accepted, answer or None, actor, now
