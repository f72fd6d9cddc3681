"""Browsers' sessions: they begin, are used, and end on the server."""

import secrets
from datetime import datetime

from sqlalchemy import Update, update

from quizapp.accounts.models import BrowserSession
from quizapp.db import db
from quizapp.ids import digest


def open_session(
    user_id: int | None, *, now: datetime, device: str | None = None, address: str | None = None
) -> tuple[int, str]:
    """A new browser session: (its id, the token for the cookie). `device` and `address` are kept for staff."""
    token = secrets.token_urlsafe(32)
    row = BrowserSession(token_hash=digest(token), user_id=user_id, created_at=now)
    if user_id is not None:
        row.used_at = row.confirmed_at = now
        row.device, row.address = device, address
    db.session.add(row)
    db.session.flush()
    return row.id, token


def renew_session(session_id: int) -> str:
    """Another token for a living session; the one before is dead."""
    token = secrets.token_urlsafe(32)
    db.session.execute(_living().where(BrowserSession.id == session_id).values(token_hash=digest(token)))
    return token


def note_use(session_id: int, *, now: datetime) -> None:
    """The session's owner is still there."""
    db.session.execute(_living().where(BrowserSession.id == session_id).values(used_at=now))


def note_confirmation(session_id: int, *, now: datetime) -> None:
    """The password (and the code) was typed once more in this session."""
    db.session.execute(_living().where(BrowserSession.id == session_id).values(used_at=now, confirmed_at=now))


def end_session(session_id: int, *, now: datetime, user_id: int | None = None) -> None:
    """End a browser session: its cookie is dead from now on. With `user_id`, only when it is that account's."""
    statement = _living().where(BrowserSession.id == session_id)
    if user_id is not None:
        statement = statement.where(BrowserSession.user_id == user_id)
    db.session.execute(statement.values(ended_at=now))


def end_sessions_of(user_id: int, *, now: datetime, but: int | None = None) -> None:
    """End all sessions of an account, except for the one with the id `but`."""
    statement = _living().where(BrowserSession.user_id == user_id)
    if but is not None:
        statement = statement.where(BrowserSession.id != but)
    db.session.execute(statement.values(ended_at=now))


def _living() -> Update:
    return update(BrowserSession).where(BrowserSession.ended_at.is_(None))
