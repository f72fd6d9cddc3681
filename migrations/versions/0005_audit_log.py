"""the acts on contests become chains of hashes that nothing can change

The table of acts stays for the code of before, and is dropped by a later version.

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

from quizapp.audit.models import APPEND_ONLY
from quizapp.audit.rules import NOTHING, Entry, canonical, chain_hash
from quizapp.db import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ACTS = sa.table(
    "contest_acts",
    sa.column("id", sa.Integer()),
    sa.column("contest_id", sa.Integer()),
    sa.column("round_key", sa.String()),
    sa.column("act", sa.String()),
    sa.column("actor", sa.String()),
    sa.column("reason", sa.String()),
    sa.column("at", UTCDateTime()),
)


def upgrade() -> None:
    """Apply: the chains begin with the acts that are known."""
    entries = op.create_table(
        "audit_entries",
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("round_key", sa.String(), nullable=True),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "i", name=op.f("pk_audit_entries")),
    )
    op.create_index("ix_audit_entries_chain_act", "audit_entries", ["chain", "act"])
    connection = op.get_bind()
    acts = connection.execute(sa.select(_ACTS).order_by(_ACTS.c.contest_id, _ACTS.c.id)).all()
    lines: list[dict[str, object]] = []
    for act in acts:
        follows = bool(lines) and lines[-1]["chain"] == act.contest_id
        prev = str(lines[-1]["hash"]) if follows else NOTHING
        i = int(str(lines[-1]["i"])) + 1 if follows else 0
        entry = Entry(act.contest_id, i, act.at, act.actor, "-", act.act, act.round_key, "", act.reason, prev, "")
        lines.append({**vars(entry), "hash": chain_hash(prev, canonical(entry))})
    if lines:
        connection.execute(sa.insert(entries), lines)
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Undo: what happened since is only in the log, and lost with it."""
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")
