"""The browser's session: who is signed in there, for whom it takes part, and the token that its writes carry."""

from typing import Annotated

from flask import Response, g
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import generate_csrf
from pydantic import Field

from quizapp.accounts.rules import Actor
from quizapp.areas import queries as areas
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import queries as entries
from quizapp.web import identity, signing_in
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import no_content, operation
from quizapp.web.api.schemas import Moment, RequestBody, ResponseBody, Word


class Account(ResponseBody):
    """A member of staff; `area` is TREE:CODE, None for administrators."""

    login: str
    role: str
    area: str | None


class OwnParticipant(ResponseBody):
    """For whom this browser acts in a contest."""

    participant: str
    contest: str
    name: str
    unit: str | None
    group: str | None


class Session(ResponseBody):
    """The state of the browser's session."""

    csrf_token: str
    account: Account | None
    participant: OwnParticipant | None
    participants: list[OwnParticipant]
    server_now: Moment


class SignIn(RequestBody):
    """A staff sign-in. `otp` is for accounts with a second factor: a code of the app, or a recovery code."""

    login: Word
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    otp: Annotated[str, Field(max_length=20)] | None = None


@bp.get("/session")
@operation(
    summary=_l("Phiên làm việc của trình duyệt"),
    description=_l(
        "Cho biết ai đang đăng nhập, trình duyệt này dự thi cho ai (người vào sau cùng là participant), "
        "và mã csrf_token phải gửi trong tiêu đề X-CSRF-Token của mọi lần ghi."
    ),
    auth="anyone",
    responses={200: Session},
)
def get_session() -> Session:
    """Who this browser is."""
    return _session()


@bp.post("/session")
@operation(
    summary=_l("Đăng nhập (cán bộ)"),
    description=_l(
        "Phiên cũ chấm dứt, phiên mới có csrf_token mới. Tài khoản đã bật xác thực hai lớp cần thêm otp: mã 6 số của "
        "ứng dụng hoặc một mã khôi phục; mỗi mã dùng được một lần."
    ),
    auth="anyone",
    body=SignIn,
    responses={200: Session},
    errors=(
        "wrong_password",
        "given_password_over",
        "otp_required",
        "otp_wrong",
        "sign_in_paused",
        "too_many_requests",
    ),
)
def sign_in(body: SignIn) -> Session:
    """Sign a member of staff in."""
    signing_in.sign_in(body.login, body.password, body.otp)
    return _session()


@bp.delete("/session")
@operation(
    summary=_l("Đăng xuất"),
    description=_l("Chấm dứt phiên của trình duyệt, cả của cán bộ và của người dự thi; cookie cũ không dùng lại được."),
    auth="anyone",
    responses={204: None},
)
def sign_out() -> Response:
    """End the session: its cookie is dead."""
    with transaction():
        identity.sign_out(now=g.now)
    return no_content()


def _session() -> Session:
    actor = identity.current_actor() or identity.signed_in_person()
    own = _own_participants()
    return Session(
        csrf_token=generate_csrf(),
        account=_account(actor) if actor else None,
        participant=own[0] if own else None,
        participants=own,
        server_now=g.now,
    )


def _account(actor: Actor) -> Account:
    area = None
    if actor.area_id is not None:
        tree = areas.tree_of_area(actor.area_id)
        area = f"{tree.slug}:{tree.node(actor.area_id).code}"
    return Account(login=actor.login, role=actor.role.value, area=area)


def _own_participants() -> list[OwnParticipant]:
    return [
        OwnParticipant(
            participant=participant.public_id,
            contest=contests.get_contest_by_id(participant.contest_id).slug,
            name=participant.full_name,
            unit=participant.unit,
            group=participant.group_key,
        )
        for participant in entries.list_present_participants(identity.current_session_id())
    ]
