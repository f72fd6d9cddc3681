"""Many rows as one parameter: JSON that the database reads as a table, so that one statement serves a whole batch."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import FromClause, Text, bindparam, cast, column, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from quizapp.db import db

SQLITE = "sqlite"


def dialect_name() -> str:
    """`sqlite` or `postgresql`: what statements are built for, and kept by."""
    return db.session().get_bind().dialect.name


def row_set(dialect: str, name: str, columns: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """A table whose rows come as the bind parameter `name` (see `encode`), with these columns."""
    if dialect == SQLITE:
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value", name=f"{name}_json")
        fields = [func.json_extract(each.c.value, f"$.{key}", type_=kind).label(key) for key, kind in columns.items()]
        return select(*fields).subquery(name)
    rows = func.jsonb_to_recordset(cast(bindparam(name, type_=Text), JSONB))
    return rows.table_valued(*(column(key, kind) for key, kind in columns.items())).render_derived(
        name, with_types=True
    )


def encode(dialect: str, rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as the parameter of a `row_set`; moments (aware) become what that database keeps them as."""
    return (_TO_SQLITE if dialect == SQLITE else _TO_OTHERS)(list(rows))


def _moment(value: object) -> str:
    return _utc(value).isoformat()


def _sqlite_moment(value: object) -> str:
    return _utc(value).isoformat(sep=" ", timespec="microseconds").removesuffix("+00:00")


def _utc(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"no column is of {type(value).__name__}")
    return value.astimezone(UTC)


_TO_OTHERS = json.JSONEncoder(ensure_ascii=False, default=_moment, separators=(",", ":")).encode
_TO_SQLITE = json.JSONEncoder(ensure_ascii=False, default=_sqlite_moment, separators=(",", ":")).encode
