"""The records of a contest as files: for its organizers at any time, for everybody as far as they are published."""

from collections.abc import Iterable
from pathlib import Path

from flask import Response, g
from flask_babel import lazy_gettext as _l

from quizapp.areas import queries as areas
from quizapp.contests import queries as contests
from quizapp.contests import service as contests_service
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import transaction
from quizapp.errors import Conflict, NotFound
from quizapp.records import archive, raw, release, sheets
from quizapp.results import ranking_file, versions
from quizapp.results.versions import ResultInfo
from quizapp.web import throttle
from quizapp.web.api.blueprint import bp
from quizapp.web.api.operation import operation
from quizapp.web.api.schemas import Count, QueryParams, Word
from quizapp.web.downloads import CSV, send_file
from quizapp.web.identity import current_actor
from quizapp.web.limits import RECORDS
from quizapp.web.settling import settle
from quizapp.web.signer import signer

JSON_LINES = "application/jsonl"
JSON = "application/json"
ZIP = "application/zip"


class RecordsQuery(QueryParams):
    """`round` absent = the whole contest."""

    round: Word | None = None


class RankingQuery(QueryParams):
    """`round` may be absent where the contest has one only; `version` absent = the latest one."""

    round: Word | None = None
    version: Count | None = None


@bp.get("/contests/<slug>/exports/raw.jsonl")
@operation(
    summary=_l("Dữ liệu gốc: mỗi lượt thi một dòng"),
    description=_l(
        "Mọi thứ mà bảng xếp hạng được tính ra từ đó, không có tên người. Ban Tổ chức tải được bất cứ lúc nào; mọi "
        "người tải được sau khi công bố kết quả, nếu thể lệ cho phép (publication.records: public)."
    ),
    auth="anyone",
    query=RecordsQuery,
    responses={200: (JSON_LINES,)},
    errors=("contest_not_found", "round_not_found", "records_not_public", "too_many_requests"),
)
def get_raw_records(slug: str, query: RecordsQuery) -> Response:
    """raw.jsonl of a round or of the contest."""
    contest, to_public = _asked(slug)
    round_ = contest.round(query.round) if query.round else None
    _may_take_records(contest, round_, to_public=to_public)
    _record(contest, "raw.jsonl", round_, to_public=to_public)
    return _send(raw.stream_raw(contest, round_, to_public=to_public), "raw.jsonl", JSON_LINES)


@bp.get("/contests/<slug>/exports/rules.json")
@operation(
    summary=_l("Thể lệ của việc xếp hạng, dưới dạng dữ liệu"),
    description=_l(
        "Có từ khi khởi động. Nhóm câu hỏi để rút đề của mỗi vòng chỉ có sau khi vòng đóng; Ban Tổ chức thấy ngay."
    ),
    auth="anyone",
    responses={200: (JSON,)},
    errors=("contest_not_found",),
)
def get_rules_record(slug: str) -> Response:
    """rules.json."""
    contest, to_public = _asked(slug)
    _record(contest, "rules.json", None, to_public=to_public)
    return _send([sheets.write_rules(contest, to_public=to_public, now=g.now)], "rules.json", JSON)


@bp.get("/contests/<slug>/exports/key.json")
@operation(
    summary=_l("Đáp án sau khi vòng đóng, và số bí mật của đề thi"),
    description=_l(
        "Mỗi vòng có mặt khi đã đóng và đáp án được công khai (key_public), và không vòng nào còn giữ kín đáp án dùng "
        "chung câu hỏi với nó. Số bí mật có mặt sau vòng cuối cùng."
    ),
    auth="anyone",
    responses={200: (JSON,)},
    errors=("contest_not_found", "key_not_public"),
)
def get_key_record(slug: str) -> Response:
    """key.json."""
    contest, to_public = _asked(slug)
    if not sheets.has_key(contest, to_public=to_public, now=g.now):
        raise NotFound("key_not_public")
    _record(contest, "key.json", None, to_public=to_public)
    return _send([sheets.write_key(contest, to_public=to_public, now=g.now)], "key.json", JSON)


