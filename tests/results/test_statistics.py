"""The figures of questions, held against numbers computed by hand and against the plain formulas."""

from fractions import Fraction
from math import sqrt
from statistics import covariance, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.attempts.rules import Marking
from quizapp.results.statistics import Totals, Verdict, discrimination_index, doubtful, item_figures

A, B = frozenset("A"), frozenset("B")
KEY_A = Marking(frozenset({A}))


def totals(*scores):
    return Totals(len(scores), sum(scores), sum(score * score for score in scores))


def figures(marking, points, choices):
    """`choices`: (options, score) of each attempt; no options = not answered."""
    by_choice = {options: totals(*(s for o, s in choices if o == options)) for options, _ in choices if options}
    return item_figures(marking, points, totals(*(score for _, score in choices)), by_choice)


def test_a_question_that_the_strong_had_right():
    """Four attempts, a point a question. x = 1 1 0 0, T = 4 3 1 0, so o = 3 2 1 0.

    cov(x, o) = (0.75 + 0.25 + 0.25 + 0.75) / 3 = 2/3, var x = 1/3, var o = 5/3; 100 · 2/3 / sqrt(5/9) = 89.44.
    """
    found = figures(KEY_A, 1, [(A, 4), (A, 3), (B, 1), (frozenset(), 0)])
    assert (found.shown, found.answered, found.right) == (4, 3, 2)
    assert found.facility == Fraction(1, 2)
    assert found.discrimination == pytest.approx(89.4427, abs=1e-4)
    assert found.chosen == {"A": 2, "B": 1}
    assert (found.verdict, found.favourite) == (Verdict.GOOD, None)


def test_a_question_that_the_weak_had_right():
    """Points 10: x = 10 10 0 0 0, T = 20 10 40 40 30, o = 10 0 40 40 30.

    From the means 4 and 24, x differs by 6 6 -4 -4 -4, o by -14 -24 16 16 6: the products add up to -380, the squares
    to 120 and 1320; 100 · -380 / sqrt(120 · 1320) = -95.48.
    """
    found = figures(KEY_A, 10, [(A, 20), (A, 10), (B, 40), (B, 40), (frozenset("C"), 30)])
    assert found.facility == Fraction(2, 5)
    assert found.discrimination == pytest.approx(-95.4786, abs=1e-4)
    assert (found.verdict, found.favourite) == (Verdict.KEY_DOUBTFUL, B)


@pytest.mark.parametrize(
    "choices",
    [[], [(A, 3)], [(A, 1), (A, 2), (A, 3)], [(A, 2), (B, 1), (A, 2)]],
    ids=["nobody", "one attempt", "everybody right", "others all equal"],
)
def test_where_nothing_differs_there_is_no_index(choices):
    found = figures(KEY_A, 1, choices)
    assert (found.discrimination, found.verdict) == (None, Verdict.UNDEFINED)
    assert (found.facility is None) == (not choices)


@pytest.mark.parametrize(
    ("void", "right", "facility"), [("all", 2, 1), ("answered", 2, Fraction(2, 3)), ("drop", 0, 0)]
)
def test_rulings_are_followed(void, right, facility):
    found = figures(Marking(frozenset({A}), void), 1, [(A, 3), (B, 2), (frozenset(), 1)])
    assert (found.right, found.facility, found.shown, found.answered) == (right, facility, 3, 2)


def test_options_of_several_answers_are_counted_each():
    found = figures(Marking(frozenset({frozenset("AC")})), 1, [(frozenset("AC"), 2), (frozenset("AB"), 1), (A, 0)])
    assert found.chosen == {"A": 3, "C": 1, "B": 1}
    assert found.right == 1


def test_a_choice_that_was_taken_back_is_no_answer():
    found = item_figures(KEY_A, 1, totals(2, 1, 0), {A: totals(2), frozenset(): totals(1)})
    assert (found.answered, found.right, found.chosen) == (1, 1, {"A": 1})


@pytest.mark.parametrize(
    ("index", "verdict"),
    [(-0.1, "key_doubtful"), (0.0, "very_weak"), (19.9, "very_weak"), (20.0, "weak"), (30.0, "fair"), (50.0, "good")],
)
def test_the_verdict_follows_the_index(index, verdict):
    found = figures(KEY_A, 1, [(A, 4), (B, 1), (A, 3)])
    assert type(found)(**{**vars(found), "discrimination": index}).verdict == verdict


def test_doubtful_questions_come_worst_first():
    good = figures(KEY_A, 1, [(A, 4), (B, 0), (A, 3)])
    bad = figures(KEY_A, 1, [(A, 1), (B, 4), (B, 4), (A, 3)])
    worse = figures(KEY_A, 1, [(A, 1), (B, 4), (A, 1)])
    assert doubtful({"x": bad, "y": good, "z": worse}) == ["z", "x"]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=30), st.integers(1, 10))
def test_the_index_is_that_of_the_formula(attempts, points):
    xs = [points if right else 0 for right, _ in attempts]
    rest = [other for _, other in attempts]
    scores = [x + o for x, o in zip(xs, rest, strict=True)]
    groups = [(totals(*(t for t, x in zip(scores, xs, strict=True) if x == earned)), earned) for earned in (0, points)]
    found = discrimination_index(groups)
    if len(attempts) < 2 or not variance(xs) or not variance(rest):
        assert found is None
    else:
        assert found == pytest.approx(100 * covariance(xs, rest) / sqrt(variance(xs) * variance(rest)), abs=1e-9)
        assert -100.000001 <= found <= 100.000001
