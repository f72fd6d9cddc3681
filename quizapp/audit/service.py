"""Writing the log."""

from contextvars import ContextVar
from datetime import datetime

from sqlalchemy import func, select

from quizapp.audit.models import AuditEntry
from quizapp.audit.queries import find_head
from quizapp.audit.rules import Entry, canonical, chain_hash
from quizapp.db import db

# Where the present act comes from: a network address, or the command that is run. Set at the edge.
origin: ContextVar[str] = ContextVar("quiz_origin", default="-")
# An arbitrary number that no other advisory lock of the product uses.
_LOCK_SPACE = 7_213


def record(
    chain: int,
    act: str,
    *,
    actor: str,
    now: datetime,
    round_key: str | None = None,
    object: str = "",
    reason: str = "",
) -> None:
    """Add a line to the end of the chain, within the open transaction: the act and its line stand or fall together.

    Whoever adds to the same chain waits until this transaction ends; so it comes late in the transaction.
    """
    session = db.session()
    session.flush()
    hold(chain)
    head = find_head(chain)
    entry = Entry(chain, head.count, now, actor, origin.get(), act, round_key, object, reason, head.hash, "")
    session.add(
        AuditEntry(
            chain=chain,
            i=entry.i,
            at=now,
            actor=actor,
            origin=entry.origin,
            act=act,
            round_key=round_key,
            object=object,
            reason=reason,
            prev=entry.prev,
            hash=chain_hash(entry.prev, canonical(entry)),
        )
    )
    session.flush()


def hold(chain: int) -> None:
    """Let nobody else add to the chain until the open transaction ends; on SQLite whoever writes is alone anyway."""
    if db.session().get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, chain)))
