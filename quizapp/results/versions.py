"""Reads of the versions of a round's result: where it stands, its numbers, its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from quizapp.attempts import queries as attempts
from quizapp.attempts.models import Attempt
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results import sealing
from quizapp.results.models import ResultLine, RoundResult
from quizapp.results.rules import Stage


@dataclass(frozen=True)
class ResultInfo:
    """One version of a round's result; the numbers are there once it is finalized."""

    id: int
    round_id: int
    version: int
    reason: str
    rules_version: int
    opened_at: datetime
    proposed_at: datetime | None
    proposed_by: str | None
    finalized_at: datetime | None
    finalized_by: str | None
    published_at: datetime | None
    published_by: str | None
    actual: int | None
    people: int | None
    attempts: int | None
    people_all_correct: int | None
    attempts_all_correct: int | None
    ranked: int | None
    ranking_hash: str | None

    @property
    def stage(self) -> Stage:
        """review, proposed, finalized or published."""
        if self.published_at is not None:
            return Stage.PUBLISHED
        if self.finalized_at is not None:
            return Stage.FINALIZED
        return Stage.PROPOSED if self.proposed_at is not None else Stage.REVIEW


@dataclass(frozen=True)
class ResultRow:
    """A line of a result with the person it is about; `gap` and `prediction` in the guess's unit."""

    result_id: int
    participant_id: int
    group_key: str
    line: int
    rank: int
    attempt_id: int
    area_id: int | None
    score: int
    is_perfect: bool
    started_at: datetime
    submitted_at: datetime
    duration_ms: int
    prediction: int | None
    gap: int | None
    attempts: int
    perfect_attempts: int
    public_id: str
    full_name: str
    unit: str | None
    attempt: str


_INFO = [getattr(RoundResult, name) for name in ResultInfo.__dataclass_fields__]
_LINE = [getattr(ResultLine, column.name) for column in ResultLine.__table__.columns]


def stage_of(contest: ContestInfo, round_: RoundInfo, now: datetime) -> Stage:
    """Where the round stands: by its times, by what is final of it, by the latest version of its result."""
    state = round_.state(now)
    if contest.launched_at is None or state is RoundState.UPCOMING:
        return Stage.UPCOMING
    if state is RoundState.OPEN:
        return Stage.OPEN
    newest = latest(round_.id)
    if newest is not None:
        return newest.stage
    return Stage.REVIEW if is_settled(contest, round_, now) else Stage.CLOSING


def is_settled(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True when nothing that the round's ranking looks at can change by itself: papers final, guess frozen."""
    if not sealing.has_result(contest, round_, now):
        return False
    if attempts.has_unsubmitted([each.id for each in sealing.decided_by(contest, round_)]):
        return False
    return round_.spec.prediction is None or contests.actual_of(round_.id) is not None


def latest(round_id: int) -> ResultInfo | None:
    """The version that is worked on or was the last to be published."""
    return _first(_versions(round_id))


def finalized(round_id: int) -> ResultInfo | None:
    """The latest version that has been finalized."""
    return _first(_versions(round_id).where(RoundResult.finalized_at.is_not(None)))


def published(round_id: int) -> ResultInfo | None:
    """The version that the public sees."""
    return _first(_versions(round_id).where(RoundResult.published_at.is_not(None)))


def published_of_contest(contest_id: int) -> dict[int, ResultInfo]:
    """By the id of a round, the version that the public sees: one look for the whole contest."""
    query = select(*_INFO).where(RoundResult.contest_id == contest_id, RoundResult.published_at.is_not(None))
    rows = db.session.execute(query.order_by(RoundResult.version))
    return {info.round_id: info for info in (ResultInfo(*row) for row in rows)}


def list_versions(round_id: int) -> list[ResultInfo]:
    """All versions, the newest first."""
    return [ResultInfo(*row) for row in db.session.execute(_versions(round_id))]


def stream_lines(result_id: int, group: str | None = None) -> Iterator[ResultRow]:
    """The lines best first, group by group (or of one group); read as they are taken."""
    query = _lines(result_id).order_by(ResultLine.group_key, ResultLine.line)
    if group is not None:
        query = query.where(ResultLine.group_key == group)
    # Whoever stops early (the winners are the first lines) leaves no cursor open in the database.
    with db.session.execute(query.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield ResultRow(*row)


def line_of(result_id: int, participant_id: int) -> ResultRow | None:
    """The line of one person."""
    row = db.session.execute(_lines(result_id).where(ResultLine.participant_id == participant_id)).first()
    return ResultRow(*row) if row else None


def line_at(result_id: int, group_key: str, line: int) -> ResultRow | None:
    """The line of that number (1, 2, 3) in a group."""
    query = _lines(result_id).where(ResultLine.group_key == group_key, ResultLine.line == line)
    row = db.session.execute(query).first()
    return ResultRow(*row) if row else None


def _versions(round_id: int) -> Select[Any]:
    return select(*_INFO).where(RoundResult.round_id == round_id).order_by(RoundResult.version.desc())


def _first(query: Select[Any]) -> ResultInfo | None:
    row = db.session.execute(query.limit(1)).first()
    return ResultInfo(*row) if row else None


def _lines(result_id: int) -> Select[Any]:
    return (
        select(
            *_LINE,
            Participant.public_id,
            Participant.full_name,
            Participant.unit,
            Attempt.public_id.label("attempt"),
        )
        .join(Participant, Participant.id == ResultLine.participant_id)
        .join(Attempt, Attempt.id == ResultLine.attempt_id)
        .where(ResultLine.result_id == result_id)
    )
