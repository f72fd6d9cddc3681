"""Results by area: for staff their own subtree at any time, for everybody once the contest's results are published."""

from typing import Literal

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.areas import queries as areas
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.errors import NotFound
from quizapp.results import sealing, versions
from quizapp.results.rules import Figures, Line
from quizapp.web.access import StaffView, staff_view
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import Moment, QueryParams, ResponseBody, Word, rounded
from quizapp.web.identity import current_actor
from quizapp.web.reports import Selection
from quizapp.web.reports.totals import breakdown, line_title
from quizapp.web.settling import settle


class ResultsQuery(QueryParams):
    """`round` absent = the whole contest; `parent` = inside of this area; `level` = lines of this level."""

    round: Word | None = None
    level: Word | None = None
    parent: Word | None = None


class FiguresOut(ResponseBody):
    """People, attempts and people with everything right, kept apart; what is sealed is null.

    `mean_score` has two decimals; `rate` is people / target with four, and may exceed 1.
    """

    people: int | None
    attempts: int | None
    people_all_correct: int | None
    mean_score: float | None
    prizes: int
    target: int | None
    rate: float | None


class AreaLine(FiguresOut):
    """A line: an area, or (`here`, `outside`, `unknown`) people who belong to none of the areas of the level."""

    kind: Literal["area", "here", "outside", "unknown"]
    area: str | None
    name: str


class AreaResults(ResponseBody):
    """Lines that add up to `totals`; `sealed` while scores must not be seen, because somebody may still guess."""

    round: str | None
    level: str
    parent: str
    lines: list[AreaLine]
    totals: FiguresOut
    sealed: bool
    as_of: Moment


@bp.get("/contests/<slug>/results/areas")
@operation(
    summary=_l("Kết quả theo đơn vị"),
    description=_l(
        "Cán bộ xem phần thuộc đơn vị mình; mọi người xem được một vòng thi sau khi kết quả vòng ấy được công bố, và "
        "toàn cuộc thi sau khi công bố kết quả cả cuộc thi. "
        "Khi vòng thi có câu dự đoán còn mở, số người đúng tất cả và điểm trung bình được giữ kín (null) "
        "với mọi người trừ Ban Tổ chức. Khi điều phải đoán là số người hoặc số lượt, cán bộ theo dõi toàn địa bàn "
        "của cuộc thi cũng không nhận được people, attempts và rate."
    ),
    auth="anyone",
    query=ResultsQuery,
    responses={200: AreaResults},
    errors=("contest_not_found", "round_not_found", "area_not_found", "results_not_published"),
)
def get_area_results(slug: str, query: ResultsQuery) -> AreaResults:
    """The figures of a round or a contest by area."""
    view = _view(slug, query.round)
    chosen = Selection(
        view=view,
        round_=view.contest.round(query.round) if query.round else None,
        area=view.narrowed(query.parent),
        now=g.now,
        level=query.level,
    )
    found = breakdown(chosen, with_prizes=True)
    return AreaResults(
        round=query.round,
        level=found.level,
        parent=chosen.area.code,
        lines=[_line(chosen, line) for line in found.lines],
        totals=FiguresOut(**_figures(chosen, found.total, found.target, found.prizes)),
        sealed=chosen.is_sealed,
        as_of=g.now,
    )


def _view(slug: str, round_key: str | None) -> StaffView:
    """What the caller sees of the contest's results, settled. Raises NotFound."""
    if current_actor() is not None:
        try:
            view = staff_view(slug)
        except NotFound:
            pass  # staff of elsewhere see what everybody sees
        else:
            settle(view.contest)
            return view
    contest = contests.get_public_contest(slug)
    settle(contest)
    if not _is_published(contest, contest.round(round_key) if round_key else None):
        raise NotFound("results_not_published")
    tree = areas.get_tree_by_id(contest.tree_id)
    # What is published is published whole: nothing is sealed any more.
    return StaffView(contest, tree, tree.root, True, is_public=True)


def _is_published(contest: ContestInfo, round_: RoundInfo | None) -> bool:
    """A round may be published long before the contest (None) is."""
    if round_ is None:
        return contest.published_at is not None
    return sealing.has_result(contest, round_, g.now) and versions.published(round_.id) is not None


def _line(chosen: Selection, line: Line) -> AreaLine:
    return AreaLine(
        kind=line.kind.value,
        area=line.area.code if line.area else None,
        name=line_title(chosen, line),
        **_figures(chosen, line.figures, line.target, line.prizes),
    )


def _figures(chosen: Selection, sums: Figures, target: int | None, prizes: int) -> dict[str, object]:
    sealed, hidden = chosen.is_sealed, chosen.hides_participation
    return {
        "people": None if hidden else sums.people,
        "attempts": None if hidden else sums.attempts,
        "people_all_correct": None if sealed else sums.people_all_correct,
        "mean_score": None if sealed else rounded(sums.mean, 2),
        "prizes": prizes,
        "target": target,
        "rate": None if hidden else rounded(sums.rate(target), 4),
    }
