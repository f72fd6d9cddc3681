"""Links with which somebody sets the password of one account: invitations, and what is handed over on request.

There is no mail server: a link is shown once to whoever makes it, and handed over in person. It works for half an hour
and once, and dies when the password changes in another way.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update

from quizapp.accounts import rules
from quizapp.accounts.models import ResetRequest, StaffLink, User
from quizapp.accounts.queries import get_user
from quizapp.accounts.rules import Role
from quizapp.accounts.service import create_staff, set_password
from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import db
from quizapp.errors import NotFound
from quizapp.ids import digest

# A request that nobody answers is forgotten some time after it has left the list.
_FORGOTTEN_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Link:
    """A living link: for whom, and what it is (`invite` or `reset`)."""

    user_id: int
    login: str
    kind: str


def invite(login: str, *, role: Role, area_id: int, actor: str, now: datetime) -> str:
    """A new account that nobody can sign in to yet, and the secret of the link that gives it a password.

    Raises Invalid("login_invalid"), Conflict("login_taken").
    """
    # A password that nobody knows, so that the account is like any other from the first moment.
    user = create_staff(login, secrets.token_urlsafe(32), role=role, area_id=area_id, now=now, actor=actor)
    return _new_link(user, "invite", actor, now)


def hand_over(user_id: int, *, actor: str, now: datetime) -> str:
    """The secret of a link for an account that exists; older links are dead."""
    return _new_link(get_user(user_id), "reset", actor, now)


def find_link(secret: str, *, now: datetime) -> Link:
    """What the link is for. Raises NotFound("link_dead") for one that is unknown, too old, used, or overtaken."""
    row = db.session.execute(
        select(StaffLink.kind, StaffLink.password_mark, User.id, User.login, User.password_hash)
        .join(User, User.id == StaffLink.user_id)
        .where(
            StaffLink.token_hash == digest(secret),
            StaffLink.used_at.is_(None),
            StaffLink.created_at > now - rules.LINK_LIFE,
            User.is_active,
        )
    ).first()
    if row is None or row.password_mark != digest(row.password_hash):
        raise NotFound("link_dead")
    return Link(row.id, row.login, row.kind)


def use_link(secret: str, password: str, *, now: datetime) -> None:
    """Set the password and use the link up; nobody is signed in by it.

    Raises NotFound("link_dead"), Invalid with the codes of `rules.password_refusal` (then the link still works).
    """
    link = find_link(secret, now=now)
    taken = db.session.execute(
        update(StaffLink).where(StaffLink.token_hash == digest(secret), StaffLink.used_at.is_(None)).values(used_at=now)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound("link_dead")
    set_password(link.user_id, password, act="reset_password", now=now)


def request_reset(login: str, *, now: datetime) -> None:
    """Put a request where whoever manages the account sees it; for a login that does not exist the work is the same."""
    db.session.execute(delete(ResetRequest).where(ResetRequest.at < now - _FORGOTTEN_AFTER))
    user_id = db.session.scalar(select(User.id).where(User.login == rules.normalize_login(login), User.is_active))
    waits = db.session.scalar(
        select(
            exists().where(
                ResetRequest.user_id == (user_id or 0),
                ResetRequest.handled_at.is_(None),
                ResetRequest.at > now - rules.REQUEST_LIFE,
            )
        )
    )
    # One line for an account is enough; the line of one that waits already, like that of a stranger, is nobody's.
    db.session.add(ResetRequest(user_id=None if waits else user_id, at=now))
    db.session.flush()


def _new_link(user: User, kind: str, actor: str, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    db.session.execute(
        update(StaffLink).where(StaffLink.user_id == user.id, StaffLink.used_at.is_(None)).values(used_at=now)
    )
    db.session.add(
        StaffLink(
            token_hash=digest(secret),
            user_id=user.id,
            kind=kind,
            password_mark=digest(user.password_hash),
            created_by=actor,
            created_at=now,
        )
    )
    act = "invite_staff" if kind == "invite" else "hand_over_link"
    audit.record(INSTALLATION, act, actor=actor, object=user.login, now=now)
    return secret
