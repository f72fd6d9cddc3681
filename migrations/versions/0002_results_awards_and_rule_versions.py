"""results awards and rule versions

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Papers finished before there was the column: whole milliseconds from start to submission.
_BACKFILL = {
    "sqlite": "UPDATE attempts SET duration_ms = "
    "CAST(ROUND((julianday(submitted_at) - julianday(started_at)) * 86400000.0) AS INTEGER)",
    "postgresql": "UPDATE attempts SET duration_ms = "
    "CAST(EXTRACT(EPOCH FROM (submitted_at - started_at)) * 1000 AS BIGINT)",
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "area_sizes",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people > 0", name=op.f("ck_area_sizes_people_positive")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_area_sizes_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_area_sizes_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contest_id", "area_id", name=op.f("pk_area_sizes")),
    )
    op.create_table(
        "award_sheets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_award_sheets_contest_id_contests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_sheets")),
        sa.UniqueConstraint("contest_id", "version", name=op.f("uq_award_sheets_contest_id_version")),
    )
    op.create_table(
        "lots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("ranking", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_lots_contest_id_contests")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lots")),
    )
    with op.batch_alter_table("lots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lots_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "roster_entries",
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("identity_hash", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id"], ["contests.id"], name=op.f("fk_roster_entries_contest_id_contests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contest_id", "identity_hash", name=op.f("pk_roster_entries")),
    )
    op.create_table(
        "awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("collective", sa.Integer(), nullable=True),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("prize", sa.String(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('round', 'overall', 'collective')", name=op.f("ck_awards_kind_known")),
        sa.CheckConstraint(
            "state IN ('awarded', 'vacant', 'lot_needed', 'hand_needed')", name=op.f("ck_awards_state_known")
        ),
        sa.CheckConstraint("participant_id IS NULL OR area_id IS NULL", name=op.f("ck_awards_one_winner")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_awards_area_id_areas")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_awards_participant_id_participants")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_awards_round_id_rounds")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["award_sheets.id"], name=op.f("fk_awards_sheet_id_award_sheets"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
    )
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_awards_participant_id"), ["participant_id"], unique=False)
        batch_op.create_index("ix_awards_sheet", ["sheet_id", "round_id"], unique=False)

    op.create_table(
        "entry_refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_unranked", sa.Boolean(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_entry_refusals_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_refusals")),
    )
    with op.batch_alter_table("entry_refusals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_entry_refusals_participant_id"), ["participant_id"], unique=False)

    op.create_table(
        "hand_awards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("ranking", sa.String(), nullable=False),
        sa.Column("prize", sa.String(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.CheckConstraint("(participant_id IS NULL) <> (area_id IS NULL)", name=op.f("ck_hand_awards_one_winner")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_hand_awards_area_id_areas")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_hand_awards_contest_id_contests")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_hand_awards_participant_id_participants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_awards")),
    )
    with op.batch_alter_table("hand_awards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_awards_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "prize_refusals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_prize_refusals_contest_id_contests")),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_prize_refusals_participant_id_participants")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_prize_refusals_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prize_refusals")),
    )
    with op.batch_alter_table("prize_refusals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prize_refusals_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("public_note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("staged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staged_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("actual_before", sa.BigInteger(), nullable=True),
        sa.Column("actual_after", sa.BigInteger(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('rekey', 'accept', 'void_all', 'void_answered', 'drop', 'restore')",
            name=op.f("ck_regrades_kind_known"),
        ),
        sa.CheckConstraint("state IN ('staged', 'applied', 'cancelled')", name=op.f("ck_regrades_state_known")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_regrades_contest_id_contests")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_regrades_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    with op.batch_alter_table("regrades", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regrades_round_id"), ["round_id"], unique=False)
        batch_op.create_index(
            "uq_regrades_staged",
            ["round_id"],
            unique=True,
            sqlite_where=sa.text("state = 'staged'"),
            postgresql_where=sa.text("state = 'staged'"),
        )

    op.create_table(
        "round_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("finalized_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finalized_by", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.Column("actual", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("people_all_correct", sa.Integer(), nullable=True),
        sa.Column("attempts_all_correct", sa.Integer(), nullable=True),
        sa.Column("ranked", sa.Integer(), nullable=True),
        sa.Column("ranking_hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "finalized_at IS NOT NULL OR published_at IS NULL", name=op.f("ck_round_results_final_before_public")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_round_results_contest_id_contests")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_results_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_results")),
        sa.UniqueConstraint("round_id", "version", name=op.f("uq_round_results_round_id_version")),
    )
    with op.batch_alter_table("round_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_results_contest_id"), ["contest_id"], unique=False)

    op.create_table(
        "regrade_changes",
        sa.Column("regrade_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("old_score", sa.Integer(), nullable=False),
        sa.Column("new_score", sa.Integer(), nullable=False),
        sa.Column("old_perfect", sa.Boolean(), nullable=False),
        sa.Column("new_perfect", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_regrade_changes_attempt_id_attempts")),
        sa.ForeignKeyConstraint(["regrade_id"], ["regrades.id"], name=op.f("fk_regrade_changes_regrade_id_regrades")),
        sa.PrimaryKeyConstraint("regrade_id", "attempt_id", name=op.f("pk_regrade_changes")),
    )
    op.create_table(
        "result_lines",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("is_perfect", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("prediction", sa.BigInteger(), nullable=True),
        sa.Column("gap", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("perfect_attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("result_id", "participant_id", name=op.f("pk_result_lines")),
    )
    with op.batch_alter_table("result_lines", schema=None) as batch_op:
        batch_op.create_index("ix_result_lines_line", ["result_id", "group_key", "line"], unique=False)

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("extra_seconds", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("duration_ms", sa.BigInteger(), nullable=True))

    op.execute(_BACKFILL[op.get_bind().dialect.name])
    with op.batch_alter_table("contest_snapshots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", autoincrement=False, nullable=False))
        batch_op.add_column(sa.Column("reason", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("contest_snapshots", schema=None) as batch_op:
        batch_op.drop_constraint("pk_contest_snapshots", type_="primary")
        batch_op.create_primary_key("pk_contest_snapshots", ["contest_id", "version"])

    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rules_version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("rules_version")

    with op.batch_alter_table("contest_snapshots", schema=None) as batch_op:
        batch_op.drop_constraint("pk_contest_snapshots", type_="primary")
        batch_op.create_primary_key("pk_contest_snapshots", ["contest_id"])
    with op.batch_alter_table("contest_snapshots", schema=None) as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("version")

    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_column("duration_ms")
        batch_op.drop_column("extra_seconds")

    with op.batch_alter_table("result_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_result_lines_line")

    op.drop_table("result_lines")
    op.drop_table("regrade_changes")
    with op.batch_alter_table("round_results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_results_contest_id"))

    op.drop_table("round_results")
    with op.batch_alter_table("regrades", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_regrades_staged", sqlite_where=sa.text("state = 'staged'"), postgresql_where=sa.text("state = 'staged'")
        )
        batch_op.drop_index(batch_op.f("ix_regrades_round_id"))

    op.drop_table("regrades")
    with op.batch_alter_table("prize_refusals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prize_refusals_contest_id"))

    op.drop_table("prize_refusals")
    with op.batch_alter_table("hand_awards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_awards_contest_id"))

    op.drop_table("hand_awards")
    with op.batch_alter_table("entry_refusals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_entry_refusals_participant_id"))

    op.drop_table("entry_refusals")
    with op.batch_alter_table("awards", schema=None) as batch_op:
        batch_op.drop_index("ix_awards_sheet")
        batch_op.drop_index(batch_op.f("ix_awards_participant_id"))

    op.drop_table("awards")
    op.drop_table("roster_entries")
    with op.batch_alter_table("lots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lots_contest_id"))

    op.drop_table("lots")
    op.drop_table("award_sheets")
    op.drop_table("area_sizes")
