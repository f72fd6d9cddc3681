"""Personal text at rest: sealed with AES-GCM, found again by a keyed hash.

A sealed text is `v1:KEY:…`: the version, which key (8 hexadecimal digits), then nonce, cipher text and tag. A text
without that form is plain, and read as it is: rows of before, and those that the version before still writes. The first
key of the ring seals; all of them open, so that a key can be replaced while the product runs.
"""

import base64
import hmac
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from quizapp.keys import derive

log = logging.getLogger(__name__)

_FORM = re.compile(r"v1:([0-9a-f]{8}):([A-Za-z0-9_-]{38,})")
# What the stored form begins with, for those who look through a table for what is still plain.
PREFIX = "v1:"
_NONCE_BYTES = 12
# Keyed hashes name their key, too.
_KEYED = re.compile(r"k1:([0-9a-f]{8}):[0-9a-f]{64}")


@dataclass(frozen=True)
class _Key:
    """What one secret gives: its short name, the cipher, and the key of the hashes."""

    id: str
    cipher: AESGCM
    hashing: bytes


class KeyRing:
    """The keys of personal data, made of the secrets given; the first seals."""

    def __init__(self, secrets: Sequence[str]) -> None:
        keys = [_key(secret) for secret in dict.fromkeys(secrets)]
        self._first = keys[0]
        self._by_id: Mapping[str, _Key] = {key.id: key for key in keys}

    @property
    def first_id(self) -> str:
        """The short name of the key that seals."""
        return self._first.id

    def seal(self, text: str, place: str) -> str:
        """The stored form of a text; `place` (its column) is part of what is proved, so that it fits nowhere else."""
        nonce = os.urandom(_NONCE_BYTES)
        closed = nonce + self._first.cipher.encrypt(nonce, text.encode(), place.encode())
        return f"{PREFIX}{self._first.id}:{base64.urlsafe_b64encode(closed).decode().rstrip('=')}"

    def open(self, stored: str, place: str) -> str | None:
        """The text of a stored form; plain text as it is. None when no key opens it, which is logged."""
        found = _FORM.fullmatch(stored)
        if found is None:
            return stored
        key = self._by_id.get(found[1])
        try:
            closed = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
            if key is not None:
                return key.cipher.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError):
            pass
        log.error("a sealed text cannot be opened", extra={"step": f"{place} {found[1]}"})
        return None

    def hash(self, value: str, purpose: str, key_id: str | None = None) -> str:
        """The keyed hash by which equal values of one purpose are found. Raises KeyError for an unknown key."""
        key = self._first if key_id is None else self._by_id[key_id]
        digest = hmac.new(key.hashing, f"{purpose}|{value}".encode(), sha256).hexdigest()
        return f"k1:{key.id}:{digest}"

    def hashes(self, value: str, purpose: str) -> list[str]:
        """The hashes of the value under every key, the first key's first: how a row may have it."""
        return [self.hash(value, purpose, key_id) for key_id in self._by_id]


def _key(secret: str) -> _Key:
    sealing = derive(secret, "personal data")
    name = sha256(b"id|" + derive(secret, "personal data id")).hexdigest()[:8]
    return _Key(name, AESGCM(sealing), derive(secret, "personal data hash"))


_ring: KeyRing | None = None


def init_ring(secrets: Sequence[str]) -> None:
    """Use the keys of these secrets (at least one) from now on; called where the application is made."""
    global _ring
    _ring = KeyRing(secrets)


def ring() -> KeyRing:
    """The keys in use. Raises RuntimeError before `init_ring`."""
    if _ring is None:
        raise RuntimeError("the keys of personal data have not been given")
    return _ring


def is_sealed(stored: str) -> bool:
    """True for a text in its stored form."""
    return _FORM.fullmatch(stored) is not None


def key_of(stored: str) -> str | None:
    """Which key sealed or hashed the stored text; None for plain text."""
    found = _FORM.fullmatch(stored) or _KEYED.fullmatch(stored)
    return found[1] if found else None


class Sealed(TypeDecorator[str]):
    """A column whose texts are sealed on the way in and opened on the way out.

    It cannot be compared, ordered or searched by the database; beside it stands a keyed hash where that is needed.
    """

    impl = String
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else ring().seal(value, self.place)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """From the database."""
        return None if value is None else ring().open(value, self.place)
