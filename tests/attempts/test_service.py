"""Starting, saving, submitting and settling, on both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from quizapp.attempts import queries, rules, service
from quizapp.attempts.models import Attempt, Standing
from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.errors import Conflict, Invalid, NotFound
from tests import factories


def standing_of(person, contest, round_key="tuan-1"):
    return db.session.scalar(
        select(Standing)
        .where(Standing.participant_id == person.participant.id, Standing.round_id == contest.round(round_key).id)
        .execution_options(populate_existing=True)
    )


def test_starting_draws_the_paper_and_fixes_the_deadline(app, now):
    contest = factories.make_contest(now)
    attempt = factories.start(contest, factories.enter(contest, now), now)
    assert [ref for ref, _ in attempt.paper] == [f"mau/mau-{n:03d}" for n in range(1, 6)]
    assert attempt.deadline == now + timedelta(seconds=600)
    assert attempt.rules_version == 1


def test_the_deadline_never_lies_behind_the_close_of_the_round(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    late = contest.round("tuan-1").closes_at - timedelta(seconds=30)
    assert factories.start(contest, person, late).deadline == contest.round("tuan-1").closes_at


def test_a_second_start_gives_the_open_attempt_again(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    first = factories.start(contest, person, now)
    again = factories.start(contest, person, now + timedelta(seconds=30))
    assert (again.public_id, again.paper, again.deadline) == (first.public_id, first.paper, first.deadline)


@pytest.mark.parametrize("moment", ["before", "at_close"])
def test_a_round_is_half_open_in_time(app, now, moment):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    round_ = contest.round("tuan-1")
    when = round_.opens_at - timedelta(milliseconds=1) if moment == "before" else round_.closes_at
    with pytest.raises(Conflict, match="round_not_open"):
        factories.start(contest, person, when)


@pytest.mark.parametrize(("per", "again_in"), [("round", None), ("contest", None), ("day", timedelta(days=1))])
def test_attempts_are_limited(app, now, per, again_in):
    round_ = factories.round_dict(now, attempts={"max": 1, "per": per}, closes_at=(now + timedelta(days=3)).isoformat())
    contest = factories.make_contest(now, rounds=[round_])
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    with pytest.raises(Conflict, match="attempts_exhausted"):
        factories.start(contest, person, now + timedelta(minutes=5))
    if again_in:
        assert factories.start(contest, person, now + again_in).number == 2


def test_a_day_of_attempts_ends_at_midnight_in_vietnam(app, now):
    round_ = factories.round_dict(
        now, attempts={"max": 1, "per": "day"}, closes_at=(now + timedelta(days=3)).isoformat()
    )
    contest = factories.make_contest(now, rounds=[round_])
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    midnight = now.replace(hour=17, minute=0)  # 00:00 on 20 May in Vietnam
    with pytest.raises(Conflict):
        factories.start(contest, person, midnight - timedelta(milliseconds=1))
    assert factories.start(contest, person, midnight).number == 2


def test_an_attempt_of_somebody_else_does_not_exist(app, now):
    contest = factories.make_contest(now)
    attempt = factories.start(contest, factories.enter(contest, now), now)
    stranger = factories.enter(contest, now)
    with pytest.raises(NotFound, match="attempt_not_found"):
        queries.get_own_attempt(attempt.public_id, stranger.session_id)
    with pytest.raises(NotFound, match="attempt_not_found"):
        queries.get_own_attempt(attempt.public_id, None)


def test_the_highest_revision_wins_whatever_comes_first(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    ref = attempt.paper[0][0]
    newest = factories.save(person, attempt, [Choice(ref, ("B",), 5)], now)
    assert [c.question for c in newest.saved] == [ref]
    late = factories.save(person, attempt, [Choice(ref, ("A",), 4)], now)
    assert (late.saved, late.stale) == ((), (Choice(ref, ("B",), 5),))
    assert queries.get_answers(attempt.id) == {ref: Choice(ref, ("B",), 5)}


def test_an_equal_revision_is_saved_once_and_stale_with_another_choice(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    ref = attempt.paper[0][0]
    factories.save(person, attempt, [Choice(ref, ("B",), 3)], now)
    assert factories.save(person, attempt, [Choice(ref, ("B",), 3)], now).saved == (Choice(ref, ("B",), 3),)
    assert factories.save(person, attempt, [Choice(ref, ("C",), 3)], now).stale == (Choice(ref, ("B",), 3),)


def test_one_bad_item_and_nothing_of_the_batch_is_stored(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    good, other = attempt.paper[0][0], attempt.paper[1][0]
    for bad, code in [
        (Choice("mau/mau-009", ("A",), 1), "question_not_in_paper"),
        (Choice(other, ("E",), 1), "option_unknown"),
        (Choice(other, ("A", "B"), 1), "one_option_only"),
        (Choice(other, ("A", "A"), 1), "option_twice"),
        (Choice(other, ("A",), 0), "rev_invalid"),
    ]:
        with pytest.raises(Invalid) as refused:
            factories.save(person, attempt, [Choice(good, ("A",), 1), bad], now)
        assert (refused.value.code, refused.value.details["question"]) == (code, bad.question)
    assert queries.get_answers(attempt.id) == {}


def test_a_choice_can_be_taken_back(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    ref = attempt.paper[0][0]
    factories.save(person, attempt, [Choice(ref, ("A",), 1)], now)
    factories.save(person, attempt, [Choice(ref, (), 2)], now)
    assert json.loads(factories.submit(person, attempt, now).receipt)["answered"] == 0


def test_answers_are_taken_until_the_deadline_and_its_grace_and_no_longer(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    choices = factories.right_choices(contest, attempt)
    factories.save(person, attempt, choices[:1], attempt.deadline + GRACE)
    with pytest.raises(Conflict, match="attempt_closed"):
        factories.save(person, attempt, choices[1:], attempt.deadline + GRACE + timedelta(milliseconds=1))


def test_submission_grades_and_gives_the_same_receipt_each_time(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    done = factories.sit(contest, person, now, right=3, seconds=90)
    assert (done.score, done.is_perfect, done.finished_by) == (30, False, "participant")
    assert done.submitted_at == now + timedelta(seconds=90)
    again = factories.submit(person, done, now + timedelta(seconds=200))
    assert (again.receipt, again.submitted_at) == (done.receipt, done.submitted_at)


def test_the_receipt_tells_nothing_about_right_and_wrong(app, now):
    contest = factories.make_contest(now)
    receipts = [
        json.loads(factories.sit(contest, factories.enter(contest, now), now, right=right).receipt) for right in (0, 5)
    ]
    assert set(receipts[0]) == set(receipts[1])
    hidden = {"attempt", "code", "salt", "answers_hash"}
    assert {k: v for k, v in receipts[0].items() if k not in hidden} == {
        k: v for k, v in receipts[1].items() if k not in hidden
    }


def test_the_salted_hash_binds_the_answers(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    done = factories.sit(contest, person, now)
    receipt = json.loads(done.receipt)
    answers = {ref: choice.options for ref, choice in queries.get_answers(done.id).items()}
    assert rules.answers_hash(receipt["salt"], answers) == receipt["answers_hash"]
    changed = {**answers, done.paper[0][0]: ("B",)}
    assert rules.answers_hash(receipt["salt"], changed) != receipt["answers_hash"]


def test_a_submission_waits_for_answers_that_have_not_arrived(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    factories.save(person, attempt, [Choice(attempt.paper[0][0], ("A",), 4)], now)
    with pytest.raises(Conflict) as refused, transaction():
        service.submit(attempt.public_id, person.session_id, last_rev=7, now=now)
    assert refused.value.details == {"have_rev": 4}
    with transaction():
        assert service.submit(attempt.public_id, person.session_id, last_rev=4, now=now).submitted_at == now


def test_nothing_can_be_saved_after_the_submission(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    done = factories.sit(contest, person, now, right=0)
    with pytest.raises(Conflict, match="attempt_closed"):
        factories.save(person, done, factories.right_choices(contest, done, rev=9), now + timedelta(seconds=70))


def test_an_attempt_that_nobody_submits_ends_at_its_deadline_without_any_worker(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    factories.save(person, attempt, factories.right_choices(contest, attempt, right=2), now)
    much_later = attempt.deadline + timedelta(hours=5)
    with transaction():
        assert service.settle_due(contest, now=much_later) == 1
        assert service.settle_due(contest, now=much_later) == 0
    done = queries.get_own_attempt(attempt.public_id, person.session_id)
    assert (done.submitted_at, done.finished_by, done.score) == (attempt.deadline, "deadline", 20)


def test_a_submission_after_the_deadline_counts_what_was_saved_in_time(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    factories.save(person, attempt, factories.right_choices(contest, attempt), now)
    done = factories.submit(person, attempt, attempt.deadline + timedelta(minutes=3))
    assert (done.submitted_at, done.finished_by, done.score) == (attempt.deadline, "deadline", 50)


def test_attempts_still_running_are_not_settled(app, now):
    contest = factories.make_contest(now)
    attempt = factories.start(contest, factories.enter(contest, now), now)
    with transaction():
        assert service.settle(contest, [attempt.id], now=attempt.deadline + GRACE) == 0


def test_closing_a_round_early_ends_its_open_papers(app, now):
    contest = factories.make_contest(now)
    attempt = factories.start(contest, factories.enter(contest, now), now)
    closing = now + timedelta(minutes=2)
    with transaction():
        contest = service.close_round(contest, "tuan-1", actor="t", reason="mất điện", now=closing)
        service.settle_due(contest, now=closing + timedelta(minutes=1))
    assert db.session.scalar(select(Attempt.submitted_at).where(Attempt.id == attempt.id)) == closing


def test_a_changed_bank_reaches_no_running_contest(app, now):
    contest = factories.make_contest(now)
    before = contests.get_snapshot(contest.id).content_hash
    text = factories.bank_yaml().decode().replace("answer: A\n", "answer: B\n")
    with transaction():
        factories.banks.import_bank(text.encode(), name="mau.yaml", actor="test", now=now)
    done = factories.sit(contest, factories.enter(contest, now), now)
    assert (done.score, contests.get_snapshot(contest.id).content_hash) == (50, before)


def test_a_question_with_several_right_options_wants_all_and_only_these(app, now):
    round_ = factories.round_dict(now, paper={"mode": "fixed", "questions": ["mau-010"], "points": 7})
    contest = factories.make_contest(now, rounds=[round_])
    for options, score in [(("A", "C"), 7), (("C", "A"), 7), (("A",), 0), (("A", "B", "C"), 0), ((), 0)]:
        person = factories.enter(contest, now)
        attempt = factories.start(contest, person, now)
        factories.save(person, attempt, [Choice("mau/mau-010", options, 1)], now)
        assert factories.submit(person, attempt, now).score == score


def test_the_standing_is_the_best_attempt_by_the_chain(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    factories.sit(contest, person, now, right=4, seconds=50)
    best = factories.sit(contest, person, now + timedelta(minutes=5), right=5, seconds=80)
    factories.sit(contest, person, now + timedelta(minutes=9), right=5, seconds=90)
    standing = standing_of(person, contest)
    assert (standing.attempt_id, standing.attempts, standing.perfect_attempts) == (best.id, 3, 2)
    assert (standing.score, standing.duration_ms, standing.is_perfect) == (50, 80_000, True)


@pytest.mark.parametrize(("policy", "chosen"), [("first", 0), ("last", 2), ("best_earliest", 1), ("first_perfect", 1)])
def test_which_attempt_counts_is_the_contests_choice(app, now, policy, chosen):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, counted=policy)])
    person = factories.enter(contest, now)
    sat = [
        factories.sit(contest, person, now + timedelta(minutes=5 * i), right=right, seconds=100 - 20 * i)
        for i, right in enumerate((2, 5, 5))
    ]
    assert standing_of(person, contest).attempt_id == sat[chosen].id


def test_people_who_are_not_ranked_have_a_standing_all_the_same(app, now):
    listed = {"full_name": "Trần Văn Ban Tổ Chức", "phone": "0911111111"}
    entry = {**factories.contest_dict(now)["entry"], "excluded": {"mode": "unranked", "people": [listed]}}
    contest = factories.make_contest(now, entry=entry)
    person = factories.enter(contest, now, **listed)
    factories.sit(contest, person, now)
    assert person.participant.is_unranked
    assert standing_of(person, contest).score == 50
    assert list(queries.stream_blocks(contest.id)) == []


def test_a_prediction_is_kept_by_its_own_revision(app, now):
    round_ = factories.round_dict(
        now,
        prediction={"metric": "people_all_correct", "scope": "round"},
        ranking={"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    )
    contest = factories.make_contest(now, rounds=[round_], publication={"live": "hidden_until_close"})
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    factories.save(person, attempt, [], now, ("3.200", 2))
    factories.save(person, attempt, [], now, ("99", 1))
    assert queries.get_own_attempt(attempt.public_id, person.session_id).prediction == 3200
    with pytest.raises(Invalid, match="prediction_invalid"):
        factories.save(person, attempt, [], now, ("khoảng ba nghìn", 3))
    assert json.loads(factories.submit(person, attempt, now).receipt)["prediction"] == 3200


def test_a_prediction_nobody_asked_for_is_refused(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    with pytest.raises(Invalid, match="prediction_not_asked"):
        factories.save(person, attempt, [], now, ("5", 1))


def test_papers_are_drawn_anew_for_each_attempt_and_can_be_proven(app, now):
    round_ = factories.round_dict(
        now,
        paper={
            "mode": "random",
            "draw": [{"bank": "mau", "difficulty": "nhan-biet", "count": 3}, {"bank": "mau", "count": 2}],
            "shuffle": {"questions": True, "options": True},
        },
    )
    contest = factories.make_contest(now, rounds=[round_])
    person = factories.enter(contest, now)
    papers = [factories.sit(contest, person, now + timedelta(minutes=5 * i)).paper for i in range(4)]
    assert len(set(papers)) > 1
    snapshot = contests.get_snapshot(contest.id)
    for number, paper in enumerate(papers, start=1):
        label = stream_label(contest.slug, person.participant.public_id, "tuan-1", number)
        redrawn = draw_paper(
            SeededStream(contests.get_seed(contest.id), label),
            snapshot.blueprints["tuan-1"],
            snapshot.questions,
            snapshot.spec.round("tuan-1").paper.shuffle,
        )
        assert redrawn == paper
        assert len({ref for ref, _ in paper}) == 5


def test_each_start_makes_one_row(app, now):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now)
    for _ in range(5):
        factories.start(contest, person, now)
    assert db.session.scalar(select(func.count(Attempt.id))) == 1
