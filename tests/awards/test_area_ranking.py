"""The order of areas: exact, a total preorder, what is unknown last, shared ranks."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.awards.area_ranking import (
    AreaCandidate,
    candidate,
    from_data,
    is_unknown,
    needs_size,
    order_key,
    rank_areas,
    to_data,
    with_unranked,
)
from quizapp.contests.spec import Collective, Weights
from quizapp.results.rules import Figures

METRICS = ("people", "attempts", "people_all_correct", "rate", "mean_score", "prizes", "weighted", "manual")
THEN = ("people", "attempts", "people_all_correct", "rate", "mean_score", "prizes")
# Little variety, so that equal figures are frequent.
FEW = st.integers(0, 4)


def collective(metric="people", **changes):
    return Collective(level="district", metric=metric, **changes)


@st.composite
def collectives(draw):
    metric = draw(st.sampled_from(METRICS))
    weights = st.builds(
        Weights, people=FEW, people_all_correct=FEW, mean_score=FEW, rate=FEW, mean_rate=FEW, prizes=FEW
    )
    return collective(
        metric,
        then=draw(st.lists(st.sampled_from(THEN), unique=True, max_size=3)),
        min_people=draw(st.integers(1, 3)),
        weights=draw(weights) if metric == "weighted" else None,
        prize_points=draw(st.dictionaries(st.sampled_from(["Nhất", "Nhì"]), FEW)),
    )


@st.composite
def figures(draw):
    people = draw(FEW)
    return Figures(
        people=people,
        attempts=people + draw(FEW),
        people_all_correct=draw(st.integers(0, people)),
        score_sum=draw(st.integers(0, 30)) if people else 0,
        counted=people,
    )


@st.composite
def contests_of_areas(draw):
    rule = draw(collectives())
    areas = [
        candidate(
            rule,
            number,
            draw(figures()),
            size=draw(st.none() | st.integers(1, 5)),
            people_by_round=draw(st.lists(FEW, min_size=2, max_size=2)),
            prizes=draw(st.lists(st.sampled_from(["Nhất", "Nhì", "Ba"]), max_size=3)),
        )
        for number in range(1, draw(st.integers(0, 7)) + 1)
    ]
    return rule, areas


def values(rule, area):
    metrics = ([] if rule.metric == "manual" else [rule.metric]) + list(rule.then)
    return [area.value(metric) for metric in metrics]


@given(contests_of_areas())
def test_ranks_are_those_of_a_total_preorder(case):
    rule, areas = case
    ranked = rank_areas(rule, areas)
    for line in ranked:
        better = [other for other in ranked if order_key(rule, other) < order_key(rule, line)]
        assert line.rank == 1 + len(better)
    for first, second in pairwise(ranked):
        assert order_key(rule, first) <= order_key(rule, second)


@given(contests_of_areas())
def test_whoever_is_better_by_the_first_figure_that_differs_stands_before(case):
    rule, areas = case
    ranked = rank_areas(rule, areas)
    for first in ranked:
        for second in ranked:
            differing = [
                pair for pair in zip(values(rule, first), values(rule, second), strict=True) if pair[0] != pair[1]
            ]
            if not differing:
                assert first.rank == second.rank
                continue
            mine, other = differing[0]
            assert (first.rank < second.rank) == (other is None or (mine is not None and mine > other))


@given(contests_of_areas(), st.randoms(use_true_random=False))
def test_the_order_in_which_areas_come_changes_no_rank(case, random):
    rule, areas = case
    shuffled = list(areas)
    random.shuffle(shuffled)
    assert {a.area_id: a.rank for a in rank_areas(rule, areas)} == {
        a.area_id: a.rank for a in rank_areas(rule, shuffled)
    }


@given(contests_of_areas())
def test_everything_is_exact_and_survives_the_way_into_a_sheet_and_back(case):
    rule, areas = case
    everybody = with_unranked(rank_areas(rule, areas), areas)
    assert sorted(area.area_id for area in everybody) == [area.area_id for area in areas]
    for area in everybody:
        kept = to_data(area)
        assert not any(isinstance(value, float) for value in kept.values())
        assert from_data(kept) == area
        assert all(value is None or type(value) is Fraction for value in values(rule, area))


@given(contests_of_areas())
def test_only_areas_with_enough_people_are_ranked(case):
    rule, areas = case
    enough = {area.area_id for area in areas if area.people >= rule.min_people}
    assert {area.area_id for area in rank_areas(rule, areas)} == (set() if rule.metric == "manual" else enough)


def area(number, people, **changes):
    return AreaCandidate(area_id=number, people=people, attempts=people, people_all_correct=0, **changes)


def test_equal_areas_share_a_rank_and_the_next_one_skips():
    ranked = rank_areas(collective(), [area(1, 5), area(2, 9), area(3, 5), area(4, 2)])
    assert [(line.area_id, line.rank) for line in ranked] == [(2, 1), (1, 2), (3, 2), (4, 4)]


def test_then_decides_between_equals():
    """Kbang 2023: by people, then by prizes."""
    ranked = rank_areas(collective(then=["prizes"]), [area(1, 5), area(2, 5, prizes=(("Ba", 1),))])
    assert [(line.area_id, line.rank) for line in ranked] == [(2, 1), (1, 2)]


def test_an_area_whose_size_is_not_known_stands_last_and_is_told():
    rule = collective("rate")
    known = area(1, 1, size=100, rate=Fraction(1, 100))
    unknown = area(2, 50)
    ranked = rank_areas(rule, [unknown, known])
    assert [(line.area_id, line.rank) for line in ranked] == [(1, 1), (2, 2)]
    assert (is_unknown(rule, known), is_unknown(rule, unknown)) == (False, True)


def test_a_rate_may_exceed_the_whole():
    found = candidate(collective("rate"), 1, Figures(people=12), size=10, people_by_round=[12], prizes=())
    assert found.rate == Fraction(6, 5)


def test_quang_nam_2022_a_hundred_times_the_mean_rate_and_points_for_prizes():
    rule = collective(
        "weighted",
        weights=Weights(mean_rate=100, prizes=1),
        prize_points={"Nhất": 10, "Nhì": 8, "Ba": 6, "Khuyến khích": 4},
    )
    won = ["Nhất", "Ba", "Ba", "Khuyến khích", "Đặc biệt"]
    found = candidate(rule, 1, Figures(people=700), size=1200, people_by_round=[600, 500], prizes=won)
    assert found.mean_rate == Fraction(11, 24)
    # A prize without points of its own counts once.
    assert (found.prize_points, found.prize_count) == (27, 5)
    assert found.points == Fraction(1100, 24) + 27
    assert found.prizes == (("Ba", 2), ("Khuyến khích", 1), ("Nhất", 1), ("Đặc biệt", 1))


def test_points_are_unknown_only_when_what_is_unknown_has_a_weight():
    figures_ = Figures(people=3, attempts=4)
    options = {"size": None, "people_by_round": [3], "prizes": ()}
    without = candidate(collective("weighted", weights=Weights(people=2, attempts=1)), 1, figures_, **options)
    with_rate = candidate(collective("weighted", weights=Weights(people=2, rate=1)), 1, figures_, **options)
    assert (without.points, with_rate.points) == (Fraction(10), None)


@pytest.mark.parametrize(
    ("rule", "needed"),
    [
        (collective("rate"), True),
        (collective("people"), False),
        (collective("people", then=["rate"]), True),
        (collective("weighted", weights=Weights(mean_rate=1)), True),
        (collective("weighted", weights=Weights(people=1)), False),
    ],
)
def test_which_collectives_ask_for_sizes(rule, needed):
    assert needs_size(rule) is needed


def test_a_collective_judged_by_hand_ranks_nobody_but_shows_everybody():
    areas = [area(1, 5), area(2, 9)]
    assert rank_areas(collective("manual"), areas) == []
    assert with_unranked([], areas) == areas
