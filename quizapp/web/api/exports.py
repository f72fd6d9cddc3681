"""Tables as files, for staff."""

from flask import Response, g
from flask_babel import lazy_gettext as _l

from quizapp.errors import NotFound
from quizapp.web.access import signed_in_actor, staff_view
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import QueryParams, Word
from quizapp.web.downloads import XLSX, send_report
from quizapp.web.reports import TABLES, Selection
from quizapp.web.settling import settle

FORMATS = ("csv", "xlsx")


class ExportQuery(QueryParams):
    """`round` absent = the whole contest; `area` = inside of this area."""

    round: Word | None = None
    area: Word | None = None


@bp.get("/contests/<slug>/exports/<table>.<ext>")
@operation(
    summary=_l("Tải một bảng số liệu"),
    description=_l(
        "Chỉ trong phạm vi đơn vị của cán bộ. Bảng: summary tổng hợp, winners đạt giải, areas theo đơn vị, "
        "participants người dự thi, attempts lượt thi, scores mức điểm, questions thống kê câu hỏi, "
        "collectives khen thưởng tập thể."
    ),
    auth="staff",
    query=ExportQuery,
    responses={200: ("text/csv", XLSX)},
    errors=("contest_not_found", "round_not_found", "area_not_found", "table_not_found", "recent_sign_in_required"),
    path={"table": {"enum": sorted(TABLES)}, "ext": {"enum": list(FORMATS)}},
)
def export_table(slug: str, table: str, ext: str, query: ExportQuery) -> Response:
    """A table of what the member of staff sees; the download is remembered in the contest's history."""
    view = staff_view(slug)
    if ext not in FORMATS:
        raise NotFound("table_not_found")
    round_ = view.contest.round(query.round) if query.round else None
    chosen = Selection(view, round_, view.narrowed(query.area), g.now)
    settle(view.contest)
    return send_report(chosen, table, ext, actor=signed_in_actor())
