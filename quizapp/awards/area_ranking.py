"""The order of areas in a collective ranking: exact numbers, shared ranks, what is unknown stands last. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from quizapp.contests.spec import Collective
from quizapp.ranking.rules import rank
from quizapp.results.rules import Figures

# What an area can be compared by; weighted is the sum that the weights make of them.
AreaValue = Literal[
    "people", "attempts", "people_all_correct", "mean_score", "rate", "mean_rate", "prizes", "weighted"
]  # fmt: skip
_WEIGHED: tuple[AreaValue, ...] = (
    "people", "attempts", "people_all_correct", "mean_score", "rate", "mean_rate", "prizes"
)  # fmt: skip


@dataclass(frozen=True)
class AreaCandidate:
    """An area in a collective ranking, with everything that it is compared by, exact.

    `rank` None = not ranked (too few people, or the collective is judged by hand). `size` is the denominator, None =
    unknown, and with it `rate` (people / size, may exceed 1) and `mean_rate` (the mean over the rounds of people in
    the round / size). `prizes` are (name, how many) of its people's own prizes, `prize_points` what they are worth
    together. `points` is the weighted sum, None where the collective has no weights or a weighted figure is unknown.
    """

    area_id: int
    people: int
    attempts: int
    people_all_correct: int
    mean_score: Fraction | None = None
    size: int | None = None
    rate: Fraction | None = None
    mean_rate: Fraction | None = None
    prizes: tuple[tuple[str, int], ...] = ()
    prize_points: int = 0
    points: Fraction | None = None
    rank: int | None = None

    @property
    def prize_count(self) -> int:
        """How many prizes its people have."""
        return sum(number for _, number in self.prizes)

    def value(self, metric: AreaValue) -> Fraction | None:
        """What the area is compared by under that metric; None = unknown."""
        if metric == "weighted":
            return self.points
        if metric == "prizes":
            return Fraction(self.prize_count)
        found = getattr(self, metric)
        return None if found is None else Fraction(found)


def candidate(
    collective: Collective,
    area_id: int,
    figures: Figures,
    *,
    size: int | None,
    people_by_round: Sequence[int],
    prizes: Iterable[str],
) -> AreaCandidate:
    """The area with its figures and what follows from them; `people_by_round` has one number for each round."""
    won = Counter(prizes)
    points = collective.prize_points
    bare = AreaCandidate(
        area_id=area_id,
        people=figures.people,
        attempts=figures.attempts,
        people_all_correct=figures.people_all_correct,
        mean_score=figures.mean,
        size=size,
        rate=figures.rate(size),
        mean_rate=Fraction(sum(people_by_round), size * len(people_by_round)) if size and people_by_round else None,
        prizes=tuple(sorted(won.items())),
        prize_points=sum(number * points.get(name, 1) for name, number in won.items()),
    )
    return replace(bare, points=_points(collective, bare))


def _points(collective: Collective, area: AreaCandidate) -> Fraction | None:
    """The sum of weight times figure; None when a figure with a weight is unknown."""
    if collective.weights is None:
        return None
    total = Fraction(0)
    for name in _WEIGHED:
        weight = getattr(collective.weights, name)
        value = Fraction(area.prize_points) if name == "prizes" else area.value(name)
        if weight and value is None:
            return None
        total += weight * (value or 0)
    return total


def is_unknown(collective: Collective, area: AreaCandidate) -> bool:
    """True when the area cannot be compared by the collective's own metric: its size is missing."""
    return collective.metric != "manual" and area.value(collective.metric) is None


def needs_size(collective: Collective) -> bool:
    """True when the order depends on how many people each area has."""
    weights = collective.weights
    weighed = collective.metric == "weighted" and weights is not None and bool(weights.rate or weights.mean_rate)
    return collective.metric == "rate" or "rate" in collective.then or weighed


def order_key(collective: Collective, area: AreaCandidate) -> tuple[tuple[int, Fraction], ...]:
    """A key by which better areas come first; a figure that is unknown stands behind every known one."""
    metrics: tuple[AreaValue, ...] = (
        *(() if collective.metric == "manual" else (collective.metric,)), *collective.then
    )  # fmt: skip
    values = [area.value(metric) for metric in metrics]
    return tuple((1, Fraction(0)) if value is None else (0, -value) for value in values)


def rank_areas(collective: Collective, areas: Iterable[AreaCandidate]) -> list[AreaCandidate]:
    """The areas that are ranked, best first; equal by all metrics = the same rank (1, 2, 2, 4), in the order given.

    Areas with fewer people than the collective asks for are left out; judged by hand = nobody has a rank.
    """
    if collective.metric == "manual":
        return []
    enough = [area for area in areas if area.people >= collective.min_people]
    lines = rank(enough, key=lambda area: order_key(collective, area))
    return [replace(line.item, rank=line.rank) for line in lines]


def with_unranked(ranked: Sequence[AreaCandidate], areas: Iterable[AreaCandidate]) -> list[AreaCandidate]:
    """The ranked areas, then the others of `areas` in the order given."""
    known = {area.area_id for area in ranked}
    return [*ranked, *(area for area in areas if area.area_id not in known)]


# --- as data: what a sheet of awards keeps -------------------------------------------------------------------------


def to_data(area: AreaCandidate) -> dict[str, object]:
    """The candidate for canonical JSON: fractions as "n/d", None where unknown."""
    return {
        "area_id": area.area_id,
        "rank": area.rank,
        "people": area.people,
        "attempts": area.attempts,
        "people_all_correct": area.people_all_correct,
        "mean_score": _fraction_text(area.mean_score),
        "size": area.size,
        "rate": _fraction_text(area.rate),
        "mean_rate": _fraction_text(area.mean_rate),
        "prizes": [list(pair) for pair in area.prizes],
        "prize_points": area.prize_points,
        "points": _fraction_text(area.points),
    }


def from_data(data: Mapping[str, object]) -> AreaCandidate:
    """What `to_data` gave."""
    fractions = {
        name: None if (text := data[name]) is None else Fraction(str(text))
        for name in ("mean_score", "rate", "mean_rate", "points")
    }
    prizes = tuple((str(name), int(number)) for name, number in data["prizes"])  # type: ignore[attr-defined]
    return AreaCandidate(**{**data, **fractions, "prizes": prizes})  # type: ignore[arg-type]


def _fraction_text(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"
