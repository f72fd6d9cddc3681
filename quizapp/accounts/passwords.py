"""Password hashing: argon2id with OWASP's minimum (19 MiB, two passes, one lane)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

_TIME, _MEMORY, _LANES = 2, 19_456, 1
_hasher = PasswordHasher(time_cost=_TIME, memory_cost=_MEMORY, parallelism=_LANES)
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


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def hash_code(code: str, salt: bytes) -> str:
    """The argon2id hash of a short code under a salt that several codes share, in hexadecimal."""
    return hash_secret_raw(code.encode(), salt, _TIME, _MEMORY, _LANES, hash_len=32, type=Type.ID).hex()
