"""Accepting and refusing what came late: grade, standing, guessed value and acts follow; nothing else does."""

from datetime import timedelta

import pytest

from quizapp.attempts import late, queries
from quizapp.attempts.rules import Choice
from quizapp.awards import regrading
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import closing, late_decisions
from quizapp.results import queries as results
from tests import factories

CLOSED = timedelta(hours=1, seconds=4)
GUESSED = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}
HIDDEN = {"live": "hidden_until_close", "mask_phone": True}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.fixture
def person(contest, now):
    return factories.enter(contest, now)


def lay(contest, person, now, *, in_time=3, late_from=3, prediction=None):
    """A paper that ended by itself with the first questions right; the others came late, right, with revision 9."""
    attempt = factories.start(contest, person, now)
    right = factories.right_choices(contest, attempt)
    guess = (prediction, 1) if prediction else None
    factories.save(person, attempt, right[:in_time], now + timedelta(minutes=1), guess)
    arriving = [Choice(choice.question, choice.options, 9) for choice in right[late_from:]]
    with transaction():
        kept = late.keep(attempt.public_id, person.session_id, arriving, None, now=now + timedelta(minutes=12))
    assert kept is bool(arriving)
    return factories.submit(person, attempt, now + timedelta(minutes=12))


def decide(contest, attempt, verdict="accepted", items=None, *, at, reason="Mất mạng toàn xã"):
    ids = [item.id for item in late.list_items([attempt.id])] if items is None else items
    with transaction():
        return late_decisions.decide(contest, attempt.public_id, ids, verdict, reason=reason, actor="to-chuc", now=at)


def verdicts(attempt):
    return [item.verdict for item in late.list_items([attempt.id])]


def packed(contest, person):
    return queries.packed_of(contest.id, [person.participant.id])[contest.round("tuan-1").id, person.participant.id]


def test_accepted_it_counts_as_if_it_had_come_in_time(contest, person, now):
    attempt = lay(contest, person, now)
    assert (attempt.score, attempt.is_perfect) == (30, False)
    before = packed(contest, person)
    after = decide(contest, attempt, at=now + CLOSED)
    assert (after.score, after.is_perfect) == (50, True)
    assert {choice.rev for choice in queries.get_answers(attempt.id).values()} == {1, 9}
    assert packed(contest, person) != before
    assert results.counts(contest.id, contest.round("tuan-1").id).people_all_correct == 1
    # The receipt is about the submission, and so are the times.
    assert (after.receipt, after.submitted_at, after.finished_by) == (
        attempt.receipt,
        attempt.submitted_at,
        "deadline",
    )


def test_the_act_says_who_why_and_which_questions(contest, person, now):
    attempt = lay(contest, person, now)
    decide(contest, attempt, at=now + CLOSED)
    act = contests.list_acts_about(contest.id, person.participant.public_id)[0]
    assert (act.act, act.actor, act.round_key) == ("accept_late", "to-chuc", "tuan-1")
    assert act.reason == "lượt 1, câu 4, câu 5: Mất mạng toàn xã"
    item = late.list_items([attempt.id])[0]
    assert (item.verdict, item.reason, item.actor, item.decided_at) == (
        "accepted", "Mất mạng toàn xã", "to-chuc", now + CLOSED,
    )  # fmt: skip


def test_only_what_was_chosen_is_accepted(contest, person, now):
    attempt = lay(contest, person, now)
    first, _ = late.list_items([attempt.id])
    assert decide(contest, attempt, items=[first.id], at=now + CLOSED).score == 40
    assert sorted(verdicts(attempt), key=str) == [None, "accepted"]


def test_refused_it_stays_evidence_and_may_be_accepted_later(contest, person, now):
    attempt = lay(contest, person, now)
    assert decide(contest, attempt, "refused", at=now + CLOSED).score == 30
    assert verdicts(attempt) == ["refused", "refused"]
    assert contests.list_acts_about(contest.id, person.participant.public_id)[0].act == "refuse_late"
    assert decide(contest, attempt, at=now + CLOSED + timedelta(minutes=1)).score == 50
    assert verdicts(attempt) == ["accepted", "accepted"]
    for verdict in ("accepted", "refused"):
        with pytest.raises(Conflict, match="late_decided"):
            decide(contest, attempt, verdict, at=now + CLOSED + timedelta(minutes=2))


def test_each_keeps_what_it_replaced(contest, person, now):
    attempt = lay(contest, person, now, late_from=5)  # nothing late yet
    paper = attempt.paper
    arriving = [Choice(paper[0][0], ("B",), 9), Choice(paper[0][0], ("C",), 10), Choice(paper[4][0], (), 11)]
    with transaction():
        late.keep(attempt.public_id, person.session_id, arriving, None, now=now + timedelta(minutes=13))
    after = decide(contest, attempt, at=now + CLOSED)
    assert after.score == 20
    replaced = {(item.question, item.rev): item.replaced for item in late.list_items([attempt.id])}
    assert replaced == {(paper[0][0], 9): ["A"], (paper[0][0], 10): ["B"], (paper[4][0], 11): None}
    assert queries.get_answers(attempt.id)[paper[0][0]].options == ("C",)


