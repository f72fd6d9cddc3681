"""The tables of question banks and of their pictures."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class BankRecord(Base):
    """One bank in its present version; contests keep their own snapshot, so replacing it touches none of them."""

    __tablename__ = "banks"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    # The area whose organizers read and replace the bank; None = every organizer reads it, administrators replace it.
    owner_area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    reviewed_by: Mapped[str | None] = mapped_column(Text)
    question_count: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)  # canonical JSON; its SHA-256 is content_hash
    source_yaml: Mapped[str] = mapped_column(Text)  # the file as it was imported, comments and all
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)


class BankImage(Base):
    """A picture, named by the file it was made from: shared by banks, and kept for the contests launched with it."""

    __tablename__ = "bank_images"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the file as it was sent, hexadecimal
    media_type: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes] = mapped_column(LargeBinary)  # what `banks.pictures` made of the file
