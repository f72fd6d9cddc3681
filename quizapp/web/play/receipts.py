"""Receipts: the owner's page, the public check of a code, and the published list of a round."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.attempts import queries, receipts
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.receipts import KnownReceipt
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.errors import NotFound
from quizapp.ids import code_groups, normalize_code
from quizapp.results import sealing, versions
from quizapp.web.access import allow
from quizapp.web.downloads import CSV, disposition, send_kept_file
from quizapp.web.identity import current_session_id
from quizapp.web.limits import RECEIPTS
from quizapp.web.play.blueprint import bp
from quizapp.web.play.published_receipts import is_public, published_receipts
from quizapp.web.play.receipt_page import receipt_page
from quizapp.web.settling import settle
from quizapp.web.throttle import caller, hold

ON_A_PAGE = 100


@bp.get("/bai-thi/<attempt_id>/bien-nhan")
@allow("participant")
def receipt(attempt_id: str) -> ResponseReturnValue:
    """The receipt on paper, with all that is in the file. Raises NotFound before the submission, and of a mark."""
    attempt = _own_final(attempt_id)
    return render_template("play/receipt.html", page=receipt_page(attempt))


@bp.get("/bai-thi/<attempt_id>/bien-nhan.json")
@allow("participant")
def receipt_file(attempt_id: str) -> ResponseReturnValue:
    """The receipt as a file to be kept: the same bytes as at the submission, whose fingerprint is in the list."""
    attempt = _own_final(attempt_id)
    answer = Response(attempt.receipt, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = disposition(f"bien-nhan-{attempt.receipt_code}.json")
    return answer


@dataclass(frozen=True)
class Checked:
    """What is known of a code after its round. `line`: where it stands in the list (from 1), None while there is none.

    `waits_for`: the round after which there is one. `has_result`: the round's result is published.
    """

    contest: ContestInfo
    round_: RoundInfo
    submitted_at: datetime
    fingerprint: str
    line: int | None
    waits_for: RoundInfo
    has_result: bool

    @property
    def page(self) -> int:
        """The page of the list on which the line stands."""
        return ((self.line or 1) - 1) // ON_A_PAGE + 1


@bp.get("/bien-nhan")
@allow("anyone")
def ask_receipt() -> ResponseReturnValue:
    """The form for a code; a code that was typed leads to its own address."""
    typed = normalize_code(request.args.get("code", ""))
    if typed:
        return redirect(url_for("play.check_receipt", code=typed), 303)
    return render_template("play/receipt_check.html", code="", checked=None)


@bp.get("/bien-nhan/<code>")
@allow("anyone")
def check_receipt(code: str) -> ResponseReturnValue:
    """Whether the paper of that code is in the list of its round; before the close every code is as unknown as any."""
    hold(RECEIPTS, caller())
    found = receipts.find_by_code(code)
    checked = _checked(found) if found is not None else None
    page = render_template("play/receipt_check.html", code=code_groups(normalize_code(code)), checked=checked)
    return page, 200 if checked else 404


@bp.get("/cuoc-thi/<slug>/<round_key>/bien-nhan")
@allow("anyone")
def receipt_list(slug: str, round_key: str) -> ResponseReturnValue:
    """The list, a page at a time; it does not exist before it may be known how long it is."""
    contest, round_ = _closed(slug, round_key)
    published = published_receipts(contest, round_, g.now)
    pages = max(1, -(-published.total // ON_A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "play/receipt_list.html",
        contest=contest,
        round=round_,
        lines=published.lines((page - 1) * ON_A_PAGE, ON_A_PAGE),
        first=(page - 1) * ON_A_PAGE + 1,
        total=published.total,
        page=page,
        pages=pages,
    )


@bp.get("/cuoc-thi/<slug>/<round_key>/bien-nhan.csv")
@allow("anyone")
def receipt_list_file(slug: str, round_key: str) -> ResponseReturnValue:
    """The whole list as a file."""
    contest, round_ = _closed(slug, round_key)
    published = published_receipts(contest, round_, g.now)
    return send_kept_file(published.path, f"{contest.slug}_bien-nhan_{round_.key}.csv", CSV)


def _own_final(attempt_id: str) -> AttemptInfo:
    """The attempt of this browser, final. Raises NotFound("attempt_not_found", "receipt_not_found")."""
    attempt = queries.get_own_attempt(attempt_id, current_session_id())
    if attempt.submitted_at is None and not attempt.is_open(g.now):
        settle(contests.get_contest_by_id(attempt.contest_id))
        attempt = queries.get_own_attempt(attempt_id, current_session_id())
    if attempt.receipt is None:
        raise NotFound("receipt_not_found")
    return attempt


def _closed(slug: str, round_key: str) -> tuple[ContestInfo, RoundInfo]:
    contest = contests.get_public_contest(slug)
    round_ = contest.round(round_key)
    settle(contest)
    return contest, round_


def _checked(found: KnownReceipt) -> Checked | None:
    """What may be told of a receipt; None while its round is not over."""
    contest = contests.get_contest_by_id(found.contest_id)
    round_ = contest.round_by_id(found.round_id)
    if not sealing.is_settled(round_, g.now):
        return None
    line = None
    if is_public(contest, round_, g.now):
        settle(contest)
        line = published_receipts(contest, round_, g.now).find(found)
    return Checked(
        contest=contest,
        round_=round_,
        submitted_at=found.submitted_at,
        fingerprint=found.fingerprint,
        line=line + 1 if line is not None else None,
        waits_for=sealing.shown_after(contest, round_),
        has_result=line is not None and versions.published(round_.id) is not None,
    )
