"""Breakdowns: lines add up to the total at every level and in every scope. No app."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.areas.rules import AreaNode, Level, Tree, area_sort_key
from quizapp.results.rules import Figures, LineKind, break_down


def node(number, name, level, parent):
    path = (*(parent.path if parent else ()), number)
    return AreaNode(
        id=number, code=str(number), name=name, kind="", level=level, parent_id=parent.id if parent else None,
        path=path, valid_from=date(2020, 1, 1), valid_to=None, sort_key=area_sort_key(name, ""),
    )  # fmt: skip


PROVINCE = node(1, "Tỉnh", "province", None)
DISTRICTS = [node(10, "Đức Cơ", "district", PROVINCE), node(11, "Chư Păh", "district", PROVINCE)]
COMMUNES = [node(100, "Ia Kla", "commune", DISTRICTS[0]), node(110, "Ia Ly", "commune", DISTRICTS[1]),
            node(111, "Ia Ka", "commune", DISTRICTS[1])]  # fmt: skip
CELL = node(1000, "Chi bộ cơ quan", "unit", DISTRICTS[1])
TREE = Tree(
    id=1, slug="t", title="T", valid_from=date(2020, 1, 1), valid_to=None, outside=None,
    levels=tuple(Level(key, key) for key in ("province", "district", "commune", "unit")),
    nodes=(PROVINCE, *DISTRICTS, *COMMUNES, CELL),
)  # fmt: skip
OUTSIDE = 999

figures = st.builds(
    Figures,
    people=st.integers(0, 50),
    attempts=st.integers(0, 200),
    people_all_correct=st.integers(0, 50),
    score_sum=st.integers(0, 5000),
    counted=st.integers(0, 50),
    best=st.none() | st.integers(0, 100),
)
by_area = st.dictionaries(st.sampled_from([None, OUTSIDE, *[n.id for n in TREE.nodes]]), figures)


@given(by_area, st.sampled_from(["district", "commune", "unit"]))
def test_the_lines_of_the_whole_add_up_to_everybody(found, level):
    result = break_down(TREE, level, found)
    assert result.total == sum(found.values(), Figures())
    assert sum((line.figures for line in result.lines), Figures()) == result.total


@given(by_area, st.sampled_from(DISTRICTS))
def test_the_lines_of_a_district_add_up_to_its_line_in_the_whole(found, district):
    whole = break_down(TREE, "district", found)
    own = break_down(TREE, "commune", found, scope=district)
    assert own.total == next(line.figures for line in whole.lines if line.area is district)


@given(by_area, by_area)
def test_breakdowns_add_like_their_figures(first, second):
    together = {key: first.get(key, Figures()) + second.get(key, Figures()) for key in {*first, *second}}
    total = break_down(TREE, "commune", first).total + break_down(TREE, "commune", second).total
    assert break_down(TREE, "commune", together).total == total


def test_every_area_has_a_line_in_vietnamese_order_and_others_have_their_own():
    some = Figures(people=1, attempts=2, counted=1)
    result = break_down(TREE, "commune", {110: some, 1000: some, OUTSIDE: some, None: some, 1: some})
    lines = [(line.kind, line.area.name if line.area else None, line.figures.people) for line in result.lines]
    assert lines == [
        (LineKind.AREA, "Ia Ka", 0),
        (LineKind.AREA, "Ia Kla", 0),
        (LineKind.AREA, "Ia Ly", 1),
        (LineKind.HERE, None, 2),
        (LineKind.OUTSIDE, None, 1),
        (LineKind.UNKNOWN, None, 1),
    ]


def test_a_district_sees_neither_its_neighbours_nor_people_without_an_area():
    one = Figures(people=1)
    result = break_down(TREE, "commune", {100: one, 110: one, 11: one, OUTSIDE: one, None: one}, scope=DISTRICTS[1])
    assert result.total.people == 2
    assert {line.kind for line in result.lines} == {LineKind.AREA, LineKind.HERE}


def test_targets_and_prizes_stand_on_their_lines():
    result = break_down(TREE, "district", {110: Figures(people=30)}, targets={10: 40, 11: 60}, prizes={111: 2, None: 1})
    chu_pah = next(line for line in result.lines if line.area is DISTRICTS[1])
    assert (chu_pah.target, chu_pah.prizes, chu_pah.figures.rate(chu_pah.target)) == (60, 2, Fraction(1, 2))
    assert (result.target, result.prizes) == (100, 3)


def test_a_target_of_the_scope_itself_comes_before_the_sum_of_its_lines():
    assert break_down(TREE, "commune", {}, scope=DISTRICTS[0], targets={10: 500, 100: 30}).target == 500


@pytest.mark.parametrize(
    ("found", "mean", "share", "rate"),
    [
        (Figures(), None, None, Fraction(0)),
        (
            Figures(people=3, people_all_correct=1, score_sum=25, counted=4),
            Fraction(25, 4),
            Fraction(1, 3),
            Fraction(3, 2),
        ),
    ],
)
def test_shares_are_exact_and_nothing_is_divided_by_zero(found, mean, share, rate):
    assert (found.mean, found.all_correct_share, found.rate(2), found.rate(None)) == (mean, share, rate, None)
