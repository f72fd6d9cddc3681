"""Which of a person's final attempts counts in a round: kept in step with the attempts, for many people at once.

In the transaction that makes the attempts final; the live boards hear of it after the commit.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, select, true

from quizapp.areas import queries as areas
from quizapp.attempts import rollups, rules
from quizapp.attempts.models import Attempt, Standing
from quizapp.attempts.standings import area_path
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import UTCDateTime, after_commit, table, upsert
from quizapp.entries.models import Participant
from quizapp.leaderboard import boards, writer
from quizapp.leaderboard.boards import BoardLine
from quizapp.ranking.rules import Performance, live_chain, pack, pick_counted
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Asked, Statement, ask, tell


def update_standings(contest: ContestInfo, pairs: Collection[tuple[int, int]], *first: Asked) -> list[list[Any]]:
    """Compute anew which final attempt counts for each (round id, participant id), store it, tell the boards.

    The participants' rows are locked, so that two attempts that end together take turns. `first` is asked on the same
    way, before everything else; gives what it found.
    """
    if not pairs:
        return ask(*first) if first else []
    dialect = dialect_name()
    wanted = [{"round_id": round_id, "participant_id": person_id} for round_id, person_id in sorted(pairs)]
    given = {"wanted": encode(dialect, wanted)}
    ids = sorted({person_id for _, person_id in pairs})
    *found, locked, attempts = ask(*first, (_PEOPLE, given), (_FINAL_ATTEMPTS, given))
    people = {row.id: row for row in locked}
    final: defaultdict[tuple[int, int], list[tuple[Any, Performance]]] = defaultdict(list)
    for row in attempts:
        final[row.round_id, row.participant_id].append((row, _performance(row)))
    standings = [_standing(contest, contest.round_by_id(key[0]), each) for key, each in sorted(final.items())]
    writing = (_WRITE_STANDINGS, {"rows": encode(dialect, standings)})
    tell(*rollups.leaving([contest.id], ids), writing, *rollups.coming(ids))
    tree = areas.get_tree_by_id(contest.tree_id)
    lines = []
    for standing in standings:
        person = people[standing["participant_id"]]
        if not person.is_unranked:
            names = boards.names_for(standing["round_id"], area_path(tree, person.area_id), person.group_key)
            lines.append(BoardLine(tuple(names), person.id, standing["packed"]))
    writer.announce(contest.id)
    after_commit(lambda: writer.record(contest.id, lines))
    return found


def _standing(contest: ContestInfo, round_: RoundInfo, final: Sequence[tuple[Any, Performance]]) -> dict[str, Any]:
    """The standing by one person's final attempts of a round."""
    chain = round_.spec.ranking.chain()
    chosen = pick_counted(round_.spec.counted, final, chain)
    perfect_attempts = sum(row.is_perfect for row, _ in final)
    performance = _performance(chosen, perfect_attempts=perfect_attempts)
    return {
        "round_id": round_.id,
        "participant_id": chosen.participant_id,
        "contest_id": contest.id,
        "attempt_id": chosen.id,
        "attempts": len(final),
        "perfect_attempts": perfect_attempts,
        "score": performance.score,
        "is_perfect": performance.perfect,
        "started_at": performance.started_at,
        "submitted_at": performance.submitted_at,
        "duration_ms": performance.duration_ms,
        "prediction": performance.prediction,
        "packed": pack(live_chain(chain), performance, round_.opens_at),
    }


def _performance(row: Any, *, perfect_attempts: int = 0) -> Performance:
    return Performance(
        score=row.score,
        perfect=row.is_perfect,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        duration_ms=rules.duration_ms(row.started_at, row.submitted_at),
        prediction=row.prediction,
        perfect_attempts=perfect_attempts,
    )


_PAIR: Mapping[str, Any] = {"round_id": Integer(), "participant_id": Integer()}
_STANDING: Mapping[str, Any] = {
    **_PAIR,
    "contest_id": Integer(),
    "attempt_id": Integer(),
    "attempts": Integer(),
    "perfect_attempts": Integer(),
    "score": Integer(),
    "is_perfect": Boolean(),
    "started_at": UTCDateTime(),
    "submitted_at": UTCDateTime(),
    "duration_ms": BigInteger(),
    "prediction": BigInteger(),
    "packed": BigInteger(),
}


def _people(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", _PAIR)
    columns = (Participant.id, Participant.area_id, Participant.group_key, Participant.is_unranked)
    mine = Participant.id.in_(select(wanted.c.participant_id))
    return select(*columns).where(mine).order_by(Participant.id).with_for_update()


def _final_attempts(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", _PAIR)
    columns = (
        Attempt.id, Attempt.round_id, Attempt.participant_id, Attempt.score, Attempt.is_perfect, Attempt.started_at,
        Attempt.submitted_at, Attempt.prediction,
    )  # fmt: skip
    mine = (Attempt.participant_id == wanted.c.participant_id) & (Attempt.round_id == wanted.c.round_id)
    query = select(*columns).select_from(wanted).join(Attempt, mine).where(Attempt.submitted_at.is_not(None))
    return query.order_by(Attempt.participant_id, Attempt.number)


def _write_standings(dialect: str) -> Any:
    rows = row_set(dialect, "rows", _STANDING)
    # SQLite cannot tell ON CONFLICT from a join condition unless the SELECT has a WHERE.
    statement = upsert(table(Standing)).from_select(list(_STANDING), select(*rows.c).where(true()))
    changed = {name: statement.excluded[name] for name in _STANDING if name not in _PAIR}
    return statement.on_conflict_do_update(index_elements=list(_PAIR), set_=changed)


_PEOPLE = Statement(_people)
_FINAL_ATTEMPTS = Statement(_final_attempts)
_WRITE_STANDINGS = Statement(_write_standings)
