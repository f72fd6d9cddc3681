"""What arrives after the end: kept once, for its owner alone, for a day, and never counted by itself."""

from datetime import timedelta

import pytest

from quizapp.attempts import late, queries
from quizapp.attempts import service as attempts
from quizapp.attempts.late import GUESS
from quizapp.attempts.rules import Choice
from quizapp.db import transaction
from quizapp.errors import Conflict, NotFound
from tests import factories

GUESSED = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}


@pytest.fixture
def contest(app, now):
    publication = {"live": "hidden_until_close", "mask_phone": True}
    return factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=publication)


@pytest.fixture
def person(contest, now):
    return factories.enter(contest, now)


@pytest.fixture
def attempt(contest, person, now):
    """A paper of ten minutes, its first two questions answered in time with revisions 1 and 2."""
    started = factories.start(contest, person, now)
    factories.save(person, started, [choice(started, 0, "A", 1), choice(started, 1, "B", 2)], now)
    return started


@pytest.fixture
def too_late(attempt):
    """The first moment at which nothing is saved any more."""
    return attempt.deadline + timedelta(seconds=3, milliseconds=1)


def choice(attempt, place, options, rev):
    return Choice(attempt.paper[place][0], tuple(options), rev)


def keep(person, attempt, batch, now, prediction=None):
    with transaction():
        return late.keep(attempt.public_id, person.session_id, batch, prediction, now=now)


def kept(attempt):
    """(number of the question or "guess", what came, revision) of all that is kept."""
    numbers = {ref: number for number, (ref, _) in enumerate(attempt.paper, 1)}
    return [
        ("guess", item.prediction, item.rev)
        if item.question == GUESS
        else (numbers[item.question], "".join(item.options), item.rev)
        for item in late.list_items([attempt.id])
    ]


def test_what_comes_too_late_is_kept_with_its_moment_and_changes_nothing(attempt, person, too_late):
    batch = [choice(attempt, 1, "A", 3), choice(attempt, 2, "C", 4)]
    assert keep(person, attempt, batch, too_late, ("3.200", 5))
    assert kept(attempt) == [("guess", 3200, 5), (2, "A", 3), (3, "C", 4)]
    items = late.list_items([attempt.id])
    assert {item.received_at for item in items} == {too_late}
    assert {(item.verdict, item.reason, item.actor, item.decided_at) for item in items} == {(None, None, None, None)}
    assert {q: c.options for q, c in queries.get_answers(attempt.id).items()} == {
        attempt.paper[0][0]: ("A",),
        attempt.paper[1][0]: ("B",),
    }
    assert queries.get_own_attempt(attempt.public_id, person.session_id).prediction is None


def test_the_grade_is_that_of_what_came_in_time(contest, attempt, person, too_late):
    keep(person, attempt, [choice(attempt, place, "A", 9) for place in range(5)], too_late)
    done = factories.submit(person, attempt, too_late)
    assert (done.finished_by, done.score) == ("deadline", 10)
    # Kept after the settling as before it.
    assert keep(person, attempt, [choice(attempt, 2, "B", 10)], too_late + timedelta(minutes=1))
    assert (3, "B", 10) in kept(attempt)


def test_sent_again_it_is_kept_once(attempt, person, too_late):
    batch = [choice(attempt, 2, "C", 3)]
    for second in range(3):
        assert keep(person, attempt, batch, too_late + timedelta(seconds=second), ("7", 4))
    assert kept(attempt) == [("guess", 7, 4), (3, "C", 3)]
    # The same revision with another choice is no later change.
    assert keep(person, attempt, [choice(attempt, 2, "B", 3)], too_late)
    assert kept(attempt) == [("guess", 7, 4), (3, "C", 3)]


def test_a_choice_taken_back_is_kept_too(attempt, person, too_late):
    assert keep(person, attempt, [choice(attempt, 0, "", 3)], too_late)
    assert kept(attempt) == [(1, "", 3)]


