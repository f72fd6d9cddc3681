"""rollups of the standings by round, area and score

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What is there already: first for each score, then added up. What older processes add while they still run is mended by
# the worker.
_CONTRIBUTIONS = """
INSERT INTO rollup_changes (
    contest_id, round_id, area_id, score, people, attempts, people_all_correct, newcomers, new_all_correct, score_sum)
SELECT contest_id, round_id, area_id, score, count(*), sum(attempts), sum(perfect),
       sum(CASE WHEN rounds_so_far = 1 THEN 1 ELSE 0 END),
       sum(CASE WHEN perfect = 1 AND perfect_so_far = 1 THEN 1 ELSE 0 END), sum(score)
FROM (
    SELECT s.contest_id, s.round_id, coalesce(p.area_id, 0) AS area_id, s.score, s.attempts, s.perfect,
           count(*) OVER so_far AS rounds_so_far, sum(s.perfect) OVER so_far AS perfect_so_far
    FROM (SELECT *, CASE WHEN is_perfect THEN 1 ELSE 0 END AS perfect FROM standings) s
    JOIN participants p ON p.id = s.participant_id
    JOIN rounds r ON r.id = s.round_id
    WINDOW so_far AS (
        PARTITION BY s.participant_id ORDER BY r.position, r.id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) each_standing
GROUP BY contest_id, round_id, area_id, score
"""
_SCORES = """
INSERT INTO rollup_scores (contest_id, round_id, area_id, score, people)
SELECT contest_id, round_id, area_id, score, people FROM rollup_changes
"""
_LINES = """
INSERT INTO rollups (
    contest_id, round_id, area_id, people, attempts, people_all_correct, newcomers, new_all_correct, score_sum, best)
SELECT contest_id, round_id, area_id, sum(people), sum(attempts), sum(people_all_correct), sum(newcomers),
       sum(new_all_correct), sum(score_sum), max(score)
FROM rollup_changes GROUP BY contest_id, round_id, area_id
"""


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in names]


_SUMS = ("people", "attempts", "people_all_correct", "newcomers", "new_all_correct")


def upgrade() -> None:
    """Apply: three new tables, filled from the standings."""
    op.create_table(
        "rollups",
        *_numbers("round_id", "area_id", "contest_id", *_SUMS),
        sa.Column("score_sum", sa.BigInteger(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_rollups_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "area_id", name=op.f("pk_rollups")),
    )
    op.create_index("ix_rollups_contest_id", "rollups", ["contest_id"])
    op.create_table(
        "rollup_scores",
        *_numbers("round_id", "area_id", "score", "contest_id", "people"),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_rollup_scores_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", "area_id", "score", name=op.f("pk_rollup_scores")),
    )
    op.create_index("ix_rollup_scores_area", "rollup_scores", ["contest_id", "area_id"])
    op.create_table(
        "rollup_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *_numbers("contest_id", "round_id", "area_id", "score", *_SUMS, "score_sum"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_changes")),
    )
    op.create_index("ix_rollup_changes_area", "rollup_changes", ["contest_id", "area_id"])
    for statement in (_CONTRIBUTIONS, _SCORES, _LINES, "DELETE FROM rollup_changes"):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    for table in ("rollup_changes", "rollup_scores", "rollups"):
        op.drop_table(table)
