"""Rulings on questions: how each question of a round is marked after them, and their history."""

import json
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, select

from quizapp.attempts import rules
from quizapp.attempts.models import Regrade
from quizapp.attempts.rules import Marking, RulingKind
from quizapp.contests.rules import Snapshot
from quizapp.db import db
from quizapp.errors import NotFound


@dataclass(frozen=True)
class RegradeInfo:
    """A ruling. `answers` are the right sets that it names; `actual_before` and `actual_after` what was to be guessed.

    `state`: staged (nothing is changed), applied or cancelled. `summary`: what the organizer saw before deciding; empty
    until it has been worked out.
    """

    id: int
    contest_id: int
    round_id: int
    question: str
    kind: RulingKind
    answers: tuple[frozenset[str], ...]
    reason: str
    public_note: str
    state: str
    staged_at: datetime
    staged_by: str
    decided_at: datetime | None
    decided_by: str | None
    actual_before: int | None
    actual_after: int | None
    summary: Mapping[str, Any]

    @property
    def is_worked_out(self) -> bool:
        """False while its changes are being collected, and for ever where that was broken off."""
        return bool(self.summary)


def markings(round_id: int, snapshot: Snapshot) -> Mapping[str, Marking]:
    """How every question of the snapshot is marked in the round, by ref: its key and the rulings applied so far.

    One look at an index; the rulings are read each time, so every process sees them as soon as they are committed.
    """
    key = key_of(snapshot)
    ruled: dict[str, Marking] = {}
    applied = select(Regrade.question, Regrade.kind, Regrade.answers).where(
        Regrade.round_id == round_id, Regrade.state == "applied"
    )
    for ref, kind, answers in db.session.execute(applied.order_by(Regrade.decided_at, Regrade.id)):
        before = ruled.get(ref, key[ref])
        ruled[ref] = rules.rule_on(before, cast(RulingKind, kind), read_answers(answers), snapshot.questions[ref])
    return ChainMap(ruled, cast(dict[str, Marking], key))


# Snapshots never change; what is kept here is as good in every process.
_keys: dict[str, Mapping[str, Marking]] = {}


def key_of(snapshot: Snapshot) -> Mapping[str, Marking]:
    """How every question of the snapshot is marked by the key of the launch, by ref."""
    if snapshot.content_hash not in _keys:
        _keys[snapshot.content_hash] = {ref: rules.key_marking(each) for ref, each in snapshot.questions.items()}
    return _keys[snapshot.content_hash]


def read_answers(text: str) -> tuple[frozenset[str], ...]:
    """The right sets out of the column."""
    return tuple(frozenset(options) for options in json.loads(text))


def write_answers(answers: tuple[frozenset[str], ...]) -> str:
    """The right sets as the column holds them."""
    return json.dumps(sorted(sorted(options) for options in answers))


def list_regrades(round_id: int) -> list[RegradeInfo]:
    """All rulings on questions of the round, newest first, cancelled ones too."""
    return _read(Regrade.round_id == round_id)


def list_applied(round_id: int) -> list[RegradeInfo]:
    """The rulings that hold or held, newest first."""
    return _read(Regrade.round_id == round_id, Regrade.state == "applied")


def find_staged(round_id: int) -> RegradeInfo | None:
    """The ruling that waits for a decision."""
    return next(iter(_read(Regrade.round_id == round_id, Regrade.state == "staged")), None)


def get_regrade(round_id: int, regrade_id: int) -> RegradeInfo:
    """The ruling of that id in the round. Raises NotFound."""
    for regrade in _read(Regrade.round_id == round_id, Regrade.id == regrade_id):
        return regrade
    raise NotFound("regrade_not_found")


def _read(*conditions: ColumnElement[bool]) -> list[RegradeInfo]:
    rows = db.session.scalars(
        select(Regrade)
        .where(*conditions)
        .order_by(Regrade.staged_at.desc(), Regrade.id.desc())
        .execution_options(populate_existing=True)
    )
    return [_info(row) for row in rows]


def _info(row: Regrade) -> RegradeInfo:
    values = {name: getattr(row, name) for name in RegradeInfo.__dataclass_fields__}
    return RegradeInfo(**{**values, "answers": read_answers(row.answers), "summary": json.loads(row.summary)})
