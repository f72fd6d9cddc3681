"""Writes of accounts: create staff, check and change passwords, tokens of scripts."""

import secrets
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from quizapp.accounts import passwords, rules
from quizapp.accounts.models import ApiToken, ResetRequest, User
from quizapp.accounts.queries import get_user
from quizapp.accounts.rules import Actor, Role
from quizapp.accounts.sessions import end_session as end_session
from quizapp.accounts.sessions import end_sessions_of
from quizapp.accounts.sessions import open_session as open_session
from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import db
from quizapp.errors import Conflict, Invalid, Unauthenticated
from quizapp.ids import digest


def create_staff(
    login: str, password: str, *, role: Role, area_id: int | None, now: datetime, actor: str = "-"
) -> User:
    """A new staff account. Whoever runs the machine chooses passwords as they like, as long as they are long enough;
    they count as given, until the owner of the account sets one.

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
        login=login,
        password_hash=passwords.hash_password(password),
        password_given_at=now,
        role=role,
        area_id=area_id,
        created_at=now,
    )
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict("login_taken", login=login) from error
    audit.record(INSTALLATION, "create_staff", actor=actor, object=login, now=now, reason=f"{role} {area_id or '-'}")
    return user


def check_password(login: str, password: str) -> Actor:
    """Whose password this is. Raises Unauthenticated("wrong_password").

    The same work is done for logins that do not exist or are retired; none for a password that nobody can have. How
    often it may be tried is decided before (`guessing`).
    """
    if len(password) > rules.MAX_PASSWORD:
        raise Unauthenticated("wrong_password")
    user = db.session.scalar(
        select(User)
        .where(User.login == rules.normalize_login(login), User.is_active)
        .execution_options(populate_existing=True)
    )
    if not passwords.verify_password(user.password_hash if user else None, password) or user is None:
        raise Unauthenticated("wrong_password")
    return Actor(user.id, user.login, Role(user.role), user.area_id)


def keep_up_to_date(user_id: int, password: str) -> None:
    """Hash the password anew, which has just been right, when its hash was made with older parameters."""
    user = get_user(user_id)
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
        db.session.flush()


def set_password(user_id: int, password: str, *, act: str, now: datetime, session_id: int | None = None) -> None:
    """Give an account a password that its owner has chosen; its other sessions end, and what was asked for is done.

    Raises Invalid with the codes of `rules.password_refusal`, and Invalid("password_given") for the one that somebody
    else has chosen.
    """
    user = get_user(user_id)
    refusal = rules.password_refusal(password, user.login)
    if refusal is not None:
        code, facts = refusal
        raise Invalid(code, **facts)
    if user.password_given_at is not None and passwords.verify_password(user.password_hash, password):
        raise Invalid("password_given")
    user.password_hash, user.password_given_at = passwords.hash_password(password), None
    end_sessions_of(user_id, now=now, but=session_id)
    db.session.execute(
        update(ResetRequest)
        .where(ResetRequest.user_id == user_id, ResetRequest.handled_at.is_(None))
        .values(handled_at=now)
    )
    audit.record(INSTALLATION, act, actor=user.login, object=user.login, now=now)


def create_token(user_id: int, name: str, *, now: datetime, actor: str = "-") -> str:
    """A bearer token for a staff script; shown once, only its hash is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(ApiToken(token_hash=digest(token), user_id=user_id, name=name, created_at=now))
    login = get_user(user_id).login
    audit.record(INSTALLATION, "create_token", actor=actor, object=login, now=now)
    return token


def end_tokens(user_id: int, *, actor: str, now: datetime) -> int:
    """End all bearer tokens of an account; how many there were."""
    living = (ApiToken.user_id == user_id, ApiToken.ended_at.is_(None))
    count = db.session.scalar(select(func.count(ApiToken.id)).where(*living)) or 0
    if count:
        db.session.execute(update(ApiToken).where(*living).values(ended_at=now))
        login = get_user(user_id).login
        audit.record(INSTALLATION, "end_token", actor=actor, object=login, now=now)
    return count
