"""The order of performances, shared ranks, the number of a live board, and which attempt counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizapp.ranking.rules import (
    MAX_SCORE,
    Chain,
    Gate,
    Key,
    Performance,
    is_shared_by_equals,
    key_value,
    live_chain,
    milliseconds,
    order_key,
    pack,
    pick_counted,
    rank,
)

OPENS = datetime(2022, 4, 17, 17, 0, tzinfo=UTC)
FULL = 60
SHORT_ROUND_MS = 2**31 - 1
# Little variety, so that equal keys are frequent.
FEW_MS = st.integers(0, 3) | st.integers(0, SHORT_ROUND_MS)
CHAINS = st.builds(
    Chain,
    st.sampled_from(Gate),
    st.permutations(list(Key)).flatmap(lambda keys: st.integers(1, len(keys)).map(lambda size: tuple(keys[:size]))),
)


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    """A performance in a round of 24 days that opened at OPENS; all-correct means full score."""
    started_ms = draw(FEW_MS)
    duration_ms = draw(st.integers(0, 3) | st.integers(0, SHORT_ROUND_MS)) % (SHORT_ROUND_MS - started_ms + 1)
    score = draw(st.sampled_from([0, 10, 50, FULL]))
    return Performance(
        score=score,
        perfect=score == FULL,
        started_at=OPENS + timedelta(milliseconds=started_ms),
        submitted_at=OPENS + timedelta(milliseconds=started_ms + duration_ms),
        duration_ms=duration_ms,
        prediction=draw(st.none() | st.integers(3190, 3200)),
        perfect_attempts=draw(st.integers(0, 4)),
    )


ACTUALS = st.none() | st.integers(3190, 3200)
PERFECT = Performance(FULL, True, OPENS, OPENS + timedelta(minutes=5), 300_000, 3200)


def better_on(key: Key, left: Performance, right: Performance, actual: int | None) -> bool | None:
    """The meaning of each key, told once more and differently: True = left better, None = equal."""

    def facts(one: Performance) -> tuple[object, ...]:
        gap = None if one.prediction is None or actual is None else abs(one.prediction - actual)
        return {
            Key.SCORE: (-one.score,),
            Key.PREDICTION_GAP: (actual is not None and gap is None, gap or 0),
            Key.SUBMITTED_AT: (one.submitted_at,),
            Key.DURATION: (one.duration_ms,),
            Key.STARTED_AT: (one.started_at,),
            Key.PERFECT_ATTEMPTS: (-one.perfect_attempts,),
        }[key]

    return None if facts(left) == facts(right) else facts(left) < facts(right)


# --- order --------------------------------------------------------------------------------------------------------


@given(CHAINS, performances(), performances(), ACTUALS)
def test_the_first_differing_key_decides(
    chain: Chain, left: Performance, right: Performance, actual: int | None
) -> None:
    verdicts: list[bool | None] = []
    if chain.gate is Gate.ALL_CORRECT:
        verdicts.append(None if left.perfect == right.perfect else left.perfect)
        verdicts.append(better_on(Key.SCORE, left, right, actual))
    verdicts.extend(better_on(key, left, right, actual) for key in chain.keys)
    expected = next((verdict for verdict in verdicts if verdict is not None), None)
    keys = order_key(chain, left, actual), order_key(chain, right, actual)
    assert (keys[0] < keys[1]) == (expected is True)
    assert (keys[0] > keys[1]) == (expected is False)
    ranks = {id(line.item): line.rank for line in rank([left, right], key=lambda one: order_key(chain, one, actual))}
    if expected is True:
        assert (ranks[id(left)], ranks[id(right)]) == (1, 2)


@given(CHAINS, performances(), performances(), performances(), ACTUALS)
def test_the_order_is_a_total_preorder(
    chain: Chain, a: Performance, b: Performance, c: Performance, actual: int | None
) -> None:
    first, second, third = (order_key(chain, one, actual) for one in (a, b, c))
    assert first <= second or second <= first
    assert not (first <= second <= third) or first <= third
    assert order_key(chain, replace(a), actual) == first


@given(CHAINS, st.lists(performances(), max_size=12), ACTUALS, st.randoms(use_true_random=False))
def test_shuffling_changes_no_rank(chain: Chain, people: list[Performance], actual: int | None, random: Random) -> None:
    def ranks(order: list[int]) -> dict[int, int]:
        lines = rank(order, key=lambda person: order_key(chain, people[person], actual))
        return {line.item: line.rank for line in lines}

    order = list(range(len(people)))
    straight = ranks(order)
    random.shuffle(order)
    assert ranks(order) == straight


@given(st.lists(st.integers(0, 5), max_size=15))
def test_a_rank_is_one_more_than_the_number_of_better_ones(values: list[int]) -> None:
    lines = rank(values, key=lambda value: (value,))
    assert [line.item for line in lines] == sorted(values)
    assert [line.rank for line in lines] == [1 + sum(other < line.item for other in values) for line in lines]


def test_equal_keys_share_a_rank_and_the_next_one_skips() -> None:
    lines = rank(["d", "b1", "a", "b2"], key=lambda item: (ord(item[0]),))
    assert [(line.rank, line.item) for line in lines] == [(1, "a"), (2, "b1"), (2, "b2"), (4, "d")]


def test_nobody_is_ranked_in_an_empty_round() -> None:
    assert rank([], key=lambda item: (0,)) == []


def test_all_correct_people_stand_before_all_others_whatever_the_chain() -> None:
    chain = Chain(Gate.ALL_CORRECT, (Key.SUBMITTED_AT,))
    late = replace(PERFECT, submitted_at=OPENS + timedelta(days=6))
    early = replace(PERFECT, perfect=False, score=FULL - 10, submitted_at=OPENS)
    weaker_still = replace(early, score=0)
    lines = rank([weaker_still, early, late], key=lambda one: order_key(chain, one))
    assert [line.item for line in lines] == [late, early, weaker_still]


# --- predictions --------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_guess_above_counts_like_one_below(actual: int, distance: int) -> None:
    below, above = (replace(PERFECT, prediction=actual + sign * distance) for sign in (-1, 1))
    values = {key_value(Key.PREDICTION_GAP, one, actual) for one in (below, above)}
    assert values == {distance}


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_no_guess_stands_behind_every_guess(actual: int, guess: int) -> None:
    none, some = (replace(PERFECT, prediction=value) for value in (None, guess))
    assert key_value(Key.PREDICTION_GAP, none, actual) > key_value(Key.PREDICTION_GAP, some, actual)


@given(performances(), performances())
def test_while_the_actual_value_is_unknown_guesses_decide_nothing(left: Performance, right: Performance) -> None:
    assert key_value(Key.PREDICTION_GAP, left, None) == key_value(Key.PREDICTION_GAP, right, None)


def test_the_first_week_of_hoa_binh_2022() -> None:
    # 3,195 people were all-correct; these guesses won, in this order.
    chain = Chain(Gate.ALL_CORRECT, (Key.PREDICTION_GAP, Key.SUBMITTED_AT))
    guesses = [3213, 3200, 3201]
    lines = rank([replace(PERFECT, prediction=guess) for guess in guesses], key=lambda one: order_key(chain, one, 3195))
    assert [(line.rank, line.item.prediction) for line in lines] == [(1, 3200), (2, 3201), (3, 3213)]
    assert [key_value(Key.PREDICTION_GAP, line.item, 3195) for line in lines] == [5, 6, 18]


# --- time ---------------------------------------------------------------------------------------------------------


@given(st.datetimes(timezones=st.just(UTC)))
def test_milliseconds_are_exact(moment: datetime) -> None:
    counted = milliseconds(moment)
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=counted)
    assert start <= moment < start + timedelta(milliseconds=1)


def test_submissions_of_one_millisecond_are_equal() -> None:
    chain = Chain(Gate.NONE, (Key.SUBMITTED_AT,))
    first, second, third = (OPENS.replace(microsecond=value) for value in (123_000, 123_999, 124_000))
    keys = [order_key(chain, replace(PERFECT, submitted_at=moment)) for moment in (first, second, third)]
    assert keys[0] == keys[1] < keys[2]


# --- the live board -----------------------------------------------------------------------------------------------


@given(CHAINS, performances(), performances())
def test_the_packed_number_follows_the_live_chain(chain: Chain, left: Performance, right: Performance) -> None:
    live = live_chain(chain)
    better, worse = sorted((left, right), key=lambda one: order_key(live, one))
    high, low = pack(live, better, OPENS), pack(live, worse, OPENS)
    assert 0 <= low <= high < 2**53
    # Within its range the number holds the first two keys whole.
    assert (high == low) == (order_key(live, better)[:2] == order_key(live, worse)[:2])


@pytest.mark.parametrize(
    ("second", "better", "worse"),
    [
        (
            Key.SUBMITTED_AT,
            {"submitted_at": OPENS + timedelta(milliseconds=7)},
            {"submitted_at": OPENS + timedelta(milliseconds=8)},
        ),
        (Key.STARTED_AT, {"started_at": OPENS}, {"started_at": OPENS + timedelta(milliseconds=1)}),
        (Key.DURATION, {"duration_ms": 37_000}, {"duration_ms": 37_001}),
        (Key.PERFECT_ATTEMPTS, {"perfect_attempts": 3}, {"perfect_attempts": 2}),
    ],
)
def test_the_second_key_decides_between_equal_scores(
    second: Key, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    live = live_chain(Chain(Gate.NONE, (Key.SCORE, Key.PREDICTION_GAP, second)))
    assert pack(live, replace(PERFECT, **better), OPENS) == pack(live, replace(PERFECT, **worse), OPENS) + 1


@given(
    CHAINS,
    st.integers(0, MAX_SCORE),
    st.integers(-(10**6), 10**12),
    st.integers(-(10**6), 10**12),
    st.integers(0, 2**40),
)
def test_what_does_not_fit_is_clamped_and_stays_in_order(
    chain: Chain, score: int, left_ms: int, right_ms: int, perfect: int
) -> None:
    live = live_chain(chain)
    left, right = (
        replace(
            PERFECT,
            score=score,
            started_at=OPENS + timedelta(milliseconds=ms),
            submitted_at=OPENS + timedelta(milliseconds=ms),
            duration_ms=max(0, ms),
            perfect_attempts=perfect,
        )
        for ms in sorted((left_ms, right_ms))
    )
    high, low = pack(live, left, OPENS), pack(live, right, OPENS)
    assert 0 <= low <= high < 2**53
    assert high >> 31 == low >> 31 == score
    assert float(high) == high
    assert float(low) == low


@given(CHAINS, performances(), performances(), st.integers(-(10**6), 10**12))
def test_who_shares_a_number_that_says_everything_is_equal_on_all_keys(
    chain: Chain, left: Performance, right: Performance, late_ms: int
) -> None:
    live = live_chain(chain)
    late = timedelta(milliseconds=late_ms)
    left, right = (
        replace(each, submitted_at=each.submitted_at + late, started_at=each.started_at + late)
        for each in (left, right)
    )
    packed = pack(live, left, OPENS)
    if packed == pack(live, right, OPENS) and is_shared_by_equals(live, packed):
        assert order_key(live, left) == order_key(live, right)


@pytest.mark.parametrize(
    ("keys", "late_ms", "says"),
    [
        ((Key.SCORE,), 5, True),
        ((Key.SCORE, Key.SUBMITTED_AT), 5, True),
        # Clamped at either end, others may be earlier or later.
        ((Key.SCORE, Key.SUBMITTED_AT), -5, False),
        ((Key.SCORE, Key.SUBMITTED_AT), 2**31 + 5, False),
        ((Key.SCORE, Key.SUBMITTED_AT, Key.DURATION), 5, False),
    ],
)
def test_a_number_says_everything_about_two_keys_within_its_range(
    keys: tuple[Key, ...], late_ms: int, says: bool
) -> None:
    live = Chain(Gate.NONE, keys)
    performance = replace(PERFECT, submitted_at=OPENS + timedelta(milliseconds=late_ms))
    assert is_shared_by_equals(live, pack(live, performance, OPENS)) is says


@given(CHAINS, performances())
def test_a_higher_score_beats_every_second_key(chain: Chain, performance: Performance) -> None:
    live = live_chain(chain)
    slow = replace(
        performance,
        score=performance.score + 1,
        submitted_at=OPENS + timedelta(days=300),
        started_at=OPENS + timedelta(days=300),
        duration_ms=10**12,
        perfect_attempts=0,
    )
    assert pack(live, slow, OPENS) > pack(live, performance, OPENS)


@given(CHAINS)
def test_the_live_chain_leads_with_the_score_and_asks_for_no_guess(chain: Chain) -> None:
    live = live_chain(chain)
    assert live.keys[0] is Key.SCORE
    assert live.gate is Gate.NONE
    others = [key for key in chain.keys if key not in (Key.SCORE, Key.PREDICTION_GAP)]
    assert list(live.keys[1:]) == others


@given(st.permutations([key for key in Key if key is not Key.PREDICTION_GAP]), performances(), performances())
def test_with_a_gate_the_live_chain_orders_like_the_whole_one(
    keys: list[Key], left: Performance, right: Performance
) -> None:
    chain = Chain(Gate.ALL_CORRECT, tuple(keys))
    live = live_chain(chain)
    whole = order_key(chain, left) < order_key(chain, right)
    assert (order_key(live, left) < order_key(live, right)) == whole


def test_a_board_refuses_what_it_cannot_order() -> None:
    with pytest.raises(ValueError, match="score first"):
        pack(Chain(Gate.NONE, (Key.DURATION,)), PERFECT, OPENS)
    for score in (-1, MAX_SCORE + 1):
        with pytest.raises(ValueError, match=str(MAX_SCORE)):
            pack(Chain(Gate.NONE, (Key.SCORE,)), replace(PERFECT, score=score), OPENS)


# --- which attempt counts -----------------------------------------------------------------------------------------

POLICIES = ("best", "best_earliest", "first_perfect", "first", "last")
CHAIN = Chain(Gate.ALL_CORRECT, (Key.PREDICTION_GAP, Key.DURATION))


def attempt(minute: int, score: int, *, seconds: int = 60, guess: int | None = None) -> tuple[str, Performance]:
    """An attempt submitted in the given minute; named after it."""
    submitted = OPENS + timedelta(minutes=minute)
    started = submitted - timedelta(seconds=seconds)
    return f"{minute}'", Performance(score, score == FULL, started, submitted, seconds * 1000, guess)


MANY = [
    attempt(10, 50),
    attempt(20, FULL, seconds=90, guess=3300),
    attempt(30, FULL, seconds=40, guess=3100),
    attempt(40, FULL, seconds=80, guess=3190),
    attempt(50, 40),
]
NEVER_PERFECT = [attempt(10, 40), attempt(20, 50, seconds=50), attempt(30, 50, seconds=30), attempt(40, 10)]


@pytest.mark.parametrize(
    ("policy", "counted", "without_perfect"),
    [
        ("best", "30'", "30'"),
        ("best_earliest", "20'", "20'"),
        ("first_perfect", "20'", "20'"),
        ("first", "10'", "10'"),
        ("last", "50'", "40'"),
    ],
)
def test_each_policy_counts_its_attempt(policy: str, counted: str, without_perfect: str) -> None:
    assert pick_counted(policy, MANY, CHAIN) == counted
    assert pick_counted(policy, NEVER_PERFECT, CHAIN) == without_perfect


def test_the_best_attempt_may_change_when_the_actual_value_is_known() -> None:
    assert pick_counted("best", MANY, CHAIN, 3195) == "40'"
    assert pick_counted("best", MANY, CHAIN, 3290) == "20'"


def test_equally_good_attempts_the_earlier_counts() -> None:
    chain = Chain(Gate.NONE, (Key.SCORE,))
    assert pick_counted("best", [attempt(30, 50), attempt(20, 50), attempt(10, 40)], chain) == "20'"


@given(st.sampled_from(POLICIES), CHAINS, st.lists(performances(), min_size=1, max_size=8), ACTUALS, st.data())
def test_the_order_in_which_attempts_come_changes_nothing(
    policy: str, chain: Chain, found: list[Performance], actual: int | None, data: st.DataObject
) -> None:
    # One person's attempts follow one another: no two are submitted in one millisecond.
    assume(len({one.submitted_at for one in found}) == len(found))
    attempts = list(enumerate(found))
    counted = pick_counted(policy, attempts, chain, actual)
    assert pick_counted(policy, data.draw(st.permutations(attempts)), chain, actual) == counted


@given(CHAINS, st.lists(performances(), min_size=1, max_size=8), ACTUALS)
def test_no_attempt_is_better_than_the_best(chain: Chain, found: list[Performance], actual: int | None) -> None:
    counted = pick_counted("best", [(one, one) for one in found], chain, actual)
    assert order_key(chain, counted, actual) == min(order_key(chain, one, actual) for one in found)


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="lucky"):
        pick_counted("lucky", MANY, CHAIN)
