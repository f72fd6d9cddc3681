"""Standings: each person's counted attempt in a round, in the transaction of the attempt; then the live boards."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, literal, select, true

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import queries, rules
from quizapp.attempts.models import Attempt, Standing
from quizapp.attempts.ordering import counted, packed_column
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import after_commit, db, fresh_snapshot, transaction, upsert
from quizapp.entries.models import Participant
from quizapp.leaderboard import boards
from quizapp.ranking.rules import Performance, live_chain, pack, pick_counted
from quizapp.redis_store import StoreDown

log = logging.getLogger(__name__)


def update_standing(contest: ContestInfo, round_id: int, participant_id: int) -> None:
    """Compute anew which final attempt of the person counts in the round, store it, and tell the boards after commit.

    The participant's row is locked, so that two attempts that end together take turns.
    """
    person = db.session.execute(
        select(Participant.area_id, Participant.group_key, Participant.is_unranked)
        .where(Participant.id == participant_id)
        .with_for_update()
    ).one()
    final = _final_attempts(Attempt.participant_id == participant_id, Attempt.round_id == round_id)
    round_ = contest.round_by_id(round_id)
    chosen = pick_counted(round_.spec.counted, final, round_.spec.ranking.chain())
    packed = _store_counted(contest, round_, chosen, final)
    if not person.is_unranked:
        path = area_path(areas.get_tree_by_id(contest.tree_id), person.area_id)
        names = boards.names_for(round_id, path, person.group_key)
        after_commit(lambda: _record(contest.id, names, participant_id, packed))


def recompute_round(contest: ContestInfo, round_: RoundInfo, actual: int | None) -> None:
    """Choose everybody's counted attempt in a round anew, from the attempts, in one statement.

    For when the true value of the guess is known, which may change whose guess is the best, and after a ruling on a
    question. `actual` is None for rounds without a guess.
    """
    found = counted(round_, actual=actual).c
    chain = live_chain(round_.spec.ranking.chain())
    values = {
        "round_id": literal(round_.id),
        "participant_id": found.participant_id,
        "contest_id": literal(contest.id),
        "attempt_id": found.attempt_id,
        "attempts": found.attempts,
        "perfect_attempts": found.perfect_attempts,
        "score": found.score,
        "is_perfect": found.is_perfect,
        "started_at": found.started_at,
        "submitted_at": found.submitted_at,
        "duration_ms": found.duration_ms,
        "prediction": found.prediction,
        "packed": packed_column(chain, found, round_.opens_at),
    }
    # SQLite cannot tell ON CONFLICT from a join condition unless the SELECT has a WHERE.
    statement = upsert(Standing).from_select(list(values), select(*values.values()).where(true()))
    changed = {name: statement.excluded[name] for name in values if name not in ("round_id", "participant_id")}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["round_id", "participant_id"], set_=changed),
        execution_options={"synchronize_session": False},
    )


def _final_attempts(*conditions: ColumnElement[bool]) -> list[tuple[Attempt, Performance]]:
    rows = db.session.scalars(
        select(Attempt)
        .where(Attempt.submitted_at.is_not(None), *conditions)
        .order_by(Attempt.participant_id, Attempt.number)
        .execution_options(populate_existing=True)
    )
    return [(row, _performance(row)) for row in rows]


def _store_counted(
    contest: ContestInfo, round_: RoundInfo, chosen: Attempt, final: Sequence[tuple[Attempt, Performance]]
) -> int:
    """Store the counted one of a person's final attempts as the standing; returns its packed number."""
    performance = _performance(chosen, perfect_attempts=sum(1 for row, _ in final if row.is_perfect))
    packed = pack(live_chain(round_.spec.ranking.chain()), performance, round_.opens_at)
    _store(contest.id, chosen, performance, attempts=len(final), packed=packed)
    return packed


def _performance(row: Attempt, *, perfect_attempts: int = 0) -> Performance:
    assert row.score is not None  # noqa: S101 - final rows have a score (CHECK)
    assert row.submitted_at is not None  # noqa: S101
    return Performance(
        score=row.score,
        perfect=bool(row.is_perfect),
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        duration_ms=rules.duration_ms(row.started_at, row.submitted_at),
        prediction=row.prediction,
        perfect_attempts=perfect_attempts,
    )


def _store(contest_id: int, counted: Attempt, performance: Performance, *, attempts: int, packed: int) -> None:
    values = {
        "contest_id": contest_id,
        "attempt_id": counted.id,
        "attempts": attempts,
        "perfect_attempts": performance.perfect_attempts,
        "score": performance.score,
        "is_perfect": performance.perfect,
        "started_at": performance.started_at,
        "submitted_at": performance.submitted_at,
        "duration_ms": performance.duration_ms,
        "prediction": performance.prediction,
        "packed": packed,
    }
    statement = upsert(Standing).values(round_id=counted.round_id, participant_id=counted.participant_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["round_id", "participant_id"], set_=values))


def area_path(tree: Tree, area_id: int | None) -> tuple[int, ...]:
    """Ids of the contest's areas on which a person of `area_id` counts, root first; empty for outsiders."""
    if area_id is None or not tree.subtree_contains(tree.root.id, area_id):
        return ()
    return tree.node(area_id).path


def _record(contest_id: int, names: list[str], participant_id: int, packed: int) -> None:
    try:
        boards.record(contest_id, names, participant_id, packed)
    except StoreDown:
        log.warning("a live board missed an update; it will be rebuilt", extra={"contest_id": contest_id})
        with transaction():
            boards.invalidate(contest_id)


def rebuild_boards(contest: ContestInfo) -> int:
    """Write the contest's boards anew from the standings; returns how many lines there are. Raises StoreDown.

    Opens its own transactions. The generation is fixed before the standings are read: a write that is missed
    meanwhile asks for a newer one, and the boards go on saying that they are catching up. Whoever submits between the
    reading and the exchange is on the old boards only, so the standings are read once more afterwards.
    """
    generation = boards.wanted_generation(contest.id)
    if generation is None:
        with transaction():
            generation = boards.invalidate(contest.id)
    fresh_snapshot()
    before = _collect(contest)
    boards.replace(contest.id, before.items(), generation)
    fresh_snapshot()
    for name, members in _collect(contest).items():
        for member, packed in members.items():
            if before.get(name, {}).get(member) != packed:
                boards.record(contest.id, [name], int(member), packed)
    return sum(len(members) for name, members in before.items() if ":" not in name)


def _collect(contest: ContestInfo) -> dict[str, dict[str, int]]:
    """Board name -> participant id as text -> packed number."""
    tree = areas.get_tree_by_id(contest.tree_id)
    collected: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, member, packed in _lines(contest, tree):
        collected[name][member] = packed
    return dict(collected)


def _lines(contest: ContestInfo, tree: Tree) -> Iterator[tuple[str, str, int]]:
    for row in queries.stream_ranked(contest.id):
        for name in boards.names_for(row.round_id, area_path(tree, row.area_id), row.group_key):
            yield name, str(row.participant_id), row.packed
