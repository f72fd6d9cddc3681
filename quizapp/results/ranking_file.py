"""ranking.csv: a version of a round's result as bytes that anyone can make again from the published records.

UTF-8, "\\n", commas; no names, no personal data. Sorted by group, rank and the participant's code, so that people of
one rank stand in an order that does not depend on this product.
"""

import hashlib
from collections.abc import Iterator
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Text, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts.models import Attempt
from quizapp.db import db, in_code_order
from quizapp.entries.models import Participant
from quizapp.results.models import ResultLine

HEADER = (
    "rank", "group", "participant", "area", "score", "perfect", "prediction", "gap", "submitted_at", "started_at",
    "duration_ms", "perfect_attempts", "attempt",
)  # fmt: skip
_AT_ONCE = 2000


def stream(result_id: int, tree: Tree) -> Iterator[bytes]:
    """The file in pieces; `tree` is the contest's, whose areas are given by code alone, others as TREE:CODE.

    The database writes the lines, all but the area: a province has a hundred thousand of them.
    """
    yield (",".join(HEADER) + "\n").encode()
    codes = AreaCodes(tree)
    line, person, attempt = (table.__table__.c for table in (ResultLine, Participant, Attempt))
    before = _joined(line.rank, line.group_key, person.public_id)
    behind = _joined(
        line.score, case((line.is_perfect, 1), else_=0), line.prediction, line.gap, _Written(line.submitted_at),
        _Written(line.started_at), line.duration_ms, line.perfect_attempts, attempt.public_id,
    )  # fmt: skip
    query = (
        select(before, line.area_id, behind)
        .join_from(ResultLine.__table__, Participant.__table__, person.id == line.participant_id)
        .join(Attempt.__table__, attempt.id == line.attempt_id)
        .where(line.result_id == result_id)
        .order_by(in_code_order(line.group_key), line.rank, in_code_order(person.public_id))
        .execution_options(yield_per=_AT_ONCE)
    )
    with db.session.execute(query) as found:
        for rows in found.partitions():
            yield "".join([f"{left},{codes.of(area)},{right}\n" for left, area, right in rows]).encode()


def fingerprint(result_id: int, tree: Tree) -> str:
    """SHA-256 of the file, in hexadecimal."""
    digest = hashlib.sha256()
    for piece in stream(result_id, tree):
        digest.update(piece)
    return digest.hexdigest()


def _joined(*columns: Any) -> ColumnElement[str]:
    """The values with commas between; nothing for None. Codes and numbers hold nothing that has to be quoted."""
    texts = [func.coalesce(cast(column, Text), "") for column in columns]
    return reduce(lambda before, text: before + "," + text, texts)


class _Written(FunctionElement[str]):
    """A moment as `clock.rfc3339` writes it."""

    type = Text()
    inherit_cache = True


@compiles(_Written, "sqlite")
def _written_by_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # Kept as the text "2022-04-18 00:00:00.123000".
    return f"replace(substr({compiler.process(element.clauses, **kwargs)}, 1, 23), ' ', 'T') || 'Z'"


@compiles(_Written)
def _written_by_postgres(element: Any, compiler: Any, **kwargs: Any) -> str:
    moment = compiler.process(element.clauses, **kwargs)
    return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


class AreaCodes:
    """Codes of areas by id as published files give them, each looked up once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._codes: dict[int | None, str] = {None: ""}

    def of(self, area_id: int | None) -> str:
        """The code in the contest's tree, or TREE:CODE; "" for None."""
        if area_id not in self._codes:
            assert area_id is not None  # noqa: S101 - None is there from the beginning
            own = self._tree.subtree_contains(self._tree.root.id, area_id)
            tree = self._tree if own else areas.tree_of_area(area_id)
            code = tree.node(area_id).code
            self._codes[area_id] = code if own else f"{tree.slug}:{code}"
        return self._codes[area_id]
