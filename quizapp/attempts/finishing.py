"""Making papers final: graded, with a receipt, and counted, many in a few statements."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Text, select, update

from quizapp.attempts import counting, rules, rulings
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice, Marking
from quizapp.clock import rfc3339
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import Snapshot
from quizapp.db import UTCDateTime, table
from quizapp.ids import new_code, new_public_id
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Asked, Statement

RECEIPT_CODE_LENGTH = 10

# What a paper has stored: question ref -> choice.
Answers = Mapping[str, Choice]


@dataclass(frozen=True)
class Finish:
    """A paper that ends: locked, not final yet; `at` counts as its submission, `by` is participant or deadline."""

    attempt: AttemptInfo
    snapshot: Snapshot
    answers: Answers
    at: datetime
    by: str


def finish_all(finishes: Sequence[Finish], *, now: datetime) -> dict[int, AttemptInfo]:
    """Grade and close the papers and count them; the final attempts by id, without those that somebody else closed."""
    by_contest: defaultdict[int, list[Finish]] = defaultdict(list)
    for finish in finishes:
        by_contest[finish.attempt.contest_id].append(finish)
    done: dict[int, AttemptInfo] = {}
    for contest_id, ends in sorted(by_contest.items()):
        done.update(_close(contests.get_contest_by_id(contest_id), ends, now))
    return done


def answers_of(attempt_ids: Collection[int]) -> dict[int, dict[str, Choice]]:
    """Everything that is stored of these papers, by attempt id; {} for one without answers."""
    found: dict[int, dict[str, Choice]] = {attempt_id: {} for attempt_id in attempt_ids}
    if found:
        wanted = encode(dialect_name(), [{"id": attempt_id} for attempt_id in sorted(found)])
        found.update(read_answers(_ANSWERS.rows(wanted=wanted)))
    return found


def asking_answers(public_ids: Collection[str]) -> Asked:
    """The question for everything that is stored of these papers; `read_answers` reads what it finds."""
    return _ANSWERS_BY_NAME, {"wanted": encode(dialect_name(), [{"public_id": each} for each in sorted(public_ids)])}


def read_answers(rows: Iterable[Any]) -> dict[int, dict[str, Choice]]:
    """The answers by attempt id, of papers that have any."""
    found: defaultdict[int, dict[str, Choice]] = defaultdict(dict)
    for row in rows:
        found[row.attempt_id][row.question] = Choice(row.question, _read_options(row.options), row.rev)
    return found


@lru_cache(maxsize=1000)
def _read_options(text: str) -> tuple[str, ...]:
    """There are few different ones: most are a single letter."""
    return tuple(json.loads(text))


def _close(contest: ContestInfo, finishes: Iterable[Finish], now: datetime) -> dict[int, AttemptInfo]:
    """The same for papers of one contest."""
    closed: dict[int, AttemptInfo] = {}
    rows = []
    markings: dict[tuple[int, str], Mapping[str, Marking]] = {}
    # In the order of their ids, as everybody locks papers.
    for finish in sorted(finishes, key=lambda each: each.attempt.id):
        attempt, key = finish.attempt, (finish.attempt.round_id, finish.snapshot.content_hash)
        if key not in markings:
            markings[key] = _markings(contest, finish, now)
        graded = _graded(contest, finish, markings[key])
        closed[attempt.id] = graded
        duration = rules.duration_ms(attempt.started_at, finish.at)
        rows.append({**{name: getattr(graded, name) for name in _OF_ATTEMPT}, "duration_ms": duration})
    pairs = {(each.round_id, each.participant_id) for each in closed.values()}
    writing = (_WRITE_FINAL, {"rows": encode(dialect_name(), rows)})
    (claimed,) = counting.update_standings(contest, pairs, writing)
    return {row.id: closed[row.id] for row in claimed}


def _markings(contest: ContestInfo, finish: Finish, now: datetime) -> Mapping[str, Marking]:
    """Questions are ruled on after the close only: a paper that ends before need not ask."""
    round_ = contest.round_by_id(finish.attempt.round_id)
    is_over = now >= round_.closes_at
    return rulings.markings(round_.id, finish.snapshot) if is_over else rulings.key_of(finish.snapshot)


def _graded(contest: ContestInfo, finish: Finish, markings: Mapping[str, Marking]) -> AttemptInfo:
    attempt, round_ = finish.attempt, contest.round_by_id(finish.attempt.round_id)
    answers = {question: choice.options for question, choice in finish.answers.items()}
    grade = rules.grade(attempt.paper, answers, markings, round_.spec.paper.points)
    code = new_code(RECEIPT_CODE_LENGTH)
    return replace(
        attempt,
        submitted_at=finish.at,
        finished_by=finish.by,
        score=grade.score,
        is_perfect=grade.is_perfect,
        receipt_code=code,
        receipt=_receipt(contest.slug, round_.key, finish, answers, code),
    )


def _receipt(slug: str, round_key: str, finish: Finish, answers: Mapping[str, Sequence[str]], code: str) -> str:
    """The receipt as canonical JSON, written once and handed out unchanged; it says nothing about right or wrong."""
    attempt = finish.attempt
    salt = new_public_id()
    return rules.canonical(
        {
            "attempt": attempt.public_id,
            "contest": slug,
            "round": round_key,
            "code": code,
            "questions": len(attempt.paper),
            "answered": sum(1 for options in answers.values() if options),
            "prediction": attempt.prediction,
            "paper_hash": rules.paper_hash(attempt.paper),
            "salt": salt,
            "answers_hash": rules.answers_hash(salt, answers),
            "rules_version": attempt.rules_version,
            "started_at": rfc3339(attempt.started_at),
            "deadline": rfc3339(attempt.deadline),
            "submitted_at": rfc3339(finish.at),
            "finished_by": finish.by,
        }
    )


_FINAL_COLUMNS: Mapping[str, Any] = {
    "id": Integer(),
    "submitted_at": UTCDateTime(),
    "duration_ms": BigInteger(),
    "finished_by": Text(),
    "score": Integer(),
    "is_perfect": Boolean(),
    "receipt_code": Text(),
    "receipt": Text(),
}
_OF_ATTEMPT = tuple(name for name in _FINAL_COLUMNS if name != "duration_ms")


_STORED = (Answer.attempt_id, Answer.question, Answer.options, Answer.rev)


def _answers(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", {"id": Integer()})
    return select(*_STORED).select_from(wanted).join(Answer, Answer.attempt_id == wanted.c.id)


def _answers_by_name(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", {"public_id": Text()})
    papers = select(*_STORED).select_from(wanted).join(Attempt, Attempt.public_id == wanted.c.public_id)
    return papers.join(Answer, Answer.attempt_id == Attempt.id)


def _write_final(dialect: str) -> Any:
    rows = row_set(dialect, "rows", _FINAL_COLUMNS)
    attempts = table(Attempt)
    return (
        update(attempts)
        .where(attempts.c.id == rows.c.id, attempts.c.submitted_at.is_(None))
        .values({name: rows.c[name] for name in _FINAL_COLUMNS if name != "id"})
        .returning(attempts.c.id)
    )


_ANSWERS = Statement(_answers)
_ANSWERS_BY_NAME = Statement(_answers_by_name)
_WRITE_FINAL = Statement(_write_final)
