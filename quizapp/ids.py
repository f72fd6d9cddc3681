"""Unguessable public names and codes that people can read aloud."""

import hashlib
import secrets

# Crockford's alphabet: no I, L, O, U, so that a code survives being read over the telephone.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})


def new_public_id() -> str:
    """22 characters of URL-safe text, 128 random bits."""
    return secrets.token_urlsafe(16)


def new_code(length: int) -> str:
    """`length` random characters of Crockford's alphabet (5 bits each)."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def code_groups(code: str) -> str:
    """The code in groups that can be read aloud: ABCDE-12345."""
    return "-".join(code[at : at + 5] for at in range(0, len(code), 5))


def normalize_code(typed: str) -> str:
    """What a person typed, as the code that was meant: upper case, no blanks or hyphens, O as 0, I and L as 1."""
    return "".join(typed.upper().split()).translate(_LOOK_ALIKE)


def digest(secret: str) -> str:
    """SHA-256 in hexadecimal, to keep a long random token in the database without keeping the token itself."""
    return hashlib.sha256(secret.encode()).hexdigest()
