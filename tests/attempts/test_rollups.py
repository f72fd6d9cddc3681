"""The kept figures are what the standings add up to, whatever happens, in whatever order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from quizapp.attempts import rollups, service, standings
from quizapp.attempts.models import Rollup, RollupChange, RollupScore
from quizapp.db import db, transaction
from quizapp.results import queries
from quizapp.results.rules import Figures
from tests import crowd, factories
from tests.attempts.test_races import at_once

ROUNDS = ("tuan-1", "tuan-2")
# Two people of one commune, one of another district, one who names no area.
AREAS = ("101", "101", "111", "")

sitting = st.tuples(st.just("sit"), st.integers(0, 3), st.sampled_from(ROUNDS), st.integers(0, 5))
recount = st.tuples(st.just("recount"), st.sampled_from(ROUNDS))
events = st.lists(st.one_of(sitting, sitting, recount, st.just(("fold",))), min_size=1, max_size=12)


def make_contest(now, **changes):
    """Two weeks, both open; in the first the last attempt counts, so that figures fall as well as rise."""
    free = {"max": 20, "per": "round"}
    rounds = [
        factories.round_dict(now, attempts=free, counted="last"),
        factories.round_dict(now, key="tuan-2", label="Tuần 2", attempts=free),
    ]
    return factories.make_contest(now, rounds=rounds, **changes)


def assert_exact(contest):
    """Round by round and over the contest, area by area, kept figures are those of the standings."""
    for round_id in (None, *(round_.id for round_ in contest.rounds)):
        kept = queries.kept_figures_by_area(contest.id, round_id)
        assert kept == queries.figures_by_area(contest.id, round_id)
        counts = queries.counts(contest.id, round_id)
        total = sum(kept.values(), Figures())
        assert (total.people, total.attempts) == (counts.people, counts.attempts)
        assert total.people_all_correct == counts.people_all_correct
    assert rollups.differences(contest.id) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happened=events)
def test_any_order_of_events_leaves_the_figures_exact(app, now, happened):
    contest = make_contest(now, contest=f"cuoc-thi-{factories.new_number()}")
    people = [factories.enter(contest, now, area=area) for area in AREAS]
    for minutes, event in enumerate(happened):
        if event[0] == "sit":
            _, person, key, right = event
            at = now + timedelta(minutes=minutes)
            factories.sit(contest, people[person], at, right=right, round_key=key)
        else:
            with transaction():
                if event[0] == "fold":
                    rollups.fold(contest.id)
                else:
                    standings.recompute_round(contest, contest.round(event[1]), None)
    assert_exact(contest)


def test_somebody_who_changes_rounds_is_counted_once(app, now):
    contest = make_contest(now)
    person = factories.enter(contest, now, area="101")
    factories.sit(contest, person, now, right=5, round_key="tuan-2")
    factories.sit(contest, person, now + timedelta(minutes=5), right=3)
    area = factories.areas.get_area("tinh-mau", "101").id
    assert queries.kept_figures_by_area(contest.id, None) == {
        area: Figures(people=1, attempts=2, people_all_correct=1, score_sum=80, counted=2, best=50)
    }
    assert_exact(contest)


def test_when_the_best_falls_back_the_next_best_is_known(app, now):
    contest = make_contest(now)
    person, other = factories.enter(contest, now, area="101"), factories.enter(contest, now, area="101")
    for minutes, (who, right) in enumerate([(other, 2), (person, 5), (person, 1)]):
        factories.sit(contest, who, now + timedelta(minutes=5 * minutes), right=right)
        assert_exact(contest)
        if right == 5:
            with transaction():
                rollups.fold(contest.id)
    (sums,) = queries.kept_figures_by_area(contest.id, None).values()
    assert sums.best == 20
    with transaction():
        rollups.fold(contest.id)
    assert_exact(contest)


def test_folding_moves_the_changes_and_changes_no_figure(app, now, monkeypatch):
    contest = make_contest(now)
    for minutes in range(3):
        factories.sit(contest, factories.enter(contest, now), now + timedelta(minutes=minutes), right=minutes)
    before = queries.kept_figures_by_area(contest.id, None)
    assert rollups.contests_to_fold() == [contest.id]
    monkeypatch.setattr(rollups, "FOLD_AT_ONCE", 2)
    folded = []
    while rollups.contests_to_fold():
        with transaction():
            folded.append(rollups.fold(contest.id))
    assert folded == [2, 1]
    assert db.session.scalar(select(func.count(RollupChange.id))) == 0
    assert queries.kept_figures_by_area(contest.id, None) == before
    assert_exact(contest)


@pytest.mark.parametrize(("kept", "column"), [(Rollup, "attempts"), (Rollup, "best"), (RollupScore, "people")])
def test_a_difference_is_found_and_mended(app, now, kept, column):
    contest = make_contest(now)
    factories.sit(contest, factories.enter(contest, now), now)
    with transaction():
        rollups.rebuild(contest.id)
        db.session.execute(update(kept).values(**{column: 7}))
    assert rollups.differences(contest.id) == 1
    with transaction():
        rollups.rebuild(contest.id)
    assert_exact(contest)


def test_contests_are_kept_apart(app, now):
    first = make_contest(now)
    second = make_contest(now, contest="cuoc-thi-khac")
    factories.sit(first, factories.enter(first, now), now)
    factories.sit(second, factories.enter(second, now), now)
    with transaction():
        rollups.rebuild(first.id)
        rollups.fold(second.id)
    for contest in (first, second):
        assert queries.kept_figures_by_area(contest.id, None).keys() == queries.figures_by_area(contest.id, None).keys()
        assert_exact(contest)


def test_submissions_that_race_the_folding_and_the_rebuilding_leave_the_figures_exact(app, now):
    contest = make_contest(now)
    people = [factories.enter(contest, now, area="101") for _ in range(6)]
    papers = [factories.start(contest, person, now, key) for person in people for key in ROUNDS]
    browsers = [person.session_id for person in people for _ in ROUNDS]

    def submit(paper, browser):
        return lambda: service.submit(paper.public_id, browser, last_rev=None, now=now + timedelta(minutes=1))

    at_once(
        app,
        [
            *(submit(paper, browser) for paper, browser in zip(papers, browsers, strict=True)),
            *[lambda: rollups.fold(contest.id)] * 2,
            *[lambda: rollups.rebuild(contest.id)] * 2,
        ],
    )
    assert sum(each.people for each in queries.kept_figures_by_area(contest.id, None).values()) == len(people)
    assert_exact(contest)


def test_a_crowd_put_straight_into_the_tables_is_rebuilt(app, now):
    contest = make_contest(now)
    ids = crowd.add_people(contest, [{}] * 3, now)
    sat = [crowd.Sat(person, now, now + timedelta(minutes=1), 50, True) for person in [*ids, ids[0]]]
    with transaction():
        crowd.add_attempts(contest, contest.rounds[0], sat)
    assert queries.kept_figures_by_area(contest.id, None)[None].attempts == 4
    assert_exact(contest)
