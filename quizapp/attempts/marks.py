"""Marks of a round without papers (an essay, a slogan): a file of them, and each as the one attempt of a person."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert, select, update

from quizapp import csv_file
from quizapp.attempts import standings
from quizapp.attempts.models import Attempt
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.ids import new_public_id
from quizapp.leaderboard import boards
from quizapp.strict_yaml import SourceMap

# key -> what the column is called in Vietnamese; the name is there for people only.
COLUMNS = {"participant": "Mã người dự thi", "full_name": "Họ và tên", "score": "Điểm"}


def parse_marks(data: bytes, people: Mapping[str, int], points: int, *, name: str) -> dict[int, int]:
    """participant id -> mark out of an uploaded file; lines without a mark say nothing.

    `people`: opaque code -> id of those who may have one; `points`: the highest mark. Raises RefusedFile with
    everything that is wrong, each at its line.
    """
    columns = {key: (title,) for key, title in COLUMNS.items()}
    rows, source = csv_file.read(data, name=name, columns=columns, optional=("full_name",))
    marks: dict[int, int] = {}
    first_lines: dict[int, int] = {}
    for row in rows:
        typed = csv_file.value_in(row.cells["score"])
        if not typed:
            continue
        person = _person(row, people, source)
        mark = _mark(row, typed, points, source)
        if person is None or mark is None:
            continue
        if first_lines.setdefault(person, row.line) != row.line:
            source.report((), "mark_twice", place=source.place_at(row.line, 1), first_line=first_lines[person])
        marks[person] = mark
    source.refuse_problems()
    return marks


def _person(row: csv_file.Row, people: Mapping[str, int], source: SourceMap) -> int | None:
    code = csv_file.value_in(row.cells["participant"])
    if code not in people:
        source.report((), "mark_person_unknown", place=source.place_at(row.line, 1), value=code)
    return people.get(code)


def _mark(row: csv_file.Row, typed: str, points: int, source: SourceMap) -> int | None:
    is_whole = typed.isascii() and typed.isdigit() and len(typed) <= len(str(points))
    if is_whole and int(typed) <= points:
        return int(typed)
    source.report((), "mark_invalid", place=source.place_at(row.line, 1), value=typed, points=points)
    return None


def store_marks(contest: ContestInfo, round_: RoundInfo, marks: Mapping[int, int], *, now: datetime) -> int:
    """Give each person (by id) their mark, or another one than they had; returns how many are new or different.

    A mark is an attempt without a paper, begun and finished when it was first stored. Flushes; the edge commits.
    """
    stored = _stored(round_.id)
    points = round_.spec.paper.points
    new = [person for person in marks if person not in stored]
    changed = [person for person in marks if person in stored and stored[person] != marks[person]]
    if new:
        db.session.execute(insert(Attempt), [_row(contest, round_, person, marks[person], now) for person in new])
    for person in changed:
        db.session.execute(
            update(Attempt)
            .where(Attempt.round_id == round_.id, Attempt.participant_id == person)
            .values(score=marks[person], is_perfect=marks[person] == points)
            .execution_options(synchronize_session=False)
        )
    if new or changed:
        standings.recompute_round(contest, round_, None)
        boards.invalidate(contest.id)
    return len(new) + len(changed)


def _stored(round_id: int) -> dict[int, int | None]:
    """participant id -> present mark."""
    rows = db.session.execute(select(Attempt.participant_id, Attempt.score).where(Attempt.round_id == round_id))
    return {row.participant_id: row.score for row in rows}


def _row(contest: ContestInfo, round_: RoundInfo, person: int, mark: int, now: datetime) -> dict[str, object]:
    return {
        "public_id": new_public_id(),
        "contest_id": contest.id,
        "round_id": round_.id,
        "participant_id": person,
        "number": 1,
        "rules_version": round_.rules_version,
        "paper": "[]",
        "started_at": now,
        "deadline": now,
        "submitted_at": now,
        "duration_ms": 0,
        "finished_by": "staff",
        "score": mark,
        "is_perfect": mark == round_.spec.paper.points,
    }
