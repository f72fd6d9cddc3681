"""Long lists read from the database: a million rows pass through without any being kept.

PostgreSQL is asked through its driver. A cursor of the server, which SQLAlchemy would use here, is read by one of
its processes alone and planned for the first rows; here the server works as for COPY, and takes parameters.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError

from quizapp.db import db
from quizapp.db_link import is_lost
from quizapp.row_set import SQLITE

_AT_ONCE = 1000
# A tuple, or what SQLAlchemy makes of one.
Row = Sequence[Any]


def stream_rows(
    query: Select[*tuple[Any, ...]], *, at_once: int = _AT_ONCE, days_first: bool = False
) -> Iterator[Sequence[Row]]:
    """The rows of `query` in blocks of `at_once`; on a connection of its own, in one moment of the database.

    `days_first`: within the query PostgreSQL writes days and moments as 24/04/2022 17:00:00; none may be among the
    columns then. Raises what SQLAlchemy would.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == SQLITE:
            yield from connection.execution_options(yield_per=at_once).execute(query).partitions()
        else:
            if days_first:
                connection.exec_driver_sql("SET LOCAL DateStyle = 'SQL, DMY'")
            yield from _from_postgres(connection, query, at_once)


def _from_postgres(connection: Connection, query: Select[*tuple[Any, ...]], at_once: int) -> Iterator[Sequence[Row]]:
    asked = query.compile(dialect=connection.dialect).construct_expanded_state()
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor:
            rows = cursor.stream(asked.statement, asked.parameters, size=at_once)
            while some := list(islice(rows, at_once)):
                yield some
    except psycopg.Error as error:
        lost = driver.closed or is_lost(error)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            asked.statement, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
        ) from error
