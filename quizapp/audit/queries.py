"""Reads of the log."""

from collections.abc import Iterator

from sqlalchemy import func, select

from quizapp.audit.models import AuditEntry
from quizapp.audit.rules import NOTHING, Entry, Fault, Head, find_fault
from quizapp.db import db

_AT_ONCE = 1000
_COLUMNS = (
    AuditEntry.chain,
    AuditEntry.i,
    AuditEntry.at,
    AuditEntry.actor,
    AuditEntry.origin,
    AuditEntry.act,
    AuditEntry.round_key,
    AuditEntry.object,
    AuditEntry.reason,
    AuditEntry.prev,
    AuditEntry.hash,
)


def find_head(chain: int) -> Head:
    """The present end of the chain."""
    row = db.session.execute(
        select(AuditEntry.i, AuditEntry.hash).where(AuditEntry.chain == chain).order_by(AuditEntry.i.desc()).limit(1)
    ).first()
    return Head(row.i + 1, row.hash) if row else Head(0, NOTHING)


def each_entry(chain: int) -> Iterator[Entry]:
    """The lines of a chain in their order; they pass through."""
    query = select(*_COLUMNS).where(AuditEntry.chain == chain).order_by(AuditEntry.i)
    # Whoever stops in the middle must not leave the database's cursor open.
    with db.session.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        for row in rows:
            yield Entry(*row)


def list_latest(
    chain: int,
    *,
    most: int | None = None,
    skip: int = 0,
    reason_prefix: str | None = None,
    acts: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
    round_key: str | None = None,
) -> list[Entry]:
    """The lines of a chain, newest first: at most `most` after the first `skip`, of these `acts` (all when none is
    given) but none of those, about that round, whose reasons begin so."""
    query = select(*_COLUMNS).where(AuditEntry.chain == chain).order_by(AuditEntry.i.desc()).limit(most)
    if reason_prefix is not None:
        query = query.where(AuditEntry.reason.startswith(reason_prefix, autoescape=True))
    if acts:
        query = query.where(AuditEntry.act.in_(acts))
    if without:
        query = query.where(AuditEntry.act.not_in(without))
    if round_key is not None:
        query = query.where(AuditEntry.round_key == round_key)
    if skip:
        query = query.offset(skip)
    return [Entry(*row) for row in db.session.execute(query)]


def count_by_act(chain: int) -> dict[str, int]:
    """How many lines of each act the chain has."""
    query = select(AuditEntry.act, func.count()).where(AuditEntry.chain == chain).group_by(AuditEntry.act)
    return {row[0]: row[1] for row in db.session.execute(query)}


def count_acts(chain: int, round_key: str, acts: tuple[str, ...]) -> int:
    """How many of these acts the chain has about the round."""
    return db.session.scalars(
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.chain == chain, AuditEntry.act.in_(acts), AuditEntry.round_key == round_key)
    ).one()


def list_chains() -> list[int]:
    """The numbers of all chains that have a line."""
    return list(db.session.scalars(select(AuditEntry.chain).distinct().order_by(AuditEntry.chain)))


def find_chain_fault(chain: int, anchor: Head | None = None) -> Fault | None:
    """The first line that is not what was written; None when all is well."""
    return find_fault(each_entry(chain), anchor)
