"""A browser's own papers with all that their pages show."""

from dataclasses import dataclass

import pytest
from sqlalchemy import update

from quizapp.accounts import service as accounts
from quizapp.attempts.own_papers import find_own_papers, get_own_paper
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.contests.models import Contest
from quizapp.db import db, transaction
from quizapp.errors import NotFound
from quizapp.ids import digest
from quizapp.statements import each_alone
from tests import factories
from tests.factories import Person


@dataclass(frozen=True)
class Sitting:
    """Somebody with an open paper; `browser` is the hash of their session's token."""

    person: Person
    browser: str
    attempt: AttemptInfo


def new_browser(now):
    with transaction():
        session_id, token = accounts.open_session(None, now=now)
    return session_id, digest(token)


@pytest.fixture
def sitting(app, now):
    contest = factories.make_contest(now)
    session_id, browser = new_browser(now)
    person = factories.enter(contest, now, session_id=session_id)
    return Sitting(person, browser, factories.start(contest, person, now))


def test_a_paper_is_found_by_either_name_of_its_browser(sitting):
    public_id, session_id = sitting.attempt.public_id, sitting.person.session_id
    with each_alone(reads_only=True):
        by_hash, by_id = find_own_papers([(public_id, sitting.browser), (public_id, session_id)])
    assert by_hash == by_id == get_own_paper(public_id, session_id)
    assert (by_hash.public_id, by_hash.owner) == (public_id, sitting.person.participant.public_id)
    assert (by_hash.slug, by_hash.round_key, by_hash.round_label) == ("cuoc-thi-mau", "tuan-1", "Tuần 1")
    assert by_hash.lines == sitting.attempt.paper
    assert (by_hash.deadline, by_hash.submitted_at) == (sitting.attempt.deadline, None)
    assert by_hash.answers == {}


def test_nobody_else_finds_it(sitting, now):
    public_id, session_id = sitting.attempt.public_id, sitting.person.session_id
    other_id, other = new_browser(now)
    found = find_own_papers(
        [(public_id, other), ("none", sitting.browser), (public_id, other_id), (public_id, session_id)]
    )
    assert [paper is not None for paper in found] == [False, False, False, True]
    with pytest.raises(NotFound):
        get_own_paper(public_id, other_id)
    with pytest.raises(NotFound):
        get_own_paper(public_id, None)


def test_a_session_that_has_ended_finds_nothing(sitting, now):
    public_id, session_id = sitting.attempt.public_id, sitting.person.session_id
    with transaction():
        accounts.end_session(session_id, now=now)
    assert find_own_papers([(public_id, sitting.browser), (public_id, session_id)]) == [None, None]


def test_each_answer_comes_with_its_revision(sitting, now):
    first, second, third = [ref for ref, _ in sitting.attempt.paper[:3]]
    stored = [Choice(first, ("B",), 7), Choice(second, ("A",), 2**40), Choice(third, (), 3)]
    factories.save(sitting.person, sitting.attempt, stored, now)
    (found,) = find_own_papers([(sitting.attempt.public_id, sitting.browser)])
    assert found.answers == {choice.question: choice for choice in stored}


def test_a_finished_paper_says_so(sitting, now):
    factories.submit(sitting.person, sitting.attempt, now)
    (found,) = find_own_papers([(sitting.attempt.public_id, sitting.browser)])
    assert found.submitted_at == now
    assert not found.is_open(now)


def test_what_organizers_have_changed_is_there_at_once(sitting):
    asked = [(sitting.attempt.public_id, sitting.browser)]
    assert find_own_papers(asked)[0].title == "Cuộc thi mẫu"
    with transaction():
        db.session.execute(update(Contest).values(title="Cuộc thi có tên mới"))
    assert find_own_papers(asked)[0].title == "Cuộc thi có tên mới"
