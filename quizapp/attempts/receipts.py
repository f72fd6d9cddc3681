"""Receipts as others see them: by fingerprint, in the list of a round that is over, or by a code."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp.attempts.models import Attempt
from quizapp.clock import rfc3339
from quizapp.db import db, in_code_order
from quizapp.ids import normalize_code

HEADER = b"receipt_sha256,submitted_at\n"


@dataclass(frozen=True)
class KnownReceipt:
    """The receipt of a finished attempt, as found by its code; nothing about the person or the score."""

    contest_id: int
    round_id: int
    submitted_at: datetime
    fingerprint: str


def fingerprint(receipt: str) -> str:
    """SHA-256 of a receipt's bytes, in hexadecimal; the salt in a receipt keeps it from being guessed."""
    return hashlib.sha256(receipt.encode()).hexdigest()


def line_of(fingerprint_: str, submitted_at: datetime) -> bytes:
    """A line of the list of receipts; every line has as many bytes as the next."""
    return f"{fingerprint_},{rfc3339(submitted_at)}\n".encode()


def list_lines(round_id: int) -> Iterator[bytes]:
    """The lines of a round's list, without the header: every receipt in the order of the submissions, streamed.

    At the same moment in the order of codes, which are random. Marks by hand have no receipt.
    """
    query = (
        select(Attempt.receipt, Attempt.submitted_at)
        .where(Attempt.round_id == round_id, Attempt.submitted_at.is_not(None), Attempt.receipt.is_not(None))
        .order_by(Attempt.submitted_at, in_code_order(Attempt.receipt_code))
        .execution_options(yield_per=2000)
    )
    # Whoever stops in the middle must not leave the database's cursor open.
    with db.session.execute(query) as rows:
        for row in rows:
            yield line_of(fingerprint(row.receipt), row.submitted_at)


def find_by_code(typed: str) -> KnownReceipt | None:
    """The receipt of that code, as a person typed it."""
    row = db.session.execute(
        select(Attempt.contest_id, Attempt.round_id, Attempt.submitted_at, Attempt.receipt).where(
            Attempt.receipt_code == normalize_code(typed), Attempt.submitted_at.is_not(None)
        )
    ).first()
    return KnownReceipt(row.contest_id, row.round_id, row.submitted_at, fingerprint(row.receipt)) if row else None
