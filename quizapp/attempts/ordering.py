"""The ranking rules in the database's words: the order of a chain, and which attempt of each person counts.

`ranking.rules` says the same in Python; tests hold the two together on both databases.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Subquery, and_, case, cast, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from quizapp.attempts.models import Attempt, RegradeChange
from quizapp.contests.queries import RoundInfo
from quizapp.db import UTCDateTime
from quizapp.ranking.rules import SECOND_BITS, Chain, Gate, Key

# Behind every possible distance between a guess and the truth.
NO_GUESS = 1 << 62


def constant(value: Any) -> Any:
    """A value that stands in the statement itself.

    Windows over the same order are worked out in one pass only where the database can see that it is the same, and to
    SQLite two parameters never are.
    """
    return literal(value, literal_execute=True)


def passes(chain: Chain, columns: Any) -> ColumnElement[bool]:
    """`ranking.rules.passes`; the chain has a gate."""
    if chain.gate is Gate.ALL_CORRECT:
        return columns.is_perfect.is_(True)
    return columns.score >= constant(chain.min_score)


def chain_order(chain: Chain, actual: int | None, columns: Any) -> list[Any]:
    """`ranking.rules.order_key` as expressions to order by, best first.

    `columns` has score, is_perfect, prediction, submitted_at, duration_ms, started_at and, where the chain asks for it,
    perfect_attempts: a mapped class or the columns of a subquery. While `actual` is None guesses decide nothing.
    """
    keys = [_key(key, actual, columns) for key in chain.keys if key is not Key.PREDICTION_GAP or actual is not None]
    if chain.gate is Gate.NONE:
        return keys
    passed = passes(chain, columns)
    first, other = constant(0), constant(1)
    return [case((passed, first), else_=other), case((passed, first), else_=-columns.score), *keys]


def _key(key: Key, actual: int | None, columns: Any) -> Any:
    if key is Key.SCORE:
        return columns.score.desc()
    if key is Key.PREDICTION_GAP:
        return func.coalesce(func.abs(columns.prediction - constant(actual)), constant(NO_GUESS))
    if key is Key.PERFECT_ATTEMPTS:
        return columns.perfect_attempts.desc()
    return {Key.SUBMITTED_AT: columns.submitted_at, Key.DURATION: columns.duration_ms}.get(key, columns.started_at)


def counted(round_: RoundInfo, *, actual: int | None, regrade_id: int | None = None) -> Subquery:
    """One row for each person with a final attempt in the round: the attempt that counts (`rules.pick_counted`).

    Columns: those of the attempt that rankings look at, `attempts` and `perfect_attempts` (how many are final, and how
    many of these have everything right). `regrade_id`: with the scores that a staged ruling would give.
    """
    graded = _graded(round_, regrade_id)
    # One window for everything, so that the attempts are sorted once.
    person: dict[str, Any] = {
        "partition_by": graded.c.participant_id,
        "order_by": _choice(round_, actual, graded.c),
        "rows": (None, None),
    }
    all_of_person = select(
        graded,
        func.first_value(graded.c.attempt_id).over(**person).label("chosen"),
        func.count().over(**person).label("attempts"),
        func.sum(case((graded.c.is_perfect, 1), else_=0)).over(**person).label("perfect_attempts"),
    ).subquery("all_of_person")
    return select(all_of_person).where(all_of_person.c.attempt_id == all_of_person.c.chosen).subquery("counted")


def _graded(round_: RoundInfo, regrade_id: int | None) -> Subquery:
    """The round's final attempts."""
    score: Any = Attempt.score
    perfect: Any = Attempt.is_perfect
    query = select(
        Attempt.id.label("attempt_id"),
        Attempt.participant_id,
        Attempt.number,
        Attempt.started_at,
        Attempt.submitted_at,
        Attempt.duration_ms,
        Attempt.prediction,
    )
    if regrade_id is not None:
        changed = and_(RegradeChange.attempt_id == Attempt.id, RegradeChange.regrade_id == regrade_id)
        query = query.outerjoin(RegradeChange, changed)
        score = func.coalesce(RegradeChange.new_score, Attempt.score)
        perfect = func.coalesce(RegradeChange.new_perfect, Attempt.is_perfect)
    query = query.add_columns(score.label("score"), perfect.label("is_perfect"))
    return query.where(Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None)).subquery("graded")


def _choice(round_: RoundInfo, actual: int | None, columns: Any) -> list[Any]:
    """The order in which one person's attempts are preferred."""
    policy = round_.spec.counted
    if policy == "best":
        chain = round_.spec.ranking.chain()
        # How many attempts are perfect is a property of the person, equal for all attempts of one.
        alone = Chain(
            chain.gate,
            tuple(key for key in chain.keys if key is not Key.PERFECT_ATTEMPTS),
            chain.fallback,
            chain.min_score,
        )
        order = [*chain_order(alone, actual, columns), columns.submitted_at]
    elif policy in ("best_earliest", "first_perfect"):
        order = [columns.is_perfect.desc(), columns.score.desc(), columns.submitted_at]
    elif policy == "first":
        order = [columns.submitted_at]
    else:
        order = [columns.submitted_at.desc()]
    return [*order, columns.number]


# --- the packed number of a live board ---------------------------------------------------------------------------


class _Milliseconds(FunctionElement[int]):
    """Whole milliseconds from the second moment to the first, exact on both databases."""

    type = BigInteger()
    inherit_cache = True


@compiles(_Milliseconds, "sqlite")
def _sqlite_milliseconds(element: Any, compiler: Any, **kwargs: Any) -> str:
    # A Julian day as a double is exact to 0.04 ms.
    later, earlier = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"CAST(ROUND((julianday({later}) - julianday({earlier})) * 86400000.0) AS INTEGER)"


@compiles(_Milliseconds)
def _milliseconds(element: Any, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({later} - {earlier})) * 1000 AS BIGINT)"


def packed_column(chain: Chain, columns: Any, origin: datetime) -> ColumnElement[int]:
    """`ranking.rules.pack` of a live chain as an expression."""
    most = (1 << SECOND_BITS) - 1
    second: Any = literal(0)
    if len(chain.keys) > 1:
        key = chain.keys[1]
        opened = literal(origin, UTCDateTime())
        if key is Key.DURATION:
            second = columns.duration_ms
        elif key is Key.PERFECT_ATTEMPTS:
            second = most - columns.perfect_attempts
        else:
            moment = columns.submitted_at if key is Key.SUBMITTED_AT else columns.started_at
            second = _Milliseconds(moment, opened)
    clamped = case((second < 0, 0), (second > most, most), else_=second)
    return cast(columns.score, BigInteger) * (1 << SECOND_BITS) + (most - clamped)
