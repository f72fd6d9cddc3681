"""Contests from YAML files: new ones, drafts, and amendments of those that are launched."""

from flask import g
from flask_babel import lazy_gettext as _l

from quizapp.contests import amending, queries, service
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.web.access import signed_in_actor
from quizapp.web.api.blueprint import bp
from quizapp.web.api.contests import ContestOut, contest_out
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import QueryParams, Sentence
from quizapp.web.api.steps import DEFAULT_REASON
from quizapp.web.contest_files import check_file


class ContestStored(ContestOut):
    """The contest as it is stored; `changed` tells whether this call changed it."""

    changed: bool


class AmendmentQuery(QueryParams):
    """Why the rules of a launched contest are amended; public. Nothing is needed for a draft."""

    reason: Sentence = ""


@bp.put("/contests/<slug>")
@operation(
    summary=_l("Nhập một cuộc thi, thay bản nháp của mình, hoặc sửa đổi thể lệ"),
    description=_l(
        "Nội dung là tệp cuộc thi; mã trong tệp phải trùng với địa chỉ. 422 kể ra mọi lỗi với dòng và cột, "
        "và không thay đổi gì. Cuộc thi đã khởi động thì chỉ những vòng chưa mở được thêm, bỏ hoặc đổi, thành một "
        "phiên bản thể lệ mới; 409 amendment_refused kể ra những gì phải giữ nguyên."
    ),
    auth="organizer",
    query=AmendmentQuery,
    takes_yaml=True,
    responses={200: ContestStored, 201: ContestStored},
    errors=(
        "contest_not_found", "already_published", "amendment_refused", "round_begun_meanwhile", "contest_launched",
        "file_refused",
    ),
)  # fmt: skip
def put_contest(slug: str, query: AmendmentQuery, body: bytes) -> tuple[ContestStored, int]:
    """Create a contest, replace a draft of one's own, or amend the rules of a launched one."""
    actor = signed_in_actor()
    with transaction():
        known = queries.find_contest(slug)
        if known is not None and not queries.owned_within(known, actor.area_id):
            raise NotFound("contest_not_found")
        if known is not None and known.launched_at is not None:
            return _amend(known, body, query.reason or DEFAULT_REASON), 200
        spec = check_file(body, name=f"{slug}.yaml", slug=slug, actor=actor)
        contest, changed = service.save_spec(spec, body.decode("utf-8-sig"), owner_area_id=actor.area_id, now=g.now)
    return ContestStored(**dict(contest_out(contest)), changed=changed), 201 if known is None else 200


def _amend(contest: ContestInfo, body: bytes, reason: str) -> ContestStored:
    before = queries.latest_version(contest.id)
    actor = signed_in_actor().login
    amended = amending.amend(contest, body, name=f"{contest.slug}.yaml", actor=actor, reason=reason, now=g.now)
    return ContestStored(**dict(contest_out(amended)), changed=queries.latest_version(contest.id) != before)
