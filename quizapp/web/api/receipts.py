"""The public check of a receipt's code."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.attempts import queries
from quizapp.contests import queries as contests
from quizapp.errors import NotFound
from quizapp.ids import normalize_code
from quizapp.results import sealing, versions
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import Moment, ResponseBody
from quizapp.web.limits import RECEIPTS
from quizapp.web.throttle import caller, hold


class ReceiptCheck(ResponseBody):
    """A code that belongs to a finished attempt; `listed` once the result of its round is published."""

    known: bool
    listed: bool
    contest: str
    round: str
    submitted_at: Moment


@bp.get("/receipts/<code>")
@operation(
    summary=_l("Kiểm tra mã biên nhận"),
    description=_l("Chỉ trả lời sau khi vòng thi đã đóng; trước đó, và với mã không có, đều là 404."),
    auth="anyone",
    responses={200: ReceiptCheck},
    errors=("receipt_not_found", "too_many_requests"),
)
def check_receipt(code: str) -> ReceiptCheck:
    """Whether a code is of a finished attempt, and whether that attempt is in the published list."""
    hold(RECEIPTS, caller())
    found = queries.find_published_receipt(normalize_code(code))
    if found is None:
        raise NotFound("receipt_not_found")
    contest = contests.get_contest_by_id(found.contest_id)
    round_ = contest.round_by_id(found.round_id)
    if not sealing.is_settled(round_, g.now):
        raise NotFound("receipt_not_found")
    return ReceiptCheck(
        known=True,
        listed=sealing.has_result(contest, round_, g.now) and versions.published(round_.id) is not None,
        contest=contest.slug,
        round=round_.key,
        submitted_at=found.submitted_at,
    )
