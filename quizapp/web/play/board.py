"""The board of a round, and the part of it that the page polls."""

from flask import Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.contests import queries as contests
from quizapp.entries import queries as entries
from quizapp.errors import NotFound
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id
from quizapp.web.play.blueprint import bp
from quizapp.web.play.board_page import LIVE_SECONDS, Board, BoardView, board_view, polled
from quizapp.web.play.public_result import published_version
from quizapp.web.settling import settle


@bp.get("/cuoc-thi/<slug>/<round_key>/bang-xep-hang")
@allow("anyone")
def board(slug: str, round_key: str) -> ResponseReturnValue:
    """The first lines, the visitor's own, and the filters."""
    asked, view = _asked(slug, round_key)
    return render_template(
        "play/board.html",
        contest=asked.contest,
        round=asked.round_,
        view=view,
        area=asked.area,
        group=asked.group,
        version=request.args.get("version"),
        areas=_filter_areas(asked),
        level_label=asked.tree.level_label(asked.contest.spec.areas.ranked_level),
        now=g.now,
    )


@bp.get("/cuoc-thi/<slug>/<round_key>/bang-xep-hang/dong")
@allow("anyone")
def board_rows(slug: str, round_key: str) -> Response:
    """The same lines alone, for polling: 304 while nothing has changed."""
    if current_session_id() is None:
        # Passers-by see the same: a crowd of them costs the database one look a second.
        key = (slug, round_key, *map(request.args.get, ("area", "group", "version")), str(get_locale()))
        body, tag = polled.get(key, LIVE_SECONDS, lambda: _rendered(slug, round_key))
    else:
        body, tag = _rendered(slug, round_key)
    response = make_response(body)
    response.set_etag(tag)
    response.make_conditional(request)
    return response


def _rendered(slug: str, round_key: str) -> tuple[str, str]:
    asked, view = _asked(slug, round_key)
    return render_template("play/board_rows.html", round=asked.round_, view=view), view.tag()


def _asked(slug: str, round_key: str) -> tuple[Board, BoardView]:
    contest = contests.get_public_contest(slug)
    settle(contest)
    tree = areas.get_tree_by_id(contest.tree_id)
    code, group = request.args.get("area"), request.args.get("group") or None
    area = tree.get(code) if code else None
    if area is not None and area.parent_id is None:
        area = None  # the whole province is everybody, people from elsewhere included
    if group and all(known.key != group for known in contest.spec.groups):
        raise NotFound("group_not_found")
    round_ = contest.round(round_key)
    result, newest = published_version(round_, request.args.get("version"))
    asked = Board(contest, round_, tree, area, group, g.now, result, newest)
    return asked, board_view(asked, entries.find_participant(current_session_id(), contest.id))


def _filter_areas(asked: Board) -> list[AreaNode]:
    """The areas of the ranked level; of a contest that one district holds, only those inside of it."""
    owner = asked.tree.node(asked.contest.owner_area_id)
    level = asked.contest.spec.areas.ranked_level
    return asked.tree.at_level(level, within=owner) or asked.tree.at_level(level)