@pytest.mark.parametrize(
    ("problem", "error", "code"),
    [
        ({"reason": "  "}, Invalid, "reason_missing"),
        ({"items": []}, Invalid, "late_none_chosen"),
        ({"items": [999]}, NotFound, "late_answer_not_found"),
    ],
)
def test_what_is_no_decision_is_refused(contest, person, now, problem, error, code):
    attempt = lay(contest, person, now)
    with pytest.raises(error, match=code):
        decide(contest, attempt, at=now + CLOSED, **problem)
    assert verdicts(attempt) == [None, None]


def test_items_of_another_paper_are_none(contest, person, now):
    attempt = lay(contest, person, now)
    other = lay(contest, factories.enter(contest, now), now)
    with pytest.raises(NotFound, match="late_answer_not_found"):
        decide(contest, attempt, items=[item.id for item in late.list_items([other.id])], at=now + CLOSED)


def test_what_is_older_than_what_counts_cannot_be_accepted(contest, person, now):
    attempt = lay(contest, person, now, late_from=5)
    question = attempt.paper[3][0]
    with transaction():
        arriving = [Choice(question, ("A",), rev) for rev in (9, 10)]
        late.keep(attempt.public_id, person.session_id, arriving, None, now=now + timedelta(minutes=13))
    older, newer = late.list_items([attempt.id])
    decide(contest, attempt, items=[newer.id], at=now + CLOSED)
    with pytest.raises(Conflict, match="late_outdated"):
        decide(contest, attempt, items=[older.id], at=now + CLOSED)
    decide(contest, attempt, "refused", items=[older.id], at=now + CLOSED)


def test_a_result_that_stands_takes_nothing_in(contest, person, now):
    attempt, later = lay(contest, person, now), now + CLOSED
    factories.finalize(contest, later)
    with pytest.raises(Conflict, match="result_stands"):
        decide(contest, attempt, at=later)
    assert queries.get_attempt(contest.id, attempt.public_id).score == 30
    # Refusing changes no result, and back under review it can be accepted.
    first, second = late.list_items([attempt.id])
    decide(contest, attempt, "refused", items=[first.id], at=later)
    with transaction():
        awards.reopen_round(contest, "tuan-1", actor="to-chuc", reason="Xét bài đến muộn", now=later)
    assert decide(contest, attempt, items=[second.id], at=later).score == 40


def test_a_ruling_that_waits_comes_first(contest, person, now):
    attempt, later = lay(contest, person, now), now + CLOSED
    regrading.stage_ruling(
        contest, contest.round("tuan-1"), attempt.paper[3][0], "rekey", [["B"]],
        reason="Sai đáp án", public_note="Sửa", actor="to-chuc", now=later,
    )  # fmt: skip
    assert not late_decisions.may_accept(contest, contest.round("tuan-1"), later)
    with pytest.raises(Conflict, match="regrade_pending"):
        decide(contest, attempt, at=later)


def test_rulings_that_hold_mark_what_came_late_too(contest, person, now):
    attempt, later = lay(contest, person, now), now + CLOSED
    ruling = regrading.stage_ruling(
        contest, contest.round("tuan-1"), attempt.paper[3][0], "rekey", [["B"]],
        reason="Sai đáp án", public_note="Sửa", actor="to-chuc", now=later,
    )  # fmt: skip
    with transaction():
        regrading.apply_ruling(contest, contest.round("tuan-1"), ruling.id, actor="to-chuc", now=later)
    assert decide(contest, attempt, at=later).score == 40


def test_the_guessed_value_is_counted_again(app, now):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=HIDDEN)
    round_, later = contest.round("tuan-1"), now + CLOSED
    factories.sit(contest, factories.enter(contest, now), now, prediction="1")
    attempt = lay(contest, factories.enter(contest, now), now, prediction="2")
    with transaction():
        closing.freeze(contest, now=later)
    assert contests.actual_of(round_.id) == 1
    decide(contest, attempt, at=later)
    assert contests.actual_of(round_.id) == 2
    assert results.counts(contest.id, round_.id).people_all_correct == 2


def test_a_guess_that_came_late_may_be_accepted(app, now):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=HIDDEN)
    person = factories.enter(contest, now)
    attempt = lay(contest, person, now, late_from=5, prediction="7")
    with transaction():
        assert late.keep(attempt.public_id, person.session_id, [], ("12", 9), now=now + timedelta(minutes=13))
    after = decide(contest, attempt, at=now + CLOSED)
    assert (after.prediction, after.prediction_rev) == (12, 9)
    assert late.list_items([attempt.id])[0].replaced == 7
    act = contests.list_acts_about(contest.id, person.participant.public_id)[0]
    assert act.reason == "lượt 1, dự đoán: Mất mạng toàn xã"


def test_another_contests_organizer_finds_no_such_paper(contest, person, now):
    attempt = lay(contest, person, now)
    other = factories.make_contest(now, contest="cuoc-thi-khac")
    with pytest.raises(NotFound, match="attempt_not_found"):
        decide(other, attempt, at=now + CLOSED)
