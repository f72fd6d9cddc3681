"""which passwords somebody else has chosen

Revision: 0009, after: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: a password that its owner has never changed counts as given today."""
    op.add_column("users", sa.Column("password_given_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE users SET password_given_at = CURRENT_TIMESTAMP WHERE NOT EXISTS (SELECT 1 FROM audit_entries AS entry "
        "WHERE entry.chain = 0 AND entry.act IN ('change_password', 'reset_password') AND entry.object = users.login)"
    )


def downgrade() -> None:
    """Undo: all passwords are alike again."""
    with op.batch_alter_table("users") as users:
        users.drop_column("password_given_at")
