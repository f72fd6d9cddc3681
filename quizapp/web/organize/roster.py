"""The list of people whom a contest lets in: how many there are, and a file that takes its place."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from quizapp.clock import local_date
from quizapp.contests.queries import ContestInfo
from quizapp.db import transaction
from quizapp.entries import queries
from quizapp.entries import roster as roster_list
from quizapp.errors import NotFound
from quizapp.strict_yaml import RefusedFile
from quizapp.web.access import allow, own_contest, signed_in_actor
from quizapp.web.body_limits import takes_file
from quizapp.web.filters import number
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.csv_form import CsvForm
from quizapp.web.organize.yaml_form import ShownProblem, shown_problems

_NAME = "danh-sach.csv"


@bp.route("/<slug>/danh-sach", methods=["GET", "POST"])
@allow("organizer")
@takes_file
def roster(slug: str) -> ResponseReturnValue:
    """The page; a file with mistakes changes nothing and is answered with all of them."""
    contest, form = own_contest(slug), CsvForm()
    if contest.spec.entry.mode != "roster":
        raise NotFound
    if not form.submitted():
        return _page(contest, form, [])
    try:
        people = roster_list.parse_roster(form.content(), contest.spec, name=_NAME, today=local_date(g.now))
    except RefusedFile as refused:
        return _page(contest, form, shown_problems(refused.problems))
    with transaction():
        roster_list.replace_roster(contest, people, actor=signed_in_actor().login, now=g.now)
    count = len(people)
    told = ngettext(
        "Danh sách nay có %(count)s người.", "Danh sách nay có %(count)s người.", count, count=number(count)
    )
    flash(told, "success")
    return redirect(url_for("organize.roster", slug=slug), 303)


def _page(contest: ContestInfo, form: CsvForm, problems: Sequence[ShownProblem]) -> ResponseReturnValue:
    page = render_template(
        "organize/roster.html",
        contest=contest,
        form=form,
        problems=problems,
        count=queries.count_roster(contest.id),
        titles=list(roster_list.columns_of(contest.spec).values()),
    )
    return page, 422 if problems or form.errors else 200
