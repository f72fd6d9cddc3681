"""Questions gone wrong: how the questions of a closed round were answered, rulings on them, dry runs, the history."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.attempts import regrading as engine
from quizapp.attempts import rulings as known
from quizapp.attempts.rulings import RegradeInfo
from quizapp.awards import regrading
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.messages.rulings import STATES
from quizapp.results import sealing, versions
from quizapp.results.rules import Stage
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.ruling_forms import ApplyForm, RulingForm
from quizapp.web.organize.ruling_page import QuestionLine, changes, doubtful_lines, kind_text, question_lines
from quizapp.web.reports.questions import definitions
from quizapp.web.settling import settle


@bp.get("/<slug>/vong/<key>/cau-hoi")
@allow("organizer")
def rulings(slug: str, key: str) -> ResponseReturnValue:
    """All questions of a closed round with how they were answered, and the rulings so far."""
    contest, round_ = _closed_round(slug, key)
    lines = question_lines(contest, round_)
    return render_template(
        "organize/rulings.html",
        **_frame(contest, round_),
        lines=lines,
        doubtful=doubtful_lines(lines),
        history=known.list_regrades(round_.id),
        definitions=definitions(),
    )


@bp.route("/<slug>/vong/<key>/cau-hoi/xu-ly", methods=["GET", "POST"])
@allow("organizer")
def new_ruling(slug: str, key: str) -> ResponseReturnValue:
    """A ruling on one question (`cau` in the address), to be worked out first."""
    contest, round_ = _closed_round(slug, key)
    line = _line(contest, round_, request.args.get("cau", ""))
    form = RulingForm().offer(line.question)
    if form.submitted():
        try:
            return _stage(contest, round_, line, form)
        except Invalid as refused:
            form.add_errors({_FIELDS.get(name, name): code for name, code in refused.details["fields"].items()})
        except Conflict as refused:
            form.add_errors({"": refused.code}, **refused.details)
    page = render_template("organize/new_ruling.html", **_frame(contest, round_), line=line, form=form)
    return page, 422 if form.errors else 200


@bp.get("/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>")
@allow("organizer")
def ruling(slug: str, key: str, regrade_id: int) -> ResponseReturnValue:
    """What a ruling would change, or has changed."""
    contest, round_ = _closed_round(slug, key)
    return _ruling_page(contest, round_, known.get_regrade(round_.id, regrade_id), ApplyForm(formdata=None))


@bp.post("/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/ap-dung")
@allow("organizer")
@recently_signed_in
def apply_ruling(slug: str, key: str, regrade_id: int) -> ResponseReturnValue:
    """Carry a ruling out, once the organizer has confirmed."""
    contest, round_ = _closed_round(slug, key)
    regrade, form = known.get_regrade(round_.id, regrade_id), ApplyForm()
    if not form.submitted():
        return _ruling_page(contest, round_, regrade, form)
    with transaction():
        regrading.apply_ruling(contest, round_, regrade_id, actor=signed_in_actor().login, now=g.now)
    flash(
        gettext("Đã áp dụng quyết định. Điểm và thứ hạng của %(round)s đã được tính lại.", round=round_.label),
        "success",
    )
    return redirect(url_for("organize.ruling", slug=slug, key=key, regrade_id=regrade_id))


@bp.post("/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/huy")
@allow("organizer")
def cancel_ruling(slug: str, key: str, regrade_id: int) -> ResponseReturnValue:
    """Put a ruling aside."""
    contest, round_ = _closed_round(slug, key)
    with transaction():
        regrading.cancel_ruling(contest, round_, regrade_id, actor=signed_in_actor().login, now=g.now)
    flash(gettext("Đã hủy bản tính thử; không có gì thay đổi."), "success")
    return redirect(url_for("organize.rulings", slug=slug, key=key))


@bp.post("/<slug>/vong/<key>/quyet-dinh/<int:regrade_id>/tinh-tiep")
@allow("organizer")
def work_out_ruling(slug: str, key: str, regrade_id: int) -> ResponseReturnValue:
    """Work out a ruling once more, where that was broken off."""
    contest, round_ = _closed_round(slug, key)
    regrading.work_out(contest, round_, regrade_id, actor=signed_in_actor().login, now=g.now)
    return redirect(url_for("organize.ruling", slug=slug, key=key, regrade_id=regrade_id))


# The form's names of what the service names otherwise.
_FIELDS = {"answers": "options"}


def _closed_round(slug: str, key: str) -> tuple[ContestInfo, RoundInfo]:
    """A round of which nothing can change any more. Raises NotFound, Conflict("round_not_settled")."""
    contest = own_contest(slug)
    round_ = contest.round(key)
    if contest.launched_at is None or not sealing.is_settled(round_, g.now):
        raise Conflict("round_not_settled", round=round_.label)
    settle(contest)
    return contest, round_


def _frame(contest: ContestInfo, round_: RoundInfo) -> dict[str, Any]:
    """What every page of rulings shows: where it is, whether a ruling can be made, and the one that waits."""
    return {
        "contest": contest,
        "round": round_,
        "may_rule": versions.stage_of(contest, round_, g.now) is Stage.REVIEW,
        "waiting": known.find_staged(round_.id),
        "states": STATES,
        "kind_text": kind_text,
    }


def _line(contest: ContestInfo, round_: RoundInfo, ref: str) -> QuestionLine:
    for line in question_lines(contest, round_):
        if line.ref == ref:
            return line
    raise NotFound("question_not_in_round")


def _stage(contest: ContestInfo, round_: RoundInfo, line: QuestionLine, form: RulingForm) -> ResponseReturnValue:
    regrade = regrading.stage_ruling(
        contest,
        round_,
        line.ref,
        form.kind.data or "",
        form.answers(),
        reason=form.reason.data or "",
        public_note=form.public_note.data or "",
        actor=signed_in_actor().login,
        now=g.now,
    )
    return redirect(url_for("organize.ruling", slug=contest.slug, key=round_.key, regrade_id=regrade.id))


def _ruling_page(contest: ContestInfo, round_: RoundInfo, regrade: RegradeInfo, form: ApplyForm) -> ResponseReturnValue:
    question = engine.snapshot_of(contest, round_).questions[regrade.question]
    page = render_template(
        "organize/ruling.html",
        **_frame(contest, round_),
        regrade=regrade,
        question=question,
        changes=changes(contest, regrade) if regrade.is_worked_out else None,
        form=form,
    )
    return page, 422 if form.errors else 200
