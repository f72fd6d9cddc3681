"""Slowing down whoever guesses passwords or codes: counted in the database, so it holds whatever Redis does.

What is counted as one address is its network (`network_of`): a household has more IPv6 addresses than it could try.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from quizapp.accounts import rules
from quizapp.accounts.models import BrowserSession, FailedSignIn, User
from quizapp.accounts.rules import Tried, Tries
from quizapp.audit import service as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import db
from quizapp.errors import TooMany
from quizapp.network import network_of

_LONGEST_LOGIN = 60
# How long failures are kept: longer than they count.
_KEPT_SECONDS = 4 * rules.FAILURE_WINDOW_SECONDS


def check_room(login: str, tried: Tried, *, address: str, now: datetime, present: int = 1) -> None:
    """Refuse a try before any work is done for it. `present`: 1 before it is claimed, 0 afterwards.

    Raises TooMany("sign_in_paused" or "too_many_requests", retry_after seconds).
    """
    counted = _count(_key(login), tried, network_of(address), now)
    tries = Tries(counted.here + present, counted.anywhere + present, counted.of_address + present, counted.is_known)
    code = rules.pause_of(tried, tries)
    if code is not None:
        raise TooMany(code, retry_after=rules.FAILURE_WINDOW_SECONDS)


def claim_try(login: str, tried: Tried, *, address: str, now: datetime) -> None:
    """Count a try as failed until it proves right (`forgive`); in a transaction of its own, committed before the look.

    The try that uses up what an address has is told in the log.
    """
    key, network = _key(login), network_of(address)
    old = now - timedelta(seconds=_KEPT_SECONDS)
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.at < old))
    db.session.add(FailedSignIn(login=key, address=network, at=now, kind=tried))
    db.session.flush()
    most = rules.FAILURES_PER_ADDRESS if tried is Tried.PASSWORD else rules.CODES_PER_ADDRESS
    if _count(key, tried, network, now).here == most:
        # What was typed as a login may be anything; only names of accounts go into the log.
        known = db.session.scalar(select(User.login).where(User.login == key))
        audit.record(INSTALLATION, "sign_in_paused", actor="-", object=known or "-", now=now)


def forgive(login: str, tried: Tried, *, address: str) -> None:
    """The try was right: what failed here before no longer counts."""
    db.session.execute(
        delete(FailedSignIn).where(
            FailedSignIn.login == _key(login), FailedSignIn.kind == tried, FailedSignIn.address == network_of(address)
        )
    )


def _key(login: str) -> str:
    return rules.normalize_login(login)[:_LONGEST_LOGIN]


def _count(key: str, tried: Tried, network: str, now: datetime) -> Tries:
    since = now - timedelta(seconds=rules.FAILURE_WINDOW_SECONDS)
    recent = select(func.count(FailedSignIn.id)).where(FailedSignIn.at > since)
    of_login = recent.where(FailedSignIn.login == key, FailedSignIn.kind == tried)
    row = db.session.execute(
        select(
            of_login.where(FailedSignIn.address == network).scalar_subquery(),
            of_login.scalar_subquery(),
            recent.where(FailedSignIn.address == network).scalar_subquery(),
        )
    ).one()
    return Tries(row[0], row[1], row[2], network in _known_networks(key, now))


def _known_networks(key: str, now: datetime) -> set[str]:
    """From where the account has signed in within the time that makes a place known."""
    addresses = db.session.scalars(
        select(BrowserSession.address)
        .join(User, User.id == BrowserSession.user_id)
        .where(User.login == key, BrowserSession.created_at > now - rules.KNOWN_FOR)
        .distinct()
    )
    return {network_of(address) for address in addresses if address}
