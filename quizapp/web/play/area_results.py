"""Results by area, for everybody once they are published."""

from collections.abc import Mapping
from datetime import datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.areas import queries as areas
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.results import versions
from quizapp.results.rules import Breakdown, Figures
from quizapp.results.versions import ResultInfo
from quizapp.web.access import StaffView, allow
from quizapp.web.brief_cache import BriefCache
from quizapp.web.filters import decimal, number, percent
from quizapp.web.play.blueprint import bp
from quizapp.web.play.public_result import published_results
from quizapp.web.reports.selection import Selection, definitions
from quizapp.web.reports.totals import breakdown, line_title
from quizapp.web.settling import settle

KEPT_SECONDS = 60
_published: BriefCache[Breakdown] = BriefCache()


def forget_results() -> None:
    """Read all results anew at the next look."""
    _published.clear()


@bp.get("/cuoc-thi/<slug>/ket-qua")
@allow("anyone")
def area_results(slug: str) -> ResponseReturnValue:
    """The breakdown by the ranked level; before publication, a sentence that says when it comes."""
    contest = contests.get_public_contest(slug)
    key = request.args.get("round")
    round_ = contest.round(key) if key else None
    settle(contest)
    public = published_results(contest, g.now)
    published_at = _published_at(contest, round_, public)
    return render_template(
        "play/area_results.html",
        contest=contest,
        round=round_,
        public=public,
        published_at=published_at,
        under_review=_is_under_review(contest, round_, public),
        table=_table(_selection(contest, round_), published_at) if published_at else None,
    )


def _published_at(contest: ContestInfo, round_: RoundInfo | None, public: Mapping[str, ResultInfo]) -> datetime | None:
    """When the round (None = the whole contest) was published; a round may be so long before the contest is."""
    if round_ is None:
        return contest.published_at
    return public[round_.key].published_at if round_.key in public else None


def _is_under_review(contest: ContestInfo, round_: RoundInfo | None, public: Mapping[str, ResultInfo]) -> bool:
    """True while a new version is worked on: the figures follow its rulings before it is published."""
    looked_at = contest.rounds if round_ is None else (round_,)
    newest = [(each.key, versions.latest(each.id)) for each in looked_at if each.key in public]
    return any(latest is not None and latest.id != public[key].id for key, latest in newest)


def _table(chosen: Selection, published_at: datetime) -> dict[str, object]:
    """What the template's table shows."""
    shared = (chosen.contest.commitment, published_at, chosen.round_id)
    found = _published.get(shared, KEPT_SECONDS, lambda: breakdown(chosen, with_prizes=True))
    with_targets = any(line.target for line in found.lines)
    return {
        "columns": _columns(chosen, with_targets=with_targets),
        "rows": [
            [place, line_title(chosen, line), *_cells(line.figures, line.prizes, line.target, with_targets)]
            for place, line in enumerate(found.lines, start=1)
        ],
        "total": ["", gettext("Cộng"), *_cells(found.total, found.prizes, found.target, with_targets)],
        "notes": definitions(whole_contest=chosen.round_ is None),
    }


def _selection(contest: ContestInfo, round_: RoundInfo | None) -> Selection:
    tree = areas.get_tree_by_id(contest.tree_id)
    # What is published is published whole: everybody sees what its organizers see.
    return Selection(StaffView(contest, tree, tree.root, True, is_public=True), round_, tree.root, g.now)


def _columns(chosen: Selection, *, with_targets: bool) -> list[dict[str, object]]:
    labels = [
        gettext("Người dự thi"),
        gettext("Lượt thi"),
        gettext("Người đúng tất cả"),
        gettext("Tỷ lệ đúng tất cả"),
        gettext("Điểm trung bình"),
        gettext("Giải cá nhân"),
        *([gettext("Chỉ tiêu"), gettext("Tỷ lệ so với chỉ tiêu")] if with_targets else []),
    ]
    return [
        {"label": gettext("STT"), "numeric": True},
        {"label": chosen.tree.level_label(chosen.shown_level)},
        *({"label": label, "numeric": True} for label in labels),
    ]


def _cells(sums: Figures, prizes: int, target: int | None, with_targets: bool) -> list[str]:
    cells = [
        number(sums.people),
        number(sums.attempts),
        number(sums.people_all_correct),
        percent(sums.all_correct_share),
        decimal(sums.mean),
        number(prizes),
    ]
    if with_targets:
        cells += [number(target) if target else "–", percent(sums.rate(target))]
    return cells
