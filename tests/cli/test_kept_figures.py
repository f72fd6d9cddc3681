"""The worker folds what was submitted into the kept figures, and mends what is wrong with them."""

from datetime import timedelta

from sqlalchemy import update

from quizapp.attempts import rollups
from quizapp.attempts.models import Rollup
from quizapp.cli import worker
from quizapp.db import db, transaction
from quizapp.results import queries
from tests import factories


def test_the_worker_folds_proves_and_mends(app, now, monkeypatch, caplog):
    monkeypatch.setattr(worker, "_proved", {})
    contest = factories.make_contest(now)
    factories.sit(contest, factories.enter(contest, now), now)
    worker.run_once(now)
    assert rollups.contests_to_fold() == []
    right = queries.kept_figures_by_area(contest.id, None)
    with transaction():
        db.session.execute(update(Rollup).values(attempts=9))
    worker.run_once(now + timedelta(minutes=1))
    assert queries.kept_figures_by_area(contest.id, None) != right
    assert "kept figures were wrong" not in caplog.text
    worker.run_once(now + worker.PROOF_EVERY)
    assert queries.kept_figures_by_area(contest.id, None) == right
    assert "kept figures were wrong" in caplog.text


def test_no_transaction_is_open_while_the_worker_rests(app, now):
    factories.make_contest(now)
    worker.run_once(now)
    assert not db.session().in_transaction()
