"""The addresses of questions' pictures: nobody can work one out, not even from the picture itself.

A picture is named by the file it was made from. Whoever has that file, from a book's site for instance, could
otherwise ask whether it is in a paper that has not opened yet; so a seal made with a key of the installation's stands
beside the name, and an address is learned only with the question that it belongs to.
"""

import hmac
from functools import lru_cache

from flask import current_app, url_for

from quizapp.banks.rules import Image
from quizapp.keys import derive

_SEAL_LENGTH = 32


def picture_url(image: Image) -> str:
    """The address of the picture, for a page or an answer that shows its question."""
    return url_for("play.question_image", digest=image.digest, seal=_seal(image.digest), kind=image.kind)


def is_sealed(digest: str, seal: str) -> bool:
    """True when an address with these parts is one of ours."""
    return hmac.compare_digest(_seal(digest).encode(), seal.encode())


def _seal(digest: str) -> str:
    return hmac.digest(_key(str(current_app.secret_key)), digest.encode(), "sha256").hex()[:_SEAL_LENGTH]


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    return derive(secret_key, "picture-addresses")
