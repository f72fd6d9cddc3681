"""Signing staff in: the password, then the code of the second factor; asked once more before what weighs heavily.

The page takes two steps, the API one. Between the steps the browser's signed cookie says whose password was right, and
nothing else is known of the person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app, g, session

from quizapp import keys
from quizapp.accounts import guessing, queries, second_factor
from quizapp.accounts import service as accounts
from quizapp.accounts import sessions as stored_sessions
from quizapp.accounts.rules import GIVEN_PASSWORD_LIFE, Actor, Tried
from quizapp.db import transaction
from quizapp.errors import Unauthenticated
from quizapp.web import identity, sign_in_log

# How long somebody may take to find their telephone.
BETWEEN_STEPS = timedelta(minutes=5)
_HALF = "half"


@dataclass(frozen=True)
class Person:
    """Whose password was right."""

    actor: Actor
    has_second_factor: bool


def second_factor_key() -> bytes:
    """The key with which the secrets of second factors are encrypted."""
    return keys.derive(current_app.config["QUIZ"].secret_key, "second-factor")


def check_password(login: str, password: str) -> Person:
    """Whose password this is; a wrong one is remembered.

    Raises Unauthenticated("wrong_password"), TooMany; and Unauthenticated("given_password_over") for a right one that
    somebody else has chosen too long ago, where such passwords have to be replaced.
    """
    with sign_in_log.told(sign_in_log.PASSWORD, login):
        with _counted(login, Tried.PASSWORD):
            actor = accounts.check_password(login, password)
        _refuse_old_given_password(actor)
    return Person(actor, queries.has_second_factor(actor.user_id))


def check_code(person: Actor, code: str) -> None:
    """Use a code up: of the app, or for recovery. Raises Unauthenticated("otp_wrong"), TooMany."""
    way = sign_in_log.APP_CODE if second_factor.is_of_app(code) else sign_in_log.RECOVERY_CODE
    with sign_in_log.told(way, person.login), _counted(person.login, Tried.CODE), transaction():
        if not second_factor.take_code(person.user_id, code, key=second_factor_key(), now=g.now):
            raise Unauthenticated("otp_wrong")


def sign_in(login: str, password: str, otp: str | None = None) -> Actor:
    """Open a session of this browser in one step.

    Raises Unauthenticated("wrong_password", "otp_required", "otp_wrong"), TooMany.
    """
    person = check_password(login, password)
    if person.has_second_factor:
        if not (otp or "").strip():
            raise Unauthenticated("otp_required")
        check_code(person.actor, otp or "")
    enter(person.actor, password)
    return person.actor


def enter(actor: Actor, password: str | None = None) -> None:
    """Begin the session of somebody who has proved everything; `password` where it is at hand."""
    with transaction():
        if password is not None:
            accounts.keep_up_to_date(actor.user_id, password)
        identity.sign_in(actor, now=g.now)


def remember_half(actor: Actor) -> None:
    """The password was right; the code is asked next. What the browser did before has nothing to do with it."""
    with transaction():
        identity.sign_out(now=g.now)
    session[_HALF] = [actor.user_id, int(g.now.timestamp()), queries.password_mark(actor.user_id)]


def half_signed_in() -> Actor | None:
    """Whose password was right in this browser a moment ago, and still is."""
    user_id, at, mark = session.get(_HALF) or (None, 0, "")
    if user_id is None or g.now - datetime.fromtimestamp(at, UTC) > BETWEEN_STEPS:
        return None
    return queries.find_actor(user_id) if queries.password_mark(user_id) == mark else None


def confirm_again(password: str, code: str) -> None:
    """The signed-in person has typed the password once more, and the code where the account takes one.

    Raises Unauthenticated("wrong_password", "otp_required", "otp_wrong"), TooMany.
    """
    info = identity.current_session()
    if info is None or info.actor is None:
        raise Unauthenticated("sign_in_required")
    person = check_password(info.actor.login, password)
    if person.has_second_factor:
        if not code.strip():
            raise Unauthenticated("otp_required")
        check_code(person.actor, code)
    with transaction():
        stored_sessions.note_confirmation(info.id, now=g.now)
    identity.forget_looked_up()


def _refuse_old_given_password(actor: Actor) -> None:
    given_at = queries.password_given_at(actor.user_id)
    over = given_at is not None and g.now - given_at >= GIVEN_PASSWORD_LIFE
    if over and current_app.config["QUIZ"].https:
        raise Unauthenticated("given_password_over")


@contextmanager
def _counted(login: str, tried: Tried) -> Iterator[None]:
    """A try that counts as failed unless the block ends well; refused when there have been too many.

    It is committed before anything is looked at, so that tries at the same moment count one another. Raises TooMany.
    """
    address = identity.client_address()
    guessing.check_room(login, tried, address=address, now=g.now)
    with transaction():
        guessing.claim_try(login, tried, address=address, now=g.now)
    guessing.check_room(login, tried, address=address, now=g.now, present=0)
    yield
    with transaction():
        guessing.forgive(login, tried, address=address)
