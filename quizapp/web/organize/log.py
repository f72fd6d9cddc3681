"""The log as its readers see it: that of a contest for whoever runs it, that of the installation for administrators."""

from collections.abc import Mapping

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.audit import queries as log
from quizapp.audit.rules import INSTALLATION, Entry
from quizapp.contests import service as contests
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.messages.staff import ACTS, ROLES
from quizapp.results.files import download_name
from quizapp.results.tables import Column, Table
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.area_names import name_of
from quizapp.web.downloads import send_table
from quizapp.web.organize.blueprint import bp

PER_PAGE = 50
_WHOLE = "nhat-ky"


@bp.get("/<slug>/nhat-ky")
@allow("organizer")
def contest_log(slug: str) -> ResponseReturnValue:
    """A page of a contest's log, newest first; `?act=` shows one kind of act."""
    contest = own_contest(slug)
    return _page(contest.id, contest, {each.key: each.label for each in contest.rounds})


@bp.get("/nhat-ky-he-thong")
@allow("organizer")
def installation_log() -> ResponseReturnValue:
    """The same of what concerns the whole installation."""
    _only_administrators()
    return _page(INSTALLATION, None, {})


@bp.get("/<slug>/nhat-ky.csv")
@allow("organizer")
def contest_log_file(slug: str) -> Response:
    """The whole log of a contest as a file, which is itself an act of it."""
    contest = own_contest(slug)
    with transaction():
        contests.record_export(contest, actor=signed_in_actor().login, table=_WHOLE, area=None, now=g.now)
    return _file(contest.id, contest.slug)


@bp.get("/nhat-ky-he-thong.csv")
@allow("organizer")
def installation_log_file() -> Response:
    """The installation's, likewise; nobody's personal data is in it."""
    _only_administrators()
    return _file(INSTALLATION, "he-thong")


def _only_administrators() -> None:
    if signed_in_actor().role is not Role.ADMIN:
        raise NotFound


def _page(chain: int, contest: ContestInfo | None, rounds: Mapping[str, str]) -> ResponseReturnValue:
    counts = log.count_by_act(chain)
    act, number = request.args.get("act") or None, request.args.get("page", "1")
    if act is not None and act not in counts or not (number.isascii() and number.isdigit() and 0 < int(number) < 10**6):
        raise NotFound
    page, total = int(number), counts[act] if act else sum(counts.values())
    entries = log.list_latest(chain, most=PER_PAGE, skip=(page - 1) * PER_PAGE, acts=(act,) if act else ())
    return render_template(
        "organize/log.html",
        contest=contest,
        entries=entries,
        round_labels=rounds,
        act_names={name: _word(name) for name in counts},
        told=_told,
        act=act,
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        head=log.find_head(chain),
    )


def _file(chain: int, name: str) -> Response:
    title = gettext("Nhật ký")
    columns = (
        Column("i", gettext("Dòng"), "int"),
        Column("at", gettext("Lúc"), "moment"),
        Column("act", gettext("Việc")),
        Column("actor", gettext("Người thực hiện")),
        Column("origin", gettext("Nơi thực hiện")),
        Column("round", gettext("Vòng thi")),
        Column("object", gettext("Đối tượng")),
        Column("reason", gettext("Lý do, nội dung")),
        Column("hash", gettext("Mã băm (SHA-256)")),
    )
    rows = map(_row, log.list_latest(chain))
    table = Table(name=title, title=title, subtitle_lines=(), columns=columns, rows=list(rows))
    return send_table(table, download_name(name, _WHOLE, None, g.now, "csv"), "csv")


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.i + 1, entry.at, _word(entry.act), entry.actor, entry.origin, entry.round_key, entry.object, entry.reason,
        entry.hash,
    )  # fmt: skip


def _told(entry: Entry) -> str:
    """The reason as people read it: what an account may do stands in the log as the role and the number of its area."""
    if entry.act not in ("create_staff", "change_role"):
        return entry.reason
    role, _, area = entry.reason.partition(" ")
    if role not in ROLES:
        return entry.reason
    area_id = int(area) if area.isascii() and area.isdigit() else None
    place = name_of(areas.tree_of_area(area_id), area_id) if area_id is not None else gettext("Toàn hệ thống")
    return f"{ROLES[role]}, {place}"


def _word(act: str) -> str:
    """The act in words; one that a newer version wrote, by its name."""
    return str(ACTS[act]) if act in ACTS else act
