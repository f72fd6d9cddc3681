"""The live boards: one sorted set of packed numbers for the contest round as a whole, each area, each group.

Knows participants' ids and packed numbers only. What the boards say is rebuilt from the database at any time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from quizapp import redis_store
from quizapp.db import db, upsert
from quizapp.ids import new_public_id
from quizapp.leaderboard.models import BoardBuild
from quizapp.redis_store import Place


def everyone(round_id: int) -> str:
    """The board of a whole round."""
    return f"r{round_id}"


def of_area(round_id: int, area_id: int) -> str:
    """The board of one area of any level within a round."""
    return f"r{round_id}:a{area_id}"


def of_group(round_id: int, group: str) -> str:
    """The board of one group (bảng) within a round."""
    return f"r{round_id}:g{group}"


def name_of(round_id: int, *, area_id: int | None, group: str | None) -> str | None:
    """The board of the people of an area (None = of everywhere) or of a group; None for both, which is not kept."""
    if area_id is not None:
        return None if group else of_area(round_id, area_id)
    return of_group(round_id, group) if group else everyone(round_id)


def names_for(round_id: int, area_path: Iterable[int], group: str | None) -> list[str]:
    """All boards on which a participant stands: everyone, each area of the path, the group."""
    names = [everyone(round_id), *(of_area(round_id, area_id) for area_id in area_path)]
    return [*names, of_group(round_id, group)] if group else names


@dataclass(frozen=True)
class BoardLine:
    """A participant's packed number, and the boards on which it stands."""

    boards: tuple[str, ...]
    participant_id: int
    packed: int


def record(contest_id: int, lines: Iterable[BoardLine]) -> None:
    """Put participants on their boards, all together. Raises StoreDown; the caller then has to `invalidate`."""
    scores: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in lines:
        for name in line.boards:
            scores[name][str(line.participant_id)] = line.packed
    redis_store.boards_add(contest_id, scores)


def invalidate(contest_id: int) -> str:
    """Make every process say that the boards are catching up until they are rebuilt under the generation returned.

    Flushes; the edge commits.
    """
    generation = new_public_id()
    statement = upsert(BoardBuild).values(contest_id=contest_id, generation=generation)
    db.session.execute(statement.on_conflict_do_update(index_elements=["contest_id"], set_={"generation": generation}))
    return generation


def wanted_generation(contest_id: int) -> str | None:
    """The generation that the boards must carry; None before the first build."""
    return db.session.scalar(select(BoardBuild.generation).where(BoardBuild.contest_id == contest_id))


def is_complete(contest_id: int) -> bool:
    """True when the boards in Redis are the valid build; False while Redis is away, was emptied or missed a write."""
    wanted = wanted_generation(contest_id)
    try:
        return wanted is not None and redis_store.board_generation(contest_id) == wanted
    except redis_store.StoreDown:
        return False


@dataclass(frozen=True, slots=True)
class PlaceAsked:
    """Whose place on which board is asked for; `packed` is the number that the person has by now."""

    board: str
    participant_id: int
    packed: int


def find_places(contest_id: int, generation: str | None, asked: Sequence[PlaceAsked]) -> list[Place] | None:
    """How many others stand before and beside each; None unless the boards are of that build. May raise StoreDown."""
    marker, places = redis_store.board_places(
        contest_id, [(ask.board, str(ask.participant_id), ask.packed) for ask in asked]
    )
    return places if generation is not None and marker == generation else None


def is_whole(contest_id: int) -> bool:
    """False when the server has lost something since the last build without our knowing. Raises StoreDown."""
    return redis_store.boards_are_whole(contest_id)


def disown(contest_id: int) -> None:
    """Make everybody say that the boards are catching up, without a write to the database. Raises StoreDown."""
    redis_store.boards_disown(contest_id)


def replace(contest_id: int, boards: Iterable[tuple[str, Mapping[str, int]]], generation: str) -> None:
    """Put rebuilt boards in place of whatever is there. Raises StoreDown."""
    redis_store.boards_replace(contest_id, boards, generation)
