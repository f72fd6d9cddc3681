"""How many take part, for the tables of staff: entered until when, new in which round, with which scores."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select

from quizapp.attempts import rollups
from quizapp.attempts.models import Attempt, Standing
from quizapp.contests.models import Round
from quizapp.db import db
from quizapp.entries.models import Participant


def count_entered(contest_id: int, area_ids: frozenset[int] | None, by: Sequence[datetime]) -> list[int]:
    """How many people had entered the contest by each of the moments; `area_ids` None = from everywhere."""
    numbers = [func.count(case((Participant.entered_at <= moment, 1))) for moment in by]
    query = select(*numbers).where(Participant.contest_id == contest_id)
    return [int(number) for number in db.session.execute(_within(query, area_ids)).one()] if numbers else []


def count_newcomers(contest_id: int, area_ids: frozenset[int] | None) -> dict[int, int]:
    """By the position of a round, how many people finished a first paper there; their sum is the contest's people."""
    rounds = db.session.execute(select(Round.id, Round.position).where(Round.contest_id == contest_id))
    positions = {row.id: row.position for row in rounds}
    found: Counter[int] = Counter()
    for line in rollups.read(contest_id, by_round=True):
        if line.newcomers and (area_ids is None or line.area_id in area_ids):
            found[positions[line.round_id]] += int(line.newcomers)
    return dict(found)


def people_by_round(contest_id: int) -> dict[int, dict[int | None, int]]:
    """By the id of a round, how many people finished a paper there, by the area that they named (None = none)."""
    query = (
        select(Standing.round_id, Participant.area_id, func.count())
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.contest_id == contest_id)
        .group_by(Standing.round_id, Participant.area_id)
    )
    found: dict[int, dict[int | None, int]] = {}
    for round_id, area_id, people in db.session.execute(query):
        found.setdefault(round_id, {})[area_id] = people
    return found


@dataclass(frozen=True)
class ScoreLine:
    """How often one score was reached in a round: by people's counted attempts, and by all final attempts."""

    round_id: int
    score: int
    people: int
    attempts: int


def spread_of_scores(contest_id: int, area_ids: frozenset[int] | None) -> list[ScoreLine]:
    """Every score that somebody reached, round by round, the highest first."""
    counted = (
        select(Standing.round_id, Standing.score, func.count())
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.contest_id == contest_id)
        .group_by(Standing.round_id, Standing.score)
    )
    final = (
        select(Attempt.round_id, Attempt.score, func.count())
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.contest_id == contest_id, Attempt.submitted_at.is_not(None))
        .group_by(Attempt.round_id, Attempt.score)
    )
    people = _by_score(_within(counted, area_ids))
    attempts = _by_score(_within(final, area_ids))
    return [
        ScoreLine(round_id, score, people.get((round_id, score), 0), number)
        for (round_id, score), number in sorted(attempts.items(), key=lambda item: (item[0][0], -item[0][1]))
    ]


def _by_score(query: Select) -> dict[tuple[int, int], int]:  # type: ignore[type-arg]
    return {(round_id, score): number for round_id, score, number in db.session.execute(query)}


def _within(query: Select, area_ids: frozenset[int] | None) -> Select:  # type: ignore[type-arg]
    return query if area_ids is None else query.where(Participant.area_id.in_(area_ids))
