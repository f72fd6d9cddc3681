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

    def moment(value: object) -> str:
        if not isinstance(value, datetime):
            raise TypeError(f"no column is of {type(value).__name__}")
        utc = value.astimezone(UTC)
        return utc.strftime("%Y-%m-%d %H:%M:%S.%f") if dialect == SQLITE else utc.isoformat()

    return json.dumps(list(rows), ensure_ascii=False, default=moment, separators=(",", ":"))
