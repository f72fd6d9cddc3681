"""What a staff role may do. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of staff."""

    ADMIN = "admin"
    ORGANIZER = "organizer"
    DISTRICT = "district"


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


MIN_PASSWORD = 10
MAX_PASSWORD = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def normalize_login(typed: str) -> str:
    """Logins are compared in lower case without blanks around."""
    return typed.strip().lower()


def is_login(login: str) -> bool:
    """2 to 60 characters: letters without marks, digits, dot, hyphen, underscore."""
    return _LOGIN.fullmatch(login) is not None


# Wrong passwords allowed from one address for one account, and for one account from anywhere, before a pause.
# The second is much higher, so that a stranger's guessing does not lock the owner out.
FAILURES_PER_ADDRESS = 8
FAILURES_PER_LOGIN = 100
FAILURE_WINDOW_SECONDS = 900


def sign_in_paused(failures_here: int, failures_anywhere: int) -> bool:
    """True when the next try must wait."""
    return failures_here >= FAILURES_PER_ADDRESS or failures_anywhere >= FAILURES_PER_LOGIN
