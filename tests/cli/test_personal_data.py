"""The worker and the commands of personal data."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from quizapp.cli import worker
from quizapp.contests import queries as contests
from quizapp.db import db
from quizapp.entries import erasing, sealing
from tests import factories


def stored_phones():
    db.session.rollback()
    return list(db.session.scalars(text("SELECT phone FROM participants")))


@pytest.fixture
def plain(app, now):
    """A contest whose people the version before has written."""
    contest = factories.make_contest(now)
    for _ in range(3):
        factories.enter(contest, now)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE participants SET phone = '0907000' || id, phone_hash = NULL"))
    return contest


def test_the_worker_seals_what_is_plain(plain, now, monkeypatch):
    monkeypatch.setattr(sealing, "AT_ONCE", 1)
    assert stored_phones()[0].startswith("0907")
    for _ in range(3):
        worker.run_once(now)
    assert [phone[:3] for phone in stored_phones()] == ["v1:"] * 3
    assert sealing.contests_to_seal() == []


def test_the_command_seals_what_was_written_plain_afterwards(app, plain, now):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["quiz", "seal"]).output == "cuoc-thi-mau: sealed\n"
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE participants SET phone = '0907111222'"))
    assert runner.invoke(args=["quiz", "seal", "cuoc-thi-mau"]).exit_code == 0
    assert [phone[:3] for phone in stored_phones()] == ["v1:"] * 3
    assert runner.invoke(args=["quiz", "seal", "khong-co"]).exit_code == 1


def test_the_worker_erases_when_the_months_are_over(plain, now):
    contest = factories.finalize_and_publish(plain, now + timedelta(hours=2))
    worker.run_once(now + timedelta(days=300))
    assert None not in stored_phones()
    worker.run_once(now + timedelta(days=366))
    worker.run_once(now + timedelta(days=367))
    assert stored_phones() == [None] * 3
    acts = [act.reason for act in contests.list_acts(contest.id) if act.act == "erase_personal_data"]
    assert acts == ["3"]


def test_erasing_by_hand_says_first_what_it_would_do(app, plain, now):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["quiz", "erase", "cuoc-thi-mau", "--yes"]).exit_code == 1
    factories.finalize_and_publish(plain, now + timedelta(hours=2))
    said = runner.invoke(args=["quiz", "erase", "cuoc-thi-mau"]).output
    assert said == "cuoc-thi-mau: 3 people would be erased; by itself this happens on 2026-05-19\n"
    assert None not in stored_phones()
    assert runner.invoke(args=["quiz", "erase", "cuoc-thi-mau", "--yes"]).output == "cuoc-thi-mau: 3 people erased\n"
    assert stored_phones() == [None] * 3
    assert runner.invoke(args=["quiz", "erase", "cuoc-thi-mau", "--yes"]).output == "cuoc-thi-mau: 0 people erased\n"
    assert erasing.erased_at(plain.id) is not None
