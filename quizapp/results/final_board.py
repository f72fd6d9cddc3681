"""A page of a closed round's ranking: the first lines, and one person's own with the neighbours.

The same order as `ordering.ranked`, for the part that is asked for, so that a page of a ranking of a hundred thousand
people costs no more than its own lines here. A live board is read by it where its own numbers do not suffice.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import ColumnElement, Subquery, func, or_, select

from quizapp.attempts.models import Standing
from quizapp.attempts.ordering import chain_order, passes
from quizapp.contests.queries import RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import Chain
from quizapp.results.board_rows import NEIGHBOURS, BoardPage, BoardRow, board_row


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
    return page_of(places, lambda wanted: _lines(round_, places, wanted), limit=limit, me=me)


def page_of(
    places: Subquery,
    read: Callable[[ColumnElement[bool]], Iterable[tuple[int, BoardRow]]],
    *,
    limit: int,
    me: int | None,
) -> BoardPage:
    """The page out of `places` (participant_id, place, line); `read` gives (line, row) of the places wanted."""
    own_line = db.session.scalar(select(places.c.line).where(places.c.participant_id == me)) if me is not None else None
    wanted: ColumnElement[bool] = places.c.line <= limit
    if own_line is not None:
        wanted = or_(wanted, places.c.line.between(own_line - NEIGHBOURS, own_line + NEIGHBOURS))
    lines = dict(read(wanted))
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
    keys = chain_order(chain, actual, Standing)
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
    if chain.leaves_out:
        query = query.where(passes(chain, Standing))
    if area_ids is not None:
        query = query.where(Participant.area_id.in_(area_ids))
    if group is not None:
        query = query.where(Participant.group_key == group)
    return query.subquery()


def _lines(round_: RoundInfo, places: Subquery, wanted: ColumnElement[bool]) -> Iterator[tuple[int, BoardRow]]:
    rows = db.session.execute(
        select(Standing, Participant, places.c.place, places.c.line)
        .join(places, places.c.participant_id == Standing.participant_id)
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.round_id == round_.id, wanted)
        .execution_options(populate_existing=True)
    )
    for row in rows:
        yield row.line, board_row(row.place, row.Standing, row.Participant)


def _between(lines: dict[int, BoardRow], numbers: range) -> tuple[BoardRow, ...]:
    return tuple(lines[number] for number in numbers if number in lines)
