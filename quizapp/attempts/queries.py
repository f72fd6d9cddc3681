"""Reads of attempts, answers and standings."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, Text, cast, func, select

from quizapp.accounts.models import BrowserSession
from quizapp.attempts import rules
from quizapp.attempts.models import Answer, Attempt, Standing
from quizapp.attempts.paper import PaperLine
from quizapp.attempts.rules import Choice
from quizapp.bulk_read import stream_rows
from quizapp.clock import local_date
from quizapp.db import db
from quizapp.entries.models import Participant, SessionParticipant
from quizapp.errors import NotFound
from quizapp.row_set import dialect_name, encode, row_set


@dataclass(frozen=True)
class AttemptInfo:
    """An attempt as its owner's pages and the services look at it."""

    id: int
    public_id: str
    contest_id: int
    round_id: int
    participant_id: int
    number: int
    rules_version: int
    paper: tuple[PaperLine, ...]
    started_at: datetime
    deadline: datetime
    extra_seconds: int
    prediction: int | None
    prediction_rev: int
    submitted_at: datetime | None
    finished_by: str | None
    score: int | None
    is_perfect: bool | None
    receipt_code: str | None
    receipt: str | None

    def is_open(self, now: datetime) -> bool:
        """True while answers and the submission are accepted."""
        return rules.is_open(self.deadline, self.submitted_at, now)


def info_of(row: Attempt | Row[Any]) -> AttemptInfo:
    """The row, an object or the columns of one, as frozen data."""
    values = {name: getattr(row, name) for name in AttemptInfo.__dataclass_fields__ if name != "paper"}
    return AttemptInfo(paper=lines_of(row.paper), **values)


def lines_of(paper: str) -> tuple[PaperLine, ...]:
    """The lines of a stored paper."""
    return tuple((ref, tuple(options)) for ref, options in json.loads(paper))


