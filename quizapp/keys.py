"""Keys for one purpose each, made of the installation's one secret: who learns one of them learns no other."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Part of every key: other programs that derive theirs from the same secret get different ones.
_PRODUCT = b"quizapp|"


def derive(secret_key: str, label: str) -> bytes:
    """32 bytes that follow from the secret and the label: HKDF-SHA256 (RFC 5869) without salt, info = quizapp|label.

    A label names one purpose and is never used for another. Raises ValueError for an empty secret or label.
    """
    if not secret_key or not label:
        raise ValueError("a key needs a secret and a purpose")
    return HKDF(SHA256(), length=32, salt=None, info=_PRODUCT + label.encode()).derive(secret_key.encode())
