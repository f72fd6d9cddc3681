"""Reads of accounts and signed-in browsers."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from quizapp.accounts.models import ApiToken, BrowserSession, User
from quizapp.accounts.rules import Actor, Role, normalize_login
from quizapp.db import db
from quizapp.errors import NotFound
from quizapp.ids import digest
from quizapp.statements import Statement


@dataclass(frozen=True)
class SessionInfo:
    """A living browser session: its id, and who is signed in there (None = nobody of the staff)."""

    id: int
    actor: Actor | None


# A browser's session: its id where that has been looked up, else the hash of its token.
Browser = int | str


def find_session(token: str | None) -> SessionInfo | None:
    """The living session of a cookie's token; None when there is none or it has ended."""
    if not token:
        return None
    rows = _SESSION.rows(token_hash=digest(token))
    if not rows:
        return None
    row = rows[0]
    active = row.user_id is not None and row.is_active
    return SessionInfo(row.id, Actor(row.user_id, row.login, Role(row.role), row.area_id) if active else None)


# Everybody's every page asks this.
_SESSION = Statement(
    lambda _: (
        select(BrowserSession.id, User.id.label("user_id"), User.login, User.role, User.area_id, User.is_active)
        .outerjoin(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.token_hash == bindparam("token_hash"), BrowserSession.ended_at.is_(None))
    )
)


def find_actor_by_token(token: str) -> Actor | None:
    """The owner of a bearer token."""
    row = db.session.execute(
        select(User.id, User.login, User.role, User.area_id)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == digest(token), ApiToken.ended_at.is_(None), User.is_active)
    ).first()
    return Actor(row.id, row.login, Role(row.role), row.area_id) if row else None


def get_user_id(login: str) -> int:
    """The id of the active account of that login. Raises NotFound("login_unknown")."""
    found = db.session.scalar(select(User.id).where(User.login == normalize_login(login), User.is_active))
    if found is None:
        raise NotFound("login_unknown", login=login)
    return found


def count_administrators() -> int:
    """How many active administrators there are."""
    return db.session.scalar(select(func.count(User.id)).where(User.role == Role.ADMIN, User.is_active)) or 0


def list_staff() -> list[User]:
    """All staff accounts by login."""
    return list(db.session.scalars(select(User).order_by(User.login)))
