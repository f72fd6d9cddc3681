"""personal data: what is sealed is found by keyed hashes; consents, requests of the people, erasure

The texts themselves stay in their columns, plain or sealed; the worker of the new version seals what is plain.

Revision: 0007, after: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS = ("phone_hash", "phone_end_hash", "citizen_id_hash", "guardian_name", "public_name")


def upgrade() -> None:
    """Apply: columns that may be NULL, and tables that older code does not know."""
    for name in _COLUMNS:
        op.add_column("participants", sa.Column(name, sa.String(), nullable=True))
    op.add_column("participants", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "personal_data_states",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("identity_key", sa.String(), nullable=False),
        sa.Column("sealed_key", sa.String(), nullable=True),
        sa.Column("sealed_to", sa.Integer(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_people", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id"],
            ["contests.id"],
            name=op.f("fk_personal_data_states_contest_id_contests"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_personal_data_states")),
    )
    op.create_table(
        "consent_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('guardian', 'publish_name')", name=op.f("ck_consent_records_kind_known")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_consent_records_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_records")),
    )
    op.create_index("ix_consent_records_participant_id", "consent_records", ["participant_id"])
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('correct', 'erase')", name=op.f("ck_data_requests_kind_known")),
        sa.CheckConstraint("(kind = 'correct') = (field IS NOT NULL)", name=op.f("ck_data_requests_field_of_kind")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)", name=op.f("ck_data_requests_decided_one_way")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_data_requests_contest_id_contests")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_data_requests_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("public_id", name=op.f("uq_data_requests_public_id")),
    )
    op.create_index("ix_data_requests_contest_id", "data_requests", ["contest_id"])
    op.create_index("ix_data_requests_participant_id", "data_requests", ["participant_id"])


def downgrade() -> None:
    """Undo; sealed texts stay sealed, and only this version can read them."""
    for name in ("data_requests", "consent_records", "personal_data_states"):
        op.drop_table(name)
    with op.batch_alter_table("participants") as participants:
        for name in (*_COLUMNS, "erased_at"):
            participants.drop_column(name)
