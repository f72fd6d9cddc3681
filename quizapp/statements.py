"""The statements of the hot paths: built once for each kind of database, and given to its driver past the ORM.

In the minutes when everybody starts, saves and submits, preparing a statement costs more than carrying it out. These
are written with SQLAlchemy as all others are, but compiled once; several of them travel to PostgreSQL together, and
what nobody waits for travels with the next or with the commit. They belong to the transaction of `db.session`.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Dialect, text
from sqlalchemy.exc import DBAPIError

from quizapp.db import Transaction, db, open_transaction, transaction
from quizapp.db_link import ALONE, OTHER_PLANS, is_lost

# A statement and its parameters.
Asked = tuple["Statement", Mapping[str, object]]


class Statement:
    """One statement; `build` writes it for a dialect's name. Its rows are tuples with the columns' names."""

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def on(self, dialect: Dialect) -> "_Compiled":
        """As that database's driver takes it."""
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = _Compiled(self._build(dialect.name), dialect)
        return self._compiled[dialect.name]

    def rows(self, **parameters: object) -> list[Any]:
        """What it finds; see `ask`."""
        return ask((self, parameters))[0]


_PIPELINING = "psycopg"


def ask(*asked: Asked) -> list[list[Any]]:
    """The rows of each, in the order given, each as if those before it had been carried out.

    Raises what SQLAlchemy would (DBAPIError and its kinds); then all of the transaction is void.
    """
    unsent = _taken(open_transaction())
    return _send(_connection(), [*unsent, *asked])[len(unsent) :]


def tell(*asked: Asked) -> None:
    """Carry these out, in this order, before the transaction's next question, or with its commit; nobody waits for it.

    An error of theirs is raised there. Only among hot statements: others do not know what is still unsent. Raises
    RuntimeError outside of a transaction.
    """
    opened = open_transaction()
    if opened is None:
        raise RuntimeError("statements that nobody waits for belong to a transaction")
    connection = _connection()
    if connection.dialect.driver != _PIPELINING:
        _send(connection, asked)
        return
    if not opened.unsent:
        opened.before.append(lambda: _send_last(connection, opened))
    opened.unsent += asked


@contextmanager
def each_alone(*, reads_only: bool = False) -> Iterator[None]:
    """Within the block each hot statement is a transaction of its own, where that is cheaper: on PostgreSQL.

    On SQLite the block is one transaction, which takes the write lock unless the block `reads_only`. The statements
    must be such that it makes no difference.
    """
    if ALONE not in db.engines:
        with nullcontext() if reads_only else transaction():
            yield
        return
    info = db.session().info
    with db.engines[ALONE].connect() as connection:
        info[ALONE] = connection
        try:
            yield
        finally:
            del info[ALONE]


def _connection() -> Connection:
    """The one of this block, else the session's."""
    session = db.session()
    alone = session.info.get(ALONE)
    if alone is not None:
        return cast(Connection, alone)
    # As for every other statement: what has been changed in memory goes before.
    session.flush()
    return session.connection()


_PREFER_INDEXES = "SELECT " + ", ".join(f"set_config('{name}', 'off', true)" for name in OTHER_PLANS)
_prefer_indexes = Statement(lambda _dialect: text(_PREFER_INDEXES))


def prefer_indexes() -> None:
    """For the rest of the transaction look up single rows by their indexes.

    PostgreSQL guesses how many rows a statement is about and how large tables are; in the minutes in which a contest
    begins it remembers plans that read tables whole, from when they were empty.
    """
    if db.session.connection().dialect.driver == _PIPELINING:
        tell((_prefer_indexes, {}))


def _taken(opened: Transaction | None) -> list[Asked]:
    if opened is None:
        return []
    unsent, opened.unsent = opened.unsent, []
    return unsent


def _send_last(connection: Connection, opened: Transaction) -> None:
    unsent = _taken(opened)
    if unsent:
        _send(connection, unsent, commit=True)


class _Compiled:
    """A statement in the words of one database, and how its rows are read."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: Sequence[str] | None = compiled.positiontup
        columns = list(getattr(statement, "exported_columns", ()))
        self._row: Any = namedtuple("Row", [column.key for column in columns]) if columns else None
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader is not None]

    def parameters(self, given: Mapping[str, object]) -> Any:
        """As the driver takes them: by place or by name."""
        if self._order is None:
            return {**self._fixed, **given} if self._fixed else given
        return [given[name] if name in given else self._fixed[name] for name in self._order]

    def read(self, found: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The driver's rows with the types of the columns."""
        if self._row is None:
            return list(found)
        if not self._readers:
            return [self._row._make(row) for row in found]
        read = []
        for row in found:
            values = list(row)
            for place, reader in self._readers:
                values[place] = reader(values[place])
            read.append(self._row._make(values))
        return read


def _send(connection: Connection, asked: Sequence[Asked], *, commit: bool = False) -> list[list[Any]]:
    if not asked:
        return []
    dialect = connection.dialect
    compiled = [(statement.on(dialect), given) for statement, given in asked]
    driver = connection.connection.driver_connection
    run: list[tuple[str, Any]] = [(each.text, each.parameters(given)) for each, given in compiled]
    try:
        if not isinstance(driver, psycopg.Connection):
            found = [_fetched(driver.execute(*each)) for each in run]  # type: ignore[union-attr]
        elif len(run) == 1 and not commit:
            found = [_fetched(driver.execute(*run[0]))]
        else:
            with driver.pipeline():
                cursors = [driver.execute(*each) for each in run]
                if commit:
                    # The session's own commit finds nothing left to do.
                    driver.commit()
            found = [_fetched(cursor) for cursor in cursors]
    except dialect.loaded_dbapi.Error as error:
        raise _as_usual(connection, run, error) from error
    return [each.read(rows) for (each, _), rows in zip(compiled, found, strict=True)]


def _fetched(cursor: Any) -> list[tuple[Any, ...]]:
    return cursor.fetchall() if cursor.description else []


def _as_usual(connection: Connection, run: Sequence[tuple[str, Any]], error: Exception) -> BaseException:
    """The error as SQLAlchemy tells it; a connection that is of no use any more is put aside, as it would be."""
    dialect = connection.dialect
    told = "; ".join(text for text, _ in run)
    dbapi_connection = connection.connection
    lost = dialect.is_disconnect(error, dbapi_connection, None) or is_lost(error)  # type: ignore[arg-type]
    if lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        told,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
