"""Everything about one contest on one page: its state and steps, its rounds and numbers, its history."""

from dataclasses import dataclass

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import InputRequired

from quizapp.contests import queries
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState
from quizapp.entries import requests
from quizapp.leaderboard import boards
from quizapp.messages.staff import ACTS
from quizapp.results import queries as results
from quizapp.results import versions
from quizapp.results.queries import Counts
from quizapp.results.rules import Stage
from quizapp.web.access import allow, own_contest
from quizapp.web.downloads import disposition
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.checks import is_ready, launch_checks
from quizapp.web.settling import settle

_ACTS_SHOWN = 20


class LaunchForm(BaseForm):
    """The confirmation of a launch, which cannot be taken back."""

    confirm = BooleanField(
        _l(
            "Tôi đã kiểm tra thể lệ và các bộ câu hỏi. Sau khi khởi động, vòng thi đã mở thì không sửa được nữa; vòng "
            "chưa mở chỉ sửa đổi được khi có lý do."
        ),
        validators=[InputRequired(_l("Hãy đánh dấu xác nhận trước khi khởi động cuộc thi."))],
    )


@dataclass(frozen=True)
class RoundLine:
    """A round with its state, how far its result is, and its numbers (None before it opens)."""

    round: RoundInfo
    state: RoundState
    stage: Stage
    counts: Counts | None


@bp.get("/<slug>")
@allow("organizer")
def contest(slug: str) -> ResponseReturnValue:
    """The page."""
    return contest_page(own_contest(slug), LaunchForm(formdata=None))


@bp.get("/<slug>/tep.yaml")
@allow("organizer")
def contest_source(slug: str) -> Response:
    """The contest's file as it was imported."""
    info = own_contest(slug)
    answer = Response(queries.source_of(slug), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition(f"{info.slug}.yaml")
    return answer


def contest_page(info: ContestInfo, form: LaunchForm, status: int = 200) -> ResponseReturnValue:
    """The page of a contest, with a launch form that may hold errors."""
    is_draft = info.launched_at is None
    if not is_draft:
        settle(info)
    checks = launch_checks(info, g.now) if is_draft else []
    lines = [_line(info, round_) for round_ in info.rounds]
    page = render_template(
        "organize/contest.html",
        contest=info,
        state=info.state(g.now),
        counts=None if is_draft else results.counts(info.id, None),
        waiting_requests=requests.count_open(info.id),
        lines=lines,
        is_over=not is_draft and all(line.state is RoundState.CLOSED for line in lines),
        unfinished=[line.round for line in lines if line.stage not in (Stage.FINALIZED, Stage.PUBLISHED)],
        checks=checks,
        is_ready=is_ready(checks),
        form=form,
        acts=queries.list_acts(info.id, _ACTS_SHOWN, without=("papers",)),
        act_names=ACTS,
        round_labels={round_.key: round_.label for round_ in info.rounds},
        boards_complete=is_draft or boards.is_complete(info.id),
    )
    return page, status


def _line(info: ContestInfo, round_: RoundInfo) -> RoundLine:
    state = round_.state(g.now)
    begun = info.launched_at is not None and state is not RoundState.UPCOMING
    stage = versions.stage_of(info, round_, g.now)
    return RoundLine(round_, state, stage, results.counts(info.id, round_.id) if begun else None)
