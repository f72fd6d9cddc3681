"""Signing staff in, from a page or through the API."""

from flask import g

from quizapp.accounts import service as accounts
from quizapp.accounts.rules import FAILURE_WINDOW_SECONDS, Actor
from quizapp.db import transaction
from quizapp.errors import Unauthenticated
from quizapp.web import identity
from quizapp.web.throttle import limit

# Over all accounts: somebody who tries one password on a thousand logins stays below every account's own limit.
TRIES_PER_ADDRESS = 200


def sign_in(login: str, password: str) -> Actor:
    """Open a session of this browser for the owner of the password; a wrong one is remembered.

    Raises Unauthenticated("wrong_password"), TooMany.
    """
    address = identity.client_address()
    limit("sign-in", address, TRIES_PER_ADDRESS, FAILURE_WINDOW_SECONDS)
    try:
        actor = accounts.check_password(login, password, address=address, now=g.now)
    except Unauthenticated:
        # Its own transaction: what is refused must be remembered all the same.
        with transaction():
            accounts.record_failure(login, address=address, now=g.now)
        raise
    with transaction():
        identity.sign_in(actor, now=g.now)
    return actor
