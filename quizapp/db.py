"""The database: base class, column types, and the only commit in the product."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ColumnElement, Connection, DateTime, Dialect, Engine, MetaData, Table, collate, event, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from quizapp import clock
from quizapp.db_link import is_unavailable as is_unavailable

log = logging.getLogger(__name__)

# How long a writer waits for SQLite's write lock.
_LOCK_SECONDS = 10.0
# Whatever else may find SQLite busy (a checkpoint, a change of the schema).
_BUSY_MILLISECONDS = 2000

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


@dataclass
class Transaction:
    """What belongs to the open transaction: done before its commit, done after it, and statements not yet sent."""

    before: list[Callable[[], None]] = field(default_factory=list)
    after: list[Callable[[], None]] = field(default_factory=list)
    unsent: list[Any] = field(default_factory=list)


_TRANSACTION = "transaction"


@contextmanager
def transaction() -> Iterator[None]:
    """One transaction, committed at the end of the block and rolled back on any exception.

    What was read before belongs to an older snapshot, so the block starts on a fresh one; on SQLite it takes the
    write lock at once, because a reader that turns writer in mid-transaction is refused without waiting.
    Raises RuntimeError when transactions are nested or when something was changed outside of one.
    """
    session = db.session()
    info = session.info
    if _TRANSACTION in info:
        raise RuntimeError("transactions do not nest: open one at the edge")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("there are changes made outside of a transaction")
    try:
        session.commit()
    except SQLAlchemyError:
        # It had only been read from, and its connection has died; the block begins on another one.
        fresh_snapshot()
    opened = info[_TRANSACTION] = Transaction()
    try:
        session.connection(execution_options={"quiz_write": True})
        yield
        for callback in opened.before:
            callback()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del info[_TRANSACTION]
    for callback in opened.after:
        try:
            callback()
        except Exception:
            log.exception("an after-commit callback failed; the committed work stands")


def fresh_snapshot() -> None:
    """End the present read transaction, so that the next read sees what others have committed since.

    Raises nothing: a connection that has died is put aside.
    """
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session().invalidate()


def after_commit(callback: Callable[[], None]) -> None:
    """Call `callback` once the open transaction is durable; KeyError outside of `transaction()`."""
    db.session().info[_TRANSACTION].after.append(callback)


def open_transaction() -> Transaction | None:
    """What belongs to the transaction that is open; None outside of `transaction()`."""
    return cast(Transaction | None, db.session().info.get(_TRANSACTION))


def upsert(table: Any) -> Any:
    """`INSERT` into `table` in the present database's dialect, with `.on_conflict_do_update` and `.excluded`."""
    insert = sqlite_insert if db.session().get_bind().dialect.name == "sqlite" else postgresql_insert
    return insert(table)


def table(model: type[Base]) -> Table:
    """The table of a model, for statements over many rows that the objects in memory need not hear of."""
    return cast(Table, model.__table__)


def in_code_order(column: Any) -> ColumnElement[str]:
    """Text to be ordered by its code points, as Python orders it, whatever the collation of the database."""
    return collate(column, "BINARY" if db.session().get_bind().dialect.name == "sqlite" else "C")


def ping() -> bool:
    """True when the database answers and can be written (a standby after a failover cannot)."""
    is_sqlite = db.session().get_bind().dialect.name == "sqlite"
    try:
        # On SQLite a look at the file; `SELECT 1` would not open it.
        said = db.session.scalar(text("PRAGMA schema_version" if is_sqlite else "SELECT NOT pg_is_in_recovery()"))
        return said is not None and said is not False
    except SQLAlchemyError:
        return False
    finally:
        fresh_snapshot()


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MILLISECONDS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    else:
        clock.follow(lambda: _time_of(connection))


def _time_of(connection: Any) -> float:
    """The clock of a server that several machines share, in seconds since 1970."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        (seconds,) = cursor.fetchone()
    connection.rollback()
    return float(seconds)


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        if connection.get_execution_options().get("quiz_write"):
            _begin_write(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_write(connection: Connection) -> None:
    """Take the write lock of SQLite, waiting for it in Python: SQLite's own waiting would hold everybody else in this
    process, and in a process of greenlets the one who has the lock may be among them.
    """
    give_up_at = monotonic() + _LOCK_SECONDS
    pause = 0.0005
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if "locked" not in str(error.orig) or monotonic() >= give_up_at:
                    raise
            else:
                return
            sleep(pause)
            pause = min(pause * 1.5, 0.01)
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
