"""Who is asking: the browser's session, the member of staff signed in there or named by a bearer token.

The cookie holds a random token; what it stands for is in the database, so signing out kills it at once.
"""

from datetime import datetime
from typing import Any

from flask import Request, request, session

from quizapp.accounts import queries as accounts
from quizapp.accounts import service as accounts_service
from quizapp.accounts.queries import SessionInfo
from quizapp.accounts.rules import Actor
from quizapp.db import fresh_snapshot, is_unavailable
from quizapp.errors import Unauthenticated
from quizapp.web.extensions import login_manager

TOKEN = "sid"  # noqa: S105 - the name of a cookie's field
# Where a request keeps what was looked up for it.
_SESSION = "quiz.session"
_ACTOR = "quiz.actor"


class StaffUser:
    """A member of staff as Flask-Login wants to see one."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def get_id(self) -> str:
        """Flask-Login's id; the session itself is kept by us."""
        return str(self.actor.user_id)


@login_manager.request_loader
def load_staff_user(req: Request) -> StaffUser | None:
    """Flask-Login's hook: the signed-in member of staff, if any."""
    actor = current_actor()
    return StaffUser(actor) if actor else None


def bearer_token() -> str | None:
    """The token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def current_session() -> SessionInfo | None:
    """The living session of this browser; looked up once a request."""
    if _SESSION not in request.environ:
        # A script that shows a bearer token is that token's owner alone, whatever cookie it carries.
        request.environ[_SESSION] = None if bearer_token() else accounts.find_session(session.get(TOKEN))
    found: SessionInfo | None = request.environ[_SESSION]
    return found


def current_session_id() -> int | None:
    """The id of the living session of this browser."""
    info = current_session()
    return info.id if info else None


def own_session_id() -> int:
    """The same, where a view is for participants only and therefore has a living session."""
    info = current_session()
    if info is None:
        raise Unauthenticated("entry_required")
    return info.id


def current_actor() -> Actor | None:
    """The member of staff who asks: by bearer token when there is one, else by the browser's session."""
    if _ACTOR not in request.environ:
        token = bearer_token()
        info = current_session()
        request.environ[_ACTOR] = accounts.find_actor_by_token(token) if token else (info.actor if info else None)
    found: Actor | None = request.environ[_ACTOR]
    return found


def make_sure() -> None:
    """Find out who asks, or settle that it is nobody: a page about a database that is away must not ask it again."""
    try:
        current_actor()
    except Exception as error:
        if not is_unavailable(error):
            raise
        fresh_snapshot()
        request.environ[_SESSION] = request.environ[_ACTOR] = None


def ensure_session(*, now: datetime) -> int:
    """The id of this browser's session, made when there is none. Inside a transaction."""
    info = current_session()
    if info is not None:
        return info.id
    session_id, token = accounts_service.open_session(None, now=now)
    _remember(token)
    return session_id


def sign_in(actor: Actor, *, now: datetime) -> None:
    """A new session for a member of staff; the old one ends, so a planted cookie gains nothing. In a transaction."""
    info = current_session()
    if info is not None:
        accounts_service.end_session(info.id, now=now)
    session.clear()
    _, token = accounts_service.open_session(actor.user_id, now=now)
    _remember(token)


def sign_out(*, now: datetime) -> None:
    """End this browser's session, for staff and participants alike. In a transaction."""
    info = current_session()
    if info is not None:
        accounts_service.end_session(info.id, now=now)
    session.clear()
    _forget()


def _remember(token: str) -> None:
    session[TOKEN] = token
    session.permanent = True
    _forget()


def _forget() -> None:
    for name in (_SESSION, _ACTOR):
        request.environ.pop(name, None)


def client_address() -> str:
    """The network address of the caller, as the trusted proxy (if any) reported it."""
    return request.remote_addr or "-"


def template_identity() -> dict[str, Any]:
    """What every template may ask about the caller."""
    return {"actor": current_actor()}
