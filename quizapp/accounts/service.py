"""Writes of accounts: create staff, sign in, sign out, tokens."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from quizapp.accounts import passwords, rules
from quizapp.accounts.models import ApiToken, BrowserSession, FailedSignIn, User
from quizapp.accounts.rules import Actor, Role
from quizapp.db import db
from quizapp.errors import Conflict, Invalid, TooMany, Unauthenticated
from quizapp.ids import digest


def create_staff(login: str, password: str, *, role: Role, area_id: int | None, now: datetime) -> User:
    """A new staff account.

    Raises Invalid("login_invalid", "password_too_short", "password_too_long", "area_missing"), Conflict("login_taken").
    """
    login = rules.normalize_login(login)
    if not rules.is_login(login):
        raise Invalid("login_invalid")
    if len(password) < rules.MIN_PASSWORD:
        raise Invalid("password_too_short", min=rules.MIN_PASSWORD)
    if len(password) > rules.MAX_PASSWORD:
        raise Invalid("password_too_long", max=rules.MAX_PASSWORD)
    if role is not Role.ADMIN and area_id is None:
        raise Invalid("area_missing")
    user = User(
        login=login, password_hash=passwords.hash_password(password), role=role, area_id=area_id, created_at=now
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("login_taken", login=login) from error
    return user


def check_password(login: str, password: str, *, address: str, now: datetime) -> Actor:
    """Who signs in with this password from this network address.

    A wrong try is recorded (the edge must commit it even though this raises). Raises Unauthenticated("wrong_password"),
    TooMany("sign_in_paused", retry_after seconds): per account and address first, per account far later.
    """
    login = rules.normalize_login(login)[:60]
    since = now - timedelta(seconds=rules.FAILURE_WINDOW_SECONDS)
    recent = select(func.count(FailedSignIn.id)).where(FailedSignIn.login == login, FailedSignIn.at > since)
    here = db.session.scalar(recent.where(FailedSignIn.address == address)) or 0
    anywhere = db.session.scalar(recent) or 0
    if rules.sign_in_paused(here, anywhere):
        raise TooMany("sign_in_paused", retry_after=rules.FAILURE_WINDOW_SECONDS)
    user = db.session.scalar(select(User).where(User.login == login, User.is_active))
    if len(password) > rules.MAX_PASSWORD or not passwords.verify_password(
        user.password_hash if user else None, password
    ):
        raise Unauthenticated("wrong_password")
    assert user is not None  # noqa: S101 - verify_password is False without a stored hash
    return Actor(user.id, user.login, Role(user.role), user.area_id)


def record_failure(login: str, *, address: str, now: datetime) -> None:
    """Remember a wrong password, and forget those that no longer matter."""
    old = now - timedelta(seconds=rules.FAILURE_WINDOW_SECONDS * 4)
    db.session.execute(FailedSignIn.__table__.delete().where(FailedSignIn.at < old))  # type: ignore[attr-defined]
    db.session.add(FailedSignIn(login=rules.normalize_login(login)[:60], address=address, at=now))
    db.session.flush()


def open_session(user_id: int | None, *, now: datetime) -> tuple[int, str]:
    """A new browser session: (its id, the token for the cookie)."""
    token = secrets.token_urlsafe(32)
    row = BrowserSession(token_hash=digest(token), user_id=user_id, created_at=now)
    db.session.add(row)
    db.session.flush()
    return row.id, token


def end_session(session_id: int, *, now: datetime) -> None:
    """End a browser session: its cookie is dead from now on."""
    db.session.execute(
        update(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def create_token(user_id: int, name: str, *, now: datetime) -> str:
    """A bearer token for a staff script; shown once, only its hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(ApiToken(token_hash=digest(token), user_id=user_id, name=name, created_at=now))
    db.session.flush()
    return token
