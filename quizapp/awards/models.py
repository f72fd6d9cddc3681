"""Tables of awards: decisions of organizers, and the sheets that follow from them and from the results."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class AwardSheet(Base):
    """Everybody and every area that has a prize in a contest, as of one decision. Sheets are never changed.

    `content` is the whole sheet as canonical JSON, with what decided each place and who was passed over and why:
    the minutes are printed from it. `cause` is the act after which it was made.
    """

    __tablename__ = "award_sheets"
    __table_args__ = (UniqueConstraint("contest_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"))
    version: Mapped[int]
    cause: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str]
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Award(Base):
    """One place of a sheet: a prize and who has it (nobody while a lot or a decision is awaited, or it stays empty)."""

    __tablename__ = "awards"
    __table_args__ = (
        CheckConstraint("kind IN ('round', 'overall', 'collective')", name="kind_known"),
        CheckConstraint("state IN ('awarded', 'vacant', 'lot_needed', 'hand_needed')", name="state_known"),
        CheckConstraint("participant_id IS NULL OR area_id IS NULL", name="one_winner"),
        Index("ix_awards_sheet", "sheet_id", "round_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("award_sheets.id", ondelete="CASCADE"))
    kind: Mapped[str]
    # None for overall prizes and for collectives over the whole contest.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"))
    # Which of the contest's collectives, counted from 0.
    collective: Mapped[int | None]
    group_key: Mapped[str]
    place: Mapped[int]
    prize: Mapped[str]
    amount: Mapped[int | None]
    state: Mapped[str]
    rank: Mapped[int | None]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participants.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))


class PrizeRefusal(Base):
    """A person who gets no prize (in one round, or None = in the contest) but keeps the rank: papers did not match."""

    __tablename__ = "prize_refusals"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"))
    participant_id: Mapped[int] = mapped_column(ForeignKey("participants.id"))
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_by: Mapped[str | None]
    lifted_reason: Mapped[str | None]


class Lot(Base):
    """A drawn lot among people or areas of one rank. `drawn` is JSON: their public codes in the order drawn.

    The order is the seeded shuffle of the sorted codes, so anyone can draw it again from `seed` and `label`.
    """

    __tablename__ = "lots"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    # The ranking in which they are equal: "round:<key>:<group>", "overall:<group>" or "collective:<n>[:<round>]".
    ranking: Mapped[str]
    rank: Mapped[int]
    seed: Mapped[str]
    label: Mapped[str]
    drawn: Mapped[str] = mapped_column(Text)
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class HandAward(Base):
    """A prize that the organizer gives by name: a special prize, a collective one judged by hand."""

    __tablename__ = "hand_awards"
    __table_args__ = (CheckConstraint("(participant_id IS NULL) <> (area_id IS NULL)", name="one_winner"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), index=True)
    # The same names as Lot.ranking.
    ranking: Mapped[str]
    prize: Mapped[str]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("participants.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[str | None]
