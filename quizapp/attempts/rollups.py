"""Figures by area, kept in step with the standings: what a breakdown of a million attempts is read from at once.

A line of `rollups` says what the standings of one round and area add up to; `rollup_scores` says how many of them have
which score, so that the highest one is known when somebody leaves it. Whoever changes standings adds lines to
`rollup_changes` in the same transaction: what the people concerned contributed before, negative, and what they
contribute now. Lines are only ever added there, so nobody waits for another; the worker folds them in. Readers add up
both, so that figures are exact at any moment, whether or not a worker runs.

The numbers of a whole contest are sums over its rounds, too: a person is a newcomer in the first round in which they
have a standing, and newly all-correct in the first whose counted attempt has everything right.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Insert,
    Integer,
    Select,
    Subquery,
    Update,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    text,
    union_all,
    update,
)

from quizapp.attempts.models import Rollup, RollupChange, RollupScore, Standing
from quizapp.contests.models import Round
from quizapp.db import db, table, upsert
from quizapp.entries.models import Participant
from quizapp.row_set import SQLITE, dialect_name, encode, row_set
from quizapp.statements import Asked, Statement

# What is added up, in lines and in changes.
SUMS = ("people", "attempts", "people_all_correct", "newcomers", "new_all_correct", "score_sum")
_LINE = ("contest_id", "round_id", "area_id")
_SCORE = (*_LINE, "score")
# The area of people who named none.
NO_AREA = 0

FOLD_AT_ONCE = 5000
_LINES, _SCORES, _CHANGES = table(Rollup), table(RollupScore), table(RollupChange)
# The first of the two numbers by which PostgreSQL tells the lock from others; the second is the contest's.
_LOCK = 20_220_427


def leaving(contest_ids: Collection[int], participant_ids: Collection[int]) -> list[Asked]:
    """To be asked before the standings of these people, of these contests, are changed; `coming` afterwards.

    The people's rows are locked by then, so that nobody else changes their standings meanwhile. Waits while one of the
    contests is being rebuilt.
    """
    locks = [] if dialect_name() == SQLITE else [(_SHARE, {"contest": each}) for each in sorted(contest_ids)]
    return [*locks, (_LEAVE, _these(participant_ids))]


def coming(participant_ids: Collection[int]) -> list[Asked]:
    """To be asked in the same transaction when the standings of the people of `leaving` have been changed."""
    return [(_COME, _these(participant_ids))]


def _these(participant_ids: Collection[int]) -> dict[str, str]:
    return {"people": encode(dialect_name(), [{"id": each} for each in participant_ids])}


def rebuild(contest_id: int) -> None:
    """Write the contest's lines anew from the standings, after many of them have changed.

    Until the transaction ends, whoever submits in this contest waits. Flushes; the edge commits.
    """
    _lock(contest_id)
    for kept in (_LINES, _SCORES, _CHANGES):
        db.session.execute(delete(kept).where(kept.c.contest_id == contest_id))
    everybody = _contributions(Standing.contest_id == contest_id)
    db.session.execute(insert(_CHANGES).from_select([*_SCORE, *SUMS], everybody))
    while fold(contest_id) == FOLD_AT_ONCE:
        continue


def contests_to_fold() -> list[int]:
    """Ids of contests that have changes."""
    return list(db.session.scalars(select(_CHANGES.c.contest_id).distinct()))


def fold(contest_id: int) -> int:
    """Add some of the contest's changes to its lines; returns how many, `FOLD_AT_ONCE` while there may be more.

    No figure that anybody reads is changed by this. Flushes; the edge commits.
    """
    if dialect_name() != SQLITE:
        _SHARE.rows(contest=contest_id)
    some = select(_CHANGES.c.id).where(_CHANGES.c.contest_id == contest_id).limit(FOLD_AT_ONCE)
    taken = delete(_CHANGES).where(_CHANGES.c.id.in_(some))
    changes = db.session.execute(taken.returning(*(_CHANGES.c[name] for name in (*_SCORE, *SUMS)))).all()
    if changes:
        _add(_LINES, _LINE, SUMS, changes)
        _add(_SCORES, _SCORE, ("people",), changes)
        touched = {(change.round_id, change.area_id) for change in changes}
        db.session.execute(
            _renew_best(), [{"round": round_id, "area": area_id} for round_id, area_id in sorted(touched)]
        )
    return len(changes)


def read(contest_id: int, round_id: int | None = None, *, by_round: bool = False) -> Sequence[Any]:
    """The figures at this moment, a row for each area with people: `area_id`, `SUMS` and `best` (the highest score).

    `by_round`: a row for each round and area, `round_id` first; else the rounds of the contest are added up.
    """
    asked = {"contest": contest_id} if round_id is None else {"contest": contest_id, "round": round_id}
    return _READ[round_id is not None, by_round].rows(**asked)


def differences(contest_id: int) -> int:
    """How many lines are not what the standings say: none, unless something has gone wrong.

    Each of the two comparisons is one statement, so that it is of one moment however many submit meanwhile.
    """
    told = _contributions(Standing.contest_id == bindparam("contest")).subquery()
    truth = select(told.c.round_id, told.c.area_id, *(func.sum(told.c[name]) for name in SUMS), func.max(told.c.score))
    scores = _SCORES.c
    held = (
        select(scores.round_id, scores.area_id, func.sum(scores.people), func.sum(scores.people * scores.score))
        .where(scores.contest_id == bindparam("contest"))
        .group_by(scores.round_id, scores.area_id)
    )
    stored = select(*(_LINES.c[name] for name in ("round_id", "area_id", "people", "score_sum")))
    stored = stored.where(_LINES.c.contest_id == bindparam("contest"))
    truth = truth.group_by(told.c.round_id, told.c.area_id)
    return _unequal(contest_id, truth, _lines(False, True)) + _unequal(contest_id, held, stored)


def _lock(contest_id: int) -> None:
    """Many may follow at once, and nobody while somebody rebuilds; to the end of the transaction.

    On SQLite whoever writes is alone anyhow.
    """
    if dialect_name() != SQLITE:
        db.session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK}, :contest)"), {"contest": contest_id})


_SHARE = Statement(lambda _: text(f"SELECT pg_advisory_xact_lock_shared({_LOCK}, :contest)"))


def _add_contributions(dialect: str, sign: int) -> Insert:
    """What the people given as the parameter `people` contribute, added as changes."""
    people = row_set(dialect, "people", {"id": Integer()})
    # Standings are found by contest and person.
    own = Standing.contest_id == Participant.contest_id
    found = _contributions(own & Participant.id.in_(select(people.c.id))).subquery()
    signed = select(*(found.c[name] for name in _SCORE), *(sign * found.c[name] for name in SUMS))
    return insert(_CHANGES).from_select([*_SCORE, *SUMS], signed)


_LEAVE = Statement(lambda dialect: _add_contributions(dialect, -1))
_COME = Statement(lambda dialect: _add_contributions(dialect, 1))


def _contributions(condition: ColumnElement[bool]) -> Select[Any]:
    """What standings make, by definition, for each round, area and score: `SUMS`.

    `condition` takes either all of a person's standings in a contest or none.
    """
    perfect = case((Standing.is_perfect, 1), else_=0)
    so_far: dict[str, Any] = {
        "partition_by": Standing.participant_id,
        "order_by": [Round.position, Round.id],
        "rows": (None, 0),
    }
    each = (
        select(
            Standing.contest_id,
            Standing.round_id,
            func.coalesce(Participant.area_id, NO_AREA).label("area_id"),
            Standing.score,
            Standing.attempts,
            perfect.label("perfect"),
            func.count().over(**so_far).label("rounds_so_far"),
            func.sum(perfect).over(**so_far).label("perfect_so_far"),
        )
        .join(Participant, Participant.id == Standing.participant_id)
        .join(Round, Round.id == Standing.round_id)
        .where(condition)
        .subquery()
    )
    sums = (
        func.count(),
        func.sum(each.c.attempts),
        func.sum(each.c.perfect),
        func.sum(case((each.c.rounds_so_far == 1, 1), else_=0)),
        func.sum(case(((each.c.perfect == 1) & (each.c.perfect_so_far == 1), 1), else_=0)),
        func.sum(each.c.score),
    )
    keys = [each.c[name] for name in _SCORE]
    return select(*keys, *(number.label(name) for name, number in zip(SUMS, sums, strict=True))).group_by(*keys)


@lru_cache
def _lines(one_round: bool, by_round: bool) -> Select[Any]:
    """See `read`; the contest, and the one round when it is asked for, are the parameters `contest` and `round`."""

    def of(kept: FromClause) -> ColumnElement[bool]:
        own = kept.c.contest_id == bindparam("contest")
        return own & (kept.c.round_id == bindparam("round")) if one_round else own

    net = _netted(of)
    both = union_all(
        select(*_columns(_LINES), _LINES.c.best, null().label("come"), null().label("gone")).where(of(_LINES)),
        select(*_columns(net), null(), case((net.c.people > 0, net.c.score)), case((net.c.people < 0, net.c.score))),
    ).subquery()
    keys = ("round_id", "area_id") if by_round else ("area_id",)
    highest = (func.coalesce(func.max(both.c[name]), -1).label(name) for name in ("best", "come", "gone"))
    # PostgreSQL adds these up as decimals, which take long to be read.
    sums = (cast(func.sum(both.c[name]), BigInteger).label(name) for name in SUMS)
    by = [both.c[key] for key in keys]
    summed = select(*by, *sums, *highest).group_by(*by).subquery()
    line = summed.c
    # Unless somebody has left the highest score, it is simply the highest.
    best = case(
        ((line.best > line.gone) & (line.best >= line.come), line.best),
        (line.come > line.gone, line.come),
        else_=_highest_of(summed, keys, of),
    )
    return select(*(line[name] for name in (*keys, *SUMS)), best.label("best")).where(line.people > 0)


def _reading(one_round: bool, by_round: bool) -> Statement:
    return Statement(lambda _: _lines(one_round, by_round))


_READ = {each: _reading(*each) for each in product((False, True), repeat=2)}


def _add(kept: Any, keys: tuple[str, ...], names: tuple[str, ...], changes: Collection[Any]) -> None:
    """Add the changes to the lines of `kept`."""
    sums: defaultdict[tuple[int, ...], list[int]] = defaultdict(lambda: [0] * len(names))
    for change in changes:
        line = sums[tuple(getattr(change, key) for key in keys)]
        for index, name in enumerate(names):
            line[index] += getattr(change, name)
    statement = upsert(kept)
    added = {name: kept.c[name] + statement.excluded[name] for name in names}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=list(keys[1:]), set_=added),
        # Always in the same order, so that two who fold the same lines take turns.
        [dict(zip((*keys, *names), (*key, *sums[key]), strict=True)) for key in sorted(sums)],
    )


@lru_cache
def _renew_best() -> Update:
    """Finds the highest score of the line given as `round` and `area`."""
    asked: dict[str, Any] = {"round_id": bindparam("round"), "area_id": bindparam("area")}
    highest = select(func.max(_SCORES.c.score)).where(*(_SCORES.c[key] == value for key, value in asked.items()))
    line = update(_LINES).where(*(_LINES.c[key] == value for key, value in asked.items()))
    return line.values(best=highest.where(_SCORES.c.people > 0).scalar_subquery())


def _netted(of: Callable[[FromClause], Any]) -> Subquery:
    """The changes by round, area and score: most of those who come back to a score have left it in the same moment."""
    keys = [_CHANGES.c[name] for name in ("round_id", "area_id", "score")]
    kinds = {"score_sum": BigInteger}
    # No wider than the lines, so that adding both up stays cheap.
    sums = (cast(func.sum(_CHANGES.c[name]), kinds.get(name, Integer)).label(name) for name in SUMS)
    return select(*keys, *sums).where(of(_CHANGES)).group_by(*keys).subquery()


def _highest_of(summed: Subquery, keys: tuple[str, ...], of: Callable[[FromClause], Any]) -> ColumnElement[Any]:
    """The highest score that somebody has in a line of `summed`, out of all its scores."""
    all_scores = union_all(
        *(
            select(kept.c.score, kept.c.people)
            .where(of(kept), *(kept.c[key] == summed.c[key] for key in keys))
            .correlate(summed)
            for kept in (_SCORES, _CHANGES)
        )
    ).subquery()
    held = select(all_scores.c.score).group_by(all_scores.c.score).having(func.sum(all_scores.c.people) > 0).subquery()
    return select(func.max(held.c.score)).scalar_subquery()


def _unequal(contest_id: int, one: Select[Any], other: Select[Any]) -> int:
    """How many keys (the first two columns) have not the same numbers in both."""
    both = union_all(one, other).subquery()
    first, second, *columns = both.c
    numbers = [func.coalesce(each, -1) for each in columns]
    wrong = or_(func.count() != 2, *(func.min(number) != func.max(number) for number in numbers))
    keys = select(first).group_by(first, second).having(wrong).subquery()
    return db.session.scalar(select(func.count()).select_from(keys), {"contest": contest_id}) or 0


def _columns(kept: FromClause) -> list[Any]:
    return [kept.c[name] for name in ("round_id", "area_id", *SUMS)]
