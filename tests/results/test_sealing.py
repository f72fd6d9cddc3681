"""When figures may be shown while people still guess."""

from datetime import timedelta

import pytest

from quizapp.attempts.rules import GRACE
from quizapp.results import sealing
from tests import factories

MS = timedelta(milliseconds=1)
GUESS = {
    "prediction": {"metric": "people", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}


def make(now, *, scope="round", metric="people", guess_in=("tuan-1", "tuan-2")):
    """Week 1 is over since a day, week 2 is open for an hour."""
    times = {"tuan-1": (-10 * 24, -24), "tuan-2": (-1, 1)}
    rounds = []
    for key, (opens, closes) in times.items():
        settings = {**GUESS, "prediction": {"metric": metric, "scope": scope}} if key in guess_in else {}
        opens_at, closes_at = (now + timedelta(hours=hours) for hours in (opens, closes))
        rounds.append(
            factories.round_dict(
                now, key=key, opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat(), **settings
            )
        )
    live = "hidden_until_close"
    return factories.make_contest(now, rounds=rounds, publication={"live": live, "mask_phone": True})


def test_a_round_with_a_guess_is_sealed_from_its_opening_to_the_end_of_the_grace(app, now):
    contest = make(now)
    round_ = contest.round("tuan-2")
    for moment, expected in (
        (round_.opens_at - MS, False),
        (round_.opens_at, True),
        (round_.closes_at, True),
        (round_.closes_at + GRACE, True),
        (round_.closes_at + GRACE + MS, False),
    ):
        assert sealing.is_sealed(contest, round_, moment) is expected, moment


def test_a_guess_about_the_contest_seals_every_round_that_has_begun_while_it_can_be_made(app, now):
    contest = make(now, scope="contest")
    first, second = contest.rounds
    assert sealing.is_sealed(contest, first, now)
    # Also before the second round opens, in which the guess can be made once more.
    assert sealing.is_sealed(contest, first, second.opens_at - MS)
    assert not sealing.is_sealed(contest, second, second.opens_at - MS)
    assert sealing.is_sealed(contest, first, second.closes_at + GRACE)
    assert not sealing.is_sealed(contest, first, second.closes_at + GRACE + MS)


def test_once_nobody_can_guess_any_more_staff_see_their_figures_and_the_public_waits_for_the_count(app, now):
    contest = make(now, scope="contest", guess_in=("tuan-1",))
    first, second = contest.rounds
    for round_ in (first, second, None):
        assert not sealing.is_sealed(contest, round_, now)
    for round_ in (first, second):
        assert not sealing.has_result(contest, round_, now)
        assert sealing.shown_after(contest, round_) == second
        assert sealing.has_result(contest, round_, second.closes_at + GRACE + MS)


def test_a_round_without_a_guess_waits_for_a_guess_about_the_contest(app, now):
    contest = make(now, scope="contest", guess_in=("tuan-2",))
    first = contest.rounds[0]
    assert sealing.is_sealed(contest, first, now)
    assert not sealing.has_result(contest, first, now)
    # What is guessed about the first round itself, had it a guess, would be countable now.
    assert sealing.is_decided(contest, first, now)
    assert not sealing.is_decided(contest, contest.rounds[1], now)


@pytest.mark.parametrize(("metric", "expected"), [
    ("people", True), ("attempts", True), ("people_all_correct", False), ("attempts_all_correct", False),
    ("percent_all_correct", False),
])  # fmt: skip
def test_participation_is_sealed_where_it_is_what_is_guessed(app, now, metric, expected):
    contest = make(now, metric=metric)
    assert sealing.seals_participation(contest, contest.round("tuan-2"), now) is expected
    assert sealing.seals_participation(contest, None, now) is expected
    assert not sealing.seals_participation(contest, contest.round("tuan-1"), now)
    assert not sealing.seals_participation(contest, None, now + timedelta(days=1))


def test_the_contest_is_sealed_while_any_round_is(app, now):
    contest = make(now)
    assert sealing.is_sealed(contest, None, now)
    assert not sealing.is_sealed(contest, contest.round("tuan-1"), now)
    assert not sealing.is_sealed(contest, None, now + timedelta(days=1))


def test_without_a_guess_nothing_is_sealed(app, now):
    contest = make(now, guess_in=())
    assert not sealing.is_sealed(contest, None, now)


@pytest.mark.parametrize(("scope", "expected"), [("round", True), ("contest", False)])
def test_a_guess_about_the_whole_contest_has_its_result_after_the_last_round(app, now, scope, expected):
    contest = make(now, scope=scope)
    assert sealing.has_result(contest, contest.round("tuan-1"), now) is expected
    end = contest.round("tuan-2").closes_at + GRACE
    for round_ in contest.rounds:
        assert sealing.has_result(contest, round_, end + MS)
        assert not sealing.has_result(contest, contest.round("tuan-2"), end)
