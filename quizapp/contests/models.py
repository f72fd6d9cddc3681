"""Tables of contests: the file as imported, its rounds, the snapshot taken at launch, acts, targets."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class Contest(Base):
    """A contest: the checked file, and the moments of its acts."""

    __tablename__ = "contests"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    spec: Mapped[str] = mapped_column(Text)
    spec_hash: Mapped[str]
    source_yaml: Mapped[str] = mapped_column(Text)
    tree_id: Mapped[int] = mapped_column(ForeignKey("area_trees.id"))
    # The area whose organizers run the contest; they and the administrators see it before it is public.
    owner_area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    # The secret of all draws, made at launch; its commitment is public from then on.
    seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    commitment: Mapped[str | None]
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    launched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Round(Base):
    """One round's times; everything else about it stands in the contest's file and snapshot."""

    __tablename__ = "rounds"
    __table_args__ = (
        UniqueConstraint("contest_id", "key"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id", ondelete="CASCADE"))
    key: Mapped[str]
    label: Mapped[str]
    position: Mapped[int]
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    # The version of the rules by which the round is run; an amendment reaches rounds that have not opened.
    rules_version: Mapped[int] = mapped_column(default=1, server_default="1")
    # What was to be guessed, counted once after the close and kept; a percentage in units of 0.00001.
    actual: Mapped[int | None] = mapped_column(BigInteger)


class ContestSnapshot(Base):
    """What the rounds of one version of the rules are run by; written once, kept for good."""

    __tablename__ = "contest_snapshots"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, default=1, server_default="1", autoincrement=False)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ContestAct(Base):
    """The acts as the version before kept them, which may still run beside this one; now they are in the audit log."""

    __tablename__ = "contest_acts"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    round_key: Mapped[str | None]
    act: Mapped[str]
    actor: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AreaTarget(Base):
    """How many people an area is expected to bring to a contest."""

    __tablename__ = "area_targets"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    people: Mapped[int]
    __table_args__ = (CheckConstraint("people > 0", name="people_positive"),)


class AreaSize(Base):
    """How many people an area has, of those whom the contest means: what a rate is a share of."""

    __tablename__ = "area_sizes"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    people: Mapped[int]
    __table_args__ = (CheckConstraint("people > 0", name="people_positive"),)
