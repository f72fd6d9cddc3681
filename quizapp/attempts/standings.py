"""Standings: each person's counted attempt in a round, in the transaction of the attempt; then the live boards."""

from collections.abc import Iterator

from sqlalchemy import literal, select, true

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import queries, rollups
from quizapp.attempts.models import Standing
from quizapp.attempts.ordering import counted, packed_column
from quizapp.attempts.queries import BoardBlock
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db, fresh_snapshot, transaction, upsert
from quizapp.leaderboard import boards
from quizapp.leaderboard.boards import BoardLine
from quizapp.ranking.rules import live_chain

# So many late lines go to Redis at a time.
_LINES_AT_ONCE = 1000


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
    rollups.rebuild(contest.id)


def area_path(tree: Tree, area_id: int | None) -> tuple[int, ...]:
    """Ids of the contest's areas on whose boards a person of `area_id` stands, from below the root down.

    The root's board would be everyone's, less the outsiders, who stand on none.
    """
    if area_id is None or not tree.subtree_contains(tree.root.id, area_id):
        return ()
    return tree.node(area_id).path[1:]


def rebuild_boards(contest: ContestInfo) -> int:
    """Write the contest's boards anew from the standings; returns how many lines there are. Raises StoreDown.

    Opens its own transactions. The generation is fixed before the standings are read: a write that is missed
    meanwhile asks for a newer one, and the boards go on saying that they are catching up. Whoever submits between the
    reading and the exchange is on the old boards only, so the standings are read once more afterwards. They pass
    through in blocks, of which only a fingerprint is kept for the comparison.
    """
    generation = boards.wanted_generation(contest.id)
    if generation is None:
        with transaction():
            generation = boards.invalidate(contest.id)
    builder = _Builder(contest)
    fresh_snapshot()
    boards.replace(contest.id, builder.parts(), generation)
    fresh_snapshot()
    builder.add_late()
    return builder.lines


class _Builder:
    """Reads the standings of a contest for its boards, first all of them, then what has changed since."""

    def __init__(self, contest: ContestInfo) -> None:
        self.lines = 0
        self._contest = contest
        self._tree = areas.get_tree_by_id(contest.tree_id)
        self._fingerprints: dict[tuple[int, int | None, str | None, int], int] = {}

    def parts(self) -> Iterator[tuple[str, dict[str, int]]]:
        """(board, packed number by participant id as text), a part of each board at a time."""
        for block in queries.stream_blocks(self._contest.id):
            self._fingerprints[_key(block)] = hash(block.text)
            packed = block.packed()
            self.lines += len(packed)
            for name in self._names(block):
                yield name, packed

    def add_late(self) -> None:
        """Put onto the boards what has been stored since the first reading."""
        late: dict[tuple[int, int], int] = {}
        names: dict[tuple[int, int], tuple[str, ...]] = {}
        for block in queries.stream_blocks(self._contest.id):
            if self._fingerprints.get(_key(block)) != hash(block.text):
                for member, packed in block.packed().items():
                    late[block.round_id, int(member)] = packed
                    names[block.round_id, int(member)] = self._names(block)
        while late:
            lines = [BoardLine(names[key], key[1], packed) for key, packed in late.items()]
            for start in range(0, len(lines), _LINES_AT_ONCE):
                boards.record(self._contest.id, lines[start : start + _LINES_AT_ONCE])
            # Somebody may have submitted again, and been written, between our reading and our writing.
            fresh_snapshot()
            stored = queries.packed_of(self._contest.id, {person for _, person in late})
            late = {key: stored[key] for key, packed in late.items() if stored.get(key, packed) != packed}

    def _names(self, block: BoardBlock) -> tuple[str, ...]:
        path = area_path(self._tree, block.area_id)
        return tuple(boards.names_for(block.round_id, path, block.group_key))


def _key(block: BoardBlock) -> tuple[int, int | None, str | None, int]:
    return block.round_id, block.area_id, block.group_key, block.part
