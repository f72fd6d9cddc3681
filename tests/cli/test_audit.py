"""`quiz audit`: heads to be kept elsewhere, and a verifier that names the first line that is not what was written."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update

from quizapp.attempts.models import Attempt
from quizapp.audit import queries
from quizapp.audit.models import AuditEntry
from quizapp.audit.rules import INSTALLATION
from quizapp.db import db, transaction
from tests import factories


@pytest.fixture
def contest(app, now):
    contest = factories.make_contest(now)
    factories.sit(contest, factories.enter(contest, now), now)
    return factories.finalize_and_publish(contest, now + timedelta(hours=2))


@pytest.fixture
def quiz(app):
    def run(*words: str) -> tuple[int, list[str]]:
        done = app.test_cli_runner().invoke(args=["quiz", "audit", *words])
        return done.exit_code, done.output.splitlines()

    return run


def tamper(statement) -> None:
    """As the owner of the database's file can."""
    with transaction():
        for name in ("update", "delete"):
            db.session.execute(text(f"DROP TRIGGER audit_entries_{name}"))
        db.session.execute(statement)


def test_sound_chains_are_told_with_their_heads(contest, quiz):
    head, own = queries.find_head(contest.id), queries.find_head(INSTALLATION)
    status, lines = quiz("heads")
    assert status == 0
    assert lines == [f"toàn-hệ-thống {own.count}:{own.hash}", f"{contest.slug} {head.count}:{head.hash}"]
    status, lines = quiz("verify")
    assert (status, [line.split(":")[0] for line in lines]) == (0, ["ĐÚNG", "ĐÚNG"])
    assert quiz("verify", "--contest", contest.slug, "--anchor", f"{head.count}:{head.hash}")[0] == 0


def test_the_first_changed_line_is_named(contest, quiz):
    tamper(update(AuditEntry).where(AuditEntry.chain == contest.id, AuditEntry.i == 1).values(actor="ai-do"))
    status, lines = quiz("verify")
    assert status == 1
    assert [line.split(":")[0] for line in lines] == ["ĐÚNG", "SAI"]
    assert lines[1].startswith(f"SAI: {contest.slug}: dòng 2 của nhật ký không còn như lúc ghi.")


def test_a_cut_end_is_found_by_the_anchor_alone(contest, quiz):
    head = queries.find_head(contest.id)
    written_down = f"{head.count}:{head.hash}"
    tamper(delete(AuditEntry).where(AuditEntry.chain == contest.id, AuditEntry.i == head.count - 1))
    status, lines = quiz("verify", "--contest", contest.slug, "--anchor", written_down)
    assert status == 1
    assert f"nhật ký bị cắt từ dòng {head.count}" in lines[0]


def test_a_changed_score_is_found(contest, quiz):
    with transaction():
        db.session.execute(update(Attempt).values(score=Attempt.score - 10))
    status, lines = quiz("verify", "--contest", contest.slug)
    assert status == 1
    assert "có điểm khác với điểm chấm lại" in lines[0]


def test_calls_that_make_no_sense_are_refused(contest, quiz):
    assert quiz("verify", "--anchor", "12:abc")[0] == 2
    status, lines = quiz("verify", "--contest", "khong-co")
    assert (status, len(lines)) == (1, 1)


def test_the_log_says_which_command_it_was(contest, app, now):
    done = app.test_cli_runner().invoke(args=["quiz", "create-token", "khong-co"])
    assert done.exit_code == 1
    factories.make_contest(now, contest="cuoc-thi-hai", launched=False)
    assert app.test_cli_runner().invoke(args=["quiz", "launch", "cuoc-thi-hai"]).exit_code == 0
    launched = queries.list_latest(contest.id + 1, acts=("launch",))
    assert [(entry.actor, entry.origin) for entry in launched] == [("cli", "cli launch")]


def test_only_postgresql_has_a_role_for_the_application(app):
    done = app.test_cli_runner().invoke(args=["quiz", "grant", "quiz_app"])
    assert done.exit_code == 1
    assert "PostgreSQL" in done.output
