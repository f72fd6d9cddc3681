"""Figures of people, attempts and all-correct people, kept apart; and their sums over a tree of areas. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from quizapp.areas.rules import AreaNode, Tree


@dataclass(frozen=True)
class Figures:
    """Sums over some people. They add up: people are counted once because each has one area.

    `people` with at least one final attempt · `attempts` final ones · `people_all_correct` whose counted attempt has
    everything right · `score_sum` over `counted` counted attempts · `best` the highest of them (None without any).
    """

    people: int = 0
    attempts: int = 0
    people_all_correct: int = 0
    score_sum: int = 0
    counted: int = 0
    best: int | None = None

    def __add__(self, other: "Figures") -> "Figures":
        bests = [best for best in (self.best, other.best) if best is not None]
        return Figures(
            self.people + other.people,
            self.attempts + other.attempts,
            self.people_all_correct + other.people_all_correct,
            self.score_sum + other.score_sum,
            self.counted + other.counted,
            max(bests, default=None),
        )

    @property
    def mean(self) -> Fraction | None:
        """The mean score of the counted attempts, exact; None without any."""
        return Fraction(self.score_sum, self.counted) if self.counted else None

    @property
    def all_correct_share(self) -> Fraction | None:
        """All-correct people as a share of people; None without any."""
        return Fraction(self.people_all_correct, self.people) if self.people else None

    def rate(self, target: int | None) -> Fraction | None:
        """People as a share of the target; may exceed 1; None without a target."""
        return Fraction(self.people, target) if target else None


class Stage(StrEnum):
    """Where a round's result stands on its way to the public."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSING = "closing"  # closed, but a paper or the value to be guessed is not final yet
    REVIEW = "review"
    PROPOSED = "proposed"  # one of two persons has confirmed
    FINALIZED = "finalized"
    PUBLISHED = "published"


class LineKind(StrEnum):
    """What a line of a breakdown stands for."""

    AREA = "area"
    HERE = "here"  # people of the scope itself, who named no area of the level asked for
    OUTSIDE = "outside"  # people from outside of the tree
    UNKNOWN = "unknown"  # people who named no area


@dataclass(frozen=True)
class Line:
    """One line of a breakdown; `area` only for lines of areas."""

    kind: LineKind
    figures: Figures
    area: AreaNode | None = None
    target: int | None = None
    prizes: int = 0


@dataclass(frozen=True)
class Breakdown:
    """Lines in Vietnamese order of the areas, then the people who belong to none of them; and the exact sum."""

    level: str
    scope: AreaNode
    lines: tuple[Line, ...]
    total: Figures
    target: int | None = None
    prizes: int = 0


def break_down(
    tree: Tree,
    level: str,
    by_area: Mapping[int | None, Figures],
    *,
    scope: AreaNode | None = None,
    targets: Mapping[int, int] | None = None,
    prizes: Mapping[int | None, int] | None = None,
) -> Breakdown:
    """`by_area` (figures by the area that people named) summed up to `level` inside of `scope` (None = everybody).

    Every area of the level has a line, also without people; whoever belongs to none has a line of their own, so the
    lines always add up to the total.
    """
    targets, prizes = targets or {}, prizes or {}
    whole = scope is None or scope.id == tree.root.id
    top = scope or tree.root
    figures: dict[object, Figures] = {}
    won: dict[object, int] = {}
    for area_id in {*by_area, *prizes}:
        key = _line_key(tree, level, area_id, top, whole=whole)
        if key is not None:
            figures[key] = figures.get(key, Figures()) + by_area.get(area_id, Figures())
            won[key] = won.get(key, 0) + prizes.get(area_id, 0)
    areas = tree.at_level(level, within=top)
    # A retired area keeps its line as long as somebody stands on it.
    listed = {node.id for node in areas}
    areas += [tree.node(key) for key in figures if isinstance(key, int) and key not in listed]
    lines = [
        Line(LineKind.AREA, figures.get(node.id, Figures()), node, targets.get(node.id), won.get(node.id, 0))
        for node in areas
    ]
    lines += [
        Line(kind, figures[kind], prizes=won[kind])
        for kind in (LineKind.HERE, LineKind.OUTSIDE, LineKind.UNKNOWN)
        if kind in figures
    ]
    total = sum((line.figures for line in lines), Figures())
    target = targets.get(top.id) or sum(line.target or 0 for line in lines) or None
    return Breakdown(level, top, tuple(lines), total, target, sum(won.values()))


def _line_key(tree: Tree, level: str, area_id: int | None, scope: AreaNode, *, whole: bool) -> int | LineKind | None:
    """The line on which people of an area stand: an area's id, a kind, or None when they are not of this scope."""
    if area_id is None:
        return LineKind.UNKNOWN if whole else None
    if not tree.subtree_contains(tree.root.id, area_id):
        return LineKind.OUTSIDE if whole else None
    if not tree.subtree_contains(scope.id, area_id):
        return None
    node = tree.ancestor_at(area_id, level)
    return node.id if node is not None and tree.subtree_contains(scope.id, node.id) else LineKind.HERE
