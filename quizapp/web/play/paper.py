"""Sitting a paper: start, answer, look through, submit, and what comes afterwards; each page works as a plain form."""

from collections.abc import Collection
from typing import cast

from flask import current_app, flash, g, get_flashed_messages, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, ngettext
from flask_wtf.csrf import generate_csrf

from quizapp.attempts import queries
from quizapp.attempts import service as attempts
from quizapp.attempts.own_papers import OwnPaper, get_own_paper
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.saving import SaveAsk
from quizapp.attempts.submitting import SubmitAsk
from quizapp.contests import queries as contests
from quizapp.db import fresh_snapshot, transaction
from quizapp.errors import Conflict, Forbidden, Unauthenticated
from quizapp.statements import each_alone
from quizapp.web import together
from quizapp.web.access import allow
from quizapp.web.identity import current_session_id, own_session_id
from quizapp.web.late_saves import keep_late
from quizapp.web.play.blueprint import bp
from quizapp.web.play.mark_page import mark_page
from quizapp.web.play.paper_context import OpenPaper, finished_paper, open_paper
from quizapp.web.play.paper_form import Posted, flags_of, keep_flags, kept_guess, read_posted
from quizapp.web.play.paper_page import Reader, paper_page, refused_paper_page, theme_of
from quizapp.web.play.question_html import Look
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
    own = _own_paper(attempt_id)
    if not own.is_open(g.now):
        return _to_submitted(attempt_id)
    return paper_page(_open_paper(own), _reader())


@bp.post("/bai-thi/<attempt_id>")
@allow("participant")
def save_paper(attempt_id: str) -> ResponseReturnValue:
    """Store a page that was sent as a form; what is newer elsewhere stays, and the person is told."""
    own = _own_paper(attempt_id)
    keep_flags(attempt_id, request.form, len(own.lines))
    before = _open_paper(own)
    posted = read_posted(request.form, before)
    try:
        saved = together.save(SaveAsk(attempt_id, current_session_id(), tuple(posted.choices), posted.guess, g.now))
    except Conflict as refused:
        _tell_late(keep_late(refused, attempt_id, posted.choices, posted.guess))
        return _to_submitted(attempt_id)
    _tell_kept(before, posted, {choice.question for choice in saved.stale})
    after = _open_paper(_own_paper(attempt_id))
    if posted.refused_guess:
        return refused_paper_page(after, _reader(), {"prediction": "prediction_invalid"}), 422
    flash(gettext("Đã lưu %(answered)s/%(total)s câu.", answered=after.answered, total=after.total), "success")
    page = "play.review" if request.form.get("then") == "review" else "play.paper"
    return redirect(url_for(page, attempt_id=attempt_id), 303)


@bp.get("/bai-thi/<attempt_id>/xem-lai")
@allow("participant")
def review(attempt_id: str) -> ResponseReturnValue:
    """Every question with what was chosen, before submitting."""
    own = _own_paper(attempt_id)
    if not own.is_open(g.now):
        return _to_submitted(attempt_id)
    contest = contests.get_contest_by_id(own.contest_id)
    return render_template("play/review.html", paper=_open_paper(own), contest=contest)


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


def _reader() -> Reader:
    return Reader(
        look=Look(request.script_root, str(get_locale())),
        theme=theme_of(request.cookies.get(current_app.config["THEME_COOKIE_NAME"])),
        csrf_token=generate_csrf(),
        messages=cast(list[tuple[str, str]], get_flashed_messages(with_categories=True)),
    )


def _own_paper(attempt_id: str) -> OwnPaper:
    session_id = current_session_id()
    # Nobody holds one connection while waiting for another.
    fresh_snapshot()
    with each_alone(reads_only=True):
        return get_own_paper(attempt_id, session_id)


def _own_attempt(attempt_id: str) -> AttemptInfo:
    return queries.get_own_attempt(attempt_id, current_session_id())


def _to_submitted(attempt_id: str) -> ResponseReturnValue:
    return redirect(url_for("play.submitted", attempt_id=attempt_id), 303)


def _open_paper(own: OwnPaper) -> OpenPaper:
    return open_paper(own, flags=flags_of(own.public_id, session), now=g.now)


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
