"""The ranking of closed rounds and the figures behind it, on both databases."""

from datetime import timedelta

import pytest

from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict
from quizapp.results import closing, queries
from quizapp.results.rules import Figures
from tests import factories
from tests.results.whole_ranking import final_ranking

PRIZES = [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Nhì", "count": 1}, {"name": "Ba", "count": 2}]


def predicted(now, **changes):
    return factories.round_dict(
        now,
        prediction={"metric": "people_all_correct", "scope": "round"},
        ranking={"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"], **changes},
        prizes=PRIZES,
    )


def hidden(now, **changes):
    return factories.make_contest(now, rounds=[predicted(now, **changes)], publication={"live": "hidden_until_close"})


def closed(contest, now):
    """The contest after its close, with what was to be guessed frozen."""
    with transaction():
        closing.freeze(contest, now=now + timedelta(hours=2))
    return contest


def test_the_nearest_guess_of_those_who_have_everything_right_wins(app, now):
    contest = hidden(now)
    guesses = {"3": 5, "9": 5, "4": 3, "2": 5, "5": 5}
    names = {}
    for seconds, (guess, right) in enumerate(guesses.items(), start=10):
        person = factories.enter(contest, now)
        names[person.participant.public_id] = guess
        factories.sit(contest, person, now, right=right, seconds=seconds, prediction=guess)
    ranking = final_ranking(closed(contest, now), contest.round("tuan-1"))
    assert ranking.actual == 4
    found = [(names[row.row.participant], row.row.rank, row.gap) for row in ranking.rows]
    # 3 and 5 are equally far from 4: the earlier one stands first; who got three right follows below the gate.
    assert found == [("3", 1, 1), ("5", 2, 1), ("2", 3, 2), ("9", 4, 5), ("4", 5, 0)]


def test_places_below_the_gate_stay_empty_where_the_contest_says_so(app, now):
    contest = hidden(now, fallback="leave_unawarded")
    for right in (5, 2):
        factories.sit(contest, factories.enter(contest, now), now, right=right, prediction="1")
    assert len(final_ranking(closed(contest, now), contest.round("tuan-1")).rows) == 1


def test_people_attempts_and_all_correct_people_are_three_numbers(app, now):
    contest = hidden(now)
    round_ = contest.round("tuan-1")
    first, second = factories.enter(contest, now, area="101"), factories.enter(contest, now, area="111")
    factories.enter(contest, now)
    for minutes, right in ((0, 5), (5, 5), (10, 2)):
        factories.sit(contest, first, now + timedelta(minutes=minutes), right=right)
    factories.sit(contest, second, now, right=4)
    found = queries.counts(contest.id, round_.id)
    assert (found.entered, found.people, found.attempts) == (3, 2, 4)
    assert (found.people_all_correct, found.attempts_all_correct) == (1, 2)
    areas = {code: factories.areas.get_area("tinh-mau", code).id for code in ("101", "111")}
    assert queries.figures_by_area(contest.id, round_.id) == {
        areas["101"]: Figures(people=1, attempts=3, people_all_correct=1, score_sum=50, counted=1, best=50),
        areas["111"]: Figures(people=1, attempts=1, people_all_correct=0, score_sum=40, counted=1, best=40),
    }


def test_over_a_contest_people_are_counted_once(app, now):
    second = factories.round_dict(now, key="tuan-2", label="Tuần 2")
    contest = factories.make_contest(now, rounds=[factories.round_dict(now), second])
    person = factories.enter(contest, now, area="")
    for key, right in (("tuan-1", 3), ("tuan-2", 5)):
        factories.sit(contest, person, now, right=right, round_key=key)
    whole = queries.figures_by_area(contest.id, None)
    assert whole == {None: Figures(people=1, attempts=2, people_all_correct=1, score_sum=80, counted=2, best=50)}


