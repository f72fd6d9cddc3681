"""The live board of a round: top, own rank and neighbours, from Redis or, while Redis catches up, from the database.

The packed number orders by the first two keys. Whoever shares one is put in order here, from the database, by the
whole chain; so a page is exact whatever the packed number can hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Select, func, select

from quizapp import redis_store
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.attempts.models import Standing
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.leaderboard import boards
from quizapp.ranking.rules import Performance, live_chain, order_key, rank
from quizapp.redis_store import StoreDown
from quizapp.results.board_rows import NEIGHBOURS, BoardPage, BoardRow, board_row
from quizapp.results.final_board import read_in_order

# So many people who share one packed number are put in order here; more than that are left to the database.
_TIES = 2000


class _Crowded(Exception):
    """Too many people share a packed number that is looked at."""


class Source(Protocol):
    """Where packed numbers come from, best first; members are participants' ids."""

    def window(self, start: int, stop: int) -> list[tuple[int, int]]: ...
    def members_with(self, packed: int) -> list[int]: ...
    def count_above(self, packed: int, *, but: int | None = None) -> int: ...
    def size(self) -> int: ...


@dataclass(frozen=True)
class RedisSource:
    """The sorted set of one board. Every call may raise StoreDown."""

    contest_id: int
    name: str

    def window(self, start: int, stop: int) -> list[tuple[int, int]]:
        """(participant id, packed) at the places from `start` up to but not including `stop`, counted from 0."""
        return [(int(m), p) for m, p in redis_store.board_window(self.contest_id, self.name, start, stop)]

    def members_with(self, packed: int) -> list[int]:
        """Everybody with exactly that number."""
        return [int(m) for m in redis_store.board_members_with(self.contest_id, self.name, packed, _TIES)]

    def count_above(self, packed: int, *, but: int | None = None) -> int:
        """How many have a higher number, not counting one person (`but`), who may have another number by now."""
        above = redis_store.board_count_above(self.contest_id, self.name, packed)
        own = None if but is None else redis_store.board_score(self.contest_id, self.name, str(but))
        return above - (own is not None and own > packed)

    def size(self) -> int:
        """How many stand on the board."""
        return redis_store.board_size(self.contest_id, self.name)


@dataclass(frozen=True)
class DatabaseSource:
    """The same from the standings, for while Redis is away or catching up."""

    round_id: int
    area_ids: frozenset[int] | None
    group: str | None

    def window(self, start: int, stop: int) -> list[tuple[int, int]]:
        """See RedisSource."""
        query = self._query(Standing.participant_id, Standing.packed)
        query = query.order_by(Standing.packed.desc(), Standing.participant_id)
        return [(row[0], row[1]) for row in db.session.execute(query.offset(start).limit(stop - start))]

    def members_with(self, packed: int) -> list[int]:
        """See RedisSource."""
        query = self._query(Standing.participant_id).where(Standing.packed == packed).limit(_TIES)
        return list(db.session.scalars(query))

    def count_above(self, packed: int, *, but: int | None = None) -> int:
        """See RedisSource; here everybody has the number that they have by now."""
        return db.session.scalar(self._query(func.count()).where(Standing.packed > packed)) or 0

    def size(self) -> int:
        """See RedisSource."""
        return db.session.scalar(self._query(func.count())) or 0

    def packed_of(self, participant_id: int) -> int | None:
        """The number of one person; None for who does not stand on this board."""
        return db.session.scalar(self._query(Standing.packed).where(Standing.participant_id == participant_id))

    def _query(self, *columns: object) -> Select:  # type: ignore[type-arg]
        query = (
            select(*columns)  # type: ignore[call-overload]
            .select_from(Standing)
            .join(Participant, Participant.id == Standing.participant_id)
            .where(Standing.round_id == self.round_id, Participant.is_unranked.is_(False))
        )
        if self.area_ids is not None:
            query = query.where(Participant.area_id.in_(self.area_ids))
        return query.where(Participant.group_key == self.group) if self.group else query


def read_board(
    contest: ContestInfo,
    round_: RoundInfo,
    *,
    area: AreaNode | None = None,
    group: str | None = None,
    limit: int = 50,
    me: int | None = None,
) -> BoardPage:
    """The first `limit` lines of the round's board (of an area, of a group), and the asker's own (`me`: id)."""
    part = part_of(area)
    ids = ids_within(contest, part)
    name = boards.name_of(round_.id, area_id=part.id if part else None, group=group)
    database = DatabaseSource(round_.id, ids, group)
    try:
        return _read_packed(contest, round_, name, database, limit=limit, me=me)
    except _Crowded:
        chain = live_chain(round_.spec.ranking.chain())
        return read_in_order(round_, chain, actual=None, area_ids=ids, group=group, limit=limit, me=me)


