"""The leaderboard of a round: live while it is open, frozen while it must not be seen, final afterwards."""

from dataclasses import dataclass
from datetime import datetime
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
from quizapp.results.final_board import read_final_board
from quizapp.results.published_board import read_published_board
from quizapp.web.api.blueprint import bp
from quizapp.web.api.board_answer import BoardState, Leaderboard, line, own_json, own_line, person, public_tag, tag_of
from quizapp.web.api.caching import share
from quizapp.web.api.operation import answer, operation
from quizapp.web.api.schemas import Count, QueryParams, Word
from quizapp.web.identity import current_session_id
from quizapp.web.settling import settle

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
    asked = ask_for(slug, key, query)
    settle(asked.contest)
    me = entries.find_participant(current_session_id(), asked.contest.id)
    return _with_etag(read_leaderboard(asked, me, now=g.now))


@dataclass(frozen=True)
class Asked:
    """Which board is asked for, and how much of it."""

    contest: ContestInfo
    round_: RoundInfo
    tree: Tree
    area: AreaNode | None
    query: BoardQuery


def ask_for(slug: str, key: str, query: BoardQuery) -> Asked:
    """The board of an address. Raises NotFound."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(key)
    tree = areas.get_tree_by_id(contest.tree_id)
    area = tree.get(query.area) if query.area else None
    if query.group and all(group.key != query.group for group in contest.spec.groups):
        raise NotFound("group_not_found")
    return Asked(contest, round_, tree, area, query)


def read_leaderboard(asked: Asked, me: ParticipantInfo | None, *, now: datetime) -> Leaderboard:
    """The board as it may be seen at `now`, with the line of `me`."""
    contest, round_, tree, area, query = asked.contest, asked.round_, asked.tree, asked.area, asked.query
    settled = sealing.has_result(contest, round_, now)
    if not settled and hides_results(contest.spec):
        own = person(tree, me) if me else None
        return Leaderboard(rows=[], me=own, total=None, as_of=now, state="frozen", version=None, catching_up=False)
    result = versions.published(round_.id) if settled else None
    ids = board.ids_within(contest, board.part_of(area))
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
        rows=[line(tree, row) for row in rows],
        me=own_line(tree, page.me) if page.me else None,
        total=_coarse(page.total) if state == "live" and contest.spec.publication.live == "coarse" else page.total,
        as_of=now,
        state=state,
        version=result.version if result else None,
        catching_up=page.catching_up,
    )


def _coarse(total: int) -> int:
    return total // _COARSE * _COARSE


def _with_etag(found: Leaderboard) -> Response:
    """The answer, or 304 when everything but `as_of` is as the asker has it.

    What is the same for everybody may be kept for a second: that is what stands between a crowd and the database.
    """
    response = answer(found)
    response.set_etag(tag_of(public_tag(found), own_json(found.me)), weak=True)
    share(response, 1)
    response.make_conditional(request)
    return response
