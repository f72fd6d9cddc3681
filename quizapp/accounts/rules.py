"""What a staff role may do, what a password has to be, how long a session lives, when guessing is slowed. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from quizapp.accounts.common_passwords import is_common, plain_form


class Role(StrEnum):
    """The roles of staff."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    DISTRICT = "district"


# Who manages whom: only those below oneself.
_RANK = {Role.DISTRICT: 0, Role.ORGANIZER: 1, Role.ADMIN: 2}


@dataclass(frozen=True)
class Actor:
    """A signed-in member of staff, as every check of permission takes it. `area_id` None = everything (admin)."""

    user_id: int
    login: str
    role: Role
    area_id: int | None

    @property
    def is_organizer(self) -> bool:
        """May write banks and run contests (within the own area)."""
        return self.role in (Role.ADMIN, Role.ORGANIZER)

    def is_above(self, role: Role) -> bool:
        """Whether accounts of that role may be managed: nobody gives or takes a role at or above the own one."""
        return _RANK[self.role] > _RANK[role]


# ---- logins and passwords ----

MIN_PASSWORD = 10
MAX_PASSWORD = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
# What the product is called, without marks and blanks.
_PRODUCT = ("quizapp", "hoithitructuyen", "cuocthitructuyen")


def normalize_login(typed: str) -> str:
    """Logins are compared in lower case without blanks around."""
    return typed.strip().lower()


def is_login(login: str) -> bool:
    """2 to 60 characters: letters without marks, digits, dot, hyphen, underscore."""
    return _LOGIN.fullmatch(login) is not None


def password_refusal(password: str, login: str) -> tuple[str, dict[str, Any]] | None:
    """Why the password cannot be the account's, as (code, facts); None when it can.

    Codes: password_too_short {min}, password_too_long {max}, password_is_login, password_names_product,
    password_common. What kinds of characters it has is the owner's business.
    """
    if len(password) < MIN_PASSWORD:
        return "password_too_short", {"min": MIN_PASSWORD}
    if len(password) > MAX_PASSWORD:
        return "password_too_long", {"max": MAX_PASSWORD}
    plain = plain_form(password)
    if plain_form(login) == plain:
        return "password_is_login", {}
    if any(name in plain for name in _PRODUCT):
        return "password_names_product", {}
    if is_monotonous(plain) or is_common(plain):
        return "password_common", {}
    return None


# Where given passwords have to be replaced, they open the page for that, and only for so long.
GIVEN_PASSWORD_LIFE = timedelta(days=14)


def is_monotonous(plain: str) -> bool:
    """Whether the plain form of a password is made of three characters or fewer."""
    return len(set(plain)) < 4


# ---- sessions of staff ----

# Without a request a session of staff ends, and whatever happens it ends after half a day.
STAFF_IDLE = timedelta(minutes=60)
STAFF_LONGEST = timedelta(hours=12)
# The last request is noted at most so often.
NOTED_EVERY = timedelta(minutes=1)
# How long a typed password counts before what needs it fresh: on pages, and for programs that run a whole contest.
RECENT_ON_PAGES = timedelta(minutes=15)
RECENT_FOR_API = timedelta(minutes=30)


def has_run_out(began_at: datetime, used_at: datetime | None, now: datetime, idle: timedelta) -> bool:
    """Whether a session of staff is over at `now`."""
    return now - (used_at or began_at) >= idle or now - began_at >= STAFF_LONGEST


# ---- guessing ----

# Failed tries within the window: from one address for one account; from one address for all; for one account from
# anywhere, after which addresses that are strangers to the account are slowed.
FAILURES_PER_ADDRESS = 8
CODES_PER_ADDRESS = 5
ALL_FAILURES_PER_ADDRESS = 200
FAILURES_ANYWHERE = 20
FAILURE_WINDOW_SECONDS = 900
# An address from which the account signed in within this time is no stranger.
KNOWN_FOR = timedelta(days=60)


class Tried(StrEnum):
    """What was tried."""

    PASSWORD = "password"  # noqa: S105 - a name, no secret
    CODE = "code"


@dataclass(frozen=True)
class Tries:
    """Tries in the window that have not succeeded, the present one among them: for this account from this address, for
    this account from anywhere, from this address for any account; and whether the account signed in from here before.
    """

    here: int
    anywhere: int
    of_address: int
    is_known: bool


def pause_of(tried: Tried, tries: Tries) -> str | None:
    """The code with which the present try is refused, None when it is looked at.

    Whoever guesses from everywhere at once slows strangers down, never those who are known at their address: with a
    password strangers have one try each, with a code (for which one has to know the password) none.
    """
    if tries.of_address > ALL_FAILURES_PER_ADDRESS:
        return "too_many_requests"
    most = FAILURES_PER_ADDRESS if tried is Tried.PASSWORD else CODES_PER_ADDRESS
    if tries.here > most:
        return "sign_in_paused"
    left_to_strangers = 1 if tried is Tried.PASSWORD else 0
    if tries.anywhere > FAILURES_ANYWHERE and not tries.is_known and tries.here > left_to_strangers:
        return "sign_in_paused"
    return None


# ---- links ----

LINK_LIFE = timedelta(minutes=30)
# So long a request for a new password stands in the list.
REQUEST_LIFE = timedelta(days=7)
