"""What never changes about a paper that is being sat, remembered by each process: which choices it offers."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, select

from quizapp.attempts.models import Attempt
from quizapp.contests import queries as contests
from quizapp.contests.models import ContestSnapshot, Round
from quizapp.contests.spec import Metric
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Statement

_MOST = 5000


@dataclass(frozen=True, slots=True)
class Sitting:
    """A paper: the option keys that it offers for each of its questions, and which questions take several.

    `metric` is what is to be guessed in its round; None where nothing is.
    """

    offered: Mapping[str, frozenset[str]]
    multiple: frozenset[str]
    metric: Metric | None


_known: dict[str, Sitting] = {}
# Most papers offer the same questions with the same options: one object each is enough.
_shared: dict[tuple[str, frozenset[str]], tuple[str, frozenset[str]]] = {}


def find_sittings(public_ids: Collection[str]) -> dict[str, Sitting]:
    """By the attempt's public id, for those that exist; says nothing about whose they are or whether they are open."""
    found = {public_id: _known[public_id] for public_id in public_ids if public_id in _known}
    missing = sorted(set(public_ids) - found.keys())
    if missing:
        asked = encode(dialect_name(), [{"public_id": public_id} for public_id in missing])
        for row in _SITTINGS.rows(asked=asked):
            found[row.public_id] = _keep(row)
    return found


def forget_sittings() -> None:
    """Remember nothing any more, as when the database is another one."""
    _known.clear()
    _shared.clear()


def _keep(row: Any) -> Sitting:
    snapshot = contests.snapshot_of(row.contest_id, row.rules_version, row.content_hash)
    lines = [(ref, frozenset(options)) for ref, options in json.loads(row.paper)]
    offered = dict(_shared.setdefault(line, line) for line in lines)
    asked = snapshot.spec.round(row.key).prediction
    multiple = frozenset(ref for ref in offered if snapshot.questions[ref].is_multiple)
    sitting = Sitting(offered, multiple, asked.metric if asked else None)
    while len(_known) >= _MOST:
        _known.pop(next(iter(_known)), None)
    _known[row.public_id] = sitting
    return sitting


def _sittings(dialect: str) -> Any:
    asked = row_set(dialect, "asked", {"public_id": Text()})
    versions = (ContestSnapshot.contest_id == Attempt.contest_id) & (ContestSnapshot.version == Attempt.rules_version)
    return (
        select(
            Attempt.public_id,
            Attempt.contest_id,
            Attempt.rules_version,
            Attempt.paper,
            Round.key,
            ContestSnapshot.content_hash,
        )  # fmt: skip
        .select_from(asked)
        .join(Attempt, Attempt.public_id == asked.c.public_id)
        .join(Round, Round.id == Attempt.round_id)
        .join(ContestSnapshot, versions)
    )


_SITTINGS = Statement(_sittings)
