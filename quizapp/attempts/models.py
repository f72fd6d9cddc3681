"""Tables of the exam engine: attempts, answers, and each person's standing in each round."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class Attempt(Base):
    """One sitting of a paper. It is open until `submitted_at` is set or its deadline has passed."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("participant_id", "round_id", "number"),
        # Two open attempts of one person in one round cannot exist, however many requests ask at once.
        Index(
            "uq_attempts_open",
            "participant_id",
            "round_id",
            unique=True,
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index(
            "ix_attempts_due",
            "contest_id",
            "deadline",
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
        Index("ix_attempts_contest_round", "contest_id", "round_id"),
        CheckConstraint("finished_by IN ('participant', 'deadline', 'staff')", name="finished_by_known"),
        CheckConstraint("(submitted_at IS NULL) = (score IS NULL)", name="score_when_final"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    number: Mapped[int]
    rules_version: Mapped[int]
    # [[question ref, [option keys in the order shown]], ...] as JSON; drawn once, before the first look.
    paper: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deadline: Mapped[datetime] = mapped_column(UTCDateTime)
    # Time given to this one person beside the limit, by a recorded act; it is part of `deadline`.
    extra_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    prediction_rev: Mapped[int] = mapped_column(BigInteger, default=0)
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # From the start to the submission, whole milliseconds; set with it, so that rankings are ordered by the database.
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    finished_by: Mapped[str | None]
    score: Mapped[int | None]
    is_perfect: Mapped[bool | None]
    receipt_code: Mapped[str | None] = mapped_column(unique=True)
    receipt: Mapped[str | None] = mapped_column(Text)


class Answer(Base):
    """The latest choice for one question of an attempt; `options` are the chosen keys, sorted, as JSON."""

    __tablename__ = "answers"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    options: Mapped[str]
    rev: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LateAnswer(Base):
    """A choice or a guess that arrived after its paper's time was over: evidence, counted only by a decision.

    Lines are added and never changed. `question` is "" for a guess. `options` as in `Answer`, null for a guess.
    """

    __tablename__ = "late_answers"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question", "rev"),
        CheckConstraint("(question = '') = (prediction IS NOT NULL)", name="guess_or_choice"),
        CheckConstraint("(prediction IS NULL) = (options IS NOT NULL)", name="one_content"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    question: Mapped[str]
    options: Mapped[str | None]
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    rev: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LateDecision(Base):
    """What an organizer decided about a late answer, and why; lines are added and never changed.

    `replaced` is what an accepted one took the place of, as JSON: the options, or the guess; null for none. A refused
    one may be accepted later, not the other way round.
    """

    __tablename__ = "late_decisions"
    __table_args__ = (
        UniqueConstraint("late_answer_id", "verdict"),
        CheckConstraint("verdict IN ('accepted', 'refused')", name="verdict_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    late_answer_id: Mapped[int] = mapped_column(ForeignKey("late_answers.id"))
    verdict: Mapped[str]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    replaced: Mapped[str] = mapped_column(Text)


class Standing(Base):
    """A person's counted attempt in a round, kept in step with the attempts in the same transaction."""

    __tablename__ = "standings"
    __table_args__ = (
        Index("ix_standings_board", "round_id", "packed"),
        Index("ix_standings_contest_participant", "contest_id", "participant_id"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"), primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"))
    attempts: Mapped[int]
    perfect_attempts: Mapped[int]
    score: Mapped[int]
    is_perfect: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    prediction: Mapped[int | None] = mapped_column(BigInteger)
    # The number of the live board (ranking.rules.pack), here too so that the board can be read without Redis.
    packed: Mapped[int] = mapped_column(BigInteger)


class Rollup(Base):
    """What the standings of one round and area add up to; kept by `attempts.rollups`, which explains it.

    `area_id` is 0 for people who named no area. `best`: the highest score; None while nobody has one.
    """

    __tablename__ = "rollups"
    __table_args__ = (Index("ix_rollups_contest_id", "contest_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contest_id: Mapped[int]
    people: Mapped[int]
    attempts: Mapped[int]
    people_all_correct: Mapped[int]
    newcomers: Mapped[int]
    new_all_correct: Mapped[int]
    score_sum: Mapped[int] = mapped_column(BigInteger)
    best: Mapped[int | None]


class RollupScore(Base):
    """How many people of a round and area have a counted attempt of that score."""

    __tablename__ = "rollup_scores"
    __table_args__ = (Index("ix_rollup_scores_area", "contest_id", "area_id"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    score: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contest_id: Mapped[int]
    people: Mapped[int]


class RollupChange(Base):
    """What one transaction adds to a line of the rollups, not folded into it yet."""

    __tablename__ = "rollup_changes"
    __table_args__ = (Index("ix_rollup_changes_area", "contest_id", "area_id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    contest_id: Mapped[int]
    round_id: Mapped[int]
    area_id: Mapped[int]
    score: Mapped[int]
    people: Mapped[int]
    attempts: Mapped[int]
    people_all_correct: Mapped[int]
    newcomers: Mapped[int]
    new_all_correct: Mapped[int]
    score_sum: Mapped[int]


class Regrade(Base):
    """A ruling on a question of a closed round: first worked out beside the results (staged), then applied or dropped.

    `answers` is JSON: the right sets of option keys that the ruling names ([] where it names none). The summary is
    what the organizer saw before deciding.
    """

    __tablename__ = "regrades"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('rekey', 'accept', 'void_all', 'void_answered', 'drop', 'restore')", name="kind_known"
        ),
        CheckConstraint("state IN ('staged', 'applied', 'cancelled')", name="state_known"),
        # One ruling at a time is worked out for a round.
        Index(
            "uq_regrades_staged",
            "round_id",
            unique=True,
            sqlite_where=text("state = 'staged'"),
            postgresql_where=text("state = 'staged'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    question: Mapped[str]
    kind: Mapped[str]
    answers: Mapped[str] = mapped_column(Text)
    reason: Mapped[str]
    public_note: Mapped[str]
    state: Mapped[str]
    staged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    staged_by: Mapped[str]
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None]
    actual_before: Mapped[int | None] = mapped_column(BigInteger)
    actual_after: Mapped[int | None] = mapped_column(BigInteger)
    summary: Mapped[str] = mapped_column(Text)


class RegradeChange(Base):
    """The score of one attempt before and after a ruling; only attempts that it changes have a line."""

    __tablename__ = "regrade_changes"

    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrades.id"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    old_score: Mapped[int]
    new_score: Mapped[int]
    old_perfect: Mapped[bool]
    new_perfect: Mapped[bool]