def get_own_attempt(public_id: str, session_id: int | None, *, lock: bool = False) -> AttemptInfo:
    """The attempt, when this living browser acts for its participant; else NotFound, as for a wrong id.

    `lock` keeps the row for the rest of the transaction, so that saving and submitting take turns.
    """
    query = (
        select(Attempt)
        .join(SessionParticipant, SessionParticipant.participant_id == Attempt.participant_id)
        .join(BrowserSession, BrowserSession.id == SessionParticipant.session_id)
        .where(
            Attempt.public_id == public_id,
            SessionParticipant.session_id == session_id,
            BrowserSession.ended_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
    row = db.session.scalar(query.with_for_update(of=Attempt) if lock else query)
    if row is None:
        raise NotFound("attempt_not_found")
    return info_of(row)


def get_attempt(contest_id: int, public_id: str, *, lock: bool = False) -> AttemptInfo:
    """The attempt of the contest, for its organizers. Raises NotFound. `lock` as in `get_own_attempt`."""
    query = (
        select(Attempt)
        .where(Attempt.contest_id == contest_id, Attempt.public_id == public_id)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("attempt_not_found")
    return info_of(row)


def find_open_attempt(participant_id: int, round_id: int) -> AttemptInfo | None:
    """The attempt of that person in that round which nobody has submitted (its deadline may have passed)."""
    row = db.session.scalar(
        select(Attempt)
        .where(Attempt.participant_id == participant_id, Attempt.round_id == round_id, Attempt.submitted_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return info_of(row) if row else None


def list_attempts(participant_id: int) -> list[AttemptInfo]:
    """All attempts of a participant, the latest first."""
    rows = db.session.scalars(
        select(Attempt)
        .where(Attempt.participant_id == participant_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
        .execution_options(populate_existing=True)
    )
    return [info_of(row) for row in rows]


def count_attempts(
    participant_id: int, *, round_id: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> int:
    """How many attempts the participant has started: in one round, or within [since, until), or at all."""
    query = select(func.count(Attempt.id)).where(Attempt.participant_id == participant_id)
    if round_id is not None:
        query = query.where(Attempt.round_id == round_id)
    if since is not None:
        query = query.where(Attempt.started_at >= since)
    if until is not None:
        query = query.where(Attempt.started_at < until)
    return db.session.scalar(query) or 0


def count_used(participant_id: int, round_id: int, per: str, *, now: datetime) -> int:
    """How many attempts count against a limit `per` round, contest or day (Vietnam's, the one of `now`)."""
    if per == "round":
        return count_attempts(participant_id, round_id=round_id)
    if per == "contest":
        return count_attempts(participant_id)
    since, until = rules.day_bounds(local_date(now))
    return count_attempts(participant_id, since=since, until=until)


def get_answers(attempt_id: int) -> dict[str, Choice]:
    """The stored choice for each answered question of an attempt."""
    rows = db.session.execute(
        select(Answer.question, Answer.options, Answer.rev).where(Answer.attempt_id == attempt_id)
    )
    return {row.question: Choice(row.question, tuple(json.loads(row.options)), row.rev) for row in rows}


def list_due(contest_id: int, *, before: datetime, limit: int) -> list[int]:
    """Ids of attempts of the contest that nobody submitted and whose deadline lies before `before`."""
    return list(
        db.session.scalars(
            select(Attempt.id)
            .where(Attempt.contest_id == contest_id, Attempt.submitted_at.is_(None), Attempt.deadline < before)
            .order_by(Attempt.deadline)
            .limit(limit)
        )
    )


def has_unsubmitted(round_ids: Sequence[int]) -> bool:
    """True while an attempt of one of the rounds is not final."""
    query = select(Attempt.id).where(Attempt.round_id.in_(round_ids), Attempt.submitted_at.is_(None)).limit(1)
    return db.session.scalar(query) is not None


def unsubmitted(round_ids: Sequence[int]) -> tuple[int, datetime | None]:
    """How many attempts of the rounds are not final, and the last moment at which one of them ends."""
    query = select(func.count(Attempt.id), func.max(Attempt.deadline))
    count, last = db.session.execute(query.where(Attempt.round_id.in_(round_ids), Attempt.submitted_at.is_(None))).one()
    return count, last


def contests_with_due(*, before: datetime) -> list[int]:
    """Ids of contests that have such attempts."""
    return list(
        db.session.scalars(
            select(Attempt.contest_id).where(Attempt.submitted_at.is_(None), Attempt.deadline < before).distinct()
        )
    )


def find_published_receipt(code: str) -> Row | None:  # type: ignore[type-arg]
    """(contest_id, round_id, attempt public id, submitted_at) of the final attempt with that receipt code."""
    return db.session.execute(
        select(Attempt.contest_id, Attempt.round_id, Attempt.public_id, Attempt.submitted_at).where(
            Attempt.receipt_code == code, Attempt.submitted_at.is_not(None)
        )
    ).first()


def count_ranked(contest_id: int) -> dict[int, int]:
    """How many people stand on the board of each round of the contest, by round id."""
    rows = db.session.execute(
        select(Standing.round_id, func.count())
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.contest_id == contest_id, Participant.is_unranked.is_(False))
        .group_by(Standing.round_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class BoardBlock:
    """People of one round, area and group, some thousands of ids at most: `text` is "id packed id packed …"."""

    round_id: int
    area_id: int | None
    group_key: str | None
    part: int
    text: str

    def packed(self) -> dict[str, int]:
        """Packed number by participant id (as text)."""
        words = self.text.split(" ")
        return dict(zip(words[::2], map(int, words[1::2]), strict=True))


_IDS_IN_BLOCK = 50_000


def stream_blocks(contest_id: int) -> Iterator[BoardBlock]:
    """Everybody who stands on a board. The database writes the text, so that a million people cost little here."""
    part = Standing.participant_id // _IDS_IN_BLOCK
    columns = (Standing.round_id, Participant.area_id, Participant.group_key, part)
    line = cast(Standing.participant_id, Text) + " " + cast(Standing.packed, Text)
    query = (
        select(*columns, func.aggregate_strings(line, " "))
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.contest_id == contest_id, Participant.is_unranked.is_(False))
        .group_by(*columns)
    )
    for rows in stream_rows(query, at_once=100):
        for row in rows:
            yield BoardBlock(*row)


def packed_of(contest_id: int, participant_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """The packed numbers that these people have now, by round id and participant id."""
    dialect = dialect_name()
    people = row_set(dialect, "people", {"id": Integer()})
    query = select(Standing.round_id, Standing.participant_id, Standing.packed).where(
        Standing.contest_id == contest_id, Standing.participant_id.in_(select(people.c.id))
    )
    rows = db.session.execute(query, {"people": encode(dialect, [{"id": each} for each in participant_ids])})
    return {(round_id, participant_id): packed for round_id, participant_id, packed in rows}