@bp.get("/contests/<slug>/exports/ranking.csv")
@operation(
    summary=_l("Bảng xếp hạng của một vòng, để đối chiếu"),
    description=_l("Không có tên người. Ban Tổ chức tải được khi đã chốt kết quả; mọi người, khi đã công bố."),
    auth="anyone",
    query=RankingQuery,
    responses={200: ("text/csv",)},
    errors=("contest_not_found", "round_not_found", "results_not_published", "ranking_not_final"),
)
def get_ranking_record(slug: str, query: RankingQuery) -> Response:
    """ranking.csv of a version of a round's result."""
    contest, to_public = _asked(slug)
    if query.round is None and len(contest.rounds) > 1:
        raise NotFound("round_not_found")
    round_ = contest.round(query.round) if query.round else contest.rounds[0]
    result = _version(round_, query.version, to_public=to_public)
    _record(contest, "ranking.csv", round_, to_public=to_public)
    tree = areas.get_tree_by_id(contest.tree_id)
    return _send(ranking_file.stream(result.id, tree), archive.ranking_name(round_), CSV)


@bp.get("/contests/<slug>/exports/records.zip")
@operation(
    summary=_l("Trọn bộ dữ liệu để kiểm chứng, trong một tệp nén"),
    description=_l(
        "raw.jsonl, rules.json, key.json, các bảng xếp hạng, và mã SHA-256 của từng tệp trong manifest.json."
    ),
    auth="anyone",
    query=RecordsQuery,
    responses={200: (ZIP,)},
    errors=("contest_not_found", "round_not_found", "records_not_public", "too_many_requests"),
)
def get_records(slug: str, query: RecordsQuery) -> Response:
    """records.zip of a round or of the contest."""
    contest, to_public = _asked(slug)
    round_ = contest.round(query.round) if query.round else None
    _may_take_records(contest, round_, to_public=to_public)
    _record(contest, "records.zip", round_, to_public=to_public)

    def write(path: Path) -> None:
        with path.open("wb") as file:
            archive.write_archive(file, contest, round_, to_public=to_public, signer=signer(), now=g.now)

    name = "-".join(["records", contest.slug, *([round_.key] if round_ else [])])
    return send_file(write, f"{name}.zip", ZIP)


def _asked(slug: str) -> tuple[ContestInfo, bool]:
    """The launched contest, settled, and whether the caller is the public to it. Raises NotFound."""
    contest = contests.get_public_contest(slug)
    actor = current_actor()
    is_own = actor is not None and actor.is_organizer and contests.owned_within(contest, actor.area_id)
    settle(contest)
    return contest, not is_own


def _may_take_records(contest: ContestInfo, round_: RoundInfo | None, *, to_public: bool) -> None:
    if not to_public:
        return
    if not release.gives_raw(contest, round_, g.now):
        raise NotFound("records_not_public")
    throttle.hold(RECORDS, throttle.caller())


def _version(round_: RoundInfo, version: int | None, *, to_public: bool) -> ResultInfo:
    """The version asked for, or the latest one that the caller may see. Raises NotFound, Conflict."""
    shown = [
        each
        for each in versions.list_versions(round_.id)
        if (each.published_at if to_public else each.finalized_at) is not None and version in (None, each.version)
    ]
    if not shown and (to_public or version is not None):
        raise NotFound("results_not_published")
    if not shown:
        raise Conflict("ranking_not_final")
    return shown[0]


def _record(contest: ContestInfo, name: str, round_: RoundInfo | None, *, to_public: bool) -> None:
    """What organizers take out is remembered; what is public needs no list of who read it."""
    actor = current_actor()
    if to_public or actor is None:
        return
    table = f"{name} {round_.key}" if round_ else name
    with transaction():
        contests_service.record_export(contest, actor=actor.login, table=table, area=None, now=g.now)


def _send(pieces: Iterable[bytes], name: str, content_type: str) -> Response:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.writelines(pieces)

    return send_file(write, name, content_type)
