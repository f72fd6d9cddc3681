"""Who may take part in a round that only the best of an earlier one reach (`promote`): its published result decides."""

from typing import Any

from sqlalchemy import Select, select

from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results import versions
from quizapp.results.models import ResultLine


def is_decided(contest: ContestInfo, round_: RoundInfo) -> bool:
    """True once it is known who reaches the round: at once where it is for everybody."""
    promote = round_.spec.promote
    return promote is None or versions.published(contest.round(promote.round).id) is not None


def is_promoted(contest: ContestInfo, round_: RoundInfo, participant_id: int) -> bool:
    """True when the person may take part in the round; while nothing is decided, nobody may."""
    if round_.spec.promote is None:
        return True
    reached = _reached(contest, round_)
    return reached is not None and (
        db.session.scalar(reached.where(ResultLine.participant_id == participant_id)) is not None
    )


def promoted_ids(contest: ContestInfo, round_: RoundInfo) -> frozenset[int] | None:
    """The people whom a `promote` lets into the round; None where it is for everybody."""
    if round_.spec.promote is None:
        return None
    reached = _reached(contest, round_)
    return frozenset(db.session.scalars(reached)) if reached is not None else frozenset()


def _reached(contest: ContestInfo, round_: RoundInfo) -> Select[Any] | None:
    """The first `top` of each group, without those whose entry was refused since; None while there is no result."""
    promote = round_.spec.promote
    result = versions.published(contest.round(promote.round).id) if promote else None
    if promote is None or result is None:
        return None
    return (
        select(ResultLine.participant_id)
        .join(Participant, Participant.id == ResultLine.participant_id)
        .where(ResultLine.result_id == result.id, ResultLine.rank <= promote.top, Participant.is_unranked.is_(False))
    )
