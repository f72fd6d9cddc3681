"""Seals: what the log of a contest keeps of the papers handed in, so that one changed afterwards is found.

Saves and submissions do not write to the chain of hashes, where they would wait for one another. Instead the worker
adds an act now and then: how many receipts there are and the SHA-256 of their list, in the form of the list that
everybody may read once the round is over (`receipts.list_lines`). While the round runs an act seals what has come since
the one before; when it is over, and once more when its result is final, an act seals the whole list: its hash is that
of the published file.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from quizapp.attempts import receipts
from quizapp.attempts.models import Attempt
from quizapp.audit import queries as audit_queries
from quizapp.audit import service as audit
from quizapp.audit.rules import Entry
from quizapp.clock import rfc3339
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.service import record_act
from quizapp.db import db, in_code_order

ACT = "papers"
ACTOR = "worker"
# So many receipts are read at a time; a round of any size never keeps the worker.
READ_AT_ONCE = 5000

_TOLD = re.compile(r"(\d+)-(\d+)(?: (\S+))?", re.ASCII)


@dataclass(frozen=True)
class Seal:
    """The receipts `first` to `last` (counted from 1) of a round's list had this digest; line `i` of the log says so.

    `until`: everything submitted up to that moment; None: the whole list of a round that is over.
    """

    i: int
    at: datetime
    round_key: str
    first: int
    last: int
    until: datetime | None
    digest: str


def read_seal(entry: Entry) -> Seal | None:
    """The seal that a line of the log holds; None for any other line."""
    found = _TOLD.fullmatch(entry.reason) if entry.act == ACT else None
    if found is None or entry.round_key is None:
        return None
    until = datetime.fromisoformat(found[3]) if found[3] else None
    return Seal(entry.i, entry.at, entry.round_key, int(found[1]), int(found[2]), until, entry.object)


def list_seals(contest_id: int, round_key: str, most: int | None = None) -> list[Seal]:
    """The seals of a round, newest first; at most so many."""
    entries = audit_queries.list_latest(contest_id, most=most, acts=(ACT,), round_key=round_key)
    return [seal for seal in map(read_seal, entries) if seal is not None]


class Reading:
    """Part of a round's list on its way to a seal, read a piece at a time.

    The receipts after the last seal up to the moment `until`; with None the whole list. What it is about must not grow
    meanwhile: `until` lies so far back that nothing of before can still arrive, or the round is over.
    """

    def __init__(self, contest: ContestInfo, round_: RoundInfo, last: Seal | None, until: datetime | None) -> None:
        self._contest, self._round = contest, round_
        self._last, self._until = last, until
        self._place: tuple[datetime, str | None] | None = None
        self._first = 1
        if until is not None and last is not None and last.until is not None:
            self._place, self._first = (last.until, None), last.last + 1
        self._digest = hashlib.sha256(receipts.HEADER)
        self._count = 0

    def go_on(self) -> bool:
        """Read the next piece; True when there is no more."""
        rows = db.session.execute(self._next()).all()
        for row in rows:
            self._digest.update(receipts.line_of(receipts.fingerprint(row.receipt), row.submitted_at))
            self._place = (row.submitted_at, row.receipt_code)
        self._count += len(rows)
        return len(rows) < READ_AT_ONCE

    def record(self, *, now: datetime) -> bool:
        """Write the seal; False when there is nothing new, or another worker was first. Flushes; the edge commits."""
        if self._until is not None and not self._count:
            return False
        audit.hold(self._contest.id)
        if next(iter(list_seals(self._contest.id, self._round.key, 1)), None) != self._last:
            return False
        told = f"{self._first}-{self._first + self._count - 1}"
        if self._until is not None:
            told += f" {rfc3339(self._until)}"
        record_act(
            self._contest.id, ACT, actor=ACTOR, now=now, round_key=self._round.key, object=self._digest.hexdigest(),
            reason=told,
        )  # fmt: skip
        return True

    def _next(self) -> Any:
        code = in_code_order(Attempt.receipt_code)
        query = select(Attempt.receipt, Attempt.receipt_code, Attempt.submitted_at).where(
            Attempt.contest_id == self._contest.id, Attempt.round_id == self._round.id, Attempt.receipt.is_not(None)
        )
        if self._until is not None:
            query = query.where(Attempt.submitted_at <= self._until)
        if self._place is not None:
            moment, last_code = self._place
            after: Any = Attempt.submitted_at > moment
            if last_code is not None:
                after = or_(after, and_(Attempt.submitted_at == moment, code > last_code))
            query = query.where(after)
        return query.order_by(Attempt.submitted_at, code).limit(READ_AT_ONCE)


def broken_seals(seals: Collection[Seal], lines: Iterable[bytes]) -> Iterator[Seal]:
    """The seals of a round that do not fit the lines of its list as they are now; the list is read once."""
    wholes = [seal for seal in seals if seal.until is None]
    blocks = iter(sorted((seal for seal in seals if seal.until is not None), key=lambda seal: seal.first))
    block, part, whole, number = next(blocks, None), hashlib.sha256(receipts.HEADER), hashlib.sha256(receipts.HEADER), 0
    for number, line in enumerate(lines, start=1):
        whole.update(line)
        if block is None or number < block.first:
            continue
        part.update(line)
        if number == block.last:
            if part.hexdigest() != block.digest:
                yield block
            block, part = next(blocks, None), hashlib.sha256(receipts.HEADER)
    if block is not None:
        yield from (block, *blocks)
    yield from (seal for seal in wholes if (seal.last, seal.digest) != (number, whole.hexdigest()))
