"""Reads of accounts and signed-in browsers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, func, select

from quizapp.accounts.models import ApiToken, BrowserSession, RecoveryCode, ResetRequest, User
from quizapp.accounts.rules import REQUEST_LIFE, STAFF_IDLE, STAFF_LONGEST, Actor, Role, has_run_out, normalize_login
from quizapp.db import db
from quizapp.errors import NotFound
from quizapp.ids import digest
from quizapp.statements import Statement


@dataclass(frozen=True)
class SessionInfo:
    """A living browser session: its id, and who is signed in there (None = nobody of the staff).

    Of staff: whether the account has a second factor, when the password was typed last, when the last request came,
    whether the password is one that somebody else has chosen.
    """

    id: int
    actor: Actor | None
    has_second_factor: bool = False
    confirmed_at: datetime | None = None
    used_at: datetime | None = None
    has_given_password: bool = False


@dataclass(frozen=True)
class OwnSession:
    """A line of the list of one's own sessions."""

    id: int
    began_at: datetime
    used_at: datetime
    device: str
    address: str


@dataclass(frozen=True)
class StaffInfo:
    """An account as those see it who manage it. `asked_at`: since when its owner asks for a new password."""

    id: int
    login: str
    role: Role
    area_id: int | None
    is_active: bool
    created_at: datetime
    has_second_factor: bool
    asked_at: datetime | None


# A browser's session: its id where that has been looked up, else the hash of its token.
Browser = int | str


def find_session(token: str | None, *, now: datetime, idle: timedelta = STAFF_IDLE) -> SessionInfo | None:
    """The living session of a cookie's token; None when there is none or it has ended.

    Where a member of staff was signed in and has been away for too long, nobody is any more; what a participant does
    in the same browser goes on.
    """
    if not token:
        return None
    rows = _SESSION.rows(token_hash=digest(token))
    if not rows:
        return None
    row = rows[0]
    if row.user_id is None or not row.is_active or has_run_out(row.created_at, row.used_at, now, idle):
        return SessionInfo(row.id, None)
    actor = Actor(row.user_id, row.login, Role(row.role), row.area_id)
    has_second_factor, has_given = row.second_factor_at is not None, row.password_given_at is not None
    return SessionInfo(row.id, actor, has_second_factor, row.confirmed_at, row.used_at, has_given)


# Everybody's every page asks this.
_SESSION = Statement(
    lambda _: (
        select(
            BrowserSession.id,
            BrowserSession.created_at,
            BrowserSession.used_at,
            BrowserSession.confirmed_at,
            User.id.label("user_id"),
            User.login,
            User.role,
            User.area_id,
            User.is_active,
            User.second_factor_at,
            User.password_given_at,
        )
        .outerjoin(User, User.id == BrowserSession.user_id)
        .where(BrowserSession.token_hash == bindparam("token_hash"), BrowserSession.ended_at.is_(None))
    )
)


def list_own_sessions(user_id: int, *, now: datetime, idle: timedelta = STAFF_IDLE) -> list[OwnSession]:
    """The living sessions of an account, the last used first."""
    used_at = func.coalesce(BrowserSession.used_at, BrowserSession.created_at)
    rows = db.session.scalars(
        select(BrowserSession)
        .where(
            BrowserSession.user_id == user_id,
            BrowserSession.ended_at.is_(None),
            BrowserSession.created_at > now - STAFF_LONGEST,
            used_at > now - idle,
        )
        .order_by(used_at.desc(), BrowserSession.id.desc())
    )
    return [
        OwnSession(row.id, row.created_at, row.used_at or row.created_at, row.device or "", row.address or "")
        for row in rows
    ]


def find_actor_by_token(token: str) -> Actor | None:
    """The owner of a bearer token."""
    row = db.session.execute(
        select(User.id, User.login, User.role, User.area_id)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == digest(token), ApiToken.ended_at.is_(None), User.is_active)
    ).first()
    return Actor(row.id, row.login, Role(row.role), row.area_id) if row else None


def find_actor(user_id: int) -> Actor | None:
    """The active account of that id."""
    row = db.session.execute(
        select(User.id, User.login, User.role, User.area_id).where(User.id == user_id, User.is_active)
    ).first()
    return Actor(row.id, row.login, Role(row.role), row.area_id) if row else None


def password_mark(user_id: int) -> str:
    """Names the present password of an account without telling anything of it; another password has another mark."""
    stored = db.session.scalar(select(User.password_hash).where(User.id == user_id))
    return digest(stored or "")[:32]


def password_given_at(user_id: int) -> datetime | None:
    """Since when the account has a password that somebody else has chosen; None when its owner has."""
    return db.session.scalar(select(User.password_given_at).where(User.id == user_id))


def get_user(user_id: int) -> User:
    """The account as it is stored now, to be changed. Raises NoResultFound for an id that there is not."""
    return db.session.get_one(User, user_id, populate_existing=True)


def get_user_id(login: str) -> int:
    """The id of the active account of that login. Raises NotFound("login_unknown")."""
    found = db.session.scalar(select(User.id).where(User.login == normalize_login(login), User.is_active))
    if found is None:
        raise NotFound("login_unknown", login=login)
    return found


def find_account_id(login: str) -> int | None:
    """The id of the account of that login, active or not."""
    return db.session.scalar(select(User.id).where(User.login == normalize_login(login)))


def count_administrators() -> int:
    """How many active administrators there are."""
    return db.session.scalar(select(func.count(User.id)).where(User.role == Role.ADMIN, User.is_active)) or 0


def count_recovery_codes(user_id: int) -> int:
    """How many recovery codes of the account have not been used."""
    return (
        db.session.scalar(
            select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def has_second_factor(user_id: int) -> bool:
    """Whether signing in to the account takes a code as well."""
    return bool(db.session.scalar(select(exists().where(User.id == user_id, User.second_factor_at.is_not(None)))))


def get_staff(login: str, *, now: datetime) -> StaffInfo:
    """The account of that login, active or not. Raises NotFound("login_unknown")."""
    found = [each for each in list_staff(now=now) if each.login == normalize_login(login)]
    if not found:
        raise NotFound("login_unknown", login=login)
    return found[0]


def list_staff(*, now: datetime | None = None) -> list[StaffInfo]:
    """All staff accounts by login; requests for new passwords count with `now` alone."""
    asked: dict[int | None, datetime] = {}
    if now is not None:
        rows = db.session.execute(
            select(ResetRequest.user_id, func.min(ResetRequest.at).label("at"))
            .where(
                ResetRequest.user_id.is_not(None),
                ResetRequest.handled_at.is_(None),
                ResetRequest.at > now - REQUEST_LIFE,
            )
            .group_by(ResetRequest.user_id)
        )
        asked = {row.user_id: row.at for row in rows}
    return [
        StaffInfo(
            user.id, user.login, Role(user.role), user.area_id, user.is_active, user.created_at,
            user.second_factor_at is not None, asked.get(user.id),
        )
        for user in db.session.scalars(select(User).order_by(User.login))
    ]  # fmt: skip
