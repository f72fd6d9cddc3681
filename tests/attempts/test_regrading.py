"""Working out a ruling on a question and carrying it out."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from quizapp.attempts import queries, regrading, rules, rulings
from quizapp.attempts.models import Attempt, RegradeChange
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict, Invalid, NotFound
from tests import factories

FIRST, SECOND, LAST = "mau/mau-001", "mau/mau-002", "mau/mau-010"
TEXTS = {"reason": "Đáp án in sai", "public_note": "Câu 1: chấp nhận thêm phương án B."}


@pytest.fixture
def contest(app, now):
    """Papers of six of the ten questions, so that some have a question and some have not."""
    paper = {"mode": "random", "draw": [{"bank": "mau", "count": 6}], "points": 10}
    return factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])


def stage(contest, now, question, kind, *answers, **changes):
    round_ = contest.rounds[0]
    with transaction():
        regrade = regrading.stage(contest, round_, question, kind, answers, **{**TEXTS, **changes}, actor="an", now=now)
        workings = regrading.workings(contest, round_, regrade)
        for part in workings.parts:
            workings.write(part)
    return regrade


def apply(regrade, now):
    with transaction():
        return regrading.apply(regrade, actor="binh", now=now)


def holds(contest):
    """How every question of the round is marked now."""
    return rulings.markings(contest.rounds[0].id, contests.get_snapshot(contest.id))


def sit_at_random(contest, now, people):
    """So many people answer most of their questions, rightly or not."""
    chance = random.Random(19)
    for number in range(people):
        person = factories.enter(contest, now)
        attempt = factories.start(contest, person, now)
        choices = []
        for ref, _ in attempt.paper:
            picked = chance.choice([("A",), ("A",), ("A",), ("B",), ()] if number % 4 else [("A",), ("B",)])
            picked = ("A", "C") if ref == LAST and picked == ("A",) else picked
            if picked or chance.random() < 0.5:
                choices.append(Choice(ref, picked, 1))
        if choices:
            factories.save(person, attempt, choices, now)
        factories.submit(person, attempt, now + timedelta(seconds=number))


def graded_anew(contest):
    """Attempt id -> (score, all-correct) by the rules, from papers and answers."""
    markings, points = holds(contest), contest.rounds[0].spec.paper.points
    found = {}
    for row in db.session.scalars(select(Attempt).execution_options(populate_existing=True)):
        answers = {ref: choice.options for ref, choice in queries.get_answers(row.id).items()}
        grade = rules.grade(queries.info_of(row).paper, answers, markings, points)
        found[row.id] = (grade.score, grade.is_perfect)
    return found


def stored():
    """The same as it is stored."""
    query = select(Attempt.id, Attempt.score, Attempt.is_perfect).execution_options(populate_existing=True)
    return {row.id: (row.score, row.is_perfect) for row in db.session.execute(query)}


def test_what_the_database_regrades_is_what_the_rules_grade(contest, now):
    sit_at_random(contest, now, 40)
    at_first = stored()
    assert at_first == graded_anew(contest)
    history = [
        (FIRST, "accept", ("B",)), (LAST, "rekey", ("A",)), (SECOND, "drop"), (FIRST, "rekey", ("C",)),
        (FIRST, "void_answered"), ("mau/mau-003", "void_all"), ("mau/mau-004", "drop"), (SECOND, "void_answered"),
        (FIRST, "drop"), (FIRST, "restore"), (SECOND, "restore"), (LAST, "restore"), ("mau/mau-003", "restore"),
    ]  # fmt: skip
    for number, (question, kind, *answers) in enumerate(history):
        before = stored()
        regrade = stage(contest, now, question, kind, *answers)
        assert stored() == before
        changed = apply(regrade, now + timedelta(seconds=number))
        found = stored()
        assert found == graded_anew(contest), (question, kind)
        assert changed == sum(found[row] != before[row] for row in before)
    last = stage(contest, now, "mau/mau-004", "restore")
    apply(last, now + timedelta(minutes=1))
    assert stored() == at_first


def test_only_papers_with_the_question_are_concerned(contest, now):
    sit_at_random(contest, now, 25)
    having = {row for row in stored() if FIRST in dict(info(row).paper)}
    assert 0 < len(having) < 25
    looked_at = regrading.final_with(contest.rounds[0], FIRST, func.count(Attempt.id))
    assert db.session.scalar(looked_at) == len(having)
    regrade = stage(contest, now, FIRST, "drop")
    changed = set(db.session.scalars(select(RegradeChange.attempt_id).where(RegradeChange.regrade_id == regrade.id)))
    assert changed <= having


def info(attempt_id):
    return queries.info_of(db.session.get_one(Attempt, attempt_id))


def test_a_question_whose_name_differs_in_capitals_only_is_another_one(app, contest, now):
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    lower = select(func.count(Attempt.id)).where(regrading.has_question(info(1).paper[0][0]))
    upper = select(func.count(Attempt.id)).where(regrading.has_question(info(1).paper[0][0].upper()))
    assert (db.session.scalar(lower), db.session.scalar(upper)) == (1, 0)


def test_open_papers_are_left_alone(contest, now):
    person = factories.enter(contest, now)
    factories.start(contest, person, now)
    stage(contest, now, info(1).paper[0][0], "void_all")
    assert db.session.scalar(select(func.count()).select_from(RegradeChange)) == 0


def test_a_ruling_that_is_put_aside_changes_nothing_and_stays_in_the_history(contest, now):
    sit_at_random(contest, now, 5)
    before = stored()
    regrade = stage(contest, now, FIRST, "void_all")
    with transaction():
        regrading.cancel(regrade, actor="binh", now=now + timedelta(minutes=1))
    assert stored() == before
    assert holds(contest)[FIRST] == rules.key_marking(contests.get_snapshot(contest.id).questions[FIRST])
    (found,) = rulings.list_regrades(contest.rounds[0].id)
    assert (found.state, found.decided_by, found.decided_at) == ("cancelled", "binh", now + timedelta(minutes=1))
    assert (found.reason, found.public_note, found.staged_by) == (*TEXTS.values(), "an")
    assert rulings.list_applied(contest.rounds[0].id) == []


@pytest.mark.parametrize("second", [regrading.apply, regrading.cancel])
def test_a_decided_ruling_is_not_decided_again(contest, now, second):
    sit_at_random(contest, now, 5)
    regrade = stage(contest, now, FIRST, "void_all")
    apply(regrade, now)
    before = stored()
    with pytest.raises(Conflict, match="regrade_decided"), transaction():
        second(regrade, actor="binh", now=now + timedelta(minutes=1))
    assert stored() == before
    assert rulings.get_regrade(regrade.round_id, regrade.id).state == "applied"


def test_a_ruling_is_not_applied_to_other_scores_than_it_was_worked_out_from(contest, now):
    attempt = factories.sit(contest, factories.enter(contest, now), now, right=0)
    regrade = stage(contest, now, attempt.paper[0][0], "void_all")
    with transaction():
        db.session.get_one(Attempt, attempt.id).score += 1
    before = stored()
    with pytest.raises(Conflict, match="regrade_outdated"):
        apply(regrade, now)
    assert stored() == before
    assert rulings.find_staged(regrade.round_id).id == regrade.id


def test_one_ruling_of_a_round_waits_at_a_time(contest, now):
    regrade = stage(contest, now, FIRST, "void_all")
    with pytest.raises(Conflict, match="regrade_pending"):
        stage(contest, now, SECOND, "void_all")
    with transaction():
        regrading.cancel(regrade, actor="an", now=now)
    assert stage(contest, now, SECOND, "void_all").question == SECOND


@pytest.mark.parametrize(
    ("question", "kind", "answers", "fields"),
    [
        (FIRST, "rekey", [], {"answers": "regrade_needs_answer"}),
        (FIRST, "rekey", [()], {"answers": "regrade_needs_answer"}),
        (FIRST, "accept", [("B",), ("C",)], {"answers": "regrade_needs_answer"}),
        (FIRST, "accept", [("X",)], {"answers": "option_unknown"}),
        (FIRST, "rekey", [("A", "B")], {"answers": "regrade_one_option"}),
        (FIRST, "drop", [("A",)], {"answers": "regrade_names_no_answer"}),
        (FIRST, "forgive", [], {"kind": "regrade_kind_unknown"}),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(contest, now, question, kind, answers, fields):
    with pytest.raises(Invalid) as refused:
        stage(contest, now, question, kind, *answers)
    assert refused.value.details["fields"] == fields


def test_reason_and_public_note_are_needed(contest, now):
    with pytest.raises(Invalid) as refused:
        stage(contest, now, FIRST, "drop", reason="  ", public_note="x" * 1001)
    assert refused.value.details["fields"] == {"reason": "reason_missing", "public_note": "public_note_too_long"}


def test_a_question_of_another_round_or_of_none_is_refused(app, now):
    fixed = {"mode": "fixed", "questions": ["mau-001"], "points": 1}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=fixed)])
    for question in (SECOND, "mau/mau-999"):
        with pytest.raises(NotFound, match="question_not_in_round"):
            stage(contest, now, question, "drop")


def test_a_ruling_that_changes_nothing_is_refused(contest, now):
    for kind, answers in (("restore", ()), ("rekey", [("A",)]), ("accept", [("A",)])):
        with pytest.raises(Conflict, match="regrade_changes_nothing"):
            stage(contest, now, FIRST, kind, *answers)
    apply(stage(contest, now, FIRST, "drop"), now)
    with pytest.raises(Conflict, match="regrade_changes_nothing"):
        stage(contest, now, FIRST, "drop")
    with pytest.raises(Conflict, match="regrade_of_void"):
        stage(contest, now, FIRST, "accept", ("B",))


def test_several_right_options_may_be_named_where_a_paper_lets_choose_several(contest, now):
    assert stage(contest, now, LAST, "accept", ("A", "B")).answers == (frozenset("AB"),)


def test_later_rulings_build_on_earlier_ones_of_the_same_moment(contest, now):
    for kind, answers in (("rekey", [("B",)]), ("accept", [("C",)])):
        apply(stage(contest, now, FIRST, kind, *answers), now)
    assert holds(contest)[FIRST].right == {frozenset("B"), frozenset("C")}
    assert holds(contest)[SECOND].right == {frozenset("A")}
