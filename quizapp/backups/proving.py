"""Working out what is in a database, on a connection that sees one unchanging state of it.

A table's hash is the sum of its rows' hashes, so that it does not depend on the order in which they lie. Columns and
tables are taken as they are there, whatever this version of the product knows: older and newer schemas are proved too.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, inspect, text

from quizapp.backups.manifest import Content, ContestTotals, TableProof

_BITS = 128
_READ_AT_ONCE = 5000
# Set on the server for the transaction, since it writes moments and bytes as the session wants to see them.
_AS_TEXT = ("SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO'", "SET LOCAL bytea_output = 'hex'")
_ON_SERVER = """
SELECT count(*),
       coalesce(sum(('x' || substr(hash, 1, 15))::bit(60)::bigint), 0)::text || ':' ||
       coalesce(sum(('x' || substr(hash, 16, 15))::bit(60)::bigint), 0)::text
FROM (SELECT encode(sha256(convert_to(line::text, 'UTF8')), 'hex') AS hash FROM {table} AS line) AS hashed
"""
_TOTALS = """
SELECT slug,
       (SELECT count(*) FROM participants WHERE contest_id = contests.id),
       (SELECT count(*) FROM attempts WHERE contest_id = contests.id),
       (SELECT count(*) FROM attempts WHERE contest_id = contests.id AND submitted_at IS NOT NULL),
       (SELECT coalesce(sum(score), 0) FROM attempts WHERE contest_id = contests.id)
FROM contests ORDER BY slug
"""
# What has been decided and shown, in the order in which it happened.
_HEAD = (
    "SELECT chain, i, hash FROM audit_entries ORDER BY chain, i",
    "SELECT id, round_id, version, ranking_hash, published_at FROM round_results ORDER BY id",
    "SELECT id, contest_id, version, content_hash, published_at FROM award_sheets ORDER BY id",
)


def is_empty(connection: Connection) -> bool:
    """True for a database without a single row, whether or not its tables are made."""
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    query = "SELECT 1 FROM {} LIMIT 1"
    return not any(connection.scalar(text(query.format(_quoted(connection, name)))) for name in names)


def content_of(connection: Connection) -> Content:
    """What is in the database."""
    if connection.dialect.name == "postgresql":
        for setting in _AS_TEXT:
            connection.exec_driver_sql(setting)
    acts, head = _head(connection)
    totals = tuple(ContestTotals(*map(_plain, row)) for row in connection.execute(text(_TOTALS)))
    tables = {name: _proof(connection, name) for name in sorted(inspect(connection).get_table_names())}
    return Content(
        revision=connection.scalar(text("SELECT version_num FROM alembic_version")),
        head=head,
        acts=acts,
        contests=totals,
        tables=tables,
    )


def _plain(value: Any) -> Any:
    """Sums come as decimals from PostgreSQL."""
    return value if isinstance(value, str) else int(value)


def _head(connection: Connection) -> tuple[int, str]:
    digest = hashlib.sha256()
    counts = []
    for query in _HEAD:
        rows = connection.exec_driver_sql(query).all()
        counts.append(len(rows))
        for row in rows:
            digest.update(repr([None if value is None else str(value) for value in row]).encode())
    return counts[0], digest.hexdigest()


def _proof(connection: Connection, name: str) -> TableProof:
    table = _quoted(connection, name)
    if connection.dialect.name == "postgresql":
        rows, summed = connection.execute(text(_ON_SERVER.format(table=table))).one()
        return TableProof(rows, summed)
    rows = total = 0
    for line in _lines(connection, table):
        rows += 1
        total += int.from_bytes(hashlib.sha256(repr(line).encode()).digest()[: _BITS // 8])
    return TableProof(rows, f"{total % 2**_BITS:032x}")


def _lines(connection: Connection, table: str) -> Iterator[tuple[Any, ...]]:
    # The driver's own rows: moments as they are kept, not as this version reads them.
    query = f"SELECT * FROM {table}"  # noqa: S608 - a name out of the database's own list, quoted
    for line in connection.exec_driver_sql(query, execution_options={"yield_per": _READ_AT_ONCE}):
        yield tuple(line)


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
