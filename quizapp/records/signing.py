"""The signature of the records: Ed25519 over the bytes of the manifest, which names every file by its SHA-256.

The key is one of the installation's, not of the database's: whoever can write every table cannot sign.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from quizapp import keys

_LABEL = "signature of records"


class Signer:
    """Signs for the installation. `public_key`: 64 hexadecimal digits."""

    def __init__(self, secret_key: str, signing_key: str = "") -> None:
        """`signing_key`: 64 hexadecimal digits of the installation's own; "" = derived from its secret key."""
        seed = bytes.fromhex(signing_key) if signing_key else keys.derive(secret_key, _LABEL)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw().hex()

    @property
    def fingerprint(self) -> str:
        """The public key, short enough for minutes on paper."""
        return fingerprint(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """64 bytes; the same for the same data."""
        return self._key.sign(data)


def fingerprint(public_key: str) -> str:
    """The first 128 bits of the SHA-256 of a public key, in eight groups of four hexadecimal digits."""
    digits = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def is_signed(public_key: str, data: bytes, signature: bytes) -> bool:
    """True for the data that the owner of the key has signed."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_key(named: str, public_key: str) -> bool:
    """True when a person who typed the whole key or its fingerprint, with or without blanks, means this one."""
    digits = "".join(named.split()).lower()
    return digits in (public_key, fingerprint(public_key).replace(" ", ""))
