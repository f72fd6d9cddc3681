"""How many people areas have (the denominators of rates): what is known follows from what organizers entered."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.contests import queries
from quizapp.contests.models import AreaSize
from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import record_act
from quizapp.db import db, upsert
from quizapp.errors import Invalid, NotFound

MAX_PEOPLE = 100_000_000


def size_of(tree: Tree, area: AreaNode, entered: Mapping[int, int]) -> int | None:
    """People of the area: its own number, else the sum over the areas below it when each has one, else None."""
    own = entered.get(area.id)
    if own is not None:
        return own
    total = 0
    for child in tree.children(area):
        below = size_of(tree, child, entered)
        if below is None:
            return None
        total += below
    return total or None


def sizes_at(tree: Tree, level: str, entered: Mapping[int, int]) -> dict[int, int]:
    """People by area id of the areas of a level, retired ones included, as far as they are known."""
    found = ((area.id, size_of(tree, area, entered)) for area in tree.at_level(level, retired=True))
    return {area_id: people for area_id, people in found if people is not None}


def set_sizes(
    contest: ContestInfo, people: Mapping[int, int | None], *, replace: bool, actor: str, now: datetime
) -> None:
    """Enter how many people areas have, by area id, as one act; None takes an area's number away.

    `replace`: what is not named here is forgotten; otherwise it stays.
    Raises NotFound "area_not_found", Invalid "size_invalid" (1 to 100 million), "sizes_missing" for nothing at all.
    """
    tree = areas.get_tree_by_id(contest.tree_id)
    if not people:
        raise Invalid("sizes_missing")
    for area_id, number in people.items():
        if not tree.subtree_contains(tree.root.id, area_id):
            raise NotFound("area_not_found")
        if number is not None and not 1 <= number <= MAX_PEOPLE:
            raise Invalid("size_invalid", area=tree.node(area_id).name)
    before = queries.sizes(contest.id)
    forget = delete(AreaSize).where(AreaSize.contest_id == contest.id)
    if not replace:
        forget = forget.where(AreaSize.area_id.in_([area_id for area_id, number in people.items() if number is None]))
    db.session.execute(forget)
    rows = [
        {"contest_id": contest.id, "area_id": area_id, "people": number}
        for area_id, number in people.items()
        if number is not None
    ]
    if rows:
        statement = upsert(AreaSize)
        statement = statement.on_conflict_do_update(
            index_elements=["contest_id", "area_id"], set_={"people": statement.excluded.people}
        )
        db.session.execute(statement, rows)
    content = _told(tree, people, before, replace=replace)
    record_act(contest.id, "set_sizes", actor=actor, now=now, reason=content)


def _told(tree: Tree, people: Mapping[int, int | None], before: Mapping[int, int], *, replace: bool) -> str:
    """The content of the act: one area by its name and both numbers, several by how many and their sum."""
    if len(people) == 1 and not replace:
        (area_id, number), *_ = people.items()
        return f"{tree.node(area_id).name}: {before.get(area_id, '–')} → {number or '–'}"
    return f"{len(people)}: Σ {sum(number or 0 for number in people.values())}"
