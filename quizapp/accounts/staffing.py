"""Changing what an account may do, retiring it and taking it back: what somebody above its owner does."""

from datetime import datetime

from quizapp.accounts import queries
from quizapp.accounts.models import User
from quizapp.accounts.rules import Role
from quizapp.accounts.service import end_tokens
from quizapp.accounts.sessions import end_sessions_of
from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.errors import Conflict


def change_role(user_id: int, *, role: Role, area_id: int, actor: str, now: datetime) -> None:
    """Give an account another role or area; its sessions end.

    Raises Conflict("last_administrator").
    """
    user = queries.get_user(user_id)
    _keep_an_administrator(user)
    user.role, user.area_id = role, area_id
    end_sessions_of(user_id, now=now)
    audit.record(INSTALLATION, "change_role", actor=actor, object=user.login, now=now, reason=f"{role} {area_id}")


def deactivate(user_id: int, *, actor: str, now: datetime) -> None:
    """Retire an account: its sessions and tokens end. Raises Conflict("last_administrator")."""
    user = queries.get_user(user_id)
    _keep_an_administrator(user)
    user.is_active = False
    end_sessions_of(user_id, now=now)
    audit.record(INSTALLATION, "deactivate_staff", actor=actor, object=user.login, now=now)
    end_tokens(user_id, actor=actor, now=now)


def reactivate(user_id: int, *, actor: str, now: datetime) -> None:
    """Take a retired account back, with the password that it had."""
    user = queries.get_user(user_id)
    user.is_active = True
    audit.record(INSTALLATION, "reactivate_staff", actor=actor, object=user.login, now=now)


def end_sessions(user_id: int, *, actor: str, now: datetime) -> None:
    """Sign an account out everywhere."""
    user = queries.get_user(user_id)
    end_sessions_of(user_id, now=now)
    audit.record(INSTALLATION, "end_sessions", actor=actor, object=user.login, now=now)


def _keep_an_administrator(user: User) -> None:
    if user.role == Role.ADMIN and user.is_active and queries.count_administrators() == 1:
        raise Conflict("last_administrator")
