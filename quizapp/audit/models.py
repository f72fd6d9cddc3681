"""The table of the log. Nothing in it is ever changed: triggers of the database refuse it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class AuditEntry(Base):
    """One line of a chain; see `rules.Entry`."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_chain_act", "chain", "act"),)

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    i: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str]
    origin: Mapped[str]
    act: Mapped[str]
    round_key: Mapped[str | None]
    object: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    prev: Mapped[str]
    hash: Mapped[str]


_REFUSAL = "lines of the audit log are never changed"
# By the kind of database: what makes the table append-only. Migrations use the same words.
APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_entries_{verb.lower()} BEFORE {verb} ON audit_entries "
        f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    ),
}


@event.listens_for(AuditEntry.__table__, "after_create")
def _make_append_only(_table: Any, connection: Any, **_: Any) -> None:
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)
