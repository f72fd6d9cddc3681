"""Marks of a round without papers: the list to be filled in, and the list that comes back."""

from collections.abc import Sequence

from flask import Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from quizapp.attempts.marks import COLUMNS
from quizapp.contests import service as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.results import marking, promotion
from quizapp.results.files import download_name
from quizapp.results.tables import Column, Table
from quizapp.strict_yaml import RefusedFile
from quizapp.web.access import allow, own_contest, recently_signed_in, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.downloads import send_table
from quizapp.web.filters import number
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.csv_form import CsvForm
from quizapp.web.organize.yaml_form import ShownProblem, shown_problems

_NAME = "diem.csv"


@bp.route("/<slug>/vong/<key>/diem", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def marks(slug: str, key: str) -> ResponseReturnValue:
    """The page; a file with mistakes changes nothing and is answered with all of them."""
    contest, round_ = _marked(slug, key)
    form = CsvForm()
    if not form.submitted():
        return _page(contest, round_, form, [])
    try:
        with transaction():
            actor = signed_in_actor().login
            changed = marking.upload_marks(contest, key, form.content(), name=_NAME, actor=actor, now=g.now)
    except RefusedFile as refused:
        return _page(contest, round_, form, shown_problems(refused.problems))
    told = ngettext("Đã ghi %(count)s điểm.", "Đã ghi %(count)s điểm.", changed, count=number(changed))
    flash(told, "success")
    return redirect(url_for("organize.marks", slug=slug, key=key), 303)


@bp.get("/<slug>/vong/<key>/diem.csv")
@allow("organizer")
@recently_signed_in
def marks_list(slug: str, key: str) -> Response:
    """The list to be filled in: everybody who may have a mark, with the marks that there are."""
    contest, round_ = _marked(slug, key)
    columns = tuple(Column(name, title, "int" if name == "score" else "text") for name, title in COLUMNS.items())
    rows = [(line.public_id, line.full_name, line.score) for line in marking.list_marks(contest, round_)]
    title = gettext("Điểm %(round)s", round=round_.label)
    with transaction():
        contests.record_export(contest, actor=signed_in_actor().login, table="marks", area=None, now=g.now)
    table = Table(name=title, title=title, subtitle_lines=(), columns=columns, rows=rows)
    return send_table(table, download_name(contest.slug, f"diem {round_.key}", None, g.now, "csv"), "csv")


def _marked(slug: str, key: str) -> tuple[ContestInfo, RoundInfo]:
    """An own contest and its round without papers. Raises NotFound."""
    contest = own_contest(slug)
    round_ = contest.round(key)
    if round_.spec.paper.mode != "marked":
        raise NotFound("round_not_found")
    return contest, round_


def _page(
    contest: ContestInfo, round_: RoundInfo, form: CsvForm, problems: Sequence[ShownProblem]
) -> ResponseReturnValue:
    lines = marking.list_marks(contest, round_)
    page = render_template(
        "organize/marks.html",
        contest=contest,
        round=round_,
        form=form,
        problems=problems,
        people=len(lines),
        marked=sum(1 for line in lines if line.score is not None),
        takes_marks=marking.takes_marks(contest, round_, g.now),
        is_decided=promotion.is_decided(contest, round_),
        titles=list(COLUMNS.values()),
    )
    return page, 422 if problems or form.errors else 200
