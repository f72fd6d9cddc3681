"""A receipt holds its paper to what was submitted: any later change of an answer is found, a decision is told."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from quizapp.attempts import late, receipts
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.db import db, transaction
from quizapp.results import late_decisions
from tests import factories
from tests.records.checking import ours, run, save, theirs

PUBLIC = {"live": "hidden_until_close", "records": "public"}
LATER = timedelta(hours=2)
MATCHES = "ĐÚNG: biên nhận khớp với dữ liệu gốc của bài thi"


@pytest.fixture
def contest(app, now):
    guessed = {"prediction": {"metric": "people", "scope": "round"}}
    return factories.make_contest(now, rounds=[factories.round_dict(now, **guessed)], publication=PUBLIC)


@pytest.fixture
def attempt(contest, now):
    """A submitted paper, among others."""
    factories.sit(contest, factories.enter(contest, now), now)
    return factories.sit(contest, factories.enter(contest, now), now, right=3, prediction="3")


def keep_file(folder, attempt):
    path = folder / "bien-nhan.json"
    path.write_bytes(attempt.receipt.encode())
    return path


def checked(folder, contest, attempt, now):
    """What the program says of the attempt's receipt beside the records as they are now: (exit status, lines)."""
    path = save(folder, contests.get_contest(contest.slug), now + LATER, to_public=False)
    done = run(path, "--bien-nhan", keep_file(folder, attempt))
    return done.returncode, done.stdout.splitlines()


def test_an_untouched_paper_matches_its_receipt(tmp_path, contest, attempt, now):
    status, lines = checked(tmp_path, contest, attempt, now)
    fingerprint = receipts.fingerprint(attempt.receipt)
    assert (status, lines) == (0, [f"mã băm SHA-256 của tệp biên nhận: {fingerprint}", MATCHES])
    # That line is in the published list.
    assert fingerprint in b"".join(receipts.list_lines(contest.round("tuan-1").id)).decode()


def test_one_answer_changed_in_the_database_is_found(tmp_path, contest, attempt, now):
    with transaction():
        db.session.execute(
            update(Answer)
            .where(Answer.attempt_id == attempt.id, Answer.question == attempt.paper[4][0])
            .values(options='["A"]')
        )
    status, lines = checked(tmp_path, contest, attempt, now)
    assert status == 1
    assert lines[0] == "SAI: bien-nhan.json, mục answers_hash: biên nhận khác với dữ liệu gốc của bài thi này"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"paper": "[]"}, "answers.mau/mau-001"),
        ({"prediction": 4}, "prediction"),
        ({"submitted_at": "2025-05-19T08:00:30Z"}, "submitted_at"),
        ({"finished_by": "deadline"}, "finished_by"),
    ],
)
def test_whatever_else_is_changed_is_found(tmp_path, contest, attempt, now, changed, field):
    if "submitted_at" in changed:
        changed = {"submitted_at": attempt.submitted_at + timedelta(milliseconds=1)}
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == attempt.id).values(**changed))
    status, lines = checked(tmp_path, contest, attempt, now)
    assert status == 1
    assert f"mục {field}:" in lines[0]


def test_a_paper_in_another_order_is_another_paper(tmp_path, contest, attempt, now):
    turned = json.dumps([[ref, list(options)] for ref, options in reversed(attempt.paper)])
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == attempt.id).values(paper=turned))
    status, lines = checked(tmp_path, contest, attempt, now)
    assert status == 1
    assert "mục paper_hash:" in lines[0]


def test_an_attempt_that_is_not_there_any_more_is_missed(tmp_path, contest, attempt, now):
    with transaction():
        db.session.execute(update(Attempt).where(Attempt.id == attempt.id).values(public_id="B" * 22))
    status, lines = checked(tmp_path, contest, attempt, now)
    assert status == 1
    assert lines[0] == "SAI: raw.jsonl, mục attempt: không có bài thi của biên nhận"


def test_an_accepted_late_answer_is_in_the_records_and_told_beside_the_receipt(tmp_path, contest, now):
    person = factories.enter(contest, now)
    attempt = factories.start(contest, person, now)
    right = factories.right_choices(contest, attempt)
    factories.save(person, attempt, right[:3], now, ("3", 1))
    arriving = [Choice(right[0].question, ("B",), 8), *(Choice(each.question, each.options, 9) for each in right[3:])]
    with transaction():
        late.keep(
            attempt.public_id, person.session_id, arriving, ("4", 10), now=attempt.deadline + timedelta(minutes=2)
        )
    attempt = factories.submit(person, attempt, now + LATER)
    closed = contest.rounds[0].closes_at + timedelta(minutes=1)
    items = [item.id for item in late.list_items([attempt.id])]
    with transaction():
        late_decisions.decide(
            contest, attempt.public_id, items, "accepted", reason="Mất mạng", actor="to-chuc", now=closed
        )
    contest = factories.finalize_and_publish(contest, now + LATER)
    path = save(tmp_path, contest, now + LATER)
    assert ours(path) is None
    assert theirs(path) is None
    done = run(path, "--bien-nhan", keep_file(tmp_path, attempt))
    told = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    assert told[-1] == MATCHES
    decided = f"đến muộn, được Ban Tổ chức chấp nhận lúc {closed:%Y-%m-%dT%H:%M:%S}.000Z"
    expected = [*(f"câu {each.question} {decided}" for each in (right[0], *right[3:])), f"số dự đoán {decided}"]
    assert sorted(told[:-2]) == sorted(expected)


@pytest.mark.parametrize("words", [("--bien-nhan",), ("--gi", "x"), ("--bien-nhan", "khong-co.json")])
def test_a_call_that_makes_no_sense_is_explained(tmp_path, contest, attempt, now, words):
    path = save(tmp_path, contests.get_contest(contest.slug), now + LATER, to_public=False)
    done = run(path, *words)
    assert done.returncode == 2
    assert done.stderr
