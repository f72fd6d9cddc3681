"""Entering a contest, and coming back to it from another browser."""

from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field

from quizapp.contests import queries as contests
from quizapp.entries.rules import Guardian
from quizapp.web import entering
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import RequestBody, ResponseBody, Word
from quizapp.web.work import Work

Typed = Annotated[str, Field(max_length=500)]


class GuardianIn(RequestBody):
    """The father, the mother or the guardian, who has read the notice and agrees too."""

    name: Typed


class Consent(RequestBody):
    """Agreement to the notice of that version (`entry.consent_version` of the contest).

    `guardian`: needed of people below `entry.guardian_below` years. `publish_name`: what the guardian says to public
    lists with the whole name, the school and the class; without it they show initials. Both are ignored of adults.
    """

    version: Word
    guardian: GuardianIn | None = None
    publish_name: bool = False


class WorkIn(RequestBody):
    """What a refusal `work_required` asks for: its `challenge`, and the numbers found, or no answer after waiting."""

    challenge: Annotated[str, Field(max_length=200)]
    answer: Annotated[str, Field(max_length=400)] = ""


class EntryIn(RequestBody):
    """An entry form: the fields that the contest asks, as typed. `area` is a code, or TREE:CODE.

    `contest_password` where `entry.asks_password` says so, of people who have not entered before.
    """

    full_name: Typed | None = None
    date_of_birth: Typed | None = None
    gender: Typed | None = None
    phone: Typed | None = None
    email: Typed | None = None
    citizen_id: Typed | None = None
    address: Typed | None = None
    area: Typed | None = None
    unit: Typed | None = None
    group: Typed | None = None
    consent: Consent
    entry_code: Typed | None = None
    contest_password: Typed | None = None
    work: WorkIn | None = None


class EntryOut(ResponseBody):
    """The participant, and the code to come back with from another browser."""

    participant: str
    entry_code: str
    is_new: bool


@bp.post("/contests/<slug>/entries")
@operation(
    summary=_l("Ghi danh, hoặc vào lại trên máy khác"),
    description=_l(
        "201 khi là người mới. Khai lại đúng người đã ghi danh: 200 và vẫn người ấy, nếu từ cùng trình duyệt, "
        "có mã dự thi đúng, hoặc theo cách vào lại (entry.resume) của cuộc thi; nếu không thì 409 identity_known. "
        "422 entry_invalid kể ra mọi mục sai trong fields. Khi từ một địa chỉ mạng có quá nhiều phiếu: "
        "429 work_required; tìm cho mỗi phần p (từ 0 đến pieces-1) một số n sao cho SHA-256 của “challenge:p:n” "
        "bắt đầu bằng zero_bits bit 0, hoặc chờ retry_after giây, rồi gửi lại kèm work {challenge, answer: các số n "
        "cách nhau bằng dấu phẩy}."
    ),
    auth="anyone",
    body=EntryIn,
    responses={200: EntryOut, 201: EntryOut},
    errors=(
        "contest_not_found",
        "entry_invalid",
        "entry_closed",
        "identity_known",
        "not_eligible",
        "too_many_requests",
        "work_required",
    ),
)
def create_entry(slug: str, body: EntryIn) -> tuple[EntryOut, int]:
    """Enter, and let this browser act for the participant."""
    contest = contests.get_public_contest(slug)
    typed = body.model_dump(exclude={"consent", "entry_code", "work"}, exclude_none=True)
    brought = Work(body.work.challenge, body.work.answer) if body.work else None
    guardian = body.consent.guardian
    entered = entering.enter(
        contest,
        typed,
        consent_version=body.consent.version,
        entry_code=body.entry_code,
        brought=brought,
        guardian=Guardian(guardian.name, True, body.consent.publish_name) if guardian else None,
    )
    found = EntryOut(participant=entered.public_id, entry_code=entered.entry_code, is_new=entered.is_new)
    return found, 201 if entered.is_new else 200
