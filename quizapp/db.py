"""The database: base class, column types, and the only commit in the product."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Connection, DateTime, Dialect, Engine, MetaData, collate, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

log = logging.getLogger(__name__)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base; constraint names are predictable, so that a conflict can be told by its name."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; naive values are refused, also on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: aware to UTC; ValueError for a naive value."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the database")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction, committed at the end of the block and rolled back on any exception.

    What was read before belongs to an older snapshot, so the block starts on a fresh one; on SQLite it takes the
    write lock at once, because a reader that turns writer in mid-transaction is refused without waiting.
    Raises RuntimeError when transactions are nested or when something was changed outside of one.
    """
    session = db.session()
    info = session.info
    if "after_commit" in info:
        raise RuntimeError("transactions do not nest: open one at the edge")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("there are changes made outside of a transaction")
    session.commit()
    callbacks: list[Callable[[], None]] = []
    info["after_commit"] = callbacks
    try:
        session.connection(execution_options={"quiz_write": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del info["after_commit"]
    for callback in callbacks:
        try:
            callback()
        except Exception:
            log.exception("an after-commit callback failed; the committed work stands")


def fresh_snapshot() -> None:
    """End the present read transaction, so that the next read sees what others have committed since."""
    db.session.rollback()


def after_commit(callback: Callable[[], None]) -> None:
    """Call `callback` once the open transaction is durable; KeyError outside of `transaction()`."""
    db.session().info["after_commit"].append(callback)


def upsert(table: Any) -> Any:
    """`INSERT` into `table` in the present database's dialect, with `.on_conflict_do_update` and `.excluded`."""
    insert = sqlite_insert if db.session().get_bind().dialect.name == "sqlite" else postgresql_insert
    return insert(table)


def in_code_order(column: Any) -> ColumnElement[str]:
    """Text to be ordered by its code points, as Python orders it, whatever the collation of the database."""
    return collate(column, "BINARY" if db.session().get_bind().dialect.name == "sqlite" else "C")


def ping() -> bool:
    """True when the database answers."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def is_unavailable(error: BaseException) -> bool:
    """True when the database could not be reached or was too busy, so that the same work may be tried again."""
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout)


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        write = connection.get_execution_options().get("quiz_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
