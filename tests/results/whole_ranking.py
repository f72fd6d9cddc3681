"""The ranking of a closed round in plain Python, from the standings: what the database's order is held against."""

from dataclasses import dataclass

from sqlalchemy import select

from quizapp.attempts.models import Standing
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import order_key, passes, rank
from quizapp.results.board import performance_of
from quizapp.results.board_rows import BoardRow, board_row


@dataclass(frozen=True)
class FinalRow:
    """A line of a closed round's ranking; `gap` is |guess - actual| in the guess's unit, None without a guess."""

    row: BoardRow
    participant_id: int
    unit: str | None
    gap: int | None


@dataclass(frozen=True)
class FinalRanking:
    """The ranking of a round (of one group, where there are groups) and the value that was to be guessed."""

    rows: tuple[FinalRow, ...]
    actual: int | None


def final_ranking(contest: ContestInfo, round_: RoundInfo, *, group: str | None = None) -> FinalRanking:
    """Everybody ranked in a closed round (`closing.freeze` has been called), best first; equal on all keys = the same
    rank, and people of one rank stand in the order of their submission."""
    spec = round_.spec
    actual = contests.actual_of(round_.id)
    query = (
        select(Standing, Participant)
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.round_id == round_.id, Participant.is_unranked.is_(False))
        .order_by(Standing.submitted_at, Standing.participant_id)
        .execution_options(populate_existing=True)
    )
    if group is not None:
        query = query.where(Participant.group_key == group)
    chain = spec.ranking.chain()
    people = [(row[0], row[1]) for row in db.session.execute(query)]
    if chain.leaves_out:
        people = [pair for pair in people if passes(chain, performance_of(pair[0]))]
    lines = rank(people, key=lambda pair: order_key(chain, performance_of(pair[0]), actual))
    rows = []
    for line in lines:
        standing, person = line.item
        gap = abs(standing.prediction - actual) if actual is not None and standing.prediction is not None else None
        rows.append(FinalRow(board_row(line.rank, standing, person), person.id, person.unit, gap))
    return FinalRanking(tuple(rows), actual)
