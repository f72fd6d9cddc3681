"""The own lines of many who look at live boards at the same moment: one statement and one question to Redis for all.

What a line says comes from the database, so that whoever has just submitted finds themselves, even where the boards
hear of it a moment later; the boards tell who stands before. This is for boards that are whole and for people who share
their number with few. Everybody else is left to `board.read_board`, which gives the same lines.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, and_, select
from sqlalchemy.types import TypeEngine

from quizapp.accounts.models import BrowserSession
from quizapp.areas.rules import AreaNode
from quizapp.attempts.models import Standing
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries.models import Participant, SessionParticipant, name_in_public
from quizapp.leaderboard import boards
from quizapp.leaderboard.boards import PlaceAsked
from quizapp.leaderboard.models import BoardBuild
from quizapp.ranking.rules import Chain, is_shared_by_equals, live_chain, order_key
from quizapp.redis_store import Place, StoreDown
from quizapp.results.board import ids_within, part_of, performance_of
from quizapp.results.board_rows import BoardRow, board_row
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Statement

# So many who share somebody's number are put in order here.
_MOST_BESIDE = 50


class NotPlain(Exception):
    """`board.read_board` has to be asked for this line."""


@dataclass(frozen=True)
class LiveBoard:
    """A board that is kept in Redis under `name`; `area_ids` None = people from everywhere, `group` None = of all."""

    contest_id: int
    round_id: int
    name: str
    chain: Chain
    area_ids: frozenset[int] | None
    group: str | None

    def holds(self, person: Any) -> bool:
        """Whether somebody with that `is_unranked`, `area_id` and `group_key` may stand on it."""
        return (
            not person.is_unranked
            and (self.area_ids is None or person.area_id in self.area_ids)
            and (self.group is None or person.group_key == self.group)
        )


@dataclass(frozen=True)
class PlaceAsk:
    """A browser (the hash of its token) asks for its own line of a board."""

    browser: str
    board: LiveBoard


def live_board(contest: ContestInfo, round_: RoundInfo, area: AreaNode | None, group: str | None) -> LiveBoard | None:
    """The board of a round, or of its people in an area or a group; None where none is kept."""
    part = part_of(area)
    name = boards.name_of(round_.id, area_id=part.id if part else None, group=group)
    chain = live_chain(round_.spec.ranking.chain())
    return LiveBoard(contest.id, round_.id, name, chain, ids_within(contest, part), group) if name else None


def find_places(asks: Sequence[PlaceAsk]) -> list[BoardRow | NotPlain | None]:
    """Each one's own line, in the order given; None for who stands on no such board, a stranger for instance."""
    asked = [
        {"place": place, "browser": ask.browser, "contest": ask.board.contest_id, "round": ask.board.round_id}
        for place, ask in enumerate(asks)
    ]
    # A browser may act for several: the one entered last stands last.
    people = {row.place: row for row in _PEOPLE.rows(asked=encode(dialect_name(), asked))}
    ranked = {
        place: row for place, row in people.items() if row.packed is not None and asks[place].board.holds(row)
    }  # fmt: skip
    placed = _placed(asks, ranked)
    better = _better_beside(asks, ranked, placed)
    told: list[BoardRow | NotPlain | None] = [None] * len(asks)
    for place, row in ranked.items():
        ahead = better.get(place)
        told[place] = NotPlain() if ahead is None else board_row(placed[place].above + ahead + 1, row, row)
    return told


def _placed(asks: Sequence[PlaceAsk], ranked: dict[int, Any]) -> dict[int, Place]:
    """How many others stand before and beside each on the board; nobody of a contest whose boards are not whole."""
    of_contest: defaultdict[int, list[int]] = defaultdict(list)
    for place in ranked:
        of_contest[asks[place].board.contest_id].append(place)
    found: dict[int, Place] = {}
    for contest_id, places in of_contest.items():
        generation = ranked[places[0]].generation
        wanted = [PlaceAsked(asks[place].board.name, ranked[place].id, ranked[place].packed) for place in places]
        try:
            told = boards.find_places(contest_id, generation, wanted)
        except StoreDown:
            continue
        # Where nobody at all stands, a full server may have thrown the board away.
        found.update((place, each) for place, each in zip(places, told or (), strict=False) if any(each))
    return found


def _better_beside(asks: Sequence[PlaceAsk], ranked: dict[int, Any], placed: dict[int, Place]) -> dict[int, int]:
    """How many of those who share each one's number stand before them by the whole chain; those who are too many not.

    They are read from the database, since the number says no more.
    """
    better: dict[int, int] = {}
    crowded: list[int] = []
    for place, found in placed.items():
        if not found.beside or is_shared_by_equals(asks[place].board.chain, ranked[place].packed):
            better[place] = 0
        elif found.beside <= _MOST_BESIDE:
            crowded.append(place)
    if crowded:
        better.update(dict.fromkeys(crowded, 0))
        asked = [
            {"place": place, "round": asks[place].board.round_id, "packed": ranked[place].packed} for place in crowded
        ]
        for other in _BESIDE.rows(asked=encode(dialect_name(), asked)):
            board, own = asks[other.place].board, ranked[other.place]
            better[other.place] += board.holds(other) and _key(board, other) < _key(board, own)
    return better


def _key(board: LiveBoard, row: Any) -> tuple[int, ...]:
    return order_key(board.chain, performance_of(row))


_WHERE = (Participant.area_id, Participant.group_key, Participant.is_unranked)
_WHAT = (
    Standing.score, Standing.is_perfect, Standing.started_at, Standing.submitted_at, Standing.duration_ms,
    Standing.prediction, Standing.perfect_attempts,
)  # fmt: skip


def _people(dialect: str) -> Any:
    kinds: dict[str, TypeEngine[Any]] = {"place": Integer(), "browser": Text()}
    asked = row_set(dialect, "asked", {**kinds, "contest": Integer(), "round": Integer()})
    is_living = and_(BrowserSession.token_hash == asked.c.browser, BrowserSession.ended_at.is_(None))
    is_present = and_(
        Participant.id == SessionParticipant.participant_id, Participant.contest_id == asked.c.contest
    )  # fmt: skip
    is_theirs = and_(Standing.round_id == asked.c.round, Standing.participant_id == Participant.id)
    return (
        select(
            asked.c.place, Participant.id, Participant.public_id, name_in_public(), *_WHERE, *_WHAT,
            Standing.packed, BoardBuild.generation,
        )
        .select_from(asked)
        .join(BrowserSession, is_living)
        .join(SessionParticipant, SessionParticipant.session_id == BrowserSession.id)
        .join(Participant, is_present)
        .outerjoin(Standing, is_theirs)
        .outerjoin(BoardBuild, BoardBuild.contest_id == asked.c.contest)
        .order_by(SessionParticipant.linked_at, Participant.id)
    )  # fmt: skip


def _beside(dialect: str) -> Any:
    asked = row_set(dialect, "asked", {"place": Integer(), "round": Integer(), "packed": BigInteger()})
    return (
        select(asked.c.place, *_WHERE, *_WHAT)
        .select_from(asked)
        .join(Standing, and_(Standing.round_id == asked.c.round, Standing.packed == asked.c.packed))
        .join(Participant, Participant.id == Standing.participant_id)
    )


_PEOPLE, _BESIDE = Statement(_people), Statement(_beside)