@pytest.mark.parametrize(
    ("place", "options", "rev"),
    [(0, "A", 1), (1, "A", 2), (0, "Z", 3), (0, "AB", 3), (0, "AA", 3), (0, "B", 0), (None, "A", 3)],
    ids=["stored", "same revision", "unknown option", "two options", "twice", "no revision", "another question"],
)
def test_what_could_not_have_been_stored_in_time_is_no_evidence(attempt, person, too_late, place, options, rev):
    sent = Choice("mau/mau-009", tuple(options), rev) if place is None else choice(attempt, place, options, rev)
    assert not keep(person, attempt, [sent], too_late)
    assert kept(attempt) == []
    # What came with it is kept all the same.
    assert keep(person, attempt, [sent, choice(attempt, 3, "A", 5)], too_late)
    assert kept(attempt) == [(4, "A", 5)]


@pytest.mark.parametrize("guess", [("viele", 5), ("7", 0)])
def test_a_guess_that_is_none_is_no_evidence(attempt, person, too_late, guess):
    assert not keep(person, attempt, [], too_late, guess)
    assert kept(attempt) == []


def test_while_the_paper_is_open_nothing_is_late(attempt, person):
    in_time = attempt.deadline + timedelta(seconds=3)
    assert not keep(person, attempt, [choice(attempt, 2, "C", 3)], in_time)
    assert kept(attempt) == []


def test_a_paper_that_was_submitted_is_finished(attempt, person, now, too_late):
    factories.submit(person, attempt, now + timedelta(minutes=1))
    assert not keep(person, attempt, [choice(attempt, 2, "C", 3)], too_late)
    assert kept(attempt) == []


def test_after_a_day_nothing_is_kept(attempt, person):
    last = attempt.deadline + late.WINDOW
    assert keep(person, attempt, [choice(attempt, 2, "C", 3)], last)
    assert not keep(person, attempt, [choice(attempt, 3, "C", 4)], last + timedelta(milliseconds=1))
    assert kept(attempt) == [(3, "C", 3)]


def test_there_is_a_limit_for_one_paper(attempt, person, too_late, monkeypatch):
    monkeypatch.setattr(late, "MOST_ITEMS", 3)
    assert keep(person, attempt, [choice(attempt, 2, "C", rev) for rev in (3, 4)], too_late)
    assert not keep(person, attempt, [choice(attempt, 3, "C", rev) for rev in (5, 6)], too_late)
    assert len(kept(attempt)) == 3
    # What is there already is still there.
    assert keep(person, attempt, [choice(attempt, 2, "C", 3)], too_late)


def test_somebody_elses_paper_is_none(contest, attempt, now, too_late):
    other = factories.enter(contest, now)
    with pytest.raises(NotFound):
        keep(other, attempt, [choice(attempt, 2, "C", 3)], too_late)
    assert kept(attempt) == []


def test_saving_refuses_what_keeping_keeps(attempt, person, too_late):
    """The two look at the same clock: there is no moment at which neither takes a choice, and none at which both do."""
    batch = [choice(attempt, 2, "C", 3)]
    for moment in (too_late - timedelta(milliseconds=1), too_late):
        try:
            with transaction():
                attempts.save_answers(attempt.public_id, person.session_id, batch, None, now=moment)
            saved = True
        except Conflict:
            saved = False
        assert keep(person, attempt, [choice(attempt, 3, "B", 4)], moment) is not saved


def test_the_list_of_a_round_names_whose_papers_and_how_much_waits(contest, attempt, person, now, too_late):
    factories.start(contest, factories.enter(contest, now), now)
    keep(person, attempt, [choice(attempt, 2, "C", 3)], too_late)
    keep(person, attempt, [choice(attempt, 3, "C", 4)], too_late + timedelta(minutes=2))
    round_ = contest.round("tuan-1")
    (line,) = late.list_papers(round_.id, offset=0, limit=10)
    assert (line.attempt, line.full_name) == (attempt.public_id, person.typed["full_name"])
    assert (line.first_at, line.last_at) == (too_late, too_late + timedelta(minutes=2))
    assert (line.undecided, line.accepted, line.refused) == (2, 0, 0)
    assert late.count_papers(round_.id) == (1, 1)
    assert late.list_papers(round_.id, offset=1, limit=10) == []
