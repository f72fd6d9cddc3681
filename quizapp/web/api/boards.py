"""The leaderboard of a round: live while it is open, frozen while it must not be seen, final afterwards."""

import hashlib
from typing import Annotated, Literal, TypedDict

from flask import Response, g, request
from flask_babel import lazy_gettext as _l
from pydantic import Field

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode, Tree
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import hides_results
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.errors import NotFound
from quizapp.results import board, sealing, versions
from quizapp.results.board_rows import BoardRow
from quizapp.results.final_board import read_final_board
from quizapp.results.published_board import read_published_board
from quizapp.web.api.blueprint import bp
from quizapp.web.api.caching import share
from quizapp.web.api.operation import answer, operation
from quizapp.web.api.schemas import Count, Moment, QueryParams, ResponseBody, Word
from quizapp.web.identity import current_session_id
from quizapp.web.settling import settle

BoardState = Literal["live", "frozen", "final"]
_COARSE = 100


class _Wanted(TypedDict):
    """What every reader of a board is asked."""

    group: str | None
    limit: int
    me: int | None


class BoardQuery(QueryParams):
    """`around=me` gives the asker's neighbours in place of the first lines."""

    area: Word | None = None
    group: Word | None = None
    limit: Annotated[Count, Field(ge=1, le=200)] = 50
    around: Literal["me"] | None = None


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


@bp.get("/contests/<slug>/rounds/<key>/leaderboard")
@operation(
    summary=_l("Bảng xếp hạng của một vòng thi"),
    description=_l(
        "live: đang thi, đổi theo từng bài nộp. frozen: không nhận thêm gì; rows rỗng và total null là chưa được xem, "
        "có rows là xếp hạng tạm tính, còn có thể thay đổi đến khi Ban Tổ chức công bố. final: kết quả đã công bố, "
        "phiên bản version; chỉ đổi khi có phiên bản mới. me là dòng của trình duyệt đang hỏi. "
        "Có ETag: gửi If-None-Match để nhận 304 khi chưa có gì mới."
    ),
    auth="anyone",
    query=BoardQuery,
    responses={200: Leaderboard, 304: None},
    errors=("contest_not_found", "round_not_found", "area_not_found", "group_not_found"),
)
def get_leaderboard(slug: str, key: str, query: BoardQuery) -> Response:
    """The board, for polling."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(key)
    tree = areas.get_tree_by_id(contest.tree_id)
    area = tree.get(query.area) if query.area else None
    if query.group and all(group.key != query.group for group in contest.spec.groups):
        raise NotFound("group_not_found")
    settle(contest)
    me = entries.find_participant(current_session_id(), contest.id)
    return _with_etag(_leaderboard(contest, round_, tree, area, me, query))


def _leaderboard(
    contest: ContestInfo,
    round_: RoundInfo,
    tree: Tree,
    area: AreaNode | None,
    me: ParticipantInfo | None,
    query: BoardQuery,
) -> Leaderboard:
    settled = sealing.has_result(contest, round_, g.now)
    if not settled and hides_results(contest.spec):
        own = OwnRow(**_person(tree, me), rank=None, score=None, duration_ms=None, submitted_at=None) if me else None
        return Leaderboard(rows=[], me=own, total=None, as_of=g.now, state="frozen", version=None, catching_up=False)
    result = versions.published(round_.id) if settled else None
    ids = tree.descendant_ids(area) | {area.id} if area and area.parent_id else None
    wanted: _Wanted = {"group": query.group, "limit": query.limit, "me": me.id if me else None}
    state: BoardState = "final" if result else "frozen" if settled else "live"
    if result:
        page = read_published_board(contest, round_, result, area_ids=ids, **wanted)
    elif settled:
        page = read_final_board(round_, actual=contests.actual_of(round_.id), area_ids=ids, **wanted)
    else:
        page = board.read_board(contest, round_, area=area, **wanted)
    rows = page.around if query.around else page.rows
    return Leaderboard(
        rows=[RowOut(**_line(tree, row)) for row in rows],
        me=OwnRow(**_line(tree, page.me)) if page.me else None,
        total=_coarse(page.total) if state == "live" and contest.spec.publication.live == "coarse" else page.total,
        as_of=g.now,
        state=state,
        version=result.version if result else None,
        catching_up=page.catching_up,
    )


def _coarse(total: int) -> int:
    return total // _COARSE * _COARSE


def _line(tree: Tree, row: BoardRow) -> dict[str, object]:
    return {
        "rank": row.rank,
        "participant": row.participant,
        "name": row.name,
        **_place(tree, row.area_id),
        "score": row.score,
        "duration_ms": row.duration_ms,
        "submitted_at": row.submitted_at,
    }


def _person(tree: Tree, me: ParticipantInfo) -> dict[str, object]:
    return {"participant": me.public_id, "name": me.full_name, **_place(tree, me.area_id)}


def _place(tree: Tree, area_id: int | None) -> dict[str, object]:
    if area_id is None:
        return {"area": None, "area_name": None}
    own = tree if tree.subtree_contains(tree.root.id, area_id) else areas.tree_of_area(area_id)
    node = own.node(area_id)
    return {"area": node.code if own is tree else f"{own.slug}:{node.code}", "area_name": node.name}


def _with_etag(found: Leaderboard) -> Response:
    """The answer, or 304 when everything but `as_of` is as the asker has it.

    What is the same for everybody may be kept for a second: that is what stands between a crowd and the database.
    """
    response = answer(found)
    tag = hashlib.sha256(found.model_dump_json(exclude={"as_of"}).encode()).hexdigest()[:32]
    response.set_etag(tag, weak=True)
    share(response, 1)
    response.make_conditional(request)
    return response
