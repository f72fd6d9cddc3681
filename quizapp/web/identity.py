"""Who is asking: the browser's session, the member of staff signed in there or named by a bearer token.

The cookie holds a random token; what it stands for is in the database, so signing out kills it at once.
"""

from datetime import datetime, timedelta
from typing import Any

from flask import Request, current_app, g, request, session

from quizapp.accounts import queries as accounts
from quizapp.accounts import sessions
from quizapp.accounts.queries import SessionInfo
from quizapp.accounts.rules import NOTED_EVERY, Actor
from quizapp.db import fresh_snapshot, is_unavailable, transaction
from quizapp.errors import Unauthenticated
from quizapp.web import sign_in_log
from quizapp.web.devices import device_words
from quizapp.web.extensions import login_manager

TOKEN = "sid"  # noqa: S105 - the name of a cookie's field
# What has to be done before anything else, by the codes with which everything else is refused.
NEW_PASSWORD, SECOND_FACTOR = "new_password_required", "second_factor_required"
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
    """The token of an `Authorization: Bearer` header. It is for scripts: pages, where people decide, know none."""
    if not request.path.startswith("/api/"):
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def current_session() -> SessionInfo | None:
    """The living session of this browser; looked up once a request."""
    if _SESSION not in request.environ:
        # A script that shows a bearer token is that token's owner alone, whatever cookie it carries.
        request.environ[_SESSION] = None if bearer_token() else _look_up()
    found: SessionInfo | None = request.environ[_SESSION]
    return found


def _look_up() -> SessionInfo | None:
    token = session.get(TOKEN)
    # The signature says that the cookie is ours, not that it is of this version.
    return accounts.find_session(token if isinstance(token, str) else None, now=g.now, idle=idle_time())


def idle_time() -> timedelta:
    """After how long without a request staff are signed out here."""
    return timedelta(minutes=current_app.config["QUIZ"].staff_idle_minutes)


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
    """The member of staff who asks: by bearer token when there is one, else by the browser's session.

    Somebody who has to do something first (`first_step`) is nobody here (see `signed_in_person`).
    """
    if _ACTOR not in request.environ:
        token = bearer_token()
        by_session = None if first_step() else signed_in_person()
        request.environ[_ACTOR] = _owner_of(token) if token else by_session
    found: Actor | None = request.environ[_ACTOR]
    return found


def _owner_of(token: str) -> Actor | None:
    owner = accounts.find_actor_by_token(token)
    outcome = sign_in_log.RIGHT if owner else sign_in_log.WRONG
    sign_in_log.tell(sign_in_log.TOKEN, outcome, owner.user_id if owner else None, token)
    return owner


def signed_in_person() -> Actor | None:
    """Who is signed in in this browser, be it only half."""
    info = current_session()
    return info.actor if info else None


def first_step() -> str | None:
    """What the person in this browser has to do before anything else: NEW_PASSWORD, SECOND_FACTOR; None for nothing.

    A password that somebody else has chosen is replaced first wherever the product is served over HTTPS; a trial on
    one's own machine, and scripts that try it, go on with what they were given.
    """
    settings, info = current_app.config["QUIZ"], current_session()
    if info is None or info.actor is None:
        return None
    if settings.https and info.has_given_password:
        return NEW_PASSWORD
    return SECOND_FACTOR if settings.second_factor_required and not info.has_second_factor else None


def note_use() -> None:
    """Remember, at most once a minute, that the member of staff is still there. In no transaction."""
    info = current_session()
    if info is None or info.actor is None or (info.used_at is not None and g.now - info.used_at < NOTED_EVERY):
        return
    try:
        with transaction():
            sessions.note_use(info.id, now=g.now)
    except Exception as error:
        # A page that only reads is served by a database that takes no writes just now, too.
        if not is_unavailable(error):
            raise
        fresh_snapshot()


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
    session_id, token = sessions.open_session(None, now=now)
    remember(token)
    return session_id


def sign_in(actor: Actor, *, now: datetime) -> None:
    """A new session for a member of staff; the old one ends, so a planted cookie gains nothing. In a transaction."""
    info = current_session()
    if info is not None:
        sessions.end_session(info.id, now=now)
    session.clear()
    _, token = sessions.open_session(
        actor.user_id, now=now, device=device_words(request.user_agent.string), address=client_address()
    )
    remember(token)


def sign_out(*, now: datetime) -> None:
    """End this browser's session, for staff and participants alike. In a transaction."""
    info = current_session()
    if info is not None:
        sessions.end_session(info.id, now=now)
    session.clear()
    forget_looked_up()


def remember(token: str) -> None:
    """This browser's cookie holds that token from now on."""
    session[TOKEN] = token
    session.permanent = True
    forget_looked_up()


def forget_looked_up() -> None:
    """What this request has looked up no longer holds: it has changed it."""
    for name in (_SESSION, _ACTOR):
        request.environ.pop(name, None)


def client_address() -> str:
    """The network address of the caller, as the trusted proxy (if any) reported it."""
    return request.remote_addr or "-"


def template_identity() -> dict[str, Any]:
    """What every template may ask about the caller; of staff, whether they lack a second factor, and a password of
    their own."""
    actor = current_actor()
    info = current_session() if actor is not None else None
    return {
        "actor": actor,
        "lacks_second_factor": info is not None and not info.has_second_factor,
        "has_given_password": info is not None and info.has_given_password,
    }
