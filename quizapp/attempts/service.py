"""The exam engine's writes: start, save, submit, settle. All flush; the edge commits."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import Insert

from quizapp.attempts import queries, rules, rulings, standings
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.clock import rfc3339
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import GRACE, RoundState, Snapshot
from quizapp.contests.spec import RoundSpec
from quizapp.db import db, upsert
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Conflict, Invalid
from quizapp.ids import new_code, new_public_id

RECEIPT_CODE_LENGTH = 10
MAX_BATCH = 500


@dataclass(frozen=True)
class Started:
    """The attempt that is open now, and whether it was made by this call."""

    attempt: AttemptInfo
    is_new: bool


@dataclass(frozen=True)
class Saved:
    """What became of a batch: revisions stored, and what is stored instead of the ones that came too late."""

    saved: tuple[Choice, ...]
    stale: tuple[Choice, ...]
    attempt: AttemptInfo


def start(contest: ContestInfo, round_: RoundInfo, participant: ParticipantInfo, *, now: datetime) -> Started:
    """Open an attempt, or give back the one that is open; however many calls come at once, one attempt results.

    Raises Conflict("round_is_marked"), Conflict("round_not_open"), Conflict("attempts_exhausted").
    """
    if round_.spec.paper.mode == "marked":
        raise Conflict("round_is_marked")
    round_ = _held_open(contest, round_, now)
    unsubmitted = queries.find_open_attempt(participant.id, round_.id)
    if unsubmitted is not None and not unsubmitted.is_open(now):
        # Before the person is locked: whoever settles locks papers first and people second.
        settle(contest, [unsubmitted.id], now=now)
    entries.lock_participant(participant.id)
    unsubmitted = queries.find_open_attempt(participant.id, round_.id)
    if unsubmitted is not None and unsubmitted.is_open(now):
        return Started(unsubmitted, False)
    _check_limit(participant.id, round_, now)
    snapshot = contests.get_snapshot(contest.id, round_.rules_version)
    number = queries.next_number(participant.id, round_.id)
    label = stream_label(contest.slug, participant.public_id, round_.key, number)
    paper = draw_paper(
        SeededStream(contests.get_seed(contest.id), label),
        snapshot.blueprints[round_.key],
        snapshot.questions,
        snapshot.spec.round(round_.key).paper.shuffle,
    )
    statement: Insert = upsert(Attempt).values(
        public_id=new_public_id(),
        contest_id=contest.id,
        round_id=round_.id,
        participant_id=participant.id,
        number=number,
        rules_version=round_.rules_version,
        paper=rules.canonical([[ref, list(options)] for ref, options in paper]),
        started_at=now,
        deadline=rules.deadline_of(now, round_.spec.paper.time_limit_seconds, round_.closes_at),
        prediction_rev=0,
    )
    # No index is named: either unique constraint (the open one, the number) means that another request was first.
    created = db.session.scalar(statement.on_conflict_do_nothing().returning(Attempt.id))
    attempt = queries.find_open_attempt(participant.id, round_.id)
    if attempt is None:
        # The other request's attempt was submitted in the meantime: the person starts again knowingly.
        raise Conflict("attempts_changed")
    return Started(attempt, created is not None)


def save_answers(
    public_id: str,
    session_id: int | None,
    batch: Sequence[Choice],
    prediction: tuple[str, int] | None,
    *,
    now: datetime,
) -> Saved:
    """Store a batch of choices and a guess (text as typed, rev); per question the highest revision wins.

    Raises NotFound; Conflict("attempt_closed"); Invalid with the bad item, and then nothing of the batch is stored.
    """
    attempt = queries.get_own_attempt(public_id, session_id, lock=True)
    if not attempt.is_open(now):
        raise Conflict("attempt_closed")
    contest = contests.get_contest_by_id(attempt.contest_id)
    snapshot = contests.get_snapshot(contest.id, attempt.rules_version)
    _check_batch(batch, attempt, snapshot)
    guess = _check_prediction(prediction, contest.round_by_id(attempt.round_id).spec)
    stored = queries.get_answers(attempt.id)
    merged = rules.merge(stored, batch)
    changed = [choice for question, choice in merged.items() if stored.get(question) != choice]
    if changed:
        statement = upsert(Answer).values(
            [
                {
                    "attempt_id": attempt.id,
                    "question": choice.question,
                    "options": json.dumps(sorted(choice.options)),
                    "rev": choice.rev,
                    "saved_at": now,
                }
                for choice in changed
            ]
        )
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=["attempt_id", "question"],
                set_={name: statement.excluded[name] for name in ("options", "rev", "saved_at")},
                where=Answer.rev < statement.excluded.rev,
            )
        )
    if guess is not None and guess[1] > attempt.prediction_rev:
        db.session.execute(
            update(Attempt).where(Attempt.id == attempt.id).values(prediction=guess[0], prediction_rev=guess[1])
        )
    lost = {choice.question for choice in batch if rules.is_stale(merged[choice.question], choice)}
    kept = {choice.question for choice in batch} - lost
    return Saved(
        saved=tuple(merged[question] for question in sorted(kept)),
        stale=tuple(merged[question] for question in sorted(lost)),
        attempt=attempt,
    )


def submit(public_id: str, session_id: int | None, *, last_rev: int | None, now: datetime) -> AttemptInfo:
    """Finish an attempt; a second submission gives the same result.

    `last_rev` is the highest revision that the browser has sent; None or 0 asks for no check.
    Raises NotFound; Conflict("answers_missing", have_rev=...) while not everything has arrived.
    """
    attempt = queries.get_own_attempt(public_id, session_id, lock=True)
    contest = contests.get_contest_by_id(attempt.contest_id)
    if attempt.is_open(now):
        answers = queries.get_answers(attempt.id)
        have_rev = max([attempt.prediction_rev, *(choice.rev for choice in answers.values())])
        if last_rev and have_rev < last_rev:
            raise Conflict("answers_missing", have_rev=have_rev)
        _finish(contest, attempt, rules.finish_time(attempt.deadline, now), "participant")
        standings.update_standing(contest, attempt.round_id, attempt.participant_id)
    elif attempt.submitted_at is None:
        settle(contest, [attempt.id], now=now)
    return queries.get_own_attempt(public_id, session_id)


def settle(contest: ContestInfo, attempt_ids: Sequence[int], *, now: datetime) -> int:
    """Make attempts final whose time is over, with their deadline as the finish; returns how many this call finished.

    May run anywhere and at the same time: each attempt is claimed by an UPDATE. An attempt that somebody else holds
    is waited for, so that afterwards all of them are final.
    """
    finished = 0
    for row in db.session.scalars(
        select(Attempt)
        .where(Attempt.id.in_(attempt_ids), Attempt.submitted_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        attempt = queries.info_of(row)
        if not attempt.is_open(now) and _finish(contest, attempt, attempt.deadline, "deadline"):
            standings.update_standing(contest, attempt.round_id, attempt.participant_id)
            finished += 1
    return finished


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


def _held_open(contest: ContestInfo, round_: RoundInfo, now: datetime) -> RoundInfo:
    """The round, when it is open; it cannot be closed early while this transaction makes a paper for it."""
    held = contests.hold_round(round_)
    if contest.launched_at is None or held is None or held.state(now) is not RoundState.OPEN:
        raise Conflict("round_not_open", opens_at=round_.opens_at, closes_at=round_.closes_at)
    return held


def _check_limit(participant_id: int, round_: RoundInfo, now: datetime) -> None:
    limit = round_.spec.attempts
    if limit.max is None:
        return
    used = queries.count_used(participant_id, round_.id, limit.per, now=now)
    if used >= limit.max:
        raise Conflict("attempts_exhausted", max=limit.max, per=limit.per)


def _check_batch(batch: Sequence[Choice], attempt: AttemptInfo, snapshot: Snapshot) -> None:
    if len(batch) > MAX_BATCH:
        raise Invalid("batch_too_large", max=MAX_BATCH)
    shown = dict(attempt.paper)
    multiple = frozenset(ref for ref in shown if snapshot.questions[ref].is_multiple)
    for index, choice in enumerate(batch):
        code = rules.choice_problem(choice, shown, multiple)
        if code:
            raise Invalid(code, index=index, question=choice.question)


def _check_prediction(prediction: tuple[str, int] | None, round_: RoundSpec) -> tuple[int, int] | None:
    if prediction is None:
        return None
    if round_.prediction is None:
        raise Invalid("prediction_not_asked")
    typed, rev = prediction
    value = rules.parse_prediction(round_.prediction.metric, typed)
    if value is None:
        raise Invalid("prediction_invalid", metric=round_.prediction.metric)
    if not 1 <= rev <= rules.MAX_REV:
        raise Invalid("rev_invalid", question="prediction")
    return value, rev


def _finish(contest: ContestInfo, attempt: AttemptInfo, finished_at: datetime, by: str) -> bool:
    """Grade and close; False when somebody else has closed it."""
    snapshot = contests.get_snapshot(contest.id, attempt.rules_version)
    round_ = contest.round_by_id(attempt.round_id)
    answers = {question: choice.options for question, choice in queries.get_answers(attempt.id).items()}
    markings = rulings.markings(round_.id, snapshot)
    grade = rules.grade(attempt.paper, answers, markings, round_.spec.paper.points)
    code = new_code(RECEIPT_CODE_LENGTH)
    claimed = db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id, Attempt.submitted_at.is_(None))
        .values(
            submitted_at=finished_at,
            duration_ms=rules.duration_ms(attempt.started_at, finished_at),
            finished_by=by,
            score=grade.score,
            is_perfect=grade.is_perfect,
            receipt_code=code,
            receipt=_receipt(contest, round_, attempt, answers, finished_at, by, code),
        )
        .execution_options(synchronize_session=False)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _receipt(
    contest: ContestInfo,
    round_: RoundInfo,
    attempt: AttemptInfo,
    answers: Mapping[str, Sequence[str]],
    finished_at: datetime,
    by: str,
    code: str,
) -> str:
    """The receipt as canonical JSON, written once and handed out unchanged; it says nothing about right or wrong."""
    salt = new_public_id()
    return rules.canonical(
        {
            "attempt": attempt.public_id,
            "contest": contest.slug,
            "round": round_.key,
            "code": code,
            "questions": len(attempt.paper),
            "answered": sum(1 for options in answers.values() if options),
            "prediction": attempt.prediction,
            "paper_hash": rules.paper_hash(attempt.paper),
            "salt": salt,
            "answers_hash": rules.answers_hash(salt, answers),
            "rules_version": attempt.rules_version,
            "started_at": rfc3339(attempt.started_at),
            "deadline": rfc3339(attempt.deadline),
            "submitted_at": rfc3339(finished_at),
            "finished_by": by,
        }
    )
