"""Rulings on questions of a round under review: what they would change, and what applying them changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quizapp.areas import queries as areas
from quizapp.attempts import regrading as engine
from quizapp.attempts import rulings
from quizapp.attempts.models import Attempt, Standing
from quizapp.attempts.rules import Choice
from quizapp.awards import regrading
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.errors import Conflict
from quizapp.leaderboard import boards
from quizapp.results import closing, service
from tests import factories

QUESTION = "mau/mau-001"
TEXTS = {"reason": "Đáp án in sai", "public_note": "Câu 1: chấp nhận thêm phương án B."}
PREDICTION = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "prizes": [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 1}],
}
# Who guessed what in which area, and whether the first question was answered B (the others are right) or not at all.
PEOPLE = [("101", "1", "A"), ("102", "2", "A"), ("111", "3", "B"), ("112", "5", "B"), ("", "4", ""), ("121", "9", "D")]


def sit(contest, now, area, guess, choice, *, round_key="tuan-1", person=None, seconds=60):
    """Somebody answers everything right but perhaps the first question."""
    person = person or factories.enter(contest, now, area=area)
    attempt = factories.start(contest, person, now, round_key)
    choices = [each for each in factories.right_choices(contest, attempt) if each.question != QUESTION]
    if choice:
        choices.append(Choice(QUESTION, (choice,), 1))
    done = now + timedelta(seconds=seconds)
    factories.save(person, attempt, choices, done, (guess, 1) if guess else None)
    return person.participant.id, factories.submit(person, attempt, done)


def make(now, **changes):
    """A contest of one round with the people above, looked at after the close: (contest, ids, moment)."""
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, **{**PREDICTION, **changes})],
        publication={"live": "hidden_until_close", "mask_phone": True},
    )
    ids = [sit(contest, now, *each, seconds=60 + index)[0] for index, each in enumerate(PEOPLE)]
    return contest, ids, close(contest, now)


def close(contest, now):
    later = now + timedelta(hours=2)
    with transaction():
        closing.freeze(contest, now=later)
    return later


def stage(contest, now, kind="accept", answers=(("B",),), question=QUESTION, round_=None):
    return regrading.stage_ruling(
        contest, round_ or contest.rounds[0], question, kind, answers, **TEXTS, actor="an", now=now
    )


def decide(act, contest, regrade, now, round_=None):
    with transaction():
        return act(contest, round_ or contest.rounds[0], regrade.id, actor="binh", now=now)


def standings(round_):
    query = select(Standing.participant_id, Standing.score, Standing.is_perfect).where(Standing.round_id == round_.id)
    return {row.participant_id: (row.score, row.is_perfect) for row in db.session.execute(query)}


def test_the_dry_run_tells_what_would_change_and_changes_nothing(app, now):
    contest, ids, later = make(now)
    round_, before = contest.rounds[0], standings(contest.rounds[0])
    regrade = stage(contest, later)
    assert standings(round_) == before
    assert contests.actual_of(round_.id) == 2
    assert (regrade.state, regrade.actual_before, regrade.actual_after) == ("staged", 2, 4)
    found = regrade.summary
    assert found["attempts"] == {"looked_at": 6, "up": 2, "down": 0, "perfect_gained": 2, "perfect_lost": 0}
    assert found["actuals"] == [{"round": "tuan-1", "before": 2, "after": 4}]
    # 1 and 2 with everything right, then 3, 4, 5, 9 by the distance from 2; now 3 and 5 come in, one away from 4.
    a, b, c, d, e, _ = ids
    assert found["ranks"]["changed"] == 5
    assert (found["ranks"]["entered"], found["ranks"]["left"]) == (0, 0)
    moved = {row["participant"]: (row["before"], row["after"]) for row in found["ranks"]["largest"]}
    assert moved == {b: (1, 3), a: (2, 4), c: (3, 1), d: (5, 2), e: (4, 5)}
    assert found["ranks"]["largest"][0]["participant"] == d
    prizes = {row["participant"]: (row["before"], row["after"]) for row in found["prizes"]}
    assert prizes == {
        b: (["tuan-1: Nhất"], []), a: (["tuan-1: Nhì"], []), c: ([], ["tuan-1: Nhất"]), d: ([], ["tuan-1: Nhì"]),
    }  # fmt: skip
    tree = areas.get_tree("tinh-mau")
    line = {row["area"]: row for row in found["areas"]}
    assert set(line) == {tree.get("10").id, tree.get("11").id}
    assert line[tree.get("11").id] == {
        "area": tree.get("11").id, "scores": 2, "perfect_before": 0, "perfect_after": 2, "prizes_lost": 0,
        "prizes_won": 2,
    }  # fmt: skip
    assert line[tree.get("10").id]["prizes_lost"] == 2


def test_an_applied_ruling_is_as_the_dry_run_said(app, now):
    contest, ids, later = make(now)
    round_ = contest.rounds[0]
    with transaction():
        generation = boards.invalidate(contest.id)
    regrade = stage(contest, later)
    done = decide(regrading.apply_ruling, contest, regrade, later + timedelta(minutes=1))
    assert (done.state, done.decided_by, done.actual_before, done.actual_after) == ("applied", "binh", 2, 4)
    assert contests.actual_of(round_.id) == 4
    assert [standings(round_)[person] for person in ids] == [(50, True)] * 4 + [(40, False)] * 2
    assert boards.wanted_generation(contest.id) != generation
    with transaction():
        service.finalize(contest, round_, actor="an", now=later + timedelta(minutes=2))
    acts = [(act.act, act.round_key, act.actor, act.reason) for act in contests.list_acts(contest.id)]
    what = "mau/mau-001 accept B: Đáp án in sai"
    assert acts[1:3] == [("apply_regrade", "tuan-1", "binh", what), ("stage_regrade", "tuan-1", "an", what)]


def test_a_cancelled_ruling_leaves_everything_as_it_was(app, now):
    contest, _, later = make(now)
    before = standings(contest.rounds[0])
    regrade = stage(contest, later)
    done = decide(regrading.cancel_ruling, contest, regrade, later)
    assert done.state == "cancelled"
    assert standings(contest.rounds[0]) == before
    assert contests.actual_of(contest.rounds[0].id) == 2
    assert contests.list_acts(contest.id)[0].act == "cancel_regrade"


def test_a_restored_key_gives_everything_back(app, now):
    contest, _, later = make(now)
    round_ = contest.rounds[0]
    before = standings(round_)
    decide(regrading.apply_ruling, contest, stage(contest, later), later)
    assert standings(round_) != before
    restored = stage(contest, later, "restore", ())
    assert (restored.actual_before, restored.actual_after) == (4, 2)
    decide(regrading.apply_ruling, contest, restored, later + timedelta(minutes=1))
    assert standings(round_) == before
    assert contests.actual_of(round_.id) == 2
    assert [each.kind for each in rulings.list_applied(round_.id)] == ["restore", "accept"]


def test_applying_twice_changes_nothing_more(app, now):
    contest, _, later = make(now)
    regrade = stage(contest, later)
    decide(regrading.apply_ruling, contest, regrade, later)
    before = (standings(contest.rounds[0]), contests.list_acts(contest.id))
    for act in (regrading.apply_ruling, regrading.cancel_ruling):
        with pytest.raises(Conflict, match="regrade_decided"):
            decide(act, contest, regrade, later + timedelta(minutes=1))
    assert (standings(contest.rounds[0]), contests.list_acts(contest.id)) == before


def test_rulings_are_made_under_review_only(app, now):
    contest, _, later = make(now)
    with pytest.raises(Conflict, match="not_under_review"):
        stage(contest, now)
    regrade = stage(contest, later)
    decide(regrading.cancel_ruling, contest, regrade, later)
    with transaction():
        service.finalize(contest, contest.rounds[0], actor="an", now=later)
    with pytest.raises(Conflict, match="not_under_review"):
        stage(contest, later)


def test_a_result_is_not_finalized_while_a_ruling_waits(app, now):
    contest, _, later = make(now)
    stage(contest, later)
    with pytest.raises(Conflict, match="regrade_pending"), transaction():
        service.finalize(contest, contest.rounds[0], actor="an", now=later)


def test_whoever_falls_below_the_gate_leaves_the_ranking(app, now):
    ranking = {**PREDICTION["ranking"], "fallback": "leave_unawarded"}
    contest, (a, b, c, d, _, _), later = make(now, ranking=ranking)
    found = stage(contest, later, "rekey").summary
    assert found["attempts"] == {"looked_at": 6, "up": 2, "down": 2, "perfect_gained": 2, "perfect_lost": 2}
    assert found["ranks"] == {"changed": 4, "entered": 2, "left": 2, "largest": []}
    assert {row["participant"] for row in found["prizes"]} == {a, b, c, d}


def test_a_guess_of_people_is_not_counted_anew(app, now):
    contest, _, later = make(now, prediction={"metric": "people", "scope": "round"})
    regrade = stage(contest, later)
    assert (regrade.actual_before, regrade.actual_after, regrade.summary["actuals"]) == (None, None, [])
    decide(regrading.apply_ruling, contest, regrade, later)
    assert contests.actual_of(contest.rounds[0].id) == 6


@pytest.mark.parametrize(
    ("metric", "before", "after"), [("attempts_all_correct", 2, 4), ("percent_all_correct", 3_333_333, 6_666_667)]
)
def test_the_other_counts_of_all_correct_are_counted_anew(app, now, metric, before, after):
    contest, _, later = make(now, prediction={"metric": metric, "scope": "round"})
    regrade = stage(contest, later)
    assert (regrade.actual_before, regrade.actual_after) == (before, after)
    decide(regrading.apply_ruling, contest, regrade, later)
    assert contests.actual_of(contest.rounds[0].id) == after


def test_the_best_attempt_is_chosen_again(app, now):
    """One person, two papers: after the ruling the first one counts, because it was the earlier all-correct one."""
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now, ranking={"keys": ["score", "submitted_at"]})]
    )
    person = factories.enter(contest, now)
    _, first = sit(contest, now, "", None, "B", person=person)
    _, second = sit(contest, now + timedelta(minutes=5), "", None, "A", person=person)
    later = close(contest, now)
    counted = select(Standing.attempt_id)
    assert db.session.scalar(counted) == second.id
    decide(regrading.apply_ruling, contest, stage(contest, later), later)
    assert db.session.scalar(counted) == first.id
    assert db.session.scalars(select(Attempt.score).order_by(Attempt.id)).all() == [50, 50]


def two_rounds(now):
    """Two rounds that ask about the whole contest; one person is all-correct in both, one would be in the first."""
    about_all = {**PREDICTION, "prediction": {"metric": "people_all_correct", "scope": "contest"}}
    second = factories.round_dict(now, key="tuan-2", label="Tuần 2", **about_all)
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now, **about_all), second],
        publication={"live": "hidden_until_close", "mask_phone": True},
    )
    for choice in "AB":
        person = factories.enter(contest, now)
        for key in ("tuan-1", "tuan-2"):
            sit(contest, now, "", "2", choice, round_key=key, person=person)
    return contest, close(contest, now)


def test_a_guess_about_the_whole_contest_is_counted_anew_in_every_round(app, now):
    contest, later = two_rounds(now)
    first, second = contest.rounds
    regrade = stage(contest, later)
    assert regrade.summary["actuals"] == [
        {"round": "tuan-1", "before": 1, "after": 2}, {"round": "tuan-2", "before": 1, "after": 2},
    ]  # fmt: skip
    decide(regrading.apply_ruling, contest, regrade, later)
    assert [contests.actual_of(round_.id) for round_ in (first, second)] == [2, 2]
    # Counted once: in the second round the same person is not all-correct, but is so in the contest.
    assert stage(contest, later, round_=second).actual_after == 2


def test_a_ruling_that_would_move_the_value_of_a_finalized_round_is_refused(app, now):
    contest, later = two_rounds(now)
    with transaction():
        service.finalize(contest, contest.rounds[1], actor="an", now=later)
    with pytest.raises(Conflict) as refused:
        stage(contest, later)
    assert (refused.value.code, refused.value.details) == ("regrade_other_round", {"round": "Tuần 2"})
    assert rulings.find_staged(contest.rounds[0].id) is None


def test_a_dry_run_that_is_broken_off_can_be_gone_on_with_or_put_aside(app, now, monkeypatch):
    contest, _, later = make(now)
    round_ = contest.rounds[0]
    with monkeypatch.context() as broken:
        broken.setattr(regrading, "preview", lambda *_args, **_options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            stage(contest, later)
    staged = rulings.find_staged(round_.id)
    assert (staged.state, staged.is_worked_out) == ("staged", False)
    with pytest.raises(Conflict, match="regrade_unfinished"):
        decide(regrading.apply_ruling, contest, staged, later)

    done = regrading.work_out(contest, round_, staged.id, actor="an", now=later)
    assert done.summary["attempts"]["up"] == 2

    assert decide(regrading.cancel_ruling, contest, staged, later).state == "cancelled"
    with pytest.raises(Conflict, match="regrade_decided"):
        regrading.work_out(contest, round_, staged.id, actor="an", now=later)
    assert stage(contest, later).summary == done.summary


def test_no_transaction_of_a_dry_run_covers_the_whole_round(app, now, monkeypatch):
    contest, _, later = make(now)
    monkeypatch.setattr(engine, "_PART", 2)
    seen = []
    write = engine.Workings.write
    monkeypatch.setattr(engine.Workings, "write", lambda self, part: (seen.append(part), write(self, part)))
    found = stage(contest, later).summary["attempts"]
    assert (len(seen), found["looked_at"], found["up"]) == (3, 6, 2)
    assert all(last - first < 2 for first, last in seen)
