"""More time for one person whose paper was held up: part of the paper's deadline, and an act with its reason."""

from datetime import datetime, timedelta

from sqlalchemy import update

from quizapp.attempts import queries
from quizapp.attempts.models import Attempt
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import record_act
from quizapp.db import db
from quizapp.entries import queries as entries
from quizapp.entries.refusals import about
from quizapp.errors import Conflict, Invalid

MIN_SECONDS, MAX_SECONDS = 60, 7200


def extend_attempt(
    contest: ContestInfo, public_id: str, *, seconds: int, reason: str, actor: str, now: datetime
) -> AttemptInfo:
    """Let an open attempt of the contest run `seconds` longer; no paper runs longer than its round.

    Raises NotFound, Invalid("extra_time_invalid", "reason_missing"), Conflict("attempt_closed"),
    Conflict("extra_time_past_close", closes_at=...). Flushes; the edge commits.
    """
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise Invalid("extra_time_invalid", min=MIN_SECONDS // 60, max=MAX_SECONDS // 60)
    if not reason.strip():
        raise Invalid("reason_missing")
    round_ = contest.round_by_id(queries.get_attempt(contest.id, public_id).round_id)
    # The round first, then its papers: in that order a round is closed early.
    held = contests.hold_round(round_)
    attempt = queries.get_attempt(contest.id, public_id, lock=True)
    if held is None or not attempt.is_open(now):
        raise Conflict("attempt_closed")
    deadline = attempt.deadline + timedelta(seconds=seconds)
    if deadline > held.closes_at:
        raise Conflict("extra_time_past_close", closes_at=held.closes_at)
    db.session.execute(
        update(Attempt)
        .where(Attempt.id == attempt.id)
        .values(deadline=deadline, extra_seconds=Attempt.extra_seconds + seconds)
        .execution_options(synchronize_session=False)
    )
    person = entries.get_participant(attempt.participant_id)
    what = about(person, f"+{seconds // 60} phút, lượt {attempt.number}: {reason.strip()}")
    record_act(contest.id, "extend_attempt", actor=actor, now=now, round_key=round_.key, reason=what)
    db.session.flush()
    return queries.get_attempt(contest.id, public_id)
