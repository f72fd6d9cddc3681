"""The price of an entry beyond any school's rhythm: a little computing, or a little waiting. No puzzle for people.

A challenge is signed and not stored: it says when it was given and to which address. The browser looks for numbers
that give it hashes with leading zeros (static/js/lib/work.js), about a second on a cheap telephone; who has no script
waits instead, and sends the same form again. Either is good once.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import current_app, g

from quizapp import keys
from quizapp.errors import TooMany
from quizapp.web.limits import WAITED_ENTRIES, WORK_ONCE
from quizapp.web.throttle import caller, has_room

CODE = "work_required"
# Many small pieces and not one large: their sum takes everybody about as long. 16 x 2^12 hashes.
PIECES, ZERO_BITS = 16, 12
WAIT = timedelta(seconds=10)
# Less than WORK_ONCE remembers what was used up.
_GOOD_FOR = timedelta(minutes=15)
_LONGEST = 400


@dataclass(frozen=True)
class Work:
    """What a caller brings: the challenge, and the numbers with commas between them; "" when they have waited."""

    challenge: str
    answer: str = ""


def ask_for(brought: Work | None) -> None:
    """Let the caller pass who has worked or waited.

    Raises TooMany("work_required", challenge, pieces, zero_bits, retry_after).
    """
    if brought is None or not _is_paid(brought):
        raise TooMany(CODE, challenge=_new(), pieces=PIECES, zero_bits=ZERO_BITS, retry_after=int(WAIT.total_seconds()))


def is_solved(challenge: str, answer: str, *, pieces: int = PIECES, zero_bits: int = ZERO_BITS) -> bool:
    """Whether for each piece, counted from 0, SHA-256 of "challenge:piece:number" begins with that many zero bits."""
    numbers = answer.split(",") if len(answer) <= _LONGEST else []
    return len(numbers) == pieces and all(
        int.from_bytes(sha256(f"{challenge}:{piece}:{number}".encode()).digest()) >> (256 - zero_bits) == 0
        for piece, number in enumerate(numbers)
    )


def _is_paid(brought: Work) -> bool:
    age = _age(brought.challenge)
    if age is None or not timedelta(0) <= age <= _GOOD_FOR:
        return False
    if not is_solved(brought.challenge, brought.answer) and (age < WAIT or not has_room(WAITED_ENTRIES, caller())):
        return False
    return has_room(WORK_ONCE, brought.challenge)


def _new() -> str:
    # Short, so that what is hashed is one block of SHA-256.
    given = f"{int(g.now.timestamp())}.{secrets.token_urlsafe(6)}"
    return f"{given}.{_seal(given)}"


def _age(challenge: str) -> timedelta | None:
    """How old a challenge of ours is that was given to this caller; None for any other."""
    given, _, seal = challenge.rpartition(".") if len(challenge) <= _LONGEST else ("", "", "")
    if not hmac.compare_digest(seal.encode(), _seal(given).encode()):
        return None
    now: datetime = g.now
    return timedelta(seconds=int(now.timestamp()) - int(given.partition(".")[0]))


def _seal(given: str) -> str:
    key = keys.derive(current_app.config["QUIZ"].secret_key, "entry-work")
    return hmac.new(key, f"{given}|{caller()}".encode(), sha256).hexdigest()[:20]
