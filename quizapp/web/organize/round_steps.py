"""The steps of a round's result, each confirmed on a page: propose, finalize, back, publish, supersede."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField
from wtforms.validators import InputRequired, Length

from quizapp.awards import service
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import transaction
from quizapp.errors import Conflict
from quizapp.results import queries, versions
from quizapp.results.rules import Stage
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.filters import number
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.ranking_words import guess_text
from quizapp.web.settling import settle


class ConfirmForm(BaseForm):
    """A step that goes on: the organizer says that the result has been looked at."""

    confirm = BooleanField(
        _l("Tôi đã xem số liệu và những mục cần xem xét của vòng thi này."),
        validators=[InputRequired(_l("Hãy đánh dấu xác nhận."))],
    )


class ReasonForm(BaseForm):
    """A step that takes something back: the reason stands in the contest's history."""

    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


@dataclass(frozen=True)
class Act:
    """A step in words. `name` is its part of the address; `takes_back`: it needs a reason and undoes something."""

    name: str
    label: LazyString
    meaning: LazyString
    done: LazyString
    run: Callable[..., Any]
    takes_back: bool = False


PROPOSE = Act(
    "duyet",
    _l("Đề nghị kết quả"),
    _l("Theo thể lệ, kết quả do hai người xác nhận: người thứ nhất đề nghị, một người khác của Ban Tổ chức duyệt."),
    _l("Đã đề nghị kết quả %(round)s; chờ người thứ hai duyệt."),
    service.finalize_round,
)
FINALIZE = Act(
    "duyet",
    _l("Duyệt kết quả"),
    _l("Thứ hạng được lập từ mọi bài thi và giữ nguyên từ đây; danh sách giải được lập theo. Chưa ai ngoài Ban Tổ chức "
       "xem được, và còn lùi lại được cho đến khi công bố."),
    _l("Đã duyệt kết quả %(round)s."),
    service.finalize_round,
)  # fmt: skip
REOPEN = Act(
    "lui-lai",
    _l("Đưa về bước rà soát"),
    _l("Kết quả đã đề nghị hoặc đã duyệt được bỏ, vòng thi trở lại bước rà soát. Việc này được ghi vào nhật ký."),
    _l("Đã đưa %(round)s về bước rà soát."),
    service.reopen_round,
    takes_back=True,
)
PUBLISH = Act(
    "cong-bo",
    _l("Công bố kết quả"),
    _l("Mọi người xem được thứ hạng và danh sách đạt giải. Kết quả đã công bố không sửa được nữa; về sau chỉ có thể "
       "lập phiên bản mới thay thế, và cả hai phiên bản được lưu."),
    _l("Đã công bố kết quả %(round)s."),
    service.publish_round,
)  # fmt: skip
SUPERSEDE = Act(
    "thay-the",
    _l("Lập phiên bản thay thế"),
    _l("Một phiên bản mới được mở để rà soát. Phiên bản đang công bố vẫn là kết quả chính thức cho đến khi phiên bản "
       "mới được công bố; cả hai được lưu."),
    _l("Đã mở một phiên bản mới của kết quả %(round)s để rà soát."),
    service.supersede_round,
    takes_back=True,
)  # fmt: skip


def acts_at(contest: ContestInfo, stage: Stage) -> tuple[Act, ...]:
    """What an organizer may do next, the way forward first."""
    return {
        Stage.REVIEW: (PROPOSE if contest.spec.publication.two_persons else FINALIZE,),
        Stage.PROPOSED: (FINALIZE, REOPEN),
        Stage.FINALIZED: (PUBLISH, REOPEN),
        Stage.PUBLISHED: (SUPERSEDE,),
    }.get(stage, ())


@bp.route("/<slug>/vong/<key>/<any('duyet', 'lui-lai', 'cong-bo', 'thay-the'):step>", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def round_step(slug: str, key: str, step: str) -> ResponseReturnValue:
    """Say what a step means, and take it once it is confirmed."""
    contest = own_contest(slug)
    round_ = contest.round(key)
    settle(contest)
    act = _possible(contest, key, step)
    form = ReasonForm() if act.takes_back else ConfirmForm()
    if form.submitted():
        given = {"reason": form.reason.data} if act.takes_back else {}
        with transaction():
            act.run(contest, key, actor=signed_in_actor().login, now=g.now, **given)
        flash(str(act.done) % {"round": round_.label}, "success")
        return redirect(url_for("organize.round_page", slug=slug, key=key))
    page = render_template(
        "organize/round_step.html",
        contest=contest,
        round=round_,
        act=act,
        form=form,
        numbers=_numbers(contest, round_),
    )
    return page, 422 if form.errors else 200


def _numbers(contest: ContestInfo, round_: RoundInfo) -> list[tuple[str, str]]:
    """What the step is about: the finalized version's own numbers, else those of the present."""
    version, actual = versions.latest(round_.id), contests.actual_of(round_.id)
    found = version if version is not None and version.finalized_at is not None else None
    counts = found or queries.counts(contest.id, round_.id)
    numbers = [
        (gettext("Phiên bản"), str(version.version if version else 1)),
        (gettext("Người dự thi"), number(counts.people or 0)),
        (gettext("Lượt thi"), number(counts.attempts or 0)),
        (gettext("Người đúng tất cả"), number(counts.people_all_correct or 0)),
    ]
    if round_.spec.prediction is not None and actual is not None:
        numbers.append((gettext("Số phải dự đoán"), guess_text(round_.spec.prediction, actual)))
    if found is not None:
        numbers.append((gettext("Được xếp hạng"), number(found.ranked or 0)))
    return numbers


def _possible(contest: ContestInfo, key: str, step: str) -> Act:
    """The act of that name, when the round is where it can be taken. Raises Conflict("step_not_now")."""
    round_ = contest.round(key)
    stage = versions.stage_of(contest, round_, g.now)
    for act in acts_at(contest, stage):
        if act.name == step:
            return act
    raise Conflict("step_not_now", round=round_.label)
