"""Who gets which prize: examples from real rules, and what holds for every contest."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.awards.rules import (
    Candidate,
    Cap,
    Contender,
    DrawnLot,
    Nominee,
    PlaceRef,
    PrizeLine,
    State,
    Why,
    allocate,
)


def line(*ranks, keys=None):
    """Candidates 1, 2, 3 ... of these ranks; `keys` by id."""
    keys = keys or {}
    return [Candidate(id_, f"p{id_}", rank, keys.get(id_, ())) for id_, rank in enumerate(ranks, start=1)]


def people(*ids):
    """Candidates of these ids, each behind the one before."""
    return [Candidate(id_, f"p{id_}", rank, (("score", 100 - rank),)) for rank, id_ in enumerate(ids, start=1)]


def week(number, candidates, prizes, **more):
    key = f"tuan-{number}"
    return Contender(f"round:{key}:", number, prizes, candidates, round_key=key, **more)


def winners(places):
    return [(place.prize, place.winner_id, str(place.state)) for place in places]


ONE_OF_EACH = [PrizeLine("Nhất", 1, 1_500_000), PrizeLine("Nhì", 1, 1_000_000), PrizeLine("Ba", 2, 500_000)]


def test_without_anything_special_the_first_win():
    places = allocate([week(1, people(7, 5, 9, 2, 4), ONE_OF_EACH)], Cap.NONE)["round:tuan-1:"]
    assert winners(places) == [
        ("Nhất", 7, "awarded"), ("Nhì", 5, "awarded"), ("Ba", 9, "awarded"), ("Ba", 2, "awarded"),
    ]  # fmt: skip
    assert [place.number for place in places] == [1, 2, 3, 4]
    first = places[0].decided
    assert (first.key, first.won, first.next, first.next_code, first.next_rank) == ("score", 99, 98, "p5", 2)
    assert places[3].decided.next_code == "p4"


def test_who_is_refused_is_passed_over_and_the_next_moves_up():
    week_1 = week(1, people(7, 5, 9), ONE_OF_EACH[:2], refused={7: "prize_refused"})
    first, second = allocate([week_1], Cap.NONE)["round:tuan-1:"]
    assert (first.winner_id, first.rank, second.winner_id, second.rank) == (5, 2, 9, 3)
    assert [(each.id, each.rank, each.why, each.detail) for each in first.passed] == [
        (7, 1, Why.REFUSED, "prize_refused")
    ]
    assert second.passed == ()
    assert second.decided is None


def test_fewer_people_than_prizes_leave_places_empty():
    week_1 = week(1, people(1, 2), ONE_OF_EACH, refused={2: "entry_refused"})
    places = allocate([week_1], Cap.NONE)["round:tuan-1:"]
    assert [str(place.state) for place in places] == ["awarded", "vacant", "vacant", "vacant"]
    assert [len(place.passed) for place in places] == [0, 1, 0, 0]


def test_one_prize_for_each_person_of_a_contest_is_the_highest_one():
    weeks = [week(1, people(1, 2, 3), ONE_OF_EACH[1:]), week(2, people(2, 1, 3), ONE_OF_EACH[:2])]
    found = allocate(weeks, Cap.ONE_PER_CONTEST)
    assert winners(found["round:tuan-2:"]) == [("Nhất", 2, "awarded"), ("Nhì", 3, "awarded")]
    assert winners(found["round:tuan-1:"]) == [
        ("Nhì", 1, "awarded"), ("Ba", None, "vacant"), ("Ba", None, "vacant"),
    ]  # fmt: skip
    passed = found["round:tuan-2:"][1].passed
    assert [(each.id, each.why, each.higher) for each in passed] == [
        (1, Why.HIGHER_PRIZE, PlaceRef("round:tuan-1:", 1))
    ]


def test_without_amounts_the_place_in_the_list_says_which_is_higher_and_overall_goes_first():
    lists = [PrizeLine("Nhất", 1), PrizeLine("Nhì", 1)]
    overall = Contender("overall:", 0, lists, people(1, 2, 3))
    found = allocate([week(1, people(3, 1, 2), lists), overall], Cap.ONE_PER_CONTEST)
    assert [place.winner_id for place in found["overall:"]] == [1, 2]
    assert [place.winner_id for place in found["round:tuan-1:"]] == [3, None]


def test_one_prize_a_round_does_not_reach_over_the_round():
    overall = Contender("overall:", 0, ONE_OF_EACH[:1], people(1))
    hand = [PrizeLine("Nhất", 1, 100), PrizeLine("Lan tỏa", 1, 200, by_hand=True)]
    nominees = [Nominee(1, "Lan tỏa", 1, "p1")]
    weeks = [week(1, people(1, 2), hand, nominees=nominees), week(2, people(1, 2), ONE_OF_EACH[:1])]
    found = allocate([overall, *weeks], Cap.ONE_PER_ROUND)
    assert found["overall:"][0].winner_id == 1
    assert [place.winner_id for place in found["round:tuan-1:"]] == [2, 1]
    assert found["round:tuan-2:"][0].winner_id == 1


def test_a_list_is_given_away_in_its_own_order_whatever_its_amounts():
    odd = [PrizeLine("Nhất", 1, 100), PrizeLine("Đặc biệt", 1, 900)]
    found = allocate(
        [week(1, people(1, 2), odd), week(2, people(1, 3), [PrizeLine("Ba", 1, 500)])], Cap.ONE_PER_CONTEST
    )
    assert [place.winner_id for place in found["round:tuan-1:"]] == [1, 2]


def test_equal_people_share_a_kind_of_prize_without_a_lot():
    places = allocate([week(1, line(1, 2, 2, 4), ONE_OF_EACH[:1] + ONE_OF_EACH[2:])], Cap.NONE)["round:tuan-1:"]
    assert winners(places) == [("Nhất", 1, "awarded"), ("Ba", 2, "awarded"), ("Ba", 3, "awarded")]


def test_equal_people_across_the_last_place_of_a_kind_wait_for_a_lot():
    places = allocate([week(1, line(1, 1, 1, 4, 5), ONE_OF_EACH)], Cap.NONE)["round:tuan-1:"]
    states = [str(place.state) for place in places]
    assert states == ["lot_needed", "lot_needed", "lot_needed", "awarded"]
    assert places[0].open_lot.tied == ("p1", "p2", "p3")
    assert places[0].open_lot == places[2].open_lot
    assert places[3].winner_id == 4


def test_a_drawn_lot_decides_and_says_who_lost_it():
    lots = [DrawnLot("first", 1, ("p1", "p2")), DrawnLot("second", 1, ("p3", "p1", "p2"))]
    places = allocate([week(1, line(1, 1, 1, 4, 5), ONE_OF_EACH, lots=lots)], Cap.NONE)["round:tuan-1:"]
    assert [place.winner_id for place in places] == [3, 1, 2, 4]
    assert [place.lot.label if place.lot else None for place in places] == ["second", "second", None, None]
    assert [(each.id, each.why) for each in places[0].passed] == [(1, Why.LOST_LOT), (2, Why.LOST_LOT)]


def test_a_lot_without_everybody_who_is_equal_decides_nothing():
    lots = [DrawnLot("lot", 1, ("p1", "p2"))]
    places = allocate([week(1, line(1, 1, 1), ONE_OF_EACH[:1], lots=lots)], Cap.NONE)["round:tuan-1:"]
    assert places[0].state is State.LOT_NEEDED


def test_a_prize_that_hangs_on_an_open_lot_elsewhere_waits_with_it():
    weeks = [week(1, line(1, 1), ONE_OF_EACH[:1]), week(2, people(1, 3), ONE_OF_EACH[1:2])]
    found = allocate(weeks, Cap.ONE_PER_CONTEST)
    assert found["round:tuan-2:"][0].state is State.LOT_NEEDED
    assert found["round:tuan-2:"][0].open_lot.ranking == "round:tuan-1:"
    assert allocate(weeks_again(), Cap.NONE)["round:tuan-2:"][0].winner_id == 1


def weeks_again():
    return [week(1, line(1, 1), ONE_OF_EACH[:1]), week(2, people(1, 3), ONE_OF_EACH[1:2])]


def test_prizes_by_hand_wait_until_somebody_is_named_and_pass_over_who_may_not_have_them():
    prizes = [PrizeLine("Nhất", 1, 100), PrizeLine("Lan tỏa", 2, 50, by_hand=True)]
    nominees = [Nominee(1, "Lan tỏa", 1, "p1"), Nominee(2, "Lan tỏa", 8, "p8"), Nominee(3, "Khác", 9, "p9")]
    week_1 = week(1, people(1, 2), prizes, nominees=nominees, refused={3: "prize_refused"})
    places = allocate([week_1], Cap.ONE_PER_ROUND)["round:tuan-1:"]
    assert winners(places) == [("Nhất", 1, "awarded"), ("Lan tỏa", 8, "awarded"), ("Lan tỏa", None, "hand_needed")]
    assert [each.why for each in places[1].passed] == [Why.HIGHER_PRIZE]
    assert places[1].decision == 2


def test_candidates_are_read_no_further_than_prizes_reach():
    read = []

    def endless():
        for number in range(1, 1_000_000):
            read.append(number)
            yield Candidate(number, f"p{number}", number)

    allocate([week(1, endless(), ONE_OF_EACH)], Cap.NONE)
    assert len(read) == 5


# --- what holds for every contest ----------------------------------------------------------------------------------


@dataclass
class Case:
    """A contest as the naive implementation takes it: total orders where lots are drawn."""

    cap: Cap
    contenders: list[Contender]
    orders: dict[str, list[int]] = field(default_factory=dict)

    def fresh(self, **changes):
        return [replace(each, **changes) for each in self.contenders]


@st.composite
def cases(draw, *, lots=True, refusals=True, caps=tuple(Cap), hands=False):
    size = draw(st.integers(0, 8))
    with_amounts = draw(st.booleans())
    contenders, orders = [], {}
    for number in range(draw(st.integers(1, 4))):
        ids = draw(st.permutations(range(1, size + 1)))[: draw(st.integers(0, size))]
        starts = [draw(st.booleans()) for _ in ids]
        candidates, rank = [], 1
        for position, (id_, starts_rank) in enumerate(zip(ids, starts, strict=True), start=1):
            rank = position if starts_rank else rank
            candidates.append(Candidate(id_, f"p{id_}", rank, (("score", -rank),)))
        drawn = []
        if lots:
            for tied_rank, tied in groupby(candidates, key=lambda each: each.rank):
                codes = [each.code for each in tied]
                drawn.append(DrawnLot(f"{number}.{tied_rank}", tied_rank, tuple(draw(st.permutations(codes)))))
        counts = draw(st.lists(st.integers(1, 2), min_size=1, max_size=3))
        amounts = sorted(draw(st.lists(st.integers(1, 4), min_size=len(counts), max_size=len(counts))), reverse=True)
        prizes = [
            PrizeLine(f"{number}/{index}", count, amounts[index] if with_amounts else None)
            for index, count in enumerate(counts)
        ]
        nominees = []
        if hands and draw(st.booleans()):
            prizes.append(PrizeLine(f"{number}/hand", 1, draw(st.integers(1, 4)) if with_amounts else None, True))
            named = draw(st.lists(st.integers(1, 9), max_size=2, unique=True))
            nominees = [Nominee(10 * number + id_, prizes[-1].name, id_, f"p{id_}") for id_ in named]
        refused = {}
        if refusals:
            refused = dict.fromkeys(draw(st.sets(st.integers(1, 8), max_size=2)), "prize_refused")
        contender = Contender(
            f"r{number}", number, prizes, candidates, round_key=f"k{number}" if number else None, lots=drawn,
            refused=refused, nominees=nominees,
        )  # fmt: skip
        order = {code: place for lot in drawn for place, code in enumerate(lot.order)}
        orders[contender.name] = [each.id for each in sorted(candidates, key=lambda c: (c.rank, order.get(c.code, 0)))]
        contenders.append(contender)
    return Case(draw(st.sampled_from(caps)), contenders, orders)


def by_kind(found):
    """Prize name -> ids that have it."""
    kinds = defaultdict(set)
    for places in found.values():
        for place in places:
            if place.winner_id is not None:
                kinds[place.prize].add(place.winner_id)
    return dict(kinds)


def naive(case):
    """Everybody asks for the highest prize that has not turned them away; a prize keeps the best of those who ask."""
    all_amounts = all(line.amount is not None for each in case.contenders for line in each.prizes)
    kinds = {}
    for each in case.contenders:
        eligible = [id_ for id_ in case.orders[each.name] if id_ not in each.refused]
        for index, prize in enumerate(each.prizes):
            height = (-prize.amount if all_amounts else index, each.order, index)
            kinds[prize.name] = (height, prize.count, eligible, each)
    scopes = defaultdict(list)
    for name, (_, _, _, each) in kinds.items():
        own = {Cap.NONE: None, Cap.ONE_PER_ROUND: each.round_key, Cap.ONE_PER_CONTEST: "contest"}[case.cap]
        # Without a cap, a ranking by itself gives nobody two of its prizes.
        scopes[own or f"alone {each.name}"].append(name)
    held = {}
    for names in scopes.values():
        people = {id_ for name in names for id_ in kinds[name][2]}
        wishes = {
            id_: sorted((name for name in names if id_ in kinds[name][2]), key=lambda name: kinds[name][0])
            for id_ in people
        }
        asking = list(people)
        has = defaultdict(list)
        while asking:
            person = asking.pop()
            if not wishes[person]:
                continue
            name = wishes[person].pop(0)
            _, count, eligible, _ = kinds[name]
            has[name] = sorted([*has[name], person], key=eligible.index)
            if len(has[name]) > count:
                asking.append(has[name].pop())
        held.update(has)
    return {name: set(ids) for name, ids in held.items() if ids}


@settings(max_examples=400, deadline=None)
@given(cases())
def test_a_second_implementation_gives_the_same_prizes(case):
    assert by_kind(allocate(case.contenders, case.cap)) == naive(case)


@settings(max_examples=200, deadline=None)
@given(cases(lots=False, hands=True))
def test_nobody_has_more_than_the_cap_allows_and_no_refused_person_has_anything(case):
    found = allocate(case.contenders, case.cap)
    per_round, per_contest = defaultdict(int), defaultdict(int)
    for each in case.contenders:
        for place in found[each.name]:
            if place.winner_id is not None:
                assert place.winner_id not in each.refused
                per_contest[place.winner_id] += 1
                per_round[each.round_key, place.winner_id] += each.round_key is not None
    if case.cap is Cap.ONE_PER_CONTEST:
        assert set(per_contest.values()) <= {1}
    if case.cap is Cap.ONE_PER_ROUND:
        assert set(per_round.values()) <= {0, 1}


@settings(max_examples=200, deadline=None)
@given(cases(refusals=False, caps=(Cap.NONE,)))
def test_without_cap_and_refusals_the_winners_are_the_first_of_the_ranking(case):
    found = allocate(case.contenders, case.cap)
    for each in case.contenders:
        winners_ = [place.winner_id for place in found[each.name] if place.winner_id is not None]
        wanted = sum(prize.count for prize in each.prizes)
        ranks = {candidate.id: candidate.rank for candidate in each.candidates}
        assert set(winners_) == set(case.orders[each.name][:wanted])
        assert [ranks[id_] for id_ in winners_] == sorted(ranks[id_] for id_ in winners_)


@settings(max_examples=300, deadline=None)
@given(cases(lots=False, hands=True), st.randoms(use_true_random=False))
def test_the_order_among_equals_decides_nothing_by_itself(case, random):
    shuffled = []
    for each in case.contenders:
        candidates = []
        for _, tied in groupby(each.candidates, key=lambda candidate: candidate.rank):
            tied = list(tied)
            random.shuffle(tied)
            candidates += tied
        shuffled.append(replace(each, candidates=candidates))
    before, after = allocate(case.contenders, case.cap), allocate(shuffled, case.cap)
    assert by_kind(before) == by_kind(after)
    assert {name: [place.state for place in places] for name, places in before.items()} == {
        name: [place.state for place in places] for name, places in after.items()
    }


@settings(max_examples=400, deadline=None)
@given(cases(hands=True))
def test_what_is_given_before_a_lot_is_drawn_stays_given_however_it_falls(case):
    before = by_kind(allocate(case.fresh(lots=()), case.cap))
    after = by_kind(allocate(case.contenders, case.cap))
    for kind, ids in before.items():
        assert ids <= after.get(kind, set())


@settings(max_examples=300, deadline=None)
@given(cases(), st.integers(1, 8))
def test_one_more_refusal_takes_no_prize_from_anybody_else(case, refused):
    height = {
        prize.name: index
        for index, prize in enumerate(
            sorted(
                (prize for each in case.contenders for prize in each.prizes),
                key=lambda prize: _height(case, prize),
            )
        )
    }

    def best(contenders):
        mine = defaultdict(list)
        for kind, ids in by_kind(allocate(contenders, case.cap)).items():
            for id_ in ids:
                mine[id_].append(height[kind])
        return {id_: sorted(kinds) for id_, kinds in mine.items()}

    before = best(case.contenders)
    after = best([replace(each, refused={**each.refused, refused: "x"}) for each in case.contenders])
    assert refused not in after
    for id_, kinds in before.items():
        if id_ != refused:
            assert len(after[id_]) >= len(kinds)
            assert after[id_][0] <= kinds[0]


def _height(case, wanted):
    all_amounts = all(line.amount is not None for each in case.contenders for line in each.prizes)
    for each in case.contenders:
        for index, prize in enumerate(each.prizes):
            if prize is wanted:
                return (-prize.amount if all_amounts else index, each.order, index)
    raise AssertionError


@settings(max_examples=200, deadline=None)
@given(cases(caps=(Cap.ONE_PER_CONTEST,)))
def test_with_one_prize_a_contest_nobody_sees_a_higher_one_go_to_somebody_behind_them(case):
    found = allocate(case.contenders, case.cap)
    mine = {place.winner_id: place.prize for places in found.values() for place in places if place.winner_id}
    for each in case.contenders:
        ranks = {candidate.id: candidate.rank for candidate in each.candidates}
        for prize in each.prizes:
            places = [place for place in found[each.name] if place.prize == prize.name]
            for id_, rank in ranks.items():
                has_better = id_ in mine and _height(case, _line(case, mine[id_])) <= _height(case, prize)
                if has_better or id_ in each.refused:
                    continue
                assert all(place.winner_id is not None and place.rank <= rank for place in places)


def _line(case, name):
    return next(prize for each in case.contenders for prize in each.prizes if prize.name == name)


@pytest.mark.parametrize("cap", list(Cap))
def test_a_contest_without_prizes_is_no_trouble(cap):
    assert allocate([], cap) == {}
    assert allocate([week(1, people(1), [])], cap) == {"round:tuan-1:": ()}
