"""whose a question bank is

Revision: 0008, after: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: banks that are there have no owner, and are read by every organizer as before."""
    owner = sa.ForeignKey("areas.id", name=op.f("fk_banks_owner_area_id_areas"))
    # SQLite adds a column together with its foreign key or not at all.
    op.add_column("banks", sa.Column("owner_area_id", sa.Integer(), owner, nullable=True), inline_references=True)
    op.create_index(op.f("ix_banks_owner_area_id"), "banks", ["owner_area_id"])


def downgrade() -> None:
    """Undo: every organizer reads and replaces every bank again."""
    op.drop_index(op.f("ix_banks_owner_area_id"), table_name="banks")
    with op.batch_alter_table("banks") as banks:
        banks.drop_column("owner_area_id")
