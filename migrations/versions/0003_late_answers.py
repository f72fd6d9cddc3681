"""late answers

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply: two new tables, which older code does not know and does not need."""
    op.create_table(
        "late_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("options", sa.String(), nullable=True),
        sa.Column("prediction", sa.BigInteger(), nullable=True),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(question = '') = (prediction IS NOT NULL)", name=op.f("ck_late_answers_guess_or_choice")),
        sa.CheckConstraint("(prediction IS NULL) = (options IS NOT NULL)", name=op.f("ck_late_answers_one_content")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_late_answers_attempt_id_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_answers")),
        sa.UniqueConstraint("attempt_id", "question", "rev", name=op.f("uq_late_answers_attempt_id_question_rev")),
    )
    op.create_table(
        "late_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("late_answer_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced", sa.Text(), nullable=False),
        sa.CheckConstraint("verdict IN ('accepted', 'refused')", name=op.f("ck_late_decisions_verdict_known")),
        sa.ForeignKeyConstraint(
            ["late_answer_id"], ["late_answers.id"], name=op.f("fk_late_decisions_late_answer_id_late_answers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_decisions")),
        sa.UniqueConstraint("late_answer_id", "verdict", name=op.f("uq_late_decisions_late_answer_id_verdict")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("late_decisions")
    op.drop_table("late_answers")
