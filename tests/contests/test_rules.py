"""States of contests and rounds, and contradictions in a contest file. No app."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.contests import rules
from quizapp.contests.rules import ContestState, RoundState
from quizapp.contests.spec import ContestSpec
from tests.factories import contest_dict, round_dict

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
LEVELS = ("province", "district", "commune", "unit")
# hypothesis wants naive bounds
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def spec(**changes):
    return ContestSpec.model_validate(contest_dict(NOW, **changes))


def codes(**changes):
    return {(problem.code, problem.path) for problem in rules.check_spec(spec(**changes), LEVELS)}


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


def test_a_sound_file_has_no_problem():
    assert codes() == set()


def test_levels_must_be_levels_of_the_tree():
    assert ("unknown_level", ("areas", "ranked_level")) in codes(areas={"tree": "tinh-mau", "ranked_level": "huyen"})
    collective = {"level": "thon", "metric": "people"}
    assert ("unknown_level", ("collectives", 0, "level")) in codes(collectives=[collective])


def entry(**changes):
    return {**contest_dict(NOW)["entry"], **changes}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"identity": ["citizen_id"]}, ("identity_not_required", ("entry", "identity", 0))),
        (
            {"fields": {"full_name": "required", "phone": "required"}},
            ("resume_needs_birth_date", ("entry", "resume")),
        ),
        (
            {"fields": {"full_name": "required", "phone": "required"}, "resume": "code", "age": {"min": 14}},
            ("age_needs_birth_date", ("entry", "fields", "date_of_birth")),
        ),
        ({"age": {"min": 30, "max": 20}}, ("age_range_empty", ("entry", "age"))),
        (
            {"excluded": {"mode": "block", "people": [{"full_name": "Ai Đó"}]}},
            ("excluded_without_identity", ("entry", "excluded", "people", 0)),
        ),
        (
            {"excluded": {"people": [{"full_name": "Ai Đó", "phone": "0900000000", "chuc_vu": "x"}]}},
            ("unknown_field", ("entry", "excluded", "people", 0, "chuc_vu")),
        ),
    ],
)
def test_what_an_entry_form_cannot_ask(changed, problem):
    assert problem in codes(entry=entry(**changed))


def test_groups_need_the_field_and_their_own_keys():
    groups = [{"key": "A", "label": "Bảng A"}, {"key": "A", "label": "Bảng A nữa", "age": {"min": 9, "max": 8}}]
    assert codes(groups=groups) == {
        ("groups_need_the_field", ("entry", "fields", "group")),
        ("group_key_twice", ("groups", 1, "key")),
        ("age_range_empty", ("groups", 1, "age")),
    }


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"closes_at": "2025-05-19T00:00:00Z"}, "closes_before_opening", ("closes_at",)),
        ({"paper": {"mode": "fixed"}}, "fixed_needs_questions", ("paper",)),
        ({"paper": {"mode": "random", "questions": ["mau-001"]}}, "random_needs_draw", ("paper",)),
        (
            {"paper": {"mode": "random", "draw": [{"bank": "mau", "count": 500}], "points": 10_000}},
            "score_too_large",
            ("paper", "points"),
        ),
        ({"ranking": {"keys": ["score", "score"]}}, "ranking_key_twice", ("ranking", "keys")),
        ({"ranking": {"keys": ["score", "prediction_gap"]}}, "gap_without_prediction", ("ranking", "keys")),
        ({"ranking": {"keys": ["duration", "score"]}}, "score_must_lead", ("ranking", "keys")),
    ],
)
def test_what_a_round_cannot_say_together(changed, code, place):
    assert (code, ("rounds", 0, *place)) in codes(rounds=[round_dict(NOW, **changed)])


@pytest.mark.parametrize("live", ["full", "coarse"])
def test_a_live_count_beside_a_prediction_is_refused(live):
    rounds = [round_dict(NOW, prediction={"metric": "people"})]
    assert ("live_leaks_prediction", ("publication", "live")) in codes(rounds=rounds, publication={"live": live})
    assert codes(rounds=rounds, publication={"live": "hidden_until_close"}) == set()


def test_two_rounds_of_one_key_are_refused():
    assert ("round_key_twice", ("rounds", 1, "key")) in codes(rounds=[round_dict(NOW), round_dict(NOW)])
