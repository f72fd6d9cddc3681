"""The whole ranking of a round in one statement, from the attempts themselves."""

from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, cast, func, literal, null, select

from quizapp.attempts import ordering
from quizapp.contests.queries import RoundInfo
from quizapp.entries.models import Participant

# The columns of a line, in the order of `results.models.ResultLine` without the result.
COLUMNS = (
    "participant_id", "group_key", "line", "rank", "attempt_id", "area_id", "score", "is_perfect", "started_at",
    "submitted_at", "duration_ms", "prediction", "gap", "attempts", "perfect_attempts",
)  # fmt: skip


def ranked(round_: RoundInfo, *, actual: int | None, regrade_id: int | None = None) -> Subquery:
    """Everybody who is ranked, with place and keys (`COLUMNS`): rank 1, 2, 2, 4 and line 1, 2, 3, 4 in each group.

    `actual`: what was to be guessed, None without a guess. `regrade_id`: as a staged ruling would make it.
    """
    return _select(round_, actual, regrade_id).subquery("ranked")


def _select(round_: RoundInfo, actual: int | None, regrade_id: int | None) -> Select[Any]:
    chain = round_.spec.ranking.chain()
    best = ordering.counted(round_, actual=actual, regrade_id=regrade_id)
    group = func.coalesce(Participant.group_key, ordering.constant(""))
    ranks = (
        select(
            best,
            group.label("group_key"),
            Participant.area_id,
            func.rank().over(partition_by=group, order_by=ordering.chain_order(chain, actual, best.c)).label("rank"),
        )
        .join(Participant, Participant.id == best.c.participant_id)
        .where(Participant.is_unranked.is_(False))
    )
    placed = (ranks.where(ordering.passes(chain, best.c)) if chain.leaves_out else ranks).subquery("placed").c
    # People of one rank stand in the order of their submission. Sorting by the rank is cheaper than by the chain again.
    line = func.row_number().over(
        partition_by=placed.group_key, order_by=[placed.rank, placed.submitted_at, placed.participant_id]
    )
    gap = func.abs(placed.prediction - literal(actual)) if actual is not None else cast(null(), BigInteger)
    values = {"line": line, "gap": gap}
    return select(*(values[name].label(name) if name in values else placed[name] for name in COLUMNS))
