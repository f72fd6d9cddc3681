"""Who stands in a ranking, best first, with the keys that order it: read from finalized results as far as asked for."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Select, func, select

from quizapp.areas.rules import Tree
from quizapp.awards.area_ranking import AreaCandidate
from quizapp.awards.rules import Candidate, KeyValue
from quizapp.contests.queries import RoundInfo
from quizapp.contests.spec import Collective, Overall
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.ranking.rules import Gate, milliseconds
from quizapp.results import versions
from quizapp.results.models import ResultLine
from quizapp.results.versions import ResultInfo, ResultRow


def of_round(round_: RoundInfo, result: ResultInfo, group: str) -> Iterator[Candidate]:
    """The ranked people of one group in a finalized round."""
    for row in versions.stream_lines(result.id, group):
        yield Candidate(row.participant_id, row.public_id, row.rank, round_keys(round_, row))


def round_keys(round_: RoundInfo, row: ResultRow) -> tuple[KeyValue, ...]:
    """What orders a line, in its order: the gate (1 = passed), below it the score, then the chain; times in ms."""
    chain = round_.spec.ranking.chain()
    passed = {
        Gate.NONE: True, Gate.ALL_CORRECT: row.is_perfect, Gate.MIN_SCORE: row.score >= chain.min_score,
    }[chain.gate]  # fmt: skip
    values: dict[str, int | None] = {
        "score": row.score,
        "prediction_gap": row.gap,
        "submitted_at": milliseconds(row.submitted_at),
        "duration": row.duration_ms,
        "started_at": milliseconds(row.started_at),
        "perfect_attempts": row.perfect_attempts,
    }
    keys = tuple((str(key), values[key]) for key in chain.keys)
    if chain.gate is Gate.NONE:
        return keys
    return ("gate", int(passed)), ("score", None if passed else row.score), *keys


def of_overall(overall: Overall, results: Mapping[str, ResultInfo], group: str) -> Iterator[Candidate]:
    """The people of one group by the sums over the finalized rounds; `results` by round key."""
    counted = [found.id for key, found in results.items() if overall.rounds is None or key in overall.rounds]
    with db.session.execute(_sums(overall, counted, group).execution_options(yield_per=1000)) as rows:
        for row in rows:
            values = {
                "score": int(row.score),
                "duration": int(row.duration),
                "submitted_at": milliseconds(row.submitted_at),
                "perfect_attempts": int(row.perfect_attempts),
                "rounds": int(row.rounds),
            }
            yield Candidate(row.id, row.public_id, row.place, tuple((key, values[key]) for key in overall.keys))


def _sums(overall: Overall, result_ids: list[int], group: str) -> Select:  # type: ignore[type-arg]
    each = (
        select(
            ResultLine.participant_id,
            func.sum(ResultLine.score).label("score"),
            func.sum(ResultLine.duration_ms).label("duration"),
            func.max(ResultLine.submitted_at).label("submitted_at"),
            func.sum(ResultLine.perfect_attempts).label("perfect_attempts"),
            func.count().label("rounds"),
        )
        .where(ResultLine.result_id.in_(result_ids))
        .group_by(ResultLine.participant_id)
        .subquery()
    )
    rising = ("duration", "submitted_at")
    order = [each.c[key].asc() if key in rising else each.c[key].desc() for key in overall.keys]
    return (
        select(
            Participant.id, Participant.public_id, each.c.score, each.c.duration, each.c.submitted_at,
            each.c.perfect_attempts, each.c.rounds, func.rank().over(order_by=order).label("place"),
        )
        .join(each, each.c.participant_id == Participant.id)
        .where(func.coalesce(Participant.group_key, "") == group)
        .order_by(*order, Participant.id)
    )  # fmt: skip


def of_areas(collective: Collective, ranked: list[AreaCandidate], tree: Tree) -> Iterator[Candidate]:
    """The ranked areas of a collective."""
    metrics = (collective.metric, *collective.then)
    for area in ranked:
        keys = tuple((metric, area.value(metric)) for metric in metrics if metric != "manual")
        yield Candidate(area.area_id, tree.node(area.area_id).code, area.rank or 0, keys)
