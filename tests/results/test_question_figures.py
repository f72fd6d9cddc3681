"""The figures of questions, from the attempts."""

from datetime import timedelta
from fractions import Fraction

import pytest

from quizapp.attempts import regrading
from quizapp.attempts.rules import Choice
from quizapp.db import transaction
from quizapp.results.question_figures import question_figures
from quizapp.results.statistics import Verdict
from tests import factories

FIRST, SECOND, LAST = "mau/mau-001", "mau/mau-002", "mau/mau-005"


def answer(contest, now, right, **chosen):
    """Somebody has the first `right` questions right; `chosen`: what they chose for others ("" = nothing)."""
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    picked = {f"mau/mau-{number[1:]}": options for number, options in chosen.items()}
    choices = [each for each in factories.right_choices(contest, attempt, right=right) if each.question not in picked]
    choices += [Choice(ref, tuple(options), 1) for ref, options in picked.items() if options]
    factories.save(person, attempt, choices, now)
    return factories.submit(person, attempt, now + timedelta(seconds=60))


@pytest.fixture
def contest(app, now):
    contest = factories.make_contest(now)
    answer(contest, now, 5, q005="C")
    answer(contest, now, 4, q005="C")
    answer(contest, now, 1, q005="A")
    answer(contest, now, 0, q005="")
    factories.start(contest, factories.enter(contest, now), now)
    return contest


def test_final_attempts_are_counted_question_by_question(contest, now):
    found = question_figures(contest, contest.rounds[0])
    assert list(found) == [f"mau/mau-00{number}" for number in range(1, 6)]
    assert (found[FIRST].shown, found[FIRST].answered, found[FIRST].right) == (4, 4, 3)
    assert found[FIRST].chosen == {"A": 3, "B": 1}
    assert found[SECOND].facility == Fraction(1, 2)
    assert (found[LAST].shown, found[LAST].answered, found[LAST].right) == (4, 3, 1)
    assert found[LAST].chosen == {"C": 2, "A": 1}


def test_a_key_against_which_the_strong_stand_is_doubtful(contest, now):
    found = question_figures(contest, contest.rounds[0])
    assert (found[LAST].verdict, found[LAST].favourite) == (Verdict.KEY_DOUBTFUL, frozenset("C"))
    assert found[SECOND].verdict is Verdict.GOOD


def test_the_figures_follow_the_rulings(contest, now):
    texts = {"reason": "Sai", "public_note": "Sai"}
    with transaction():
        regrade = regrading.stage(contest, contest.rounds[0], LAST, "rekey", ["C"], **texts, actor="an", now=now)
        workings = regrading.workings(contest, contest.rounds[0], regrade)
        for part in workings.parts:
            workings.write(part)
        regrading.apply(regrade, actor="an", now=now)
    found = question_figures(contest, contest.rounds[0])[LAST]
    assert (found.right, found.verdict, found.favourite) == (2, Verdict.GOOD, None)


def test_a_question_counts_where_it_was_in_the_paper(app, now):
    paper = {"mode": "random", "draw": [{"bank": "mau", "count": 3}], "points": 2}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])
    attempts = [factories.sit(contest, factories.enter(contest, now), now, right=number % 4) for number in range(12)]
    found = question_figures(contest, contest.rounds[0])
    assert len(found) == 10
    for ref, figures in found.items():
        assert figures.shown == sum(ref in dict(attempt.paper) for attempt in attempts)
        assert figures.answered == figures.shown
    assert sum(figures.right for figures in found.values()) == sum(number % 4 for number in range(12))


def test_before_anybody_has_finished_there_is_nothing(app, now):
    contest = factories.make_contest(now)
    found = question_figures(contest, contest.rounds[0])
    assert {(each.shown, each.facility, each.discrimination) for each in found.values()} == {(0, None, None)}
