"""A page of a closed round's ranking: the first lines, and one person's own with the neighbours.

The same order as `final.final_ranking`, put together by the database, so that a page of a ranking of a hundred thousand
people costs no more than its own lines here. A live board is read by it where its own numbers do not suffice.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, case, func, or_, select

from quizapp.attempts.models import Standing
from quizapp.contests.queries import RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import Chain, Fallback, Gate, Key
from quizapp.results.board_rows import NEIGHBOURS, BoardPage, BoardRow, board_row

# Behind every possible distance between a guess and the truth.
_NO_GUESS = 1 << 62


def read_final_board(
    round_: RoundInfo,
    *,
    actual: int | None,
    area_ids: frozenset[int] | None = None,
    group: str | None = None,
    limit: int = 50,
    me: int | None = None,
) -> BoardPage:
    """The first `limit` lines and the asker's own (`me`: a participant's id), placed among those who are asked for.

    `actual`: what was to be guessed (`contests.queries.actual_of`), None without a guess. `area_ids` None = everybody.
    """
    chain = round_.spec.ranking.chain()
    return read_in_order(round_, chain, actual=actual, area_ids=area_ids, group=group, limit=limit, me=me)


def read_in_order(
    round_: RoundInfo,
    chain: Chain,
    *,
    actual: int | None,
    area_ids: frozenset[int] | None,
    group: str | None,
    limit: int,
    me: int | None,
) -> BoardPage:
    """The same by any chain: a live one (`ranking.rules.live_chain`) where a board's own numbers do not suffice."""
    places = _places(round_, chain, actual, area_ids, group)
    own_line = db.session.scalar(select(places.c.line).where(places.c.participant_id == me)) if me is not None else None
    wanted: ColumnElement[bool] = places.c.line <= limit
    if own_line is not None:
        wanted = or_(wanted, places.c.line.between(own_line - NEIGHBOURS, own_line + NEIGHBOURS))
    lines = {row.line: _board_row(row) for row in _lines(round_, places, wanted)}
    return BoardPage(
        rows=_between(lines, range(1, limit + 1)),
        me=lines.get(own_line) if own_line is not None else None,
        around=_between(lines, range(own_line - NEIGHBOURS, own_line + NEIGHBOURS + 1)) if own_line else (),
        total=db.session.scalar(select(func.count()).select_from(places)) or 0,
        catching_up=False,
    )


def _places(
    round_: RoundInfo, chain: Chain, actual: int | None, area_ids: frozenset[int] | None, group: str | None
) -> Subquery:
    """(participant_id, place: the shared rank, line: 1, 2, 3, ...) of everybody who is ranked."""
    keys = _order(chain, actual)
    # People of one rank stand in the order of their submission, as in the whole ranking.
    in_line = [*keys, Standing.submitted_at, Standing.participant_id]
    query = (
        select(
            Standing.participant_id,
            func.rank().over(order_by=keys).label("place"),
            func.row_number().over(order_by=in_line).label("line"),
        )
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.round_id == round_.id, Participant.is_unranked.is_(False))
    )
    if chain.gate is Gate.ALL_CORRECT and chain.fallback is Fallback.LEAVE_UNAWARDED:
        query = query.where(Standing.is_perfect.is_(True))
    if area_ids is not None:
        query = query.where(Participant.area_id.in_(area_ids))
    if group is not None:
        query = query.where(Participant.group_key == group)
    return query.subquery()


def _order(chain: Chain, actual: int | None) -> list[Any]:
    """`ranking.rules.order_key` in the database's words."""
    columns: dict[Key, Any] = {
        Key.SCORE: Standing.score.desc(),
        Key.SUBMITTED_AT: Standing.submitted_at,
        Key.DURATION: Standing.duration_ms,
        Key.STARTED_AT: Standing.started_at,
        Key.PERFECT_ATTEMPTS: Standing.perfect_attempts.desc(),
    }
    if actual is not None:
        columns[Key.PREDICTION_GAP] = func.coalesce(func.abs(Standing.prediction - actual), _NO_GUESS)
    keys = [columns[key] for key in chain.keys if key in columns]
    if chain.gate is Gate.NONE:
        return keys
    return [Standing.is_perfect.desc(), case((Standing.is_perfect, 0), else_=-Standing.score), *keys]


def _lines(round_: RoundInfo, places: Subquery, wanted: ColumnElement[bool]) -> Iterable[Row]:  # type: ignore[type-arg]
    return db.session.execute(
        select(Standing, Participant, places.c.place, places.c.line)
        .join(places, places.c.participant_id == Standing.participant_id)
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.round_id == round_.id, wanted)
        .execution_options(populate_existing=True)
    )


def _board_row(row: Row) -> BoardRow:  # type: ignore[type-arg]
    return board_row(row.place, row.Standing, row.Participant)


def _between(lines: dict[int, BoardRow], numbers: range) -> tuple[BoardRow, ...]:
    return tuple(lines[number] for number in numbers if number in lines)
