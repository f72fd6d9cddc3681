"""Contests from YAML files."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.contests import queries, service
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.web.access import signed_in_actor
from quizapp.web.api.blueprint import bp
from quizapp.web.api.contests import ContestOut, contest_out
from quizapp.web.api.operation import operation
from quizapp.web.contest_files import check_file


class ContestStored(ContestOut):
    """The contest as it is stored; `changed` tells whether this call changed it."""

    changed: bool


@bp.put("/contests/<slug>")
@operation(
    summary=_l("Nhập một cuộc thi, hoặc thay bản nháp của mình"),
    description=_l(
        "Nội dung là tệp cuộc thi; mã trong tệp phải trùng với địa chỉ. 422 kể ra mọi lỗi với dòng và cột, "
        "và không thay đổi gì. Cuộc thi đã khởi động thì 409 contest_launched."
    ),
    auth="organizer",
    takes_yaml=True,
    responses={200: ContestStored, 201: ContestStored},
    errors=("contest_not_found", "contest_launched", "file_refused"),
)
def put_contest(slug: str, body: bytes) -> tuple[ContestStored, int]:
    """Create a contest, or replace a draft of one's own."""
    actor = signed_in_actor()
    with transaction():
        known = queries.find_contest(slug)
        if known is not None and not queries.owned_within(known, actor.area_id):
            raise NotFound("contest_not_found")
        spec = check_file(body, name=f"{slug}.yaml", slug=slug, actor=actor)
        contest, changed = service.save_spec(spec, body.decode("utf-8-sig"), owner_area_id=actor.area_id, now=g.now)
    return ContestStored(**dict(contest_out(contest)), changed=changed), 201 if known is None else 200
