"""Password hashing: argon2id with OWASP's minimum (19 MiB, two passes, one lane)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Checked against when there is no such account, so that the answer takes the same time.
_NOBODY = _hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """The encoded argon2id hash."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """True when `password` is the one that was stored; the same work is done when nothing is stored."""
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
