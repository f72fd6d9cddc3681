"""Entering a contest, and coming back to it from another browser."""

from typing import Annotated

from flask_babel import lazy_gettext as _l
from pydantic import Field

from quizapp.contests import queries as contests
from quizapp.web import entering
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import RequestBody, ResponseBody, Word

Typed = Annotated[str, Field(max_length=500)]


class Consent(RequestBody):
    """Agreement to the notice of that version (`entry.consent_version` of the contest)."""

    version: Word


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
        "422 entry_invalid kể ra mọi mục sai trong fields."
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
    ),
)
def create_entry(slug: str, body: EntryIn) -> tuple[EntryOut, int]:
    """Enter, and let this browser act for the participant."""
    contest = contests.get_public_contest(slug)
    typed = body.model_dump(exclude={"consent", "entry_code"}, exclude_none=True)
    entered = entering.enter(contest, typed, consent_version=body.consent.version, entry_code=body.entry_code)
    found = EntryOut(participant=entered.public_id, entry_code=entered.entry_code, is_new=entered.is_new)
    return found, 201 if entered.is_new else 200