@pytest.mark.parametrize(
    ("metric", "actual"),
    [
        ("people", 3),
        ("attempts", 4),
        ("people_all_correct", 1),
        ("attempts_all_correct", 2),
        ("percent_all_correct", 3_333_333),
    ],
)
def test_what_was_to_be_guessed(app, now, metric, actual):
    round_ = {**predicted(now), "prediction": {"metric": metric, "scope": "round"}}
    contest = factories.make_contest(now, rounds=[round_], publication={"live": "hidden_until_close"})
    people = [factories.enter(contest, now) for _ in range(3)]
    for number, (person, right) in enumerate([(people[0], 5), (people[0], 5), (people[1], 1), (people[2], 0)]):
        factories.sit(contest, person, now + timedelta(minutes=5 * number), right=right)
    closed(contest, now)
    assert contests.actual_of(contest.round("tuan-1").id) == actual


def test_the_value_is_frozen_once_and_only_after_the_close(app, now):
    contest = hidden(now)
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    round_ = contest.round("tuan-1")
    for moment, frozen in ((now, 0), (round_.closes_at, 0), (round_.closes_at + timedelta(seconds=4), 1)):
        with transaction():
            assert closing.freeze(contest, now=moment) == frozen
    with pytest.raises(Conflict, match="round_not_open"):
        factories.start(contest, factories.enter(contest, now), now)
    closed(contest, now)
    assert contests.actual_of(round_.id) == 1


def test_a_guess_about_the_whole_contest_waits_for_its_last_round(app, now):
    whole = {**predicted(now), "prediction": {"metric": "people", "scope": "contest"}}
    later = {**whole, "key": "tuan-2", "closes_at": (now + timedelta(days=9)).isoformat()}
    contest = factories.make_contest(now, rounds=[whole, later], publication={"live": "hidden_until_close"})
    factories.sit(contest, factories.enter(contest, now), now)
    closed(contest, now)
    assert contests.actual_of(contest.round("tuan-1").id) is None
    with transaction():
        assert closing.freeze(contest, now=now + timedelta(days=10)) == 2
    assert contests.actual_of(contest.round("tuan-1").id) == 1


def test_of_several_perfect_attempts_the_one_with_the_nearest_guess_counts(app, now):
    contest = hidden(now)
    first, second = factories.enter(contest, now), factories.enter(contest, now)
    for minutes, guess in ((0, "90"), (5, "2"), (10, "50")):
        factories.sit(contest, first, now + timedelta(minutes=minutes), prediction=guess)
    factories.sit(contest, second, now, prediction="4")
    rows = final_ranking(closed(contest, now), contest.round("tuan-1")).rows
    found = [(row.row.participant == first.participant.public_id, row.row.prediction, row.gap) for row in rows]
    assert found == [(True, 2, 0), (False, 4, 2)]
    assert queries.counts(contest.id, None).attempts == 4


def test_people_of_the_tables_come_in_the_order_of_vietnamese_name_lists(app, now):
    contest = factories.make_contest(now)
    for name in ("Đặng Thị Hồng", "Nguyễn Văn Ánh", "Trần An", "Lê Thị Ân"):
        factories.enter(contest, now, full_name=name)
    people = db.session.execute(queries.listed_people(contest.id, None, None))
    assert [person.full_name for person in people] == ["Trần An", "Nguyễn Văn Ánh", "Lê Thị Ân", "Đặng Thị Hồng"]


def test_tables_of_a_subtree_hold_its_people_only(app, now):
    contest = factories.make_contest(now)
    tree = factories.areas.get_tree("tinh-mau")
    inside, outside = factories.enter(contest, now, area="101"), factories.enter(contest, now, area="111")
    for person in (inside, outside):
        factories.sit(contest, person, now)
    ids = tree.descendant_ids(tree.get("10")) | {tree.get("10").id}
    people = db.session.execute(queries.listed_people(contest.id, None, ids))
    assert [person.public_id for person in people] == [inside.participant.public_id]
    attempts = db.session.execute(queries.listed_attempts(contest.id, None, ids))
    assert [attempt.participant for attempt in attempts] == [inside.participant.public_id]
