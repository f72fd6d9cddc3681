"""A small installation that is thrown away: areas, a bank, a running contest, one that is over with its records."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from quizapp import clock, redis_store
from quizapp.accounts import queries as account_queries
from quizapp.accounts import service as accounts
from quizapp.accounts.rules import Role
from quizapp.attempts.models import Attempt
from quizapp.backups import archive
from quizapp.backups.manifest import Content, ContestTotals, Manifest, TableProof
from quizapp.contests.queries import ContestInfo
from quizapp.db import db, transaction
from quizapp.entries.service import CONSENT_VERSION
from quizapp.web import throttle
from tests import factories
from tests.clients import Browser
from tests.empty_app import new_app
from tests.records import checking

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """The installation; its application context is pushed, and its clock stands still."""

    app: Flask
    contest: ContestInfo
    records: bytes
    receipt: bytes
    backup: bytes
    token: str
    folder: Path

    @cached_property
    def participant(self) -> tuple[FlaskClient, str, str]:
        """A browser that has entered and started: itself, its token, its attempt."""
        client = self.app.test_client()
        headers = {"X-CSRF-Token": str((client.get("/api/v1/session").json or {})["csrf_token"])}
        body = {**factories.typed_entry(), "consent": {"version": CONSENT_VERSION}}
        client.post(f"/api/v1/contests/{self.contest.slug}/entries", json=body, headers=headers)
        started = client.post(f"/api/v1/contests/{self.contest.slug}/rounds/tuan-1/attempts", headers=headers)
        return client, headers["X-CSRF-Token"], str((started.json or {})["attempt"])

    def send(self, client: FlaskClient, method: str, path: str, **options: Any) -> None:
        """Send a request. Raises AssertionError when the answer is a failure of ours."""
        throttle.forget_local()
        answer = client.open(path, method=method, **options)
        db.session.rollback()
        if answer.status_code >= 500:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")


@contextmanager
def site() -> Iterator[Site]:
    """The installation, for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="quiz-fuzz-"))
    app = new_app(folder)
    app.test_client_class = Browser
    try:
        with app.app_context(), clock.frozen_at(NOW):
            redis_store.init_store(app.config["QUIZ"].redis_url)
            yield _furnished(app, folder)
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    finally:
        shutil.rmtree(folder)


def _furnished(app: Flask, folder: Path) -> Site:
    contest = factories.make_contest(NOW)
    over = factories.make_contest(NOW, contest="cuoc-thi-da-xong")
    sittings = [factories.sit(over, factories.enter(over, NOW), NOW, right=right) for right in (5, 3)]
    receipt = db.session.scalar(select(Attempt.receipt).where(Attempt.public_id == sittings[0].public_id))
    end = NOW + timedelta(hours=2)
    factories.finalize_and_publish(over, end)
    packed = checking.save(folder, over, end).read_bytes()
    factories.make_staff("quan-tri", Role.ADMIN, None, NOW)
    with transaction():
        token = accounts.create_token(account_queries.get_user_id("quan-tri"), "fuzz", now=NOW)
    return Site(app, contest, packed, str(receipt).encode(), _backup(folder), token, folder)


def _backup(folder: Path) -> bytes:
    """The file of a backup whose data is a few bytes."""
    data, path = folder / "data", folder / "backup.zip"
    data.write_bytes(b"data of a database")
    content = Content("0001", "0" * 64, 1, (ContestTotals("a", 1, 1, 1, 10),), {"users": TableProof(1, "1:1")})
    archive.write(path, Manifest("2025-05-19T08:00:00.000Z", "sqlite", archive.sha256_of(data), content), data, "a key")
    return path.read_bytes()
