"""What was to be guessed is the same number whatever else was counted or marked before it."""

from datetime import timedelta

from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.results import marking
from tests import factories
from tests.records import checking, plans

# The nearest guess chooses a person's attempt in the first round; the second asks about the whole contest.
NEAREST = {
    "paper": {"mode": "fixed", "questions": ["mau-001", "mau-002"], "points": 10},
    "prediction": {"metric": "people", "scope": "round"},
    "ranking": {"gate": "none", "keys": ["prediction_gap", "score"]},
}
WHOLE = {
    "paper": {"mode": "fixed", "questions": ["mau-003"], "points": 10},
    "prediction": {"metric": "people_all_correct", "scope": "contest"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}
# Everything right with a bad guess, then half of it with a good one.
SAT = (plans.Sat(0, 0, 30, 2, False, "50", False), plans.Sat(0, 0, 30, 1, False, "1", False))


def agreed(folder, contest, end):
    path = checking.save(folder, contest, end)
    return checking.ours(path) is None and checking.theirs(path) is None


def test_values_that_are_frozen_together(app, now, tmp_path):
    contest, end = plans.play(plans.Plan((NEAREST, WHOLE), (plans.Somebody(None, "101", False, SAT),)), now)
    assert [contests.actual_of(round_.id) for round_ in contest.rounds] == [1, 1]
    assert agreed(tmp_path, contest, end)


def test_values_that_are_frozen_one_after_the_other(app, now, tmp_path):
    contest = plans.launched(plans.Plan((NEAREST, WHOLE), ()), now)
    person = factories.enter(contest, now)
    for turn, sat in enumerate(SAT):
        plans.sit(contest, person, sat, turn)
    for round_ in contest.rounds:
        plans.settle(contest, round_.closes_at + timedelta(minutes=1))
    end = contest.rounds[1].closes_at + timedelta(minutes=2)
    contest = factories.finalize_and_publish(contest, end)
    assert [contests.actual_of(round_.id) for round_ in contest.rounds] == [1, 1]
    assert agreed(tmp_path, contest, end)


def test_marks_by_hand_are_no_part_of_a_guess_about_the_contest(app, now, tmp_path):
    guess = {"prediction": {"metric": "people", "scope": "contest"}}
    essay = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}
    plain = factories.round_dict(now, key="viet", label="Bài viết")
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, **guess), {**plain, **essay}],
        publication={"live": "hidden_until_close", "records": "public"},
    )
    people = [factories.enter(contest, now) for _ in range(3)]
    factories.sit(contest, people[0], now, prediction="1")
    text = "Mã người dự thi,Điểm\n" + "".join(f"{each.participant.public_id},50\n" for each in people)
    with transaction():
        marking.upload_marks(contest, "viet", text.encode(), name="diem.csv", actor="lan", now=now)
    end = now + timedelta(hours=2)
    contest = factories.finalize_and_publish(contest, end)
    assert contests.actual_of(contest.round("tuan-1").id) == 1
    assert agreed(tmp_path, contest, end)
