"""raw.jsonl: one line an attempt, all that a ranking is computed from, and nobody's name.

Lines are canonical JSON in the order of rounds, submissions and codes; attempts that are still open stand last. They
are read and written page by page, so a contest of any size takes the same memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, or_, select

from quizapp.areas import queries as areas
from quizapp.attempts import late, rules, rulings
from quizapp.attempts.late import LateItem
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.rules import Marking
from quizapp.clock import rfc3339
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db, in_code_order
from quizapp.entries.models import EntryRefusal, Participant
from quizapp.records import release
from quizapp.results.ranking_file import AreaCodes

_AT_ONCE = 500


def stream_raw(contest: ContestInfo, round_: RoundInfo | None, *, to_public: bool) -> Iterator[bytes]:
    """The file in pieces, of one round or of all; due attempts have been settled."""
    codes = AreaCodes(areas.get_tree_by_id(contest.tree_id))
    for each in contest.rounds if round_ is None else (round_,):
        yield from _stream_round(contest, each, codes, to_public)


def _stream_round(contest: ContestInfo, round_: RoundInfo, codes: AreaCodes, to_public: bool) -> Iterator[bytes]:
    result = release.result_of(round_, to_public=to_public)
    markings = rulings.markings(round_.id, contests.get_snapshot(contest.id, round_.rules_version))
    query = _attempts(round_, result.finalized_at if result else None)
    for page in db.session.execute(query.execution_options(yield_per=_AT_ONCE)).partitions():
        ids = [row.id for row in page]
        answers, accepted = _answers_of(ids), late.accepted_of(ids)
        lines = (_line(row, round_, answers[row.id], accepted.get(row.id, ()), markings, codes) for row in page)
        yield "".join(rules.canonical(line) + "\n" for line in lines).encode()


_COLUMNS: tuple[Any, ...] = (
    Attempt.id, Attempt.public_id, Attempt.number, Attempt.rules_version, Attempt.paper, Attempt.score,
    Attempt.is_perfect, Attempt.prediction, Attempt.started_at, Attempt.deadline, Attempt.extra_seconds,
    Attempt.submitted_at, Attempt.finished_by, Participant.public_id.label("participant"), Participant.area_id,
    Participant.group_key,
)  # fmt: skip


def _attempts(round_: RoundInfo, as_of: datetime | None) -> Select[Any]:
    return (
        select(*_COLUMNS, _is_unranked(as_of).label("is_unranked"))
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.round_id == round_.id)
        .order_by(Attempt.submitted_at.is_(None), Attempt.submitted_at, in_code_order(Attempt.public_id))
    )


def _is_unranked(as_of: datetime | None) -> Any:
    """Whether a person is without a rank, now or as of the moment when a result became final.

    An entry that was refused or let in again after that concerns the next version of the result.
    """
    if as_of is None:
        return Participant.is_unranked
    mine = EntryRefusal.participant_id == Participant.id
    stood = (EntryRefusal.at <= as_of) & (EntryRefusal.lifted_at.is_(None) | (EntryRefusal.lifted_at > as_of))
    return or_(
        exists().where(mine, stood | EntryRefusal.was_unranked.is_(True)),
        Participant.is_unranked.is_(True) & ~exists().where(mine),
    )


def _answers_of(attempt_ids: Sequence[int]) -> defaultdict[int, dict[str, list[str]]]:
    """The chosen options by attempt and question."""
    found: defaultdict[int, dict[str, list[str]]] = defaultdict(dict)
    query = select(Answer.attempt_id, Answer.question, Answer.options).where(Answer.attempt_id.in_(attempt_ids))
    for attempt_id, question, options in db.session.execute(query):
        found[attempt_id][question] = json.loads(options)
    return found


def _line(
    row: Row[Any],
    round_: RoundInfo,
    answers: Mapping[str, Sequence[str]],
    accepted: Sequence[LateItem],
    markings: Mapping[str, Marking],
    codes: AreaCodes,
) -> dict[str, Any]:
    """`state` is final or open; score, perfect, submitted_at and finished_by are null while it is open.

    `late` is there only where late answers were accepted.
    """
    paper = json.loads(row.paper)
    is_final = row.submitted_at is not None
    return {
        "attempt": row.public_id,
        "number": row.number,
        "participant": row.participant,
        "unranked": bool(row.is_unranked),
        "area": codes.of(row.area_id) or None,
        "group": row.group_key,
        "round": round_.key,
        "rules_version": row.rules_version,
        "paper": paper,
        "answers": answers,
        "points": _points(row, round_, paper, answers, markings) if is_final else {},
        "score": row.score,
        "perfect": row.is_perfect,
        "prediction": row.prediction,
        "started_at": rfc3339(row.started_at),
        "deadline": rfc3339(row.deadline),
        "extra_seconds": row.extra_seconds,
        "submitted_at": rfc3339(row.submitted_at) if is_final else None,
        "finished_by": row.finished_by,
        "state": "final" if is_final else "open",
        **({"late": [_late(item) for item in accepted]} if accepted else {}),
    }


def _late(item: LateItem) -> dict[str, Any]:
    """An accepted late answer; with what it replaced, the answers at the submission can be told from those now."""
    return {
        "question": item.question or None,
        "replaced": item.replaced,
        "received_at": rfc3339(item.received_at),
        "accepted_at": rfc3339(item.decided_at) if item.decided_at else None,
    }


def _points(
    row: Row[Any],
    round_: RoundInfo,
    paper: Sequence[tuple[str, Sequence[str]]],
    answers: Mapping[str, Sequence[str]],
    markings: Mapping[str, Marking],
) -> dict[str, int]:
    """Points by question; of a round that is marked by hand, the marks."""
    if round_.spec.paper.mode == "marked":
        return {"marks": row.score}
    lines = [(ref, tuple(options)) for ref, options in paper]
    return dict(rules.grade(lines, answers, markings, round_.spec.paper.points).points)
