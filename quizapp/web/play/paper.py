"""Sitting a paper: start, answer, look through, submit, and what comes afterwards; each page works as a plain form."""

from collections.abc import Collection

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from quizapp.attempts import queries
from quizapp.attempts import service as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.errors import Unauthenticated
from quizapp.web import starting
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id
from quizapp.web.play.blueprint import bp
from quizapp.web.play.mark_page import mark_page
from quizapp.web.play.paper_context import OpenPaper, finished_paper, open_paper
from quizapp.web.play.paper_form import Posted, flags_of, keep_flags, kept_guess, paper_form, read_posted


@bp.post("/cuoc-thi/<slug>/<round_key>/bat-dau")
@allow("participant")
def start_attempt(slug: str, round_key: str) -> ResponseReturnValue:
    """Open an attempt, or go back to the one that is open."""
    contest = contests.get_public_contest(slug)
    round_ = contest.round(round_key)
    participant = entries.find_participant(current_session_id(), contest.id)
    if participant is None:
        raise Unauthenticated("entry_required")
    with transaction():
        started = starting.start(contest, round_, participant)
    return redirect(url_for("play.paper", attempt_id=started.attempt.public_id), 303)


@bp.get("/bai-thi/<attempt_id>")
@allow("participant")
def paper(attempt_id: str) -> ResponseReturnValue:
    """The paper with the stored answers; the finished one's page when it is over."""
    attempt = _own_attempt(attempt_id)
    if not attempt.is_open(g.now):
        return _to_submitted(attempt_id)
    shown = _open_paper(attempt)
    return render_template("play/paper.html", paper=shown, form=paper_form(shown))


@bp.post("/bai-thi/<attempt_id>")
@allow("participant")
def save_paper(attempt_id: str) -> ResponseReturnValue:
    """Store a page that was sent as a form; what is newer elsewhere stays, and the person is told."""
    attempt = _own_attempt(attempt_id)
    if not attempt.is_open(g.now):
        flash(gettext("Đã hết giờ làm bài; những lựa chọn gửi sau giờ không được tính."), "warning")
        return _to_submitted(attempt_id)
    keep_flags(attempt_id, request.form, len(attempt.paper))
    before = _open_paper(attempt)
    posted = read_posted(request.form, before)
    with transaction():
        saved = attempts.save_answers(attempt_id, current_session_id(), posted.choices, posted.guess, now=g.now)
    _tell_kept(before, posted, {choice.question for choice in saved.stale})
    after = _open_paper(_own_attempt(attempt_id))
    if posted.refused_guess:
        form = paper_form(after)
        form.add_errors({"prediction": "prediction_invalid"})
        return render_template("play/paper.html", paper=after, form=form), 422
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
    with transaction():
        attempts.submit(attempt_id, current_session_id(), last_rev=None, now=g.now)
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


def _own_attempt(attempt_id: str) -> AttemptInfo:
    return queries.get_own_attempt(attempt_id, current_session_id())


def _to_submitted(attempt_id: str) -> ResponseReturnValue:
    return redirect(url_for("play.submitted", attempt_id=attempt_id), 303)


def _open_paper(attempt: AttemptInfo) -> OpenPaper:
    return open_paper(attempt, flags=flags_of(attempt.public_id), now=g.now)


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
