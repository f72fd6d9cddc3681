"""What the owner's receipt shows: everything that the file holds, in words, and the way to check it."""

import json
from dataclasses import dataclass
from datetime import datetime

import segno
from flask import url_for
from markupsafe import Markup

from quizapp.attempts import receipts, rules
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries import queries as entries
from quizapp.ids import code_groups
from quizapp.web.ranking_words import guess_text

# Modules of white around the code: what the standard asks for, so that any telephone finds its edges.
_QUIET_ZONE = 4


@dataclass(frozen=True)
class ReceiptPage:
    """The page. `code` is in groups; `qr` is an inline SVG that leads to `check_url`.

    `guess` as people write it, None where none is asked, "" where none was given. The hashes are in hexadecimal;
    `fingerprint` is the one of the whole file, which stands in the published list.
    """

    contest: ContestInfo
    round: RoundInfo
    attempt: AttemptInfo
    full_name: str
    unit: str | None
    code: str
    submitted_at: datetime
    duration_ms: int
    answered: int
    questions: int
    guess: str | None
    paper_hash: str
    answers_hash: str
    salt: str
    fingerprint: str
    check_url: str
    qr: Markup


def receipt_page(attempt: AttemptInfo) -> ReceiptPage:
    """The page of a final attempt; what is in the receipt is told from the receipt. ValueError without one."""
    if attempt.receipt is None or attempt.submitted_at is None:
        raise ValueError("the attempt has no receipt")
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    participant = entries.get_participant(attempt.participant_id)
    held = json.loads(attempt.receipt)
    check_url = url_for("play.check_receipt", code=held["code"], _external=True)
    return ReceiptPage(
        contest=contest,
        round=round_,
        attempt=attempt,
        full_name=participant.full_name,
        unit=participant.unit,
        code=code_groups(held["code"]),
        submitted_at=attempt.submitted_at,
        duration_ms=rules.duration_ms(attempt.started_at, attempt.submitted_at),
        answered=held["answered"],
        questions=held["questions"],
        guess=_guess(round_, held["prediction"]),
        paper_hash=held["paper_hash"],
        answers_hash=held["answers_hash"],
        salt=held["salt"],
        fingerprint=receipts.fingerprint(attempt.receipt),
        check_url=check_url,
        qr=_qr(check_url),
    )


def _guess(round_: RoundInfo, stored: int | None) -> str | None:
    asked = round_.spec.prediction
    if asked is None:
        return None
    return guess_text(asked, stored) if stored is not None else ""


def _qr(address: str) -> Markup:
    """The address as an SVG of the page itself: nothing is loaded, and no style is set that the policy forbids."""
    made = segno.make_qr(address, error="m")
    drawn = made.svg_inline(omitsize=True, border=_QUIET_ZONE, svgclass="qr", lineclass=None)
    # Drawn by us out of an address of our own: there is nothing in it to be escaped.
    return Markup(drawn)  # noqa: S704
