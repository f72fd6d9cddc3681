"""A page of a published result: read from the lines of its version, so that nothing done later changes it.

Also the places of one person in it, for the page that explains a rank.
"""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Subquery, func, select

from quizapp.attempts.ordering import chain_order
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant, name_in_public
from quizapp.results import versions
from quizapp.results.board_rows import BoardPage, BoardRow
from quizapp.results.final_board import page_of
from quizapp.results.models import ResultLine
from quizapp.results.versions import ResultInfo, ResultRow


def read_published_board(
    contest: ContestInfo,
    round_: RoundInfo,
    result: ResultInfo,
    *,
    area_ids: frozenset[int] | None = None,
    group: str | None = None,
    limit: int = 50,
    me: int | None = None,
) -> BoardPage:
    """The first `limit` lines of a version and the asker's own (`me`: a participant's id), placed among all asked for.

    `area_ids` None = everybody; areas are those of the day of the result.
    """
    if area_ids is None and (group is not None or not contest.spec.groups):
        places = _kept_places(result, group or "")
    else:
        places = _places_among(round_, result, area_ids, group)
    return page_of(places, lambda wanted: _lines(result, places, wanted), limit=limit, me=me)


def shared_by(row: ResultRow) -> int:
    """How many people have the rank of that line, in its group."""
    return _count(row, ResultLine.rank == row.rank)


def place_within(row: ResultRow, area_ids: frozenset[int]) -> tuple[int, int]:
    """(rank, how many are ranked) of that line among the people of its group in some areas."""
    inside = ResultLine.area_id.in_(area_ids)
    return _count(row, inside, ResultLine.rank < row.rank) + 1, _count(row, inside)


def ranked_in_group(row: ResultRow) -> int:
    """How many people are ranked in the group of that line."""
    return _count(row)


def next_better(row: ResultRow) -> ResultRow | None:
    """The last line of a better rank: ranks skip those who share one, so the first line of rank 4 is line 4."""
    return versions.line_at(row.result_id, row.group_key, row.rank - 1)


def next_worse(row: ResultRow) -> ResultRow | None:
    """The first line of a worse rank."""
    return versions.line_at(row.result_id, row.group_key, row.rank + shared_by(row))


def _kept_places(result: ResultInfo, group: str) -> Subquery:
    """The ranks and lines as they were kept."""
    return (
        select(ResultLine.participant_id, ResultLine.rank.label("place"), ResultLine.line)
        .where(ResultLine.result_id == result.id, ResultLine.group_key == group)
        .subquery()
    )


def _places_among(
    round_: RoundInfo, result: ResultInfo, area_ids: frozenset[int] | None, group: str | None
) -> Subquery:
    """Ranks and lines among the people of some areas, or of all groups together, by the chain that made the result."""
    keys = chain_order(round_.spec.ranking.chain(), result.actual, ResultLine)
    in_line = [*keys, ResultLine.submitted_at, ResultLine.participant_id]
    query = select(
        ResultLine.participant_id,
        func.rank().over(order_by=keys).label("place"),
        func.row_number().over(order_by=in_line).label("line"),
    ).where(ResultLine.result_id == result.id)
    if area_ids is not None:
        query = query.where(ResultLine.area_id.in_(area_ids))
    if group is not None:
        query = query.where(ResultLine.group_key == group)
    return query.subquery()


def _lines(result: ResultInfo, places: Subquery, wanted: ColumnElement[bool]) -> Iterator[tuple[int, BoardRow]]:
    rows = db.session.execute(
        select(ResultLine, Participant.public_id, name_in_public(), places.c.place, places.c.line)
        .join(places, places.c.participant_id == ResultLine.participant_id)
        .join(Participant, Participant.id == ResultLine.participant_id)
        .where(ResultLine.result_id == result.id, wanted)
        .execution_options(populate_existing=True)
    )
    for line, public_id, full_name, place, number in rows:
        yield (
            number,
            BoardRow(
                rank=place,
                participant=public_id,
                name=full_name,
                area_id=line.area_id,
                score=line.score,
                perfect=line.is_perfect,
                duration_ms=line.duration_ms,
                submitted_at=line.submitted_at,
                prediction=line.prediction,
            ),
        )


def _count(row: ResultRow, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(ResultLine)
    query = query.where(ResultLine.result_id == row.result_id, ResultLine.group_key == row.group_key, *conditions)
    return db.session.scalar(query) or 0
