"""States of contests and rounds, and what a paper is worth. No app."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.contests import rules
from quizapp.contests.rules import ContestState, RoundState
from quizapp.contests.spec import RoundSpec
from tests.factories import round_dict

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
# hypothesis wants naive bounds
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("offset", "state"),
    [(-1, RoundState.UPCOMING), (0, RoundState.OPEN), (9999, RoundState.OPEN), (10_000, RoundState.CLOSED)],
)
def test_a_round_is_open_from_its_opening_until_just_before_its_close(offset, state):
    now = NOW + timedelta(milliseconds=offset)
    assert rules.round_state(NOW, NOW + timedelta(milliseconds=10_000), now) is state


@given(opens=moments, length=st.integers(1, 10**9), now=moments)
def test_a_round_is_in_exactly_one_state(opens, length, now):
    closes = opens + timedelta(milliseconds=length)
    state = rules.round_state(opens, closes, now)
    assert (state is RoundState.OPEN) == (opens <= now < closes)
    assert (state is RoundState.UPCOMING) == (now < opens)


@pytest.mark.parametrize(
    ("launched", "published", "hours", "state"),
    [
        (False, False, 5, ContestState.DRAFT),
        (True, False, -1, ContestState.SCHEDULED),
        (True, False, 0, ContestState.OPEN),
        (True, False, 9, ContestState.OPEN),
        (True, False, 10, ContestState.CLOSED),
        (True, True, 11, ContestState.PUBLISHED),
    ],
)
def test_a_contest_state_follows_from_acts_and_times(launched, published, hours, state):
    found = rules.contest_state(
        launched_at=NOW if launched else None,
        published_at=NOW if published else None,
        first_opens_at=NOW,
        last_closes_at=NOW + timedelta(hours=10),
        now=NOW + timedelta(hours=hours),
    )
    assert found is state


def test_what_a_paper_of_a_round_is_worth():
    fixed = RoundSpec.model_validate(round_dict(NOW))
    assert (rules.questions_in(fixed), rules.full_score(fixed)) == (5, 50)
    draw = [{"bank": "a", "count": 4}, {"bank": "b", "count": 2}]
    drawn = RoundSpec.model_validate(round_dict(NOW, paper={"mode": "random", "draw": draw, "points": 3}))
    assert (rules.questions_in(drawn), rules.full_score(drawn)) == (6, 18)
    marked = RoundSpec.model_validate(round_dict(NOW, paper={"mode": "marked", "points": 100}))
    assert (rules.questions_in(marked), rules.full_score(marked)) == (0, 100)
