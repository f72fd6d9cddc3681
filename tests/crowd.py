"""Thousands of people and their finished attempts, put straight into the tables.

What as many requests would have left behind, in seconds; for tests in which the size itself matters.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from quizapp.attempts import rollups
from quizapp.attempts.models import Answer, Attempt, Standing
from quizapp.attempts.rules import canonical
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.entries.service import CONSENT_VERSION
from quizapp.text import name_sort_key

_AT_ONCE = 5000
_codes = count(1)


@dataclass(frozen=True)
class Sat:
    """A finished attempt of a person (a participant's id). `paper` is as `attempts.paper.draw_paper` gives it."""

    person: int
    started_at: datetime
    submitted_at: datetime
    score: int
    perfect: bool
    prediction: int | None = None
    paper: Sequence[tuple[str, Sequence[str]]] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def duration_ms(self) -> int:
        """From start to submission."""
        return (self.submitted_at - self.started_at) // timedelta(milliseconds=1)


def add_people(contest: ContestInfo, people: Sequence[Mapping[str, Any]], now: datetime) -> list[int]:
    """Enter everybody (columns of `Participant`; what is missing has a plain value); their ids, in the same order."""
    rows = [_person(contest, given, now) for given in people]
    _insert(Participant, rows)
    ids = _ids(Participant, contest)
    return [ids[row["public_id"]] for row in rows]


def _person(contest: ContestInfo, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    number = next(_codes)
    name = given.get("full_name", f"Nguyễn Văn Thử {number}")
    return {
        "public_id": f"p{number:09d}",
        "contest_id": contest.id,
        "identity_hash": f"i{number:09d}",
        "entry_code": f"E{number:09d}",
        "full_name": name,
        "sort_name": name_sort_key(name),
        "phone": f"09{number % 10**8:08d}",
        "citizen_id": None,
        "area_id": None,
        "group_key": None,
        "is_unranked": False,
        "consent_version": CONSENT_VERSION,
        "consented_at": now,
        "entered_at": now,
        **given,
    }


def add_attempts(contest: ContestInfo, round_: RoundInfo, sat: Sequence[Sat]) -> list[int]:
    """Store attempts, answers, and the standings and figures that follow; the attempts' ids, in the same order.

    A person's attempts are numbered in the order given, and by the live board the best score counts, then the earliest.
    """
    numbers: defaultdict[int, int] = defaultdict(int)
    rows = []
    for one in sat:
        numbers[one.person] += 1
        rows.append(_attempt(contest, round_, one, numbers[one.person]))
    _insert(Attempt, rows)
    by_code = _ids(Attempt, contest)
    ids = [by_code[row["public_id"]] for row in rows]
    _insert(Answer, [row for attempt, one in zip(ids, sat, strict=True) for row in _answers(attempt, one)])
    _insert(Standing, _standings(contest, round_, list(zip(ids, sat, strict=True))))
    rollups.rebuild(contest.id)
    return ids


def _attempt(contest: ContestInfo, round_: RoundInfo, one: Sat, number: int) -> dict[str, Any]:
    code = next(_codes)
    return {
        "public_id": f"a{code:09d}",
        "contest_id": contest.id,
        "round_id": round_.id,
        "participant_id": one.person,
        "number": number,
        "rules_version": round_.rules_version,
        "paper": canonical([[ref, list(options)] for ref, options in one.paper]),
        "started_at": one.started_at,
        "deadline": round_.closes_at,
        "prediction": one.prediction,
        "prediction_rev": 1,
        "submitted_at": one.submitted_at,
        "duration_ms": one.duration_ms,
        "finished_by": "participant",
        "score": one.score,
        "is_perfect": one.perfect,
        "receipt_code": f"R{code:09d}",
        "receipt": "{}",
    }


def _answers(attempt: int, one: Sat) -> list[dict[str, Any]]:
    return [
        {"attempt_id": attempt, "question": ref, "options": f'["{key}"]', "rev": 1, "saved_at": one.submitted_at}
        for ref, key in one.answers.items()
    ]


def _standings(contest: ContestInfo, round_: RoundInfo, stored: Sequence[tuple[int, Sat]]) -> list[dict[str, Any]]:
    by_person: defaultdict[int, list[tuple[int, Sat]]] = defaultdict(list)
    for attempt, one in stored:
        by_person[one.person].append((attempt, one))
    rows = []
    for person, several in by_person.items():
        attempt, best = min(several, key=lambda each: (-each[1].score, each[1].submitted_at))
        rows.append(
            {
                "round_id": round_.id,
                "participant_id": person,
                "contest_id": contest.id,
                "attempt_id": attempt,
                "attempts": len(several),
                "perfect_attempts": sum(one.perfect for _, one in several),
                "score": best.score,
                "is_perfect": best.perfect,
                "started_at": best.started_at,
                "submitted_at": best.submitted_at,
                "duration_ms": best.duration_ms,
                "prediction": best.prediction,
                "packed": best.score,
            }
        )
    return rows


def _insert(table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        db.session.execute(insert(table.__table__), rows[start : start + _AT_ONCE])


def _ids(table: Any, contest: ContestInfo) -> dict[str, int]:
    found = db.session.execute(select(table.public_id, table.id).where(table.contest_id == contest.id))
    return {row.public_id: row.id for row in found}
