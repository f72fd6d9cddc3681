"""The link to the database: how long it is waited for, how many connections there are, and which of them are dead.

A server may be gone, restarting, hung, read-only after a failover, or out of connections. Each of these must end in an
error soon, so that the request is answered 503 and the browser sends again; and the next request must find a good
connection without a restart of this process.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from sqlalchemy import Engine, Pool, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from quizapp.config import Settings

CONNECT_SECONDS = 3
LOCK_SECONDS = 5
POOL_SECONDS = 3
# What participants wait for at most, and what staff do, whose pages read whole rounds.
HOT_SECONDS = 6.0
LONG_SECONDS = 120.0
# So much is waited for any answer, however late it is: enough for the next rows of a long file, or for a ROLLBACK.
_LEAST_SECONDS = 1.0
_SESSION = {
    "lock_timeout": f"{LOCK_SECONDS}s",
    # A web process that is frozen in mid-transaction must not keep everybody else from its rows.
    "idle_in_transaction_session_timeout": "60s",
    # Whoever has hung up wants no answer; without this the server would work on it to the end.
    "client_connection_check_interval": "2s",
}
# The name of the engine whose statements are transactions of their own.
ALONE = "alone"
# A process has one batch of saves under way, and one of looks at the board, and once in a while another one.
_ALONE_CONNECTIONS = 3
# What PostgreSQL shall not do where single rows are looked up.
OTHER_PLANS = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin")
# Servers that shut down, start up, or have become a read-only standby: connections to them are of no use any more.
_LOST = ("57P01", "57P02", "57P03", "25006")

_give_up_at: ContextVar[float | None] = ContextVar("quiz_give_up_at", default=None)


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Within the block PostgreSQL is waited for until `seconds` from now; then the connection is given up.

    What was sent may have happened or not. Nothing is cancelled: a cancelled COMMIT can look like a done one.
    """
    token = _give_up_at.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _give_up_at.reset(token)


def _left() -> float | None:
    """Seconds of patience that are left, perhaps less than none; None where nothing has been said."""
    give_up_at = _give_up_at.get()
    return None if give_up_at is None else give_up_at - time.monotonic()


def be_patient(seconds: float | None) -> None:
    """The same until the next call in this thread of control, for where no block can be."""
    _give_up_at.set(None if seconds is None else time.monotonic() + seconds)


class PatientConnection(psycopg.Connection[Any]):
    """A connection that does not wait for ever for a server that has stopped answering."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the generator; raises OperationalError, the connection closed, when the patience is at its end."""
        left = _left()
        if left is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(_LEAST_SECONDS, left))
        except psycopg.errors._WaitTimeout as late:  # the only name that psycopg gives it
            self.close()
            raise psycopg.OperationalError("the database did not answer in time") from late

    def rollback(self) -> None:
        """End the transaction. When the connection has died it is ended already: no error for who has read all."""
        try:
            super().rollback()
        except psycopg.OperationalError:
            self.close()


def more_engines(settings: Settings) -> dict[str, dict[str, Any]]:
    """The options of engines beside the first: on PostgreSQL one for statements that are transactions of their own.

    Nothing but lookups of single rows is done there, so it need not weigh other plans each time; see
    `statements.prefer_indexes`. Behind a pooler nothing can be set for a connection, and nothing is remembered either.
    """
    if settings.is_sqlite:
        return {}
    options = engine_options(settings)
    told = options["connect_args"].get("options")
    if told:
        options["connect_args"]["options"] = " ".join([told, *(f"-c {name}=off" for name in OTHER_PLANS)])
    alone = {"url": settings.database_url, "isolation_level": "AUTOCOMMIT", "pool_size": _ALONE_CONNECTIONS}
    return {ALONE: {**options, **alone}}


def engine_options(settings: Settings) -> dict[str, Any]:
    """The options of the engine. There are few connections: many greenlets share them, and wait but briefly for one."""
    pool: dict[str, Any] = {"pool_size": settings.database_connections, "pool_timeout": POOL_SECONDS}
    # What people typed is among a statement's parameters, and errors are logged.
    pool["hide_parameters"] = True
    if settings.is_sqlite:
        return pool
    arguments: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "quizapp",
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    if settings.database_pooler:
        # Each transaction may be on another connection of the server: what one prepared the next one does not know.
        arguments["prepare_threshold"] = None
    else:
        arguments["options"] = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    said = make_url(settings.database_url).query
    arguments = {name: value for name, value in arguments.items() if name not in said}
    return {**pool, "max_overflow": 0, "connect_args": arguments}


def is_unavailable(error: BaseException) -> bool:
    """True when the database could not be reached, was too busy or full, so that the same work may be tried again."""
    if isinstance(error, OperationalError | InterfaceError | PoolTimeout | PendingRollbackError):
        return True
    return isinstance(error, DBAPIError) and error.orig is not None and is_lost(error.orig)


def is_lost(error: BaseException) -> bool:
    """True for what a server says whose connections are of no use any more."""
    return _state(error) in _LOST


def has_died(error: BaseException) -> bool:
    """True when the connection died under the work, so that a new one may do it at once."""
    left = _left()
    return isinstance(error, DBAPIError) and error.connection_invalidated and (left is None or left > 0)


def _state(error: BaseException | None) -> str | None:
    return getattr(error, "sqlstate", None)


@event.listens_for(Engine, "do_connect")
def _on_do_connect(dialect: Any, _record: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    if dialect.driver != "psycopg":
        return None
    if _is_out_of_patience():
        raise psycopg.OperationalError("there is no time left to connect to the database")
    return PatientConnection.connect(*args, **options)


@event.listens_for(Pool, "checkout")
def _on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
    if not isinstance(connection, psycopg.Connection):
        return
    if _is_out_of_patience():
        raise PoolTimeout("the database has kept this request waiting for too long already")
    if _was_cut(connection):
        raise DisconnectionError


def _is_out_of_patience() -> bool:
    """True where beginning anew would only make the request, and all who wait for it, wait longer."""
    left = _left()
    return left is not None and left <= 0


def _was_cut(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server has said good-bye or hung up while the connection lay idle; asks the kernel alone."""
    try:
        # Once for what it said last, once for the end of the stream behind it.
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
    except psycopg.Error:
        return True
    return connection.closed or connection.broken


@event.listens_for(Engine, "handle_error")
def _on_error(context: ExceptionContext) -> None:
    if is_lost(context.original_exception):
        context.is_disconnect = True
