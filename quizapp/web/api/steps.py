"""The steps of a contest's life: launch, close a round before its time, finalize its result, publish."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.attempts import service as attempts
from quizapp.awards import service as awards
from quizapp.contests import service
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.strict_yaml import Moment
from quizapp.web.access import own_contest, recently_signed_in, signed_in_actor
from quizapp.web.api.blueprint import bp
from quizapp.web.api.contests import ContestOut, contest_out
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import NoBody, RequestBody, Sentence, Word
from quizapp.web.settling import settle

DEFAULT_REASON = "API"


class CloseIn(RequestBody):
    """Why the round is closed before its time; goes into the contest's history."""

    reason: Sentence = ""


class PublishIn(RequestBody):
    """Which round is published; absent = the whole contest."""

    round: Word | None = None


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
        contest = own_contest(slug)
        listed = entries.count_roster(contest.id)
        contest = service.launch(contest, actor=signed_in_actor().login, now=g.now, listed=listed)
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


class ExtendIn(RequestBody):
    """The new end of a round, later than the present one, and why; both go into the contest's history."""

    closes_at: Moment
    reason: Sentence = ""


@bp.post("/contests/<slug>/rounds/<key>/extend")
@operation(
    summary=_l("Gia hạn một vòng thi chưa đóng"),
    description=_l("Bài đang làm dở được kéo dài theo, trong giới hạn thời gian làm bài của thể lệ."),
    auth="organizer",
    body=ExtendIn,
    responses={200: ContestOut},
    errors=(
        "contest_not_found", "round_not_found", "extension_not_later", "round_not_extendable",
        "round_changed_meanwhile", "extension_past_promotion",
    ),
)  # fmt: skip
def extend_round(slug: str, key: str, body: ExtendIn) -> ContestOut:
    """Let a round run longer."""
    with transaction():
        contest = attempts.extend_round(
            own_contest(slug),
            key,
            closes_at=body.closes_at,
            actor=signed_in_actor().login,
            reason=body.reason or DEFAULT_REASON,
            now=g.now,
        )
    return contest_out(contest)


@bp.post("/contests/<slug>/rounds/<key>/finalize")
@operation(
    summary=_l("Duyệt kết quả một vòng thi"),
    description=_l(
        "Lập bảng xếp hạng và danh sách giải của vòng thi. Nơi thể lệ cần hai người thì lần gọi đầu là đề nghị "
        "(stage proposed), người thứ hai duyệt."
    ),
    auth="organizer",
    body=NoBody,
    body_required=False,
    responses={200: ContestOut},
    errors=(
        "contest_not_found", "round_not_found", "round_not_settled", "already_finalized", "regrade_pending",
        "second_person_needed",
    ),
)  # fmt: skip
def finalize_round(slug: str, key: str, body: NoBody) -> ContestOut:
    """Make a round's result final, or propose it."""
    settle(own_contest(slug))
    with transaction():
        awards.finalize_round(own_contest(slug), key, actor=signed_in_actor().login, now=g.now)
    return contest_out(own_contest(slug))


@bp.post("/contests/<slug>/publish")
@operation(
    summary=_l("Công bố kết quả"),
    description=_l(
        "Cả cuộc thi, khi mọi vòng thi đã được duyệt; hoặc một vòng thi (round). Sau đó gọi lại để công bố những gì "
        "mới quyết định."
    ),
    auth="organizer",
    body=PublishIn,
    body_required=False,
    responses={200: ContestOut},
    errors=(
        "contest_not_found", "round_not_found", "not_closed", "not_finalized", "lots_open", "other_round_waits",
        "already_published", "recent_sign_in_required",
    ),
)  # fmt: skip
@recently_signed_in
def publish(slug: str, body: PublishIn) -> ContestOut:
    """Make the results public, of the contest or of one round."""
    with transaction():
        contest, actor = own_contest(slug), signed_in_actor().login
        if body.round is None:
            awards.publish_contest(contest, actor=actor, now=g.now)
        else:
            awards.publish_round(contest, body.round, actor=actor, now=g.now)
    return contest_out(own_contest(slug))
