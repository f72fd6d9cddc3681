"""A round that runs longer than planned: until when, and why."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired, Length

from quizapp.attempts import service as attempts
from quizapp.clock import VIETNAM
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import RoundState
from quizapp.db import transaction
from quizapp.errors import Conflict, QuizError
from quizapp.messages import text_of
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.filters import closing
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp


class MomentField(DateTimeLocalField):
    """A moment by the clocks of Vietnam; typed as the browser's own field gives it, or as people write it."""

    data: Any

    def __init__(self, label: Any, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M", "%H:%M %d/%m/%Y"]
        super().__init__(label, format=formats, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Aware, or an error in words."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(text_of("closing_time_invalid")) from None
        if self.data is not None:
            self.data = self.data.replace(tzinfo=VIETNAM)


class ExtendForm(BaseForm):
    """The new end of a round, and why; the reason stands in the contest's history."""

    closes_at = MomentField(_l("Giờ đóng mới"), validators=[InputRequired(_l("Hãy ghi ngày và giờ đóng mới."))])
    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )


@bp.route("/<slug>/vong/<key>/gia-han", methods=["GET", "POST"])
@allow("organizer")
def extend_round(slug: str, key: str) -> ResponseReturnValue:
    """A later end for a round that has not closed."""
    contest = own_contest(slug)
    round_ = contest.round(key)
    if contest.launched_at is None or round_.state(g.now) is RoundState.CLOSED:
        raise Conflict("round_not_extendable")
    form = ExtendForm(data={"closes_at": round_.closes_at.astimezone(VIETNAM)})
    if form.submitted() and _extend(contest, round_, form):
        until = closing(form.closes_at.data)
        flash(gettext("%(round)s được gia hạn đến %(until)s.", round=round_.label, until=until), "success")
        return redirect(url_for("organize.contest", slug=slug))
    page = render_template("organize/extend_round.html", contest=contest, round=round_, form=form)
    return page, 422 if form.errors else 200


def _extend(contest: ContestInfo, round_: RoundInfo, form: ExtendForm) -> bool:
    """True when it is done; else the reason stands on the field."""
    try:
        with transaction():
            attempts.extend_round(
                contest,
                round_.key,
                closes_at=form.closes_at.data,
                actor=signed_in_actor().login,
                reason=form.reason.data,
                now=g.now,
            )
    except QuizError as refused:
        if refused.code not in ("extension_not_later", "extension_past_promotion"):
            raise
        form.add_errors({"closes_at": refused.code}, **refused.details)
        return False
    return True
