"""What a staged ruling on a question would change: scores, ranks, prizes, districts. Reads only."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, case, func, select

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.attempts import ordering, regrading
from quizapp.attempts.models import Attempt, RegradeChange
from quizapp.attempts.rulings import RegradeInfo
from quizapp.awards.regrade_prizes import prizes_of
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results.ordering import ranked
from quizapp.results.recounting import Recount

# So many of the largest moves are kept.
MOVES = 20


def preview(
    contest: ContestInfo,
    round_: RoundInfo,
    regrade: RegradeInfo,
    recounts: Sequence[Recount],
    *,
    actual: int | None,
) -> dict[str, Any]:
    """The figures as JSON keeps them; people and areas by id, so that no name is stored twice.

    `actual`: what was to be guessed in the round as it stands; `recounts` what becomes of it and of other rounds'.
    """
    after = next((each.after for each in recounts if each.round.id == round_.id), actual)
    prizes = _prizes(contest, round_, regrade.id, actual, after)
    return {
        "attempts": _attempts(round_, regrade),
        "actuals": [{"round": each.round.key, "before": each.before, "after": each.after} for each in recounts],
        "ranks": _ranks(round_, regrade.id, actual, after),
        "prizes": prizes,
        "areas": _areas(contest, round_, regrade.id, actual, after, prizes),
    }


def _attempts(round_: RoundInfo, regrade: RegradeInfo) -> dict[str, int]:
    """Final attempts: how many have the question, how many scores rise or fall, how many turn all-correct or cease."""
    change = RegradeChange
    row = db.session.execute(
        select(
            func.count(case((change.new_score > change.old_score, 1))),
            func.count(case((change.new_score < change.old_score, 1))),
            func.count(case((and_(change.new_perfect, change.old_perfect.is_(False)), 1))),
            func.count(case((and_(change.old_perfect, change.new_perfect.is_(False)), 1))),
        ).where(change.regrade_id == regrade.id)
    ).one()
    looked_at = regrading.final_with(round_, regrade.question, func.count(Attempt.id))
    up, down, gained, lost = (int(number) for number in row)
    return {
        "looked_at": db.session.scalar(looked_at) or 0,
        "up": up,
        "down": down,
        "perfect_gained": gained,
        "perfect_lost": lost,
    }


def _ranks(round_: RoundInfo, regrade_id: int, before: int | None, after: int | None) -> dict[str, Any]:
    """How many people's rank changes, who comes in or falls out, and the largest moves."""
    seen: Counter[str] = Counter()
    moves: list[tuple[int, int, int, int]] = []
    for person, old, new in _side_by_side(
        _places(ranked(round_, actual=before)), _places(ranked(round_, actual=after, regrade_id=regrade_id))
    ):
        if old is None or new is None:
            seen["entered" if old is None else "left"] += 1
        if (old and old.rank) == (new and new.rank):
            continue
        seen["changed"] += 1
        if old is None or new is None:
            continue
        # The larger move first, then the better place; ids make the order one and the same each time.
        moved = (abs(new.rank - old.rank), -new.rank, -person, old.rank)
        (heapq.heappush if len(moves) < MOVES else heapq.heappushpop)(moves, moved)
    largest = [
        {"participant": -person, "before": place, "after": -rank}
        for _, rank, person, place in sorted(moves, reverse=True)
    ]
    return {name: seen[name] for name in ("changed", "entered", "left")} | {"largest": largest}


def _prizes(
    contest: ContestInfo, round_: RoundInfo, regrade_id: int, before: int | None, after: int | None
) -> list[dict[str, Any]]:
    """Everybody whose prizes of the round change: what they have now and what they would have."""
    old = prizes_of(contest, round_, actual=before)
    new = prizes_of(contest, round_, actual=after, regrade_id=regrade_id)
    return [
        {"participant": person, "before": old.get(person, []), "after": new.get(person, [])}
        for person in sorted({*old, *new})
        if old.get(person) != new.get(person)
    ]


def _areas(
    contest: ContestInfo,
    round_: RoundInfo,
    regrade_id: int,
    before: int | None,
    after: int | None,
    prizes: Iterable[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Per area of the ranked level in which something changes; None = people who belong to none of them.

    `scores`: people whose counted score changes · all-correct people and prizes before and after.
    """
    named: defaultdict[int | None, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _, was, becomes in _side_by_side(
        _counted(ordering.counted(round_, actual=before)),
        _counted(ordering.counted(round_, actual=after, regrade_id=regrade_id)),
    ):
        # Whoever has a final attempt has one that counts, before and after.
        assert was is not None and becomes is not None  # noqa: S101, PT018
        numbers = named[was.area_id]
        numbers[0] += was.score != becomes.score
        numbers[1] += was.is_perfect
        numbers[2] += becomes.is_perfect
    tree = areas.get_tree_by_id(contest.tree_id)
    sums: dict[int | None, Counter[str]] = {}

    def add(area_id: int | None, **numbers: int) -> None:
        sums.setdefault(_line_of(tree, contest, area_id), Counter()).update(numbers)

    for area_id, (scores, perfect_before, perfect_after) in named.items():
        add(area_id, scores=scores, perfect_before=perfect_before, perfect_after=perfect_after)
    people = people_named({change["participant"] for change in prizes})
    for change in prizes:
        _, area_id = people[change["participant"]]
        add(area_id, prizes_lost=len(change["before"]), prizes_won=len(change["after"]))
    names = ("scores", "perfect_before", "perfect_after", "prizes_lost", "prizes_won")
    return [
        {"area": area_id, **{name: found[name] for name in names}}
        for area_id, found in sorted(sums.items(), key=lambda item: (item[0] is None, item[0] or 0))
        if found["scores"] or found["prizes_lost"] or found["prizes_won"]
        or found["perfect_before"] != found["perfect_after"]
    ]  # fmt: skip


def _places(ranking: Subquery) -> Select[Any]:
    return select(ranking.c.participant_id, ranking.c.rank).order_by(ranking.c.participant_id)


def _counted(counted: Subquery) -> Select[Any]:
    return (
        select(counted.c.participant_id, counted.c.score, counted.c.is_perfect, Participant.area_id)
        .join(Participant, Participant.id == counted.c.participant_id)
        .order_by(counted.c.participant_id)
    )


def _side_by_side(before: Select[Any], after: Select[Any]) -> Iterator[tuple[int, Row[Any] | None, Row[Any] | None]]:
    """(participant id, row before, row after) of everybody in either reading; both are ordered by participant.

    Merged here while they are read: databases take these rankings for short and would compare everybody with everybody.
    """
    left, right = (iter(db.session.execute(query.execution_options(yield_per=2000))) for query in (before, after))
    old, new = next(left, None), next(right, None)
    while old is not None or new is not None:
        person = min(row.participant_id for row in (old, new) if row is not None)
        here = old if old is not None and old.participant_id == person else None
        there = new if new is not None and new.participant_id == person else None
        yield person, here, there
        old = next(left, None) if here is not None else old
        new = next(right, None) if there is not None else new


def _line_of(tree: Tree, contest: ContestInfo, area_id: int | None) -> int | None:
    if area_id is None or not tree.subtree_contains(tree.root.id, area_id):
        return None
    node = tree.ancestor_at(area_id, contest.spec.areas.ranked_level)
    return node.id if node is not None else None


def people_named(ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """(name, area) of the people in a summary, by id."""
    query = select(Participant.id, Participant.full_name, Participant.area_id).where(Participant.id.in_(ids))
    return {row.id: (row.full_name, row.area_id) for row in db.session.execute(query)}