def _read_packed(
    contest: ContestInfo, round_: RoundInfo, name: str | None, database: DatabaseSource, *, limit: int, me: int | None
) -> BoardPage:
    """The page by packed numbers: of the board of that name when the boards in Redis are whole, else of the standings.

    May raise _Crowded.
    """
    is_complete = boards.is_complete(contest.id)
    if is_complete and name is not None:
        try:
            page = _read(round_, RedisSource(contest.id, name), database, limit=limit, me=me, catching_up=False)
            # One without anybody may be one that a full server has thrown away.
            if page.total or not database.size():
                return page
        except StoreDown:
            pass
        is_complete = False
    return _read(round_, database, database, limit=limit, me=me, catching_up=not is_complete)


def part_of(area: AreaNode | None) -> AreaNode | None:
    """The area whose people are asked for; None = everybody, for the root: people from elsewhere are among them."""
    return None if area is None or area.parent_id is None else area


def ids_within(contest: ContestInfo, part: AreaNode | None) -> frozenset[int] | None:
    """The ids of the areas of a part; None of everything."""
    return areas.get_tree_by_id(contest.tree_id).descendant_ids(part) | {part.id} if part else None


def _read(
    round_: RoundInfo, source: Source, database: DatabaseSource, *, limit: int, me: int | None, catching_up: bool
) -> BoardPage:
    rows = _slice(round_, source, 0, limit) if limit else []
    own: BoardRow | None = None
    around: Sequence[BoardRow] = ()
    # The asker's own number is the database's: whoever has just submitted may not be on the board yet.
    packed = database.packed_of(me) if me is not None else None
    if me is not None and packed is not None:
        above, equal = source.count_above(packed, but=me), len(_members_with(round_, source, packed))
        near = _slice(round_, source, max(0, above - NEIGHBOURS), above + equal + NEIGHBOURS, keep=(me, packed))
        place = next((i for i, (person, _) in enumerate(near) if person == me), None)
        if place is not None:
            own = near[place][1]
            around = [row for _, row in near[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]]
    return BoardPage(tuple(row for _, row in rows[:limit]), own, tuple(around), source.size(), catching_up)


def _slice(
    round_: RoundInfo, source: Source, start: int, stop: int, *, keep: tuple[int, int] | None = None
) -> list[tuple[int, BoardRow]]:
    """The lines of places `start` up to `stop`, widened so that nobody who shares a number at either end is missing.

    `keep`: somebody who shall be among them, and the number that they have, whatever the source says.
    """
    members = dict(source.window(start, stop))
    if not members:
        return []
    highest, lowest = max(members.values()), min(members.values())
    for packed in {highest, lowest}:
        members.update(dict.fromkeys(_members_with(round_, source, packed), packed))
    members.update([keep] if keep else ())
    return _ranked_rows(round_, members, better=source.count_above(highest, but=keep[0] if keep else None))


def _members_with(round_: RoundInfo, source: Source, packed: int) -> list[int]:
    """Everybody with that number. Raises _Crowded when they are too many and more keys than the score part them."""
    found = source.members_with(packed)
    if len(found) >= _TIES and len(live_chain(round_.spec.ranking.chain()).keys) > 1:
        raise _Crowded
    return found


def _ranked_rows(round_: RoundInfo, members: dict[int, int], *, better: int) -> list[tuple[int, BoardRow]]:
    """The members in the exact order of the whole live chain; `better` people stand before all of them."""
    chain = live_chain(round_.spec.ranking.chain())
    rows = []
    for standing, person in _standings(round_.id, members):
        rows.append((order_key(chain, performance_of(standing)), standing, person))
    lines = rank(rows, key=lambda row: (-members[row[1].participant_id], *row[0]))
    return [(line.item[1].participant_id, board_row(better + line.rank, line.item[1], line.item[2])) for line in lines]


def _standings(round_id: int, ids: Iterable[int]) -> list[tuple[Standing, Participant]]:
    rows = db.session.execute(
        select(Standing, Participant)
        .join(Participant, Participant.id == Standing.participant_id)
        .where(Standing.round_id == round_id, Standing.participant_id.in_(list(ids)))
        # People who share a rank are shown in the order of their entry, on every page alike.
        .order_by(Standing.participant_id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]


def performance_of(standing: Standing) -> Performance:
    """A standing as the ranking rules look at it."""
    return Performance(
        score=standing.score,
        perfect=standing.is_perfect,
        started_at=standing.started_at,
        submitted_at=standing.submitted_at,
        duration_ms=standing.duration_ms,
        prediction=standing.prediction,
        perfect_attempts=standing.perfect_attempts,
    )
