"""Question banks from YAML files."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.banks import queries, service
from quizapp.db import transaction
from quizapp.web.access import signed_in_actor
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import ResponseBody


class BankOut(ResponseBody):
    """A bank as it is stored; `changed` tells whether its content is new."""

    bank: str
    title: str
    questions: int
    content_hash: str
    changed: bool


@bp.put("/banks/<slug>")
@operation(
    summary=_l("Nhập hoặc thay một bộ câu hỏi"),
    description=_l(
        "Nội dung là tệp bank.yaml; mã trong tệp phải trùng với địa chỉ. 422 kể ra mọi lỗi với dòng và cột, "
        "và không thay đổi gì. Bộ câu hỏi mới là của Ban Tổ chức đã nhập; 409 bank_exists khi mã đã được dùng. "
        "Cuộc thi đã khởi động giữ bản câu hỏi của mình."
    ),
    auth="organizer",
    takes_yaml=True,
    responses={200: BankOut, 201: BankOut},
    errors=("bank_exists", "file_refused"),
)
def put_bank(slug: str, body: bytes) -> tuple[BankOut, int]:
    """Create a bank of one's own area, or replace it."""
    actor = signed_in_actor()
    with transaction():
        is_new = queries.find_record(slug) is None
        record, changed = service.import_bank(
            body, name=f"{slug}.yaml", slug=slug, actor=actor.login, owner_area_id=actor.area_id, now=g.now
        )
    found = BankOut(
        bank=record.slug,
        title=record.title,
        questions=record.question_count,
        content_hash=record.content_hash,
        changed=changed,
    )
    return found, 201 if is_new else 200
