"""Tables of results: the versions of a round's result, and the lines of each, kept as when it was finalized."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class RoundResult(Base):
    """One version of a round's result, from its review to its publication; a published one is never changed.

    The numbers and the hash of the ranking file are set when it is finalized.
    """

    __tablename__ = "round_results"
    __table_args__ = (
        UniqueConstraint("round_id", "version"),
        CheckConstraint("finalized_at IS NOT NULL OR published_at IS NULL", name="final_before_public"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    version: Mapped[int]
    # Why there is a version after the first.
    reason: Mapped[str] = mapped_column(default="")
    rules_version: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_by: Mapped[str | None]
    finalized_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finalized_by: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[str | None]
    actual: Mapped[int | None] = mapped_column(BigInteger)
    people: Mapped[int | None]
    attempts: Mapped[int | None]
    people_all_correct: Mapped[int | None]
    attempts_all_correct: Mapped[int | None]
    ranked: Mapped[int | None]
    ranking_hash: Mapped[str | None]


class ResultLine(Base):
    """A ranked person in one version of a round's result. `line` counts 1, 2, 3 within the group; `rank` is shared.

    One statement writes all lines of a result, from participants and attempts, and none of these is ever deleted.
    Looking up each of them once more, as foreign keys would, takes longer than making the ranking.
    """

    __tablename__ = "result_lines"
    __table_args__ = (Index("ix_result_lines_line", "result_id", "group_key", "line"),)

    result_id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(primary_key=True)
    # "" where the contest has no groups.
    group_key: Mapped[str]
    line: Mapped[int]
    rank: Mapped[int]
    attempt_id: Mapped[int]
    area_id: Mapped[int | None]
    score: Mapped[int]
    is_perfect: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    # |guess - actual|; None without a guess.
    gap: Mapped[int | None] = mapped_column(BigInteger)
    attempts: Mapped[int]
    perfect_attempts: Mapped[int]
