"""What the answer about a board is made of: its lines, the asker's own, and the tag that names what it says."""

import hashlib
from typing import Any, Literal

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.entries.queries import ParticipantInfo
from quizapp.results.board_rows import BoardRow
from quizapp.web.api.schemas import Moment, ResponseBody

BoardState = Literal["live", "frozen", "final"]


class RowOut(ResponseBody):
    """A line; `participant` is an opaque code, `area` a code of the contest's tree, or TREE:CODE."""

    rank: int
    participant: str
    name: str
    area: str | None
    area_name: str | None
    score: int
    duration_ms: int
    submitted_at: Moment


class OwnRow(ResponseBody):
    """The asker's line; without numbers while results are not to be seen."""

    rank: int | None
    participant: str
    name: str
    area: str | None
    area_name: str | None
    score: int | None
    duration_ms: int | None
    submitted_at: Moment | None


class Leaderboard(ResponseBody):
    """A board. `catching_up` = read from the database while the fast board is being rebuilt.

    `version` counts the published results of the round; null before the publication.
    """

    rows: list[RowOut]
    me: OwnRow | None
    total: int | None
    as_of: Moment
    state: BoardState
    version: int | None
    catching_up: bool


def line(tree: Tree, row: BoardRow) -> RowOut:
    """A line of the board of a contest with that tree of areas."""
    return RowOut(**_values(tree, row))


def own_line(tree: Tree, row: BoardRow) -> OwnRow:
    """The asker's line."""
    return OwnRow(**_values(tree, row))


def person(tree: Tree, me: ParticipantInfo) -> OwnRow:
    """The asker's line while results are not to be seen."""
    where = _place(tree, me.area_id)
    return OwnRow(
        participant=me.public_id, name=me.full_name, **where, rank=None, score=None, duration_ms=None, submitted_at=None
    )


def own_json(own: OwnRow | None) -> str:
    """The asker's line as it stands in the answer."""
    return own.model_dump_json() if own else "null"


def public_tag(board: Leaderboard) -> str:
    """Names what the answer says, whenever it is read, but for the asker's own line."""
    return _hash(board.model_dump_json(exclude={"as_of", "me"}))


def tag_of(public: str, own: str) -> str:
    """The tag of the whole answer: by its `public_tag` and the asker's line (`own_json`)."""
    return _hash(public + own)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _values(tree: Tree, row: BoardRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "participant": row.participant,
        "name": row.name,
        **_place(tree, row.area_id),
        "score": row.score,
        "duration_ms": row.duration_ms,
        "submitted_at": row.submitted_at,
    }


def _place(tree: Tree, area_id: int | None) -> dict[str, Any]:
    if area_id is None:
        return {"area": None, "area_name": None}
    own = tree if tree.subtree_contains(tree.root.id, area_id) else areas.tree_of_area(area_id)
    node = own.node(area_id)
    return {"area": node.code if own is tree else f"{own.slug}:{node.code}", "area_name": node.name}
