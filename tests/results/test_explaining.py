"""What decides between two performances is what the ranking itself looks at first."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from quizapp.ranking.rules import Chain, Fallback, Gate, Key, Performance, key_value, order_key, pick_counted
from quizapp.results.explaining import deciding_point, point_for_counted, points

START = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
moments = st.integers(0, 3).map(lambda ms: START + timedelta(milliseconds=ms))
performances = st.builds(
    Performance,
    score=st.integers(0, 3),
    perfect=st.booleans(),
    started_at=moments,
    submitted_at=moments,
    duration_ms=st.integers(0, 3),
    prediction=st.none() | st.integers(0, 4),
    perfect_attempts=st.integers(0, 2),
)
chains = st.builds(
    Chain,
    gate=st.sampled_from(Gate),
    keys=st.lists(st.sampled_from(Key), min_size=1, unique=True).map(tuple),
    fallback=st.sampled_from(Fallback),
    min_score=st.integers(0, 3),
)
actuals = st.none() | st.integers(0, 4)


def performance(**changes):
    values = {"score": 50, "perfect": True, "started_at": START, "submitted_at": START, "duration_ms": 60_000}
    return Performance(**{**values, **changes})


@given(chains, performances, performances, actuals)
def test_the_deciding_point_is_the_first_difference_in_the_order(chain, one, other, actual):
    mine, theirs = order_key(chain, one, actual), order_key(chain, other, actual)
    found = deciding_point(chain, one, other, actual)
    assert (found is None) == (mine == theirs)
    if found is None:
        return
    place = next(i for i in range(len(mine)) if mine[i] != theirs[i])
    assert points(chain)[place] is found
    # Who is better in it stands first in the ranking.
    if isinstance(found, Key):
        value, their_value = (key_value(found, each, actual) for each in (one, other))
        assert (value < their_value) == (mine < theirs)
    assert deciding_point(chain, other, one, actual) is found


@given(chains, st.lists(performances, min_size=2, max_size=5), actuals)
def test_every_attempt_that_does_not_count_is_told_apart_from_the_one_that_does(chain, attempts, actual):
    # How many attempts are perfect belongs to the person and is equal for all attempts of one.
    attempts = [Performance(**{**vars(each), "perfect_attempts": 0}) for each in attempts]
    for policy in ("best", "best_earliest", "first_perfect", "first", "last"):
        chosen = attempts[pick_counted(policy, list(enumerate(attempts)), chain, actual)]
        for other in attempts:
            found = point_for_counted(policy, chain, chosen, other, actual)
            if found is None:
                assert chosen.submitted_at == other.submitted_at
            elif found is Gate.ALL_CORRECT and policy != "best":
                assert chosen.perfect
                assert not other.perfect
            elif found is Key.SCORE and policy != "best":
                assert chosen.score > other.score
            elif isinstance(found, Key):
                sign = -1 if policy == "last" else 1
                assert sign * key_value(found, chosen, actual) < sign * key_value(found, other, actual)


def test_below_a_gate_the_score_comes_before_the_chain():
    chain = Chain(Gate.ALL_CORRECT, (Key.PREDICTION_GAP, Key.SUBMITTED_AT))
    passed = performance(prediction=90)
    below = performance(score=40, perfect=False, prediction=7)
    lower = performance(score=30, perfect=False, prediction=7)
    assert deciding_point(chain, passed, below, 7) is Gate.ALL_CORRECT
    assert deciding_point(chain, below, lower, 7) is Key.SCORE
    assert deciding_point(chain, passed, performance(prediction=8), 7) is Key.PREDICTION_GAP


def test_guesses_on_both_sides_of_the_truth_are_equal_and_the_next_key_decides():
    chain = Chain(Gate.NONE, (Key.PREDICTION_GAP, Key.SUBMITTED_AT))
    above, below = performance(prediction=3200), performance(prediction=3190, submitted_at=START + timedelta(seconds=1))
    assert deciding_point(chain, above, below, 3195) is Key.SUBMITTED_AT
    assert deciding_point(chain, above, performance(prediction=3190), 3195) is None


def test_the_last_attempt_counts_because_it_was_later():
    chain = Chain(Gate.NONE, (Key.SCORE,))
    chosen = performance(score=10, submitted_at=START + timedelta(minutes=1))
    assert point_for_counted("last", chain, chosen, performance(score=50), None) is Key.SUBMITTED_AT
    assert point_for_counted("best", chain, performance(score=50), chosen, None) is Key.SCORE
