"""The exam engine's writes: start, save, submit, settle. All flush; the edge commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from quizapp.attempts import finishing, queries, rules, saving, starting, submitting
from quizapp.attempts.finishing import Finish
from quizapp.attempts.locating import Browser
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.attempts.saving import SaveAsk, Saved
from quizapp.attempts.starting import StartAsk, Started
from quizapp.attempts.submitting import SubmitAsk
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import GRACE
from quizapp.db import db
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import QuizError


def start(contest: ContestInfo, round_: RoundInfo, participant: ParticipantInfo, *, now: datetime) -> Started:
    """Open an attempt, or give back the one that is open; however many calls come at once, one attempt results.

    Raises Conflict("round_is_marked"), Conflict("round_not_open"), Conflict("attempts_exhausted"), TooMany.
    """
    told = start_all(contest, round_, {participant.id: StartAsk(participant, now)})[participant.id]
    if isinstance(told, QuizError):
        raise told
    return told


def start_all(contest: ContestInfo, round_: RoundInfo, asks: Mapping[int, StartAsk]) -> dict[int, Started | QuizError]:
    """The same for many people of a round at once, each with their own verdict; `asks` by participant id.

    Raises Conflict("round_is_marked"), Conflict("round_not_open") for all of them.
    """
    latest = max(ask.now for ask in asks.values())
    held, unsubmitted = starting.hold_open(contest, round_, asks, now=latest)
    overdue = [attempt.id for person, attempt in unsubmitted.items() if not attempt.is_open(asks[person].now)]
    if overdue:
        # Before the people are locked: whoever settles locks papers first and people second.
        settle(contest, overdue, now=latest)
    return starting.start_all(contest, held, asks)


def save_answers(
    public_id: str,
    browser: Browser,
    batch: Sequence[Choice],
    guess: tuple[str, int] | None,
    *,
    now: datetime,
) -> Saved:
    """Store a batch of choices and a guess (text as typed, rev); per question the highest revision wins.

    Raises NotFound; Conflict("attempt_closed"); Invalid with the bad item, and then nothing of the batch is stored.
    """
    (told,) = saving.save_all([SaveAsk(public_id, browser, tuple(batch), guess, now)])
    if isinstance(told, QuizError):
        raise told
    return told


def submit(public_id: str, browser: Browser, *, last_rev: int | None, now: datetime) -> AttemptInfo:
    """Finish an attempt; a second submission gives the same result.

    `last_rev` is the highest revision that the browser has sent; None or 0 asks for no check.
    Raises NotFound; Conflict("answers_missing", have_rev=...) while not everything has arrived.
    """
    (told,) = submitting.submit_all([SubmitAsk(public_id, browser, last_rev, now)], now=now)
    if isinstance(told, QuizError):
        raise told
    return told


def settle(contest: ContestInfo, attempt_ids: Sequence[int], *, now: datetime) -> int:
    """Make attempts final whose time is over, with their deadline as the finish; returns how many this call finished.

    May run anywhere and at the same time: each attempt is claimed by an UPDATE. An attempt that somebody else holds
    is waited for, so that afterwards all of them are final.
    """
    rows = db.session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(attempt_ids), Attempt.submitted_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    over = [attempt for attempt in map(queries.info_of, rows) if not attempt.is_open(now)]
    answers = finishing.answers_of([attempt.id for attempt in over])
    finishes = [
        Finish(
            attempt,
            contests.get_snapshot(contest.id, attempt.rules_version),
            answers[attempt.id],
            attempt.deadline,
            "deadline",
        )
        for attempt in over
    ]
    return len(finishing.finish_all(finishes, now=now))


def settle_due(contest: ContestInfo, *, now: datetime, limit: int = 500) -> int:
    """Settle what is due in a contest; returns how many were finished. One cheap query when nothing is."""
    due = queries.list_due(contest.id, before=now - GRACE, limit=limit)
    return settle(contest, due, now=now) if due else 0


def close_round(contest: ContestInfo, key: str, *, actor: str, reason: str, now: datetime) -> ContestInfo:
    """End an open round at `now`, earlier than planned, and with it every open paper: none runs longer than its round.

    Raises NotFound, Conflict("round_not_open"), Invalid("reason_missing").
    """
    closed = contests_service.close_round(contest, key, actor=actor, reason=reason, now=now)
    round_ = closed.round(key)
    db.session.execute(
        update(Attempt)
        .where(Attempt.round_id == round_.id, Attempt.submitted_at.is_(None), Attempt.deadline > round_.closes_at)
        .values(deadline=round_.closes_at)
    )
    return closed


def extend_round(
    contest: ContestInfo, key: str, *, closes_at: datetime, actor: str, reason: str, now: datetime
) -> ContestInfo:
    """Let a round that has not closed run until `closes_at`; papers that would have ended with it run on as well.

    Each of them gets what it would have had, had the round been planned so. Raises as `contests.service.extend_round`.
    """
    before = contest.round(key).closes_at
    extended = contests_service.extend_round(contest, key, closes_at=closes_at, actor=actor, reason=reason, now=now)
    round_ = extended.round(key)
    cut_off = (Attempt.round_id == round_.id, Attempt.submitted_at.is_(None), Attempt.deadline == before)
    # In the order in which the settling takes them.
    rows = db.session.execute(
        select(Attempt.id, Attempt.started_at, Attempt.extra_seconds)
        .where(*cut_off)
        .order_by(Attempt.id)
        .with_for_update()
    ).all()
    limit = round_.spec.paper.time_limit_seconds
    if limit is None:
        _move_deadline(*cut_off, to=closes_at)
        return extended
    for row in rows:
        deadline = rules.deadline_of(row.started_at, limit, closes_at) + timedelta(seconds=row.extra_seconds)
        _move_deadline(Attempt.id == row.id, to=min(deadline, closes_at))
    return extended


def _move_deadline(*which: ColumnElement[bool], to: datetime) -> None:
    statement = update(Attempt).where(*which).values(deadline=to)
    db.session.execute(statement.execution_options(synchronize_session=False))
