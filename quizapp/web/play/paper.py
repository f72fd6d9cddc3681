"""Sitting a paper: start, answer, look through, submit, and what comes afterwards; each page works as a plain form."""

from collections.abc import Collection

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from quizapp.attempts import queries
from quizapp.attempts import service as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.saving import SaveAsk
from quizapp.attempts.submitting import SubmitAsk
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.errors import Conflict, Forbidden, Unauthenticated
from quizapp.web import together
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id, own_session_id
from quizapp.web.late_saves import keep_late
from quizapp.web.play.blueprint import bp
from quizapp.web.play.mark_page import mark_page
from quizapp.web.play.paper_context import OpenPaper, finished_paper, open_paper
from quizapp.web.play.paper_form import PaperForm, Posted, flags_of, keep_flags, kept_guess, paper_form, read_posted
from quizapp.web.play.question_html import question_html
from quizapp.web.starting import StartRequest


@bp.post("/cuoc-thi/<slug>/<round_key>/bat-dau")
@allow("participant")
def start_attempt(slug: str, round_key: str) -> ResponseReturnValue:
    """Open an attempt, or go back to the one that is open."""
    try:
        started = together.start(StartRequest(slug, round_key, own_session_id(), g.now))
    except Forbidden as refused:
        if refused.details["why"] == "entry_required":
            raise Unauthenticated("entry_required") from None
        raise
    return redirect(url_for("play.paper", attempt_id=started.attempt.public_id), 303)


@bp.get("/bai-thi/<attempt_id>")
@allow("participant")
def paper(attempt_id: str) -> ResponseReturnValue:
    """The paper with the stored answers; the finished one's page when it is over."""
    attempt = _own_attempt(attempt_id)
    if not attempt.is_open(g.now):
        return _to_submitted(attempt_id)
    shown = _open_paper(attempt)
    return _paper_page(shown, paper_form(shown))


@bp.post("/bai-thi/<attempt_id>")
@allow("participant")
def save_paper(attempt_id: str) -> ResponseReturnValue:
    """Store a page that was sent as a form; what is newer elsewhere stays, and the person is told."""
    attempt = _own_attempt(attempt_id)
    keep_flags(attempt_id, request.form, len(attempt.paper))
    before = _open_paper(attempt)
    posted = read_posted(request.form, before)
    try:
        saved = together.save(SaveAsk(attempt_id, current_session_id(), tuple(posted.choices), posted.guess, g.now))
    except Conflict as refused:
        _tell_late(keep_late(refused, attempt_id, posted.choices, posted.guess))
        return _to_submitted(attempt_id)
    _tell_kept(before, posted, {choice.question for choice in saved.stale})
    after = _open_paper(_own_attempt(attempt_id))
    if posted.refused_guess:
        form = paper_form(after)
        form.add_errors({"prediction": "prediction_invalid"})
        return _paper_page(after, form), 422
    flash(gettext("Đã lưu %(answered)s/%(total)s câu.", answered=after.answered, total=after.total), "success")
    page = "play.review" if request.form.get("then") == "review" else "play.paper"
    return redirect(url_for(page, attempt_id=attempt_id), 303)


@bp.get("/bai-thi/<attempt_id>/xem-lai")
@allow("participant")
def review(attempt_id: str) -> ResponseReturnValue:
    """Every question with what was chosen, before submitting."""
    attempt = _own_attempt(attempt_id)
    if not attempt.is_open(g.now):
        return _to_submitted(attempt_id)
    shown = _open_paper(attempt)
    return render_template("play/review.html", paper=shown, contest=shown.contest)


@bp.post("/bai-thi/<attempt_id>/nop-bai")
@allow("participant")
def submit_attempt(attempt_id: str) -> ResponseReturnValue:
    """Finish the attempt; sent twice, or too late, it leads to the same page."""
    together.submit(SubmitAsk(attempt_id, current_session_id(), None, g.now))
    return _to_submitted(attempt_id)


@bp.get("/bai-thi/<attempt_id>/da-nop")
@allow("participant")
def submitted(attempt_id: str) -> ResponseReturnValue:
    """The receipt, what comes next, and as much of the result as may be seen."""
    attempt = _own_attempt(attempt_id)
    if attempt.is_open(g.now):
        return redirect(url_for("play.paper", attempt_id=attempt_id), 303)
    if attempt.submitted_at is None:
        # Time has decided already; this one alone, because its owner waits.
        with transaction():
            attempts.settle(contests.get_contest_by_id(attempt.contest_id), [attempt.id], now=g.now)
        attempt = _own_attempt(attempt_id)
    if attempt.receipt is None:
        return mark_page(attempt, g.now)
    shown = finished_paper(attempt, now=g.now)
    return render_template("play/submitted.html", paper=shown, contest=shown.contest)


def _paper_page(paper: OpenPaper, form: PaperForm) -> str:
    return render_template("play/paper.html", paper=paper, form=form, question_html=question_html)


def _own_attempt(attempt_id: str) -> AttemptInfo:
    return queries.get_own_attempt(attempt_id, current_session_id())


def _to_submitted(attempt_id: str) -> ResponseReturnValue:
    return redirect(url_for("play.submitted", attempt_id=attempt_id), 303)


def _open_paper(attempt: AttemptInfo) -> OpenPaper:
    return open_paper(attempt, flags=flags_of(attempt.public_id), now=g.now)


def _tell_late(refused: Conflict) -> None:
    """Say what became of a page that was sent when its paper was over. Any other refusal goes on."""
    if refused.code != "attempt_closed":
        raise refused
    if refused.details["kept_as_evidence"]:
        flash(
            gettext(
                "Đã hết giờ làm bài; những lựa chọn gửi sau giờ không được tính. Hệ thống đã giữ lại để Ban Tổ chức "
                "xem xét."
            ),
            "warning",
        )
    else:
        flash(gettext("Đã hết giờ làm bài; những lựa chọn gửi sau giờ không được tính."), "warning")


def _tell_kept(paper: OpenPaper, posted: Posted, stale: Collection[str]) -> None:
    """Say for which questions an answer from elsewhere is newer than the one that was sent."""
    numbers = [question.number for question in paper.questions if question.ref in stale]
    if numbers:
        flash(
            ngettext(
                "Câu %(numbers)s đã được trả lời ở một trang khác sau khi mở trang này; hệ thống giữ câu trả lời đó.",
                "Các câu %(numbers)s đã được trả lời ở một trang khác sau khi mở trang này; hệ thống giữ những câu "
                "trả lời đó.",
                len(numbers),
                numbers=", ".join(map(str, numbers)),
            ),
            "warning",
        )
    if kept_guess(paper.prediction, posted):
        flash(gettext("Số dự đoán đã được ghi ở một trang khác sau khi mở trang này; hệ thống giữ số đó."), "warning")
