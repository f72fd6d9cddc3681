"""The tables held against the log: whatever is changed behind the product's back is named."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, select, update

from quizapp.attempts import late, receipts, seals
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.rules import Choice
from quizapp.audit import queries as log
from quizapp.awards.models import AwardSheet
from quizapp.cli.paper_sealing import PaperSealer
from quizapp.contests.models import ContestSnapshot
from quizapp.contests.queries import get_contest
from quizapp.db import db, transaction
from quizapp.records.proving import contradictions
from quizapp.results import late_decisions
from quizapp.results.models import ResultLine
from tests import factories
from tests.records import plans

OVER = timedelta(hours=2)
HIDDEN = {"live": "hidden_until_close"}


@pytest.fixture
def contest(app, now):
    """Published, with three people and every paper sealed."""
    prizes = [{"name": "Nhất", "count": 1, "amount": 100_000}]
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, prizes=prizes)])
    for number, right in enumerate((5, 4, 2)):
        factories.sit(contest, factories.enter(contest, now), now, right=right, seconds=60 + number)
    contest = factories.finalize_and_publish(contest, now + OVER)
    PaperSealer().tend(contest, now + OVER)
    return contest


def found(contest) -> list[tuple[str, str]]:
    return [(each.check, each.where) for each in contradictions(get_contest(contest.slug))]


def change(*statements) -> None:
    with transaction():
        for statement in statements:
            db.session.execute(statement)


def first_attempt() -> Attempt:
    return db.session.scalars(select(Attempt).order_by(Attempt.submitted_at).limit(1)).one()


def test_a_contest_that_nobody_touched_contradicts_nothing(contest):
    assert found(contest) == []
    (sealed,) = seals.list_seals(contest.id, "tuan-1")
    assert (sealed.first, sealed.last, sealed.until) == (1, 3, None)
    published = receipts.HEADER + b"".join(receipts.list_lines(contest.round("tuan-1").id))
    assert sealed.digest == sha256(published).hexdigest()


def test_a_changed_answer_and_a_changed_score_are_named(contest):
    attempt = first_attempt()
    change(
        update(Answer).where(Answer.attempt_id == attempt.id, Answer.question == "mau/mau-001").values(options='["B"]')
    )
    assert found(contest) == [("receipt", attempt.public_id), ("score", attempt.public_id)]
    change(update(Attempt).where(Attempt.id == attempt.id).values(score=40, is_perfect=False))
    assert found(contest)[0] == ("receipt", attempt.public_id)


def test_a_changed_score_alone_is_named(contest):
    attempt = first_attempt()
    change(update(Attempt).where(Attempt.id == attempt.id).values(score=10))
    assert found(contest) == [("score", attempt.public_id)]


def test_a_receipt_that_was_made_to_fit_is_named_by_the_seal(contest):
    attempt = first_attempt()
    held = {**json.loads(attempt.receipt or ""), "code": "0000000000"}
    change(update(Attempt).where(Attempt.id == attempt.id).values(receipt=json.dumps(held)))
    assert found(contest) == [("seal", "1-3")]


def test_a_paper_that_is_gone_or_was_added_is_named(contest, now):
    change(update(Attempt).where(Attempt.id == first_attempt().id).values(receipt=None, receipt_code=None))
    assert ("seal", "1-3") in found(contest)


def test_changed_rules_rankings_and_prizes_are_named(contest):
    change(
        update(ContestSnapshot).values(content=ContestSnapshot.content + " "),
        delete(ResultLine).where(ResultLine.rank == 3),
        update(AwardSheet).values(content=AwardSheet.content + " "),
    )
    assert {check for check, _ in found(contest)} == {"rules", "ranking", "sheet"}


def test_while_a_round_runs_what_has_come_is_sealed_every_ten_minutes(app, now):
    contest = factories.make_contest(now)
    sealer = PaperSealer()
    for minute in range(0, 45, 3):
        moment = now + timedelta(minutes=minute)
        if minute < 30:
            factories.sit(contest, factories.enter(contest, moment), moment, right=3)
        sealer.tend(contest, moment)
    blocks = seals.list_seals(contest.id, "tuan-1")[::-1]
    assert all(seal.until is not None for seal in blocks)
    assert [seal.first for seal in blocks] == [1, *(seal.last + 1 for seal in blocks[:-1])]
    assert blocks[-1].last == 10
    assert all(later.at - sooner.at >= timedelta(minutes=10) for sooner, later in zip(blocks, blocks[1:], strict=False))
    assert found(contest) == []
    attempt = first_attempt()
    change(update(Attempt).where(Attempt.id == attempt.id).values(receipt="{}"))
    assert ("seal", f"1-{blocks[0].last}") in found(contest)


def test_nothing_new_is_no_line_and_a_round_without_papers_is_sealed_as_empty(app, now):
    contest = factories.make_contest(now)
    sealer = PaperSealer()
    for minute in (0, 15, 30):
        sealer.tend(contest, now + timedelta(minutes=minute))
    assert seals.list_seals(contest.id, "tuan-1") == []
    for hours in (2, 3):
        sealer.tend(contest, now + timedelta(hours=hours))
    (sealed,) = seals.list_seals(contest.id, "tuan-1")
    assert (sealed.first, sealed.last, sealed.digest) == (1, 0, sha256(receipts.HEADER).hexdigest())


def test_a_round_is_sealed_at_its_close_and_again_when_its_result_is_final(app, now):
    contest = factories.make_contest(now)
    factories.sit(contest, factories.enter(contest, now), now)
    for hours in (2, 3):
        PaperSealer().tend(contest, now + timedelta(hours=hours))
    assert len(seals.list_seals(contest.id, "tuan-1")) == 1
    contest = factories.finalize(contest, now + timedelta(hours=4))
    for hours in (5, 6):
        PaperSealer().tend(contest, now + timedelta(hours=hours))
    first, second = seals.list_seals(contest.id, "tuan-1")
    assert (first.digest, first.last) == (second.digest, second.last)


def test_a_long_list_is_read_in_pieces_and_two_workers_write_one_seal(app, now, monkeypatch):
    monkeypatch.setattr(seals, "READ_AT_ONCE", 2)
    contest = factories.make_contest(now)
    for _ in range(5):
        factories.sit(contest, factories.enter(contest, now), now)  # all at the same moment
    one, other = PaperSealer(), PaperSealer()
    for _ in range(2):
        one.tend(contest, now + OVER)
        other.tend(contest, now + OVER)
        assert seals.list_seals(contest.id, "tuan-1") == []
    one.tend(contest, now + OVER)
    other.tend(contest, now + OVER)
    (sealed,) = seals.list_seals(contest.id, "tuan-1")
    assert (sealed.first, sealed.last) == (1, 5)
    assert found(contest) == []
    assert log.find_chain_fault(contest.id) is None


def test_rulings_contradict_nothing(app, now):
    """Scores are held against the answers by the rulings that were applied."""
    block = {
        "paper": {"mode": "fixed", "questions": ["mau-001", "mau-002", "mau-003"], "points": 10},
        "prediction": {"metric": "people_all_correct", "scope": "round"},
        "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    }
    people = tuple(
        plans.Somebody(None, "101", False, (plans.Sat(0, minute, 30, right, False, "2", False),))
        for minute, right in enumerate((3, 2, 0))
    )
    plan = plans.Plan((block,), people, (), ((0, 2, "rekey", "B"), (0, 1, "void_all", "B")))
    contest, end = plans.play(plan, now)
    PaperSealer().tend(contest, end)
    assert found(contest) == []


def test_accepted_late_answers_contradict_nothing(app, now):
    """What was accepted late is taken back before a paper is held against its receipt."""
    guessed = {"prediction": {"metric": "people", "scope": "round"}}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **guessed)], publication=HIDDEN)
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    right = factories.right_choices(contest, attempt)
    factories.save(person, attempt, right[:3], now, ("3", 1))
    arriving = [Choice(right[0].question, ("B",), 8), *(Choice(each.question, each.options, 9) for each in right[3:])]
    with transaction():
        late.keep(
            attempt.public_id, person.session_id, arriving, ("4", 10), now=attempt.deadline + timedelta(minutes=2)
        )
    attempt = factories.submit(person, attempt, now + OVER)
    items = [item.id for item in late.list_items([attempt.id])]
    with transaction():
        late_decisions.decide(
            contest, attempt.public_id, items, "accepted", reason="Mất mạng", actor="to-chuc",
            now=contest.rounds[0].closes_at + timedelta(minutes=1),
        )  # fmt: skip
    PaperSealer().tend(contest, now + OVER)
    assert len(seals.list_seals(contest.id, "tuan-1")) == 1
    assert found(contest) == []
