"""The list of a round's receipts, as everybody may see it once the round is over: a file, made once and read by pages.

After the close no receipt is added or changed, so the list is written when it is first asked for and stays; deleted, it
is written again. All its lines have the same length: a page of a list of a million lines is one jump into the file.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from flask import current_app

from quizapp.attempts import queries, receipts
from quizapp.attempts.receipts import HEADER, KnownReceipt
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.errors import NotFound
from quizapp.results import sealing

_LINE = len(receipts.line_of("0" * 64, datetime.fromisoformat("2025-05-19T08:00:00.000Z")))
_FINGERPRINT = 64
_making = threading.Lock()


@dataclass(frozen=True)
class ListedReceipt:
    """A line: SHA-256 of the receipt, and when the paper was finished."""

    fingerprint: str
    submitted_at: datetime


class PublishedReceipts:
    """The list as a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = (path.stat().st_size - len(HEADER)) // _LINE

    def lines(self, start: int, count: int) -> list[ListedReceipt]:
        """`count` lines from the one of that number (from 0)."""
        with self.path.open("rb") as file:
            return [_read(file, number) for number in range(start, min(start + count, self.total))]

    def find(self, receipt: KnownReceipt) -> int | None:
        """The number of the line of a receipt (from 0), looked up in the file itself; None when it is not there."""
        with self.path.open("rb") as file:
            number = bisect_left(range(self.total), receipt.submitted_at, key=lambda at: _read(file, at).submitted_at)
            while number < self.total:
                line = _read(file, number)
                if line.fingerprint == receipt.fingerprint:
                    return number
                if line.submitted_at > receipt.submitted_at:
                    break
                number += 1
        return None


def _read(file: BinaryIO, number: int) -> ListedReceipt:
    file.seek(len(HEADER) + number * _LINE)
    text = file.read(_LINE).decode()
    return ListedReceipt(text[:_FINGERPRINT], datetime.fromisoformat(text[_FINGERPRINT + 1 :].strip()))


def is_public(contest: ContestInfo, round_: RoundInfo, now: datetime) -> bool:
    """True once there is a list: the round is over, and how many papers it had helps nobody to guess any more."""
    return round_.spec.paper.mode != "marked" and sealing.has_result(contest, round_, now)


def published_receipts(contest: ContestInfo, round_: RoundInfo, now: datetime) -> PublishedReceipts:
    """The list of a round; the contest has been settled. Raises NotFound("receipts_not_listed")."""
    if not is_public(contest, round_, now) or queries.has_unsubmitted([round_.id]):
        raise NotFound("receipts_not_listed")
    # The commitment is another one for every launch, whatever the contest is called.
    name = f"{round_.id}-{(contest.commitment or '')[:16]}-{round_.closes_at:%Y%m%d%H%M%S%f}.csv"
    path = current_app.config["QUIZ"].data_dir / "receipts" / name
    if not path.exists():
        with _making:
            # Everybody looks right after the close; one of them in each process makes the list, the others wait for it.
            if not path.exists():
                _write(path, receipts.list_lines(round_.id))
    return PublishedReceipts(path)


def _write(path: Path, lines: Iterator[bytes]) -> None:
    """Beside the place first: nobody ever sees half a list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(HEADER)
            file.writelines(lines)
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)
