"""Answers that came after the end of a paper: the list of a round, and deciding about those of one paper."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from quizapp.attempts import late
from quizapp.attempts import queries as attempts
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.errors import Conflict, Invalid
from quizapp.messages.late import VERDICTS
from quizapp.results import late_decisions
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.filters import moment
from quizapp.web.forms import BaseForm
from quizapp.web.late_notes import LateNote, late_notes
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.round_page import launched_round
from quizapp.web.settling import settle

PER_PAGE = 30
_ON_ITEMS = ("late_none_chosen", "late_decided", "late_outdated")


class LateForm(BaseForm):
    """Which items are decided about, how, and why; the reason stands in the contest's history and is told the owner."""

    items = SelectMultipleField(
        _l("Những mục được quyết định"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        coerce=int,
        filters=[],
        validators=[InputRequired(_l("Hãy chọn ít nhất một mục."))],
    )
    verdict = RadioField(
        _l("Quyết định"),
        choices=[
            SelectChoice("accepted", _l("Chấp nhận: tính như đến kịp giờ, bài được chấm lại")),
            SelectChoice("refused", _l("Không chấp nhận: vẫn lưu làm bằng chứng")),
        ],
        validators=[InputRequired(_l("Hãy chọn một quyết định."))],
        filters=[],
    )
    reason = TextAreaField(
        _l("Lý do"), validators=[InputRequired(_l("Hãy ghi lý do.")), Length(max=500, message=_l("Tối đa 500 ký tự."))]
    )

    def offer(self, notes: Sequence[LateNote]) -> "LateForm":
        """The same form with everything that can still be decided."""
        self.items.choices = [SelectChoice(note.id, _in_one_line(note)) for note in notes if note.verdict != "accepted"]
        return self


@bp.get("/<slug>/vong/<key>/den-muon")
@allow("organizer")
def late_papers(slug: str, key: str) -> ResponseReturnValue:
    """The papers of a round for which something came late, the latest arrival first."""
    contest = own_contest(slug)
    round_ = launched_round(contest, key)
    total, waiting = late.count_papers(round_.id)
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "organize/late_papers.html",
        contest=contest,
        round=round_,
        papers=late.list_papers(round_.id, offset=(page - 1) * PER_PAGE, limit=PER_PAGE),
        total=total,
        waiting=waiting,
        page=page,
        pages=pages,
    )


@bp.route("/<slug>/luot-thi/<paper>/den-muon", methods=["GET", "POST"])
@allow("organizer")
def late_answers(slug: str, paper: str) -> ResponseReturnValue:
    """What came late for one paper beside what counts, and the decision about it."""
    contest = own_contest(slug)
    attempt = attempts.get_attempt(contest.id, paper)
    round_ = contest.round_by_id(attempt.round_id)
    notes = late_notes(attempt)
    form = LateForm().offer(notes)
    if form.submitted() and _decide(contest, paper, form):
        return redirect(url_for("organize.late_answers", slug=slug, paper=paper), 303)
    settle(contest)
    page = render_template(
        "organize/late_answers.html",
        contest=contest,
        round=round_,
        attempt=attempts.get_attempt(contest.id, paper),
        person=entries.get_participant(attempt.participant_id),
        notes=notes,
        closed_at=round_.closes_at + GRACE,
        may_accept=late_decisions.may_accept(contest, round_, g.now),
        verdicts=VERDICTS,
        form=form,
    )
    return page, 422 if form.errors else 200


def _decide(contest: ContestInfo, paper: str, form: LateForm) -> bool:
    """False, with the reason on the form, when it cannot be decided so."""
    try:
        with transaction():
            late_decisions.decide(
                contest,
                paper,
                form.items.data,
                form.verdict.data,
                reason=form.reason.data,
                actor=signed_in_actor().login,
                now=g.now,
            )
    except (Invalid, Conflict) as error:
        form.add_errors({"items" if error.code in _ON_ITEMS else "verdict": error.code}, **error.details)
        return False
    accepted = form.verdict.data == "accepted"
    flash(
        gettext("Đã chấp nhận; bài thi và thứ hạng đã được tính lại.")
        if accepted
        else gettext("Đã ghi quyết định không chấp nhận."),
        "success",
    )
    return True


def _in_one_line(note: LateNote) -> str:
    """ "Câu 3, đến lúc …: B. Đắk Lắk"."""
    what = gettext("Câu %(number)s", number=note.number) if note.number else gettext("Số dự đoán")
    sent = note.sent or gettext("bỏ chọn")
    line = gettext("%(what)s, đến lúc %(time)s: %(sent)s", what=what, time=moment(note.received_at), sent=sent)
    if note.is_outdated:
        line = f"{line} ({gettext('cũ hơn câu trả lời đang được tính')})"
    return line
