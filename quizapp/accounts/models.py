"""Staff accounts, their second factors, signed-in browsers, links that are handed over, tokens of staff scripts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizapp.db import Base, UTCDateTime


class User(Base):
    """A member of staff; participants have no account."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('admin', 'organizer', 'district')", name="role_known"),
        CheckConstraint("role = 'admin' OR area_id IS NOT NULL", name="area_of_staff"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    # Since when it is one that somebody else has chosen; NULL: its owner has.
    password_given_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    role: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The second factor: its secret (encrypted), since when, and the last time step whose code was taken; a code is
    # taken once. `pending` waits for its first code.
    second_factor_secret: Mapped[str | None] = mapped_column(Text)
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    second_factor_step: Mapped[int | None]
    second_factor_pending: Mapped[str | None] = mapped_column(Text)


class RecoveryCode(Base):
    """What stands in for a lost telephone, once. All codes of one set share a salt, so that one hash finds any."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    salt: Mapped[str]
    code_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BrowserSession(Base):
    """One browser that entered a contest or signed in. Kept in the database, so an ended one is dead at once.

    Of staff: `used_at` is the last request (to the minute), `confirmed_at` the last time that the password was typed,
    `device` and `address` are how and from where it signed in.
    """

    __tablename__ = "browser_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    device: Mapped[str | None]
    address: Mapped[str | None]


class ApiToken(Base):
    """A bearer token of a staff script; only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FailedSignIn(Base):
    """A try to sign in that has not succeeded, remembered so that guessing is slowed whether or not Redis is there.

    Written before the password or code is looked at and taken away when it was right, so that tries at the same
    moment count one another. `kind`: password or code.
    """

    __tablename__ = "failed_sign_ins"
    __table_args__ = (
        Index("ix_failed_sign_ins_login_at", "login", "at"),
        Index("ix_failed_sign_ins_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(server_default="password")


class StaffLink(Base):
    """A link with which its holder sets the password of one account, once. Only the hash of its secret is kept.

    `password_mark` names the password that it replaces: when that changes in another way, the link is dead.
    """

    __tablename__ = "staff_links"
    __table_args__ = (CheckConstraint("kind IN ('invite', 'reset')", name="kind_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    password_mark: Mapped[str]
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ResetRequest(Base):
    """Somebody says to have forgotten a password. A line is written for unknown logins too (`user_id` NULL): the same
    work, so that nobody learns which logins there are."""

    __tablename__ = "reset_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
