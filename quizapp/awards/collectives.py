"""Collective rankings, read from the database: a few sums by area, never a person at a time.

What the areas won in individual prizes is given by whoever calls, because it follows from the sheet of awards.
"""

from collections.abc import Mapping, Sequence

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.awards import area_ranking
from quizapp.awards.area_ranking import AreaCandidate
from quizapp.contests import queries as contests
from quizapp.contests import sizes
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Collective
from quizapp.results import participation, queries
from quizapp.results.rules import Figures, LineKind, break_down

# Names of the prizes that people of an area (the one that they named; None = none) have, one for each prize.
PrizesByArea = Mapping[int | None, Sequence[str]]


class Reader:
    """The figures of one contest by area; what several collectives need is read once."""

    def __init__(self, contest: ContestInfo) -> None:
        self.contest = contest
        self.tree = areas.get_tree_by_id(contest.tree_id)
        self._figures: dict[int | None, dict[int | None, Figures]] = {}
        self._by_round: dict[int, dict[int | None, int]] | None = None
        self._sizes: dict[int, int] | None = None

    def figures(self, round_: RoundInfo | None) -> dict[int | None, Figures]:
        """Sums by the area that people named, in one round or over the contest."""
        key = round_.id if round_ else None
        if key not in self._figures:
            self._figures[key] = queries.figures_by_area(self.contest.id, key)
        return self._figures[key]

    def people_by_round(self) -> dict[int, dict[int | None, int]]:
        """People by round and by the area that they named."""
        if self._by_round is None:
            self._by_round = participation.people_by_round(self.contest.id)
        return self._by_round

    def sizes_at(self, level: str) -> dict[int, int]:
        """How many people the areas of a level have, for those of which it is known."""
        if self._sizes is None:
            self._sizes = contests.sizes(self.contest.id)
        return sizes.sizes_at(self.tree, level, self._sizes)


def ranking(
    contest: ContestInfo,
    index: int,
    round_: RoundInfo | None,
    prizes_by_area: PrizesByArea,
    *,
    reader: Reader | None = None,
) -> list[AreaCandidate]:
    """The areas that the contest's collective number `index` ranks, best first, with shared ranks (1, 2, 2, 4).

    `round_` = the round of a collective of scope round, None over the whole contest; `prizes_by_area` has the
    individual prizes of the same scope. `reader` is shared by the collectives of one contest.
    Nothing for a collective that is judged by hand.
    """
    collective = contest.spec.collectives[index]
    return area_ranking.rank_areas(
        collective, _candidates(reader or Reader(contest), collective, round_, prizes_by_area)
    )


def standings(
    contest: ContestInfo,
    index: int,
    round_: RoundInfo | None,
    prizes_by_area: PrizesByArea,
    *,
    reader: Reader | None = None,
) -> list[AreaCandidate]:
    """As `ranking`, and behind it the areas without a rank, in Vietnamese order."""
    collective = contest.spec.collectives[index]
    found = _candidates(reader or Reader(contest), collective, round_, prizes_by_area)
    return area_ranking.with_unranked(area_ranking.rank_areas(collective, found), found)


def _candidates(
    reader: Reader, collective: Collective, round_: RoundInfo | None, prizes_by_area: PrizesByArea
) -> list[AreaCandidate]:
    """Every area of the level, in Vietnamese order. People from outside of the tree belong to none of them."""
    contest, tree = reader.contest, reader.tree
    rounds = contest.rounds if round_ is None else (round_,)
    found = break_down(tree, collective.level, reader.figures(round_))
    size_of = reader.sizes_at(collective.level)
    people = [_by_area(reader, collective.level, reader.people_by_round().get(each.id, {})) for each in rounds]
    prizes = _prizes_at(reader, collective.level, prizes_by_area)
    return [
        area_ranking.candidate(
            collective,
            line.area.id,
            line.figures,
            size=size_of.get(line.area.id),
            people_by_round=[by_area.get(line.area.id, 0) for by_area in people],
            prizes=prizes.get(line.area.id, ()),
        )
        for line in found.lines
        if line.kind is LineKind.AREA and line.area is not None and _belongs(reader, line.area, line.figures)
    ]


def _belongs(reader: Reader, area: AreaNode, figures: Figures) -> bool:
    """A contest of one district is held on its province's tree: areas elsewhere count once somebody takes part."""
    owner = reader.contest.owner_area_id
    tree = reader.tree
    return bool(figures.people) or tree.subtree_contains(owner, area.id) or tree.subtree_contains(area.id, owner)


def _ancestor_id(reader: Reader, level: str, area_id: int | None) -> int | None:
    """The area of the level in which people of `area_id` count; None for nobody's."""
    if area_id is None or not reader.tree.subtree_contains(reader.tree.root.id, area_id):
        return None
    node = reader.tree.ancestor_at(area_id, level)
    return node.id if node else None


def _by_area(reader: Reader, level: str, people: Mapping[int | None, int]) -> dict[int | None, int]:
    sums: dict[int | None, int] = {}
    for area_id, number in people.items():
        key = _ancestor_id(reader, level, area_id)
        sums[key] = sums.get(key, 0) + number
    return sums


def _prizes_at(reader: Reader, level: str, prizes_by_area: PrizesByArea) -> dict[int | None, list[str]]:
    won: dict[int | None, list[str]] = {}
    for area_id, names in prizes_by_area.items():
        won.setdefault(_ancestor_id(reader, level, area_id), []).extend(names)
    return won
