"""What the page of a breakdown shows: lines in the chosen order, the best and the weakest, who has not begun."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from quizapp.results import participation
from quizapp.results.rules import Breakdown, Line, LineKind
from quizapp.web.reports import Selection
from quizapp.web.reports.totals import breakdown

SORTS = ("name", "people", "rate")
# Fewer areas than this are seen at a glance; naming the first and the last of them would only name all of them.
_ENOUGH_AREAS = 6
_NAMED = 3


@dataclass(frozen=True)
class Overview:
    """A breakdown as a page shows it. `lines` in the chosen order, `idle` are areas without anybody, `entered` counts
    those who have not finished a paper as well.

    `best` and `weakest` of those with anybody: by their rate when all areas have targets, else by people; empty for
    a handful of areas.
    """

    found: Breakdown
    entered: int
    lines: tuple[Line, ...]
    idle: tuple[Line, ...]
    best: tuple[Line, ...]
    weakest: tuple[Line, ...]
    by_rate: bool


def overview(chosen: Selection, sort: str) -> Overview:
    """The page's content; `sort` is one of SORTS, anything else means the order of names."""
    found = breakdown(chosen, with_prizes=True)
    areas = [line for line in found.lines if line.kind is LineKind.AREA]
    others = [line for line in found.lines if line.kind is not LineKind.AREA]
    begun = [line for line in areas if line.figures.people]
    by_rate = bool(areas) and all(line.target for line in areas)
    ranked = _ranked(begun, by_rate=by_rate) if len(begun) >= _ENOUGH_AREAS else []
    ordered = {"people": _ranked(areas, by_rate=False), "rate": _ranked(areas, by_rate=True)}.get(sort, areas)
    (entered,) = participation.count_entered(chosen.contest.id, chosen.area_ids, [chosen.now])
    return Overview(
        found=found,
        entered=entered,
        lines=(*ordered, *others),
        idle=tuple(line for line in areas if not line.figures.people),
        best=tuple(ranked[:_NAMED]),
        weakest=tuple(ranked[-_NAMED:]),
        by_rate=by_rate,
    )


def _ranked(lines: Sequence[Line], *, by_rate: bool) -> list[Line]:
    """The highest first; equals stay in the order of their names, areas without a target stand behind all others."""

    def key(line: Line) -> Fraction:
        if not by_rate:
            return Fraction(-line.figures.people)
        rate = line.figures.rate(line.target)
        return Fraction(1) if rate is None else -rate

    return sorted(lines, key=key)
