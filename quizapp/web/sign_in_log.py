"""The line of the log that every try to prove who one is leaves: by which way, how it ended, whose account, from where.

Never what was typed: people type their password where the login belongs. What names no account is told by a keyed hash,
which is the same for the same text and tells nothing else.
"""

import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, request

from quizapp import keys
from quizapp.accounts import queries
from quizapp.accounts.rules import normalize_login
from quizapp.errors import TooMany, Unauthenticated
from quizapp.network import network_of

log = logging.getLogger(__name__)

# The ways. Whatever is typed for a code and is none of an app's is tried as a recovery code.
PASSWORD, APP_CODE, RECOVERY_CODE, LINK, TOKEN = "password", "app code", "recovery code", "link", "token"
RIGHT, WRONG = "right", "wrong"
_HASH_LETTERS = 16


@contextmanager
def told(way: str, login: str) -> Iterator[None]:
    """Log how the block ends for that login: well, or with the code of what it raises (Unauthenticated, TooMany)."""
    try:
        yield
    except (Unauthenticated, TooMany) as error:
        tell(way, error.code, queries.find_account_id(login), normalize_login(login))
        raise
    tell(way, RIGHT, queries.find_account_id(login))


def tell(way: str, outcome: str, account: int | None, typed: str = "") -> None:
    """Log one try: `account` is the id of the account, where there is none `typed` is told by its hash."""
    who = {"account": account} if account is not None else {"typed": _hash(typed)}
    network = network_of(request.remote_addr or "-")
    log.info("sign-in", extra={"way": way, "outcome": outcome, "network": network, **who})


def _hash(typed: str) -> str:
    key = keys.derive(current_app.config["QUIZ"].secret_key, "sign-in-log")
    return hmac.new(key, typed.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_HASH_LETTERS]
