"""Whole rankings: what must hold for every ordered chain, every gate and every fallback, whoever takes part.

The meaning of the rules is told a second time here, as a comparison of two people in words; the rules themselves build
a tuple to sort by.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, permutations, product
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp.ranking.rules import Chain, Fallback, Gate, Key, Performance, order_key, passes, rank

OPENS = datetime(2022, 4, 17, 17, 0, tzinfo=UTC)
FULL, HALF = 60, 30
ACTUAL = 3195
GATES = [
    (Gate.NONE, 0),
    (Gate.ALL_CORRECT, 0),
    (Gate.MIN_SCORE, HALF),
]
KEYS = [tuple(keys) for size in range(1, len(Key) + 1) for keys in permutations(Key, size)]
CHAINS = st.builds(
    lambda gate, keys, fallback: Chain(gate[0], keys, fallback, gate[1]),
    st.sampled_from(GATES),
    st.sampled_from(KEYS),
    st.sampled_from(Fallback),
)


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    """Few different values of everything, so that equal keys are frequent."""
    started = draw(st.integers(0, 2))
    duration = draw(st.integers(0, 2))
    score = draw(st.sampled_from([0, HALF - 10, HALF, FULL]))
    return Performance(
        score=score,
        perfect=score == FULL,
        started_at=OPENS + timedelta(milliseconds=started),
        submitted_at=OPENS + timedelta(milliseconds=started + duration),
        duration_ms=duration,
        prediction=draw(st.none() | st.sampled_from([ACTUAL + by for by in (-18, -5, -1, 0, 1, 5, 6, 18)])),
        perfect_attempts=draw(st.integers(0, 2)),
    )


ROUNDS = st.lists(performances(), min_size=1, max_size=10)
ACTUALS = st.none() | st.sampled_from([ACTUAL, ACTUAL + 2])


def verdict(chain: Chain, left: Performance, right: Performance, actual: int | None) -> int:
    """-1 when `left` stands before `right`, 1 behind, 0 when nothing tells them apart."""
    through = [through_gate(chain, one) for one in (left, right)]
    if through[0] != through[1]:
        return -1 if through[0] else 1
    if not through[0] and left.score != right.score:
        return -1 if left.score > right.score else 1
    for key in chain.keys:
        found = on_key(key, left, right, actual)
        if found:
            return found
    return 0


def through_gate(chain: Chain, one: Performance) -> bool:
    """Whether the gate lets somebody through."""
    if chain.gate is Gate.MIN_SCORE:
        return one.score >= chain.min_score
    return chain.gate is Gate.NONE or one.perfect


def on_key(key: Key, left: Performance, right: Performance, actual: int | None) -> int:
    """The comparison on one key."""
    if key is Key.PREDICTION_GAP:
        return _on_guess(left.prediction, right.prediction, actual)
    name = key.value if key is not Key.DURATION else "duration_ms"
    mine, theirs = getattr(left, name), getattr(right, name)
    more_is_better = key in (Key.SCORE, Key.PERFECT_ATTEMPTS)
    if mine == theirs:
        return 0
    return -1 if (mine > theirs) == more_is_better else 1


def _on_guess(mine: int | None, theirs: int | None, actual: int | None) -> int:
    if actual is None or (mine is None and theirs is None):
        return 0
    if mine is None or theirs is None:
        return 1 if mine is None else -1
    far, near = max(mine, actual) - min(mine, actual), max(theirs, actual) - min(theirs, actual)
    return (far > near) - (far < near)


def ranks(chain: Chain, people: list[Performance], actual: int | None) -> list[int]:
    """The rank of each, in the order in which they were given."""
    lines = rank(range(len(people)), key=lambda person: order_key(chain, people[person], actual))
    by_person = {line.item: line.rank for line in lines}
    return [by_person[person] for person in range(len(people))]


@cache
def a_pool() -> list[tuple[Performance, Performance]]:
    """Pairs of people that differ in a few things each; the same for every chain."""
    dice = Random(3195)
    people = [
        Performance(
            score=score,
            perfect=score == FULL,
            started_at=OPENS + timedelta(milliseconds=dice.randint(0, 2)),
            submitted_at=OPENS + timedelta(milliseconds=dice.randint(2, 4)),
            duration_ms=dice.randint(0, 2),
            prediction=dice.choice([None, ACTUAL - 5, ACTUAL, ACTUAL + 5, ACTUAL + 6]),
            perfect_attempts=dice.randint(0, 2),
        )
        for score in (FULL, FULL, FULL, FULL, FULL, HALF, HALF, HALF, 20, 20)
    ]
    return list(combinations(people, 2))


# --- every chain --------------------------------------------------------------------------------------------------


def test_every_chain_and_gate_orders_two_people_as_the_words_say() -> None:
    for keys, (gate, least) in product(KEYS, GATES):
        chain = Chain(gate, keys, min_score=least)
        for left, right in a_pool():
            mine, theirs = order_key(chain, left, ACTUAL), order_key(chain, right, ACTUAL)
            assert (mine > theirs) - (mine < theirs) == verdict(chain, left, right, ACTUAL), (chain, left, right)


@given(CHAINS, performances(), performances(), performances(), ACTUALS)
def test_the_order_is_a_total_preorder(
    chain: Chain, a: Performance, b: Performance, c: Performance, actual: int | None
) -> None:
    def stands(one: Performance, other: Performance) -> bool:
        """`one` does not stand behind `other`."""
        mine, theirs = order_key(chain, one, actual), order_key(chain, other, actual)
        assert (mine <= theirs) == (verdict(chain, one, other, actual) <= 0)
        return mine <= theirs

    assert stands(a, replace(a))
    assert stands(a, b) or stands(b, a)
    assert not (stands(a, b) and stands(b, c)) or stands(a, c)


# --- a whole ranking ----------------------------------------------------------------------------------------------


@given(CHAINS, ROUNDS, ACTUALS)
def test_a_rank_is_one_more_than_the_number_of_people_who_are_better(
    chain: Chain, people: list[Performance], actual: int | None
) -> None:
    better = [sum(verdict(chain, other, one, actual) < 0 for other in people) for one in people]
    assert ranks(chain, people, actual) == [1 + count for count in better]


@given(CHAINS, ROUNDS, ACTUALS)
def test_equal_on_all_keys_is_the_same_rank_and_the_next_one_skips(
    chain: Chain, people: list[Performance], actual: int | None
) -> None:
    lines = rank(people, key=lambda one: order_key(chain, one, actual))
    for place, (above, below) in enumerate(zip(lines, lines[1:], strict=False), start=2):
        same = verdict(chain, above.item, below.item, actual) == 0
        assert below.rank == (above.rank if same else place)


@given(CHAINS, ROUNDS, ACTUALS, st.randoms(use_true_random=False))
def test_shuffling_the_input_changes_nothing(
    chain: Chain, people: list[Performance], actual: int | None, dice: Random
) -> None:
    straight = ranks(chain, people, actual)
    order = list(range(len(people)))
    dice.shuffle(order)
    mixed = ranks(chain, [people[person] for person in order], actual)
    assert [straight[person] for person in order] == mixed


@given(CHAINS, ROUNDS, ACTUALS)
def test_whoever_is_better_on_the_first_differing_key_is_never_ranked_lower(
    chain: Chain, people: list[Performance], actual: int | None
) -> None:
    found = ranks(chain, people, actual)
    for (left, left_rank), (right, right_rank) in combinations(zip(people, found, strict=True), 2):
        if through_gate(chain, left) != through_gate(chain, right):
            continue
        first = next((how for key in chain.keys if (how := on_key(key, left, right, actual))), 0)
        # Below the gate the score comes before the chain.
        if not through_gate(chain, left):
            first = on_key(Key.SCORE, left, right, actual) or first
        assert not (first < 0) or left_rank < right_rank
        assert not (first > 0) or left_rank > right_rank
        assert bool(first) == (left_rank != right_rank)


@given(CHAINS, ROUNDS, ACTUALS, st.sampled_from(Key), st.data())
def test_who_gets_better_in_one_thing_never_loses_a_rank(
    chain: Chain, people: list[Performance], actual: int | None, key: Key, data: st.DataObject
) -> None:
    who = data.draw(st.integers(0, len(people) - 1))
    before = people[who]
    changed = {
        Key.SCORE: {"score": FULL, "perfect": True},
        Key.PREDICTION_GAP: {"prediction": actual if actual is not None else before.prediction},
        Key.SUBMITTED_AT: {"submitted_at": before.submitted_at - timedelta(milliseconds=1)},
        Key.DURATION: {"duration_ms": before.duration_ms - 1},
        Key.STARTED_AT: {"started_at": before.started_at - timedelta(milliseconds=1)},
        Key.PERFECT_ATTEMPTS: {"perfect_attempts": before.perfect_attempts + 1},
    }[key]
    improved = [*people[:who], replace(before, **changed), *people[who + 1 :]]  # type: ignore[arg-type]
    assert ranks(chain, improved, actual)[who] <= ranks(chain, people, actual)[who]


# --- guesses ------------------------------------------------------------------------------------------------------


@given(CHAINS, ROUNDS, st.data())
def test_a_guess_above_the_truth_counts_like_one_as_far_below(
    chain: Chain, people: list[Performance], data: st.DataObject
) -> None:
    mirrored = [
        one
        if one.prediction is None or not data.draw(st.booleans())
        else replace(one, prediction=2 * ACTUAL - one.prediction)
        for one in people
    ]
    assert ranks(chain, mirrored, ACTUAL) == ranks(chain, people, ACTUAL)


# Only where nothing else comes first: neither an earlier key nor the score of those below the gate.
@given(CHAINS.filter(lambda chain: chain.keys[0] is Key.PREDICTION_GAP), ROUNDS)
@settings(suppress_health_check=[HealthCheck.filter_too_much])
def test_whoever_did_not_guess_stands_behind_everybody_who_did(chain: Chain, people: list[Performance]) -> None:
    found = list(zip(people, ranks(chain, people, ACTUAL), strict=True))
    for (one, one_rank), (other, other_rank) in product(found, found):
        comparable = through_gate(chain, one) and through_gate(chain, other)
        if comparable and one.prediction is None and other.prediction is not None:
            assert one_rank > other_rank


@given(CHAINS, ROUNDS)
def test_before_the_truth_is_known_guesses_decide_nothing(chain: Chain, people: list[Performance]) -> None:
    assert ranks(chain, people, None) == ranks(chain, [replace(one, prediction=None) for one in people], None)


# --- the gate -----------------------------------------------------------------------------------------------------


@given(CHAINS, ROUNDS, ACTUALS)
def test_nobody_below_the_gate_stands_before_somebody_above_it(
    chain: Chain, people: list[Performance], actual: int | None
) -> None:
    found = list(zip(people, ranks(chain, people, actual), strict=True))
    above = [place for one, place in found if through_gate(chain, one)]
    below = [place for one, place in found if not through_gate(chain, one)]
    assert max(above, default=0) < min(below, default=len(people) + 1)
    assert [passes(chain, one) for one in people] == [through_gate(chain, one) for one in people]


@given(CHAINS)
def test_only_a_gate_without_a_fallback_leaves_people_without_a_rank(chain: Chain) -> None:
    assert chain.leaves_out == (chain.gate is not Gate.NONE and chain.fallback is Fallback.LEAVE_UNAWARDED)
