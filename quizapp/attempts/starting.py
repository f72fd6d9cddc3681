"""Starting papers: many people's in one round at once, as they come in the minute in which it opens."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, case, func, select, true

from quizapp.attempts import rules
from quizapp.attempts.models import Attempt
from quizapp.attempts.paper import SeededStream, draw_paper, stream_label
from quizapp.attempts.queries import AttemptInfo, info_of
from quizapp.clock import local_date
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState, Snapshot
from quizapp.db import UTCDateTime, table, upsert
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import Conflict, QuizError, TooMany
from quizapp.ids import new_public_id
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Asked, Statement, ask


@dataclass(frozen=True)
class Started:
    """The attempt that is open now, and whether it was made by this call."""

    attempt: AttemptInfo
    is_new: bool


@dataclass(frozen=True)
class StartAsk:
    """A person begins a paper; `now` is when they asked."""

    person: ParticipantInfo
    now: datetime


def hold_open(
    contest: ContestInfo, round_: RoundInfo, people: Iterable[int], *, now: datetime
) -> tuple[RoundInfo, dict[int, AttemptInfo]]:
    """(The round, when it takes papers; `unsubmitted` for these people.)

    It cannot be closed early while this transaction makes papers for it. Raises Conflict("round_is_marked"),
    Conflict("round_not_open").
    """
    if round_.spec.paper.mode == "marked":
        raise Conflict("round_is_marked")
    times, present = ask(contests.holding(round_), _asking_unsubmitted(people, round_.id))
    held = contests.held(round_, times)
    if contest.launched_at is None or held is None or held.state(now) is not RoundState.OPEN:
        raise Conflict("round_not_open", opens_at=round_.opens_at, closes_at=round_.closes_at)
    return held, _by_person(present)


def _asking_unsubmitted(people: Iterable[int], round_id: int) -> Asked:
    """By participant id the attempt of the round which nobody has submitted (its deadline may have passed)."""
    ids = encode(dialect_name(), [{"id": person} for person in sorted(people)])
    return _UNSUBMITTED, {"people": ids, "round_id": round_id}


def _by_person(rows: Iterable[Any]) -> dict[int, AttemptInfo]:
    return {row.participant_id: info_of(row) for row in rows}


def start_all(contest: ContestInfo, round_: RoundInfo, asks: Mapping[int, StartAsk]) -> dict[int, Started | QuizError]:
    """By participant id the attempt that is open now; TooMany, Conflict("attempts_exhausted" or "attempts_changed").

    `asks` by participant id. `round_` is held open, and nobody has an attempt of it whose time is over and which is
    not final.
    """
    _, unsubmitted, counts, version, secret = ask(
        entries.locking_participants(asks),
        _asking_unsubmitted(asks, round_.id),
        _asking_used(round_, asks),
        contests.asking_snapshot(contest.id, round_.rules_version),
        contests.asking_seed(contest.id),
    )
    present = _by_person(unsubmitted)
    there = {key: attempt for key, attempt in present.items() if attempt.is_open(asks[key].now)}
    told: dict[int, Started | QuizError] = {key: Started(attempt, False) for key, attempt in there.items()}
    # How many attempts count against the round's limit, and the last number in the round.
    used = dict.fromkeys(asks, (0, 0, 0)) | {
        row.participant_id: (row.used, row.last or 0, row.lately) for row in counts
    }
    limit = round_.spec.attempts
    new: dict[int, StartAsk] = {}
    for key in asks.keys() - there.keys():
        if limit.max is not None and used[key][0] >= limit.max:
            told[key] = Conflict("attempts_exhausted", max=limit.max, per=limit.per)
        elif used[key][2] >= rules.MOST_STARTS:
            told[key] = TooMany(retry_after=int(rules.STARTS_WITHIN.total_seconds()))
        else:
            new[key] = asks[key]
    if new:
        snapshot, seed = contests.read_snapshot(contest.id, version), contests.read_seed(secret)
        rows = [_row(contest, round_, new[key], used[key][1] + 1, snapshot, seed) for key in sorted(new)]
        told.update(_make(round_, new, rows))
    return told


def _make(
    round_: RoundInfo, asks: Mapping[int, StartAsk], rows: Sequence[Mapping[str, Any]]
) -> dict[int, Started | QuizError]:
    # No index is named: either unique constraint (the open one, the number) means that another request was first.
    _, found = ask((_INSERT, {"rows": encode(dialect_name(), rows)}), _asking_unsubmitted(asks, round_.id))
    made = {row["public_id"] for row in rows}
    present = _by_person(found)
    # Where there is none, the other request's attempt was submitted in the meantime: the person starts again knowingly.
    return {
        key: Started(present[key], present[key].public_id in made) if key in present else Conflict("attempts_changed")
        for key in asks
    }


def _row(
    contest: ContestInfo, round_: RoundInfo, ask: StartAsk, number: int, snapshot: Snapshot, seed: bytes
) -> dict[str, Any]:
    paper = draw_paper(
        SeededStream(seed, stream_label(contest.slug, ask.person.public_id, round_.key, number)),
        snapshot.blueprints[round_.key],
        snapshot.questions,
        snapshot.spec.round(round_.key).paper.shuffle,
    )
    return {
        "public_id": new_public_id(),
        "contest_id": contest.id,
        "round_id": round_.id,
        "participant_id": ask.person.id,
        "number": number,
        "rules_version": round_.rules_version,
        "paper": rules.canonical([[ref, list(options)] for ref, options in paper]),
        "started_at": ask.now,
        "deadline": rules.deadline_of(ask.now, round_.spec.paper.time_limit_seconds, round_.closes_at),
        "extra_seconds": 0,
        "prediction_rev": 0,
    }


def _asking_used(round_: RoundInfo, asks: Mapping[int, StartAsk]) -> Asked:
    rows = []
    for person in sorted(asks):
        since, until = rules.day_bounds(local_date(asks[person].now))
        lately = asks[person].now - rules.STARTS_WITHIN
        rows.append({"id": person, "since": since, "until": until, "lately": lately})
    return _COUNTS[round_.spec.attempts.per], {"people": encode(dialect_name(), rows), "round_id": round_.id}


_ATTEMPT: Mapping[str, Any] = {
    "public_id": Text(),
    "contest_id": Integer(),
    "round_id": Integer(),
    "participant_id": Integer(),
    "number": Integer(),
    "rules_version": Integer(),
    "paper": Text(),
    "started_at": UTCDateTime(),
    "deadline": UTCDateTime(),
    "extra_seconds": Integer(),
    "prediction_rev": BigInteger(),
}


def _unsubmitted(dialect: str) -> Any:
    people = row_set(dialect, "people", {"id": Integer()})
    attempts = table(Attempt)
    mine = (attempts.c.participant_id == people.c.id) & (attempts.c.round_id == bindparam("round_id"))
    return select(*attempts.c).select_from(people).join(attempts, mine).where(attempts.c.submitted_at.is_(None))


def _counts(dialect: str, per: str) -> Any:
    times = {"since": UTCDateTime(), "until": UTCDateTime(), "lately": UTCDateTime()}
    people = row_set(dialect, "people", {"id": Integer(), **times})
    in_round = Attempt.round_id == bindparam("round_id")
    on_day = (Attempt.started_at >= people.c.since) & (Attempt.started_at < people.c.until)
    counted = {"round": in_round, "contest": true(), "day": on_day}[per]
    return (
        select(
            Attempt.participant_id,
            func.sum(case((counted, 1), else_=0)).label("used"),
            func.max(case((in_round, Attempt.number))).label("last"),
            func.sum(case((Attempt.started_at > people.c.lately, 1), else_=0)).label("lately"),
        )
        .select_from(people)
        .join(Attempt, Attempt.participant_id == people.c.id)
        .group_by(Attempt.participant_id)
    )


def _insert(dialect: str) -> Any:
    rows = row_set(dialect, "rows", _ATTEMPT)
    # SQLite cannot tell ON CONFLICT from a join condition unless the SELECT has a WHERE.
    statement = upsert(table(Attempt)).from_select(list(_ATTEMPT), select(*rows.c).where(true()))
    return statement.on_conflict_do_nothing()


_UNSUBMITTED = Statement(_unsubmitted)
_INSERT = Statement(_insert)
_COUNTS = {
    "round": Statement(lambda dialect: _counts(dialect, "round")),
    "contest": Statement(lambda dialect: _counts(dialect, "contest")),
    "day": Statement(lambda dialect: _counts(dialect, "day")),
}
