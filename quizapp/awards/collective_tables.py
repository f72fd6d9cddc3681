"""Collective rankings as people look at them: as the sheet of awards keeps them, else as they stand (provisional)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import select

from quizapp.areas.rules import Tree
from quizapp.awards import area_ranking, collectives, lineups, queries
from quizapp.awards.area_ranking import AreaCandidate
from quizapp.awards.collectives import PrizesByArea, Reader
from quizapp.awards.models import Award
from quizapp.awards.queries import SheetInfo
from quizapp.awards.rules import Cap, Contender, PrizeLine, State, allocate
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Collective
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results import versions


@dataclass(frozen=True)
class CollectiveTable:
    """One collective ranking, over the contest or (`round`) of one round.

    `areas`: the ranked ones best first, then the others in Vietnamese order. `prizes`: names of the collective's own
    prizes by area id, provisional until the ranking `is_final`. `lots_open`, `hand_open`: how many prizes wait for a
    lot, or for the organizer to name an area.
    """

    index: int
    collective: Collective
    round: RoundInfo | None
    is_final: bool
    areas: tuple[AreaCandidate, ...]
    prizes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    lots_open: int = 0
    hand_open: int = 0


def list_tables(contest: ContestInfo) -> list[CollectiveTable]:
    """Every ranking as it stands for the organizers: final ones from the latest sheet, the others provisional."""
    return _tables(contest, queries.latest(contest.id), lambda _: True)


def list_final(contest: ContestInfo, *, public: bool) -> list[CollectiveTable]:
    """The rankings whose rounds are all finalized; `public`: only the published ones, as they were published."""
    if public:
        sheet = queries.published(contest.id)
        tables = _tables(contest, sheet, partial(_is_public, contest))
    else:
        tables = _tables(contest, queries.latest(contest.id), partial(_is_finalized, contest))
    return [table for table in tables if table.is_final]


def _tables(
    contest: ContestInfo, sheet: SheetInfo | None, wanted: Callable[[RoundInfo | None], bool]
) -> list[CollectiveTable]:
    kept, reader = _kept(sheet), Reader(contest)
    return [
        _from_sheet(contest, sheet, kept[name], index, round_)
        if sheet is not None and name in kept
        else _as_it_stands(contest, sheet, index, round_, reader)
        for name, index, round_ in _names(contest)
        if wanted(round_)
    ]


def _names(contest: ContestInfo) -> Iterator[tuple[str, int, RoundInfo | None]]:
    """(name of the ranking, which collective, which round) of all of them."""
    for index, collective in enumerate(contest.spec.collectives):
        if collective.scope == "contest":
            yield f"collective:{index}", index, None
        else:
            yield from ((f"collective:{index}:{round_.key}", index, round_) for round_ in contest.rounds)


def _is_public(contest: ContestInfo, round_: RoundInfo | None) -> bool:
    return contest.published_at is not None if round_ is None else versions.published(round_.id) is not None


def _is_finalized(contest: ContestInfo, round_: RoundInfo | None) -> bool:
    rounds = contest.rounds if round_ is None else (round_,)
    return all(versions.finalized(each.id) is not None for each in rounds)


def _kept(sheet: SheetInfo | None) -> dict[str, dict[str, Any]]:
    """The finished collective rankings of a sheet by name."""
    rankings = queries.content_of(sheet.id)["rankings"] if sheet else []
    return {each["ranking"]: each for each in rankings if each["kind"] == "collective" and not each["pending"]}


def _from_sheet(
    contest: ContestInfo, sheet: SheetInfo, kept: Mapping[str, Any], index: int, round_: RoundInfo | None
) -> CollectiveTable:
    places = db.session.execute(
        select(Award.area_id, Award.prize).where(
            Award.sheet_id == sheet.id,
            Award.collective == index,
            Award.round_id == round_.id if round_ else Award.round_id.is_(None),
        )
    )
    prizes: dict[int, tuple[str, ...]] = {}
    for area_id, prize in places:
        if area_id is not None:
            prizes[area_id] = (*prizes.get(area_id, ()), prize)
    return CollectiveTable(
        index=index,
        collective=contest.spec.collectives[index],
        round=round_,
        is_final=True,
        areas=tuple(area_ranking.from_data(each) for each in kept["standings"]),
        prizes=prizes,
        lots_open=_count(kept, State.LOT_NEEDED),
        hand_open=_count(kept, State.HAND_NEEDED),
    )


def _count(kept: Mapping[str, Any], state: State) -> int:
    return sum(place["state"] == state for place in kept["places"])


def _as_it_stands(
    contest: ContestInfo, sheet: SheetInfo | None, index: int, round_: RoundInfo | None, reader: Reader
) -> CollectiveTable:
    """Today's figures; prizes go down the ranking as if nothing more were decided."""
    collective = contest.spec.collectives[index]
    areas = collectives.standings(contest, index, round_, _prizes_so_far(sheet, round_), reader=reader)
    prizes = () if collective.metric == "manual" else _proposed(collective, areas, reader.tree)
    return CollectiveTable(
        index=index,
        collective=collective,
        round=round_,
        # A ranking without prizes is in no sheet.
        is_final=not collective.prizes and _is_finalized(contest, round_),
        areas=tuple(areas),
        prizes={area_id: (prize,) for area_id, prize in prizes},
    )


def _proposed(collective: Collective, areas: list[AreaCandidate], tree: Tree) -> list[tuple[int, str]]:
    ranked = [area for area in areas if area.rank is not None]
    lines = [PrizeLine(prize.name, prize.count, prize.amount, prize.by == "hand") for prize in collective.prizes]
    contender = Contender("", 0, lines, lineups.of_areas(collective, ranked, tree), capped=False)
    return [
        (place.winner_id, place.prize) for place in allocate([contender], Cap.NONE)[""] if place.winner_id is not None
    ]


def _prizes_so_far(sheet: SheetInfo | None, round_: RoundInfo | None) -> PrizesByArea:
    """Names of the individual prizes by the area that their winners named."""
    won: dict[int | None, list[str]] = {}
    if sheet is None:
        return won
    query = (
        select(Participant.area_id, Award.prize)
        .join(Award, Award.participant_id == Participant.id)
        .where(Award.sheet_id == sheet.id)
    )
    if round_ is not None:
        query = query.where(Award.round_id == round_.id)
    for area_id, prize in db.session.execute(query):
        won.setdefault(area_id, []).append(prize)
    return won
