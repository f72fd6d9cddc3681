"""The steps of a contest's life: launch, close a round before its time, publish the results."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.attempts import service as attempts
from quizapp.contests import service
from quizapp.db import transaction
from quizapp.web.access import own_contest, signed_in_actor
from quizapp.web.api.blueprint import bp
from quizapp.web.api.contests import ContestOut, contest_out
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import NoBody, RequestBody, Sentence

DEFAULT_REASON = "API"


class CloseIn(RequestBody):
    """Why the round is closed before its time; goes into the contest's history."""

    reason: Sentence = ""


@bp.post("/contests/<slug>/launch")
@operation(
    summary=_l("Khởi động cuộc thi"),
    description=_l("Đóng băng câu hỏi và thể lệ. 409 launch_refused kể ra những gì còn cản trở trong problems."),
    auth="organizer",
    body=NoBody,
    body_required=False,
    responses={200: ContestOut},
    errors=("contest_not_found", "already_launched", "launch_refused", "file_refused"),
)
def launch(slug: str, body: NoBody) -> ContestOut:
    """Freeze the contest and make it public."""
    with transaction():
        contest = service.launch(own_contest(slug), actor=signed_in_actor().login, now=g.now)
    return contest_out(contest)


@bp.post("/contests/<slug>/rounds/<key>/close")
@operation(
    summary=_l("Đóng một vòng thi trước hạn"),
    description=_l("Bài đang làm dở kết thúc cùng lúc, và được tính với những câu đã lưu."),
    auth="organizer",
    body=CloseIn,
    body_required=False,
    responses={200: ContestOut},
    errors=("contest_not_found", "round_not_found", "round_not_open"),
)
def close_round(slug: str, key: str, body: CloseIn) -> ContestOut:
    """End an open round now."""
    with transaction():
        contest = attempts.close_round(
            own_contest(slug), key, actor=signed_in_actor().login, reason=body.reason or DEFAULT_REASON, now=g.now
        )
    return contest_out(contest)


@bp.post("/contests/<slug>/publish")
@operation(
    summary=_l("Công bố kết quả"),
    description=_l("Khi mọi vòng thi đã đóng."),
    auth="organizer",
    body=NoBody,
    body_required=False,
    responses={200: ContestOut},
    errors=("contest_not_found", "not_closed", "already_published"),
)
def publish(slug: str, body: NoBody) -> ContestOut:
    """Make the results public."""
    with transaction():
        contest = service.publish(own_contest(slug), actor=signed_in_actor().login, now=g.now)
    return contest_out(contest)
