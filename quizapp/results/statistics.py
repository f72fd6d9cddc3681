"""How hard a question was and how well it told the strong from the weak. Pure; the formulas are Moodle's.

x is what an attempt got for the question (0 or its points), o what it got for all the others. Facility is mean(x) over
the points of the question; the discrimination index is 100 · cov(x, o) / sqrt(var x · var o): 100 when exactly the
strong had it right, negative when rather the weak had. Both are None where they are not defined.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from quizapp.attempts.rules import Marking


@dataclass(frozen=True)
class Totals:
    """Some attempts: how many, the sum of their scores, the sum of the squares of their scores."""

    attempts: int = 0
    score: int = 0
    squares: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.attempts + other.attempts, self.score + other.score, self.squares + other.squares)

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals(self.attempts - other.attempts, self.score - other.score, self.squares - other.squares)


class Verdict(StrEnum):
    """What the discrimination index says."""

    UNDEFINED = "undefined"  # nobody differs from anybody, or a single attempt
    KEY_DOUBTFUL = "key_doubtful"  # below 0: the strong chose something else
    VERY_WEAK = "very_weak"  # below 20
    WEAK = "weak"  # below 30
    FAIR = "fair"  # below 50
    GOOD = "good"


@dataclass(frozen=True)
class ItemFigures:
    """A question in numbers: `right` of the `answered` earned its points. `chosen`: how often each option was chosen.

    `favourite`: where the key is doubtful, what the strong chose instead (by the mean of the other questions' points).
    """

    shown: int
    answered: int
    right: int
    facility: Fraction | None
    discrimination: float | None
    chosen: Mapping[str, int]
    favourite: frozenset[str] | None = None

    @property
    def right_share(self) -> Fraction | None:
        """Those who answered rightly as a share of those who answered; None without any."""
        return Fraction(self.right, self.answered) if self.answered else None

    @property
    def verdict(self) -> Verdict:
        """See `Verdict`."""
        if self.discrimination is None:
            return Verdict.UNDEFINED
        bounds = {0: Verdict.KEY_DOUBTFUL, 20: Verdict.VERY_WEAK, 30: Verdict.WEAK, 50: Verdict.FAIR}
        return next((verdict for bound, verdict in bounds.items() if self.discrimination < bound), Verdict.GOOD)


def item_figures(
    marking: Marking, points: int, shown: Totals, by_choice: Mapping[frozenset[str], Totals]
) -> ItemFigures:
    """The figures of one question that is worth `points`.

    `shown`: all attempts that had it; `by_choice`: of these, the ones that chose exactly those options. Whoever is
    missing there has not answered.
    """
    answered = {options: totals for options, totals in by_choice.items() if options}
    silent = shown - sum(answered.values(), Totals())
    groups = [(options, totals, points if marking.earns(options) else 0) for options, totals in answered.items()]
    groups.append((frozenset(), silent, points if marking.earns(()) else 0))
    earning = sum(totals.attempts for _, totals, earned in groups if earned)
    discrimination = discrimination_index([(totals, earned) for _, totals, earned in groups])
    doubtful = discrimination is not None and discrimination < 0
    return ItemFigures(
        shown=shown.attempts,
        answered=shown.attempts - silent.attempts,
        right=sum(totals.attempts for options, totals, earned in groups if earned and options),
        facility=Fraction(earning, shown.attempts) if shown.attempts else None,
        discrimination=discrimination,
        chosen=_chosen(answered),
        favourite=_favourite(marking, points, answered) if doubtful else None,
    )


def discrimination_index(groups: Iterable[tuple[Totals, int]]) -> float | None:
    """100 · cov(x, o) / sqrt(var x · var o) over all attempts, given as groups of equal x: (totals, x)."""
    count = x_sum = x_squares = o_sum = o_squares = products = 0
    for totals, x in groups:
        rest = totals.score - totals.attempts * x
        count += totals.attempts
        x_sum += totals.attempts * x
        x_squares += totals.attempts * x * x
        o_sum += rest
        o_squares += totals.squares - 2 * x * totals.score + totals.attempts * x * x
        products += x * rest
    # Each is n(n - 1) times the sample's variance or covariance: whole numbers, so nothing is rounded before the root.
    x_spread, o_spread = count * x_squares - x_sum**2, count * o_squares - o_sum**2
    if count < 2 or not x_spread or not o_spread:
        return None
    return 100 * (count * products - x_sum * o_sum) / sqrt(x_spread * o_spread)


def _chosen(answered: Mapping[frozenset[str], Totals]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for options, totals in answered.items():
        counts.update(dict.fromkeys(options, totals.attempts))
    return counts


def _favourite(marking: Marking, points: int, answered: Mapping[frozenset[str], Totals]) -> frozenset[str] | None:
    """The wrong choice whose attempts were the strongest in the other questions, when stronger than the right ones."""
    best: tuple[Fraction, list[str]] | None = None
    for options, totals in answered.items():
        mean = Fraction(totals.score, totals.attempts) - (points if marking.earns(options) else 0)
        if best is None or (mean, sorted(options)) > best:
            best = (mean, sorted(options))
    return frozenset(best[1]) if best is not None and not marking.earns(best[1]) else None


def doubtful(figures: Mapping[str, ItemFigures]) -> Collection[str]:
    """The refs of questions whose key should be looked at, the most doubtful first."""
    indices = {ref: each.discrimination for ref, each in figures.items() if each.verdict is Verdict.KEY_DOUBTFUL}
    return sorted(indices, key=lambda ref: (indices[ref] or 0, ref))
