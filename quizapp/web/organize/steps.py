"""The steps of a contest's life: launch it, close a round before its time, publish the results."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from quizapp.attempts import service as attempts
from quizapp.awards import service as awards
from quizapp.contests import service
from quizapp.contests.rules import RoundState
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.errors import Conflict
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.checks import is_ready, launch_checks
from quizapp.web.organize.contest import LaunchForm, contest_page


class CloseRoundForm(BaseForm):
    """Why a round ends before its time; the reason stands in the contest's history."""

    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


@bp.post("/<slug>/khoi-dong")
@allow("organizer")
def launch(slug: str) -> ResponseReturnValue:
    """Freeze the contest and make it public, once the organizer has confirmed."""
    contest, form = own_contest(slug), LaunchForm()
    if not form.submitted():
        return contest_page(contest, form, 422)
    if contest.launched_at is None and not is_ready(launch_checks(contest, g.now)):
        flash(gettext("Chưa khởi động được. Hãy xử lý những mục “Phải sửa” dưới đây."), "error")
        return contest_page(contest, form, Conflict.status)
    with transaction():
        listed = entries.count_roster(contest.id)
        service.launch(contest, actor=signed_in_actor().login, now=g.now, listed=listed)
    flash(gettext("Cuộc thi đã khởi động. Thể lệ từ nay chỉ thay đổi bằng một phiên bản mới có lý do."), "success")
    return redirect(url_for("organize.contest", slug=slug))


@bp.route("/<slug>/vong/<key>/dong", methods=["GET", "POST"])
@allow("organizer")
def close_round(slug: str, key: str) -> ResponseReturnValue:
    """End an open round now; papers that are being written end with it and count as they are."""
    contest, form = own_contest(slug), CloseRoundForm()
    round_ = contest.round(key)
    if contest.launched_at is None or round_.state(g.now) is not RoundState.OPEN:
        raise Conflict("round_not_open")
    if form.submitted():
        with transaction():
            actor = signed_in_actor().login
            attempts.close_round(contest, key, actor=actor, reason=form.reason.data, now=g.now)
        flash(gettext("Đã đóng %(round)s.", round=round_.label), "success")
        return redirect(url_for("organize.contest", slug=slug))
    page = render_template("organize/close_round.html", contest=contest, round=round_, form=form)
    return page, 422 if form.errors else 200


@bp.post("/<slug>/cong-bo")
@allow("organizer")
@recently_signed_in
def publish(slug: str) -> ResponseReturnValue:
    """Make the results public once every round is finalized; later on, what is new since."""
    with transaction():
        awards.publish_contest(own_contest(slug), actor=signed_in_actor().login, now=g.now)
    flash(gettext("Kết quả đã được công bố."), "success")
    return redirect(url_for("organize.contest", slug=slug))
