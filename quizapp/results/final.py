"""The ranking of a closed round, with the whole chain, and the prizes that follow from it so far."""

from dataclasses import dataclass

from sqlalchemy import select

from quizapp.attempts.models import Standing
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Prize
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import Fallback, Gate, order_key, rank
from quizapp.results.board import performance_of
from quizapp.results.board_rows import BoardRow, board_row


@dataclass(frozen=True)
class FinalRow:
    """A line of a closed round's ranking; `gap` is |guess - actual| in the guess's unit, None without a guess."""

    row: BoardRow
    participant_id: int
    unit: str | None
    gap: int | None
    prize: Prize | None = None


@dataclass(frozen=True)
class FinalRanking:
    """The ranking of a round (of one group, where there are groups) and the value that was to be guessed."""

    rows: tuple[FinalRow, ...]
    actual: int | None


def final_ranking(contest: ContestInfo, round_: RoundInfo, *, group: str | None = None) -> FinalRanking:
    """Everybody ranked in a closed round (`closing.freeze` has been called), best first, prizes given from the top.

    Equal on all keys = the same rank. Prizes follow the order of the list; two people of one rank at the last prize
    of a kind are for the organizer to settle, and the first by the time of submission is shown.
    """
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
    if chain.gate is Gate.ALL_CORRECT and chain.fallback is Fallback.LEAVE_UNAWARDED:
        people = [pair for pair in people if pair[0].is_perfect]
    lines = rank(people, key=lambda pair: order_key(chain, performance_of(pair[0]), actual))
    prizes = [prize for prize in spec.prizes for _ in range(prize.count)]
    rows = []
    for place, line in enumerate(lines):
        standing, person = line.item
        gap = abs(standing.prediction - actual) if actual is not None and standing.prediction is not None else None
        prize = prizes[place] if place < len(prizes) else None
        rows.append(FinalRow(board_row(line.rank, standing, person), person.id, person.unit, gap, prize))
    return FinalRanking(tuple(rows), actual)


def winners(contest: ContestInfo, round_: RoundInfo) -> list[tuple[str | None, FinalRow]]:
    """(group, line) of everybody who has a prize in a closed round, group by group."""
    groups: list[str | None] = [group.key for group in contest.spec.groups] or [None]
    return [
        (group, row)
        for group in groups
        for row in final_ranking(contest, round_, group=group).rows[: sum(p.count for p in round_.spec.prizes)]
        if row.prize is not None
    ]
