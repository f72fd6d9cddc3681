"""How the areas below one's own take part in a contest: the breakdown, on the screen and on paper."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from quizapp.messages.staff import TABLE_TITLES
from quizapp.web.access import allow
from quizapp.web.district.blueprint import bp
from quizapp.web.district.chosen import area_crumbs, arguments, chosen, round_options, single
from quizapp.web.district.overview import SORTS, overview
from quizapp.web.reports import report
from quizapp.web.reports.page import cell
from quizapp.web.reports.selection import definitions, participation_note, seal_note
from quizapp.web.reports.totals import line_title


@bp.get("/<slug>")
@allow("staff")
def contest(slug: str) -> ResponseReturnValue:
    """Figures of the selected area by the areas below it, which lead further down."""
    selection = chosen(slug)
    sort = single("sort") or SORTS[0]
    return render_template(
        "district/contest.html",
        chosen=selection,
        contest=selection.contest,
        page=overview(selection, sort),
        crumbs=area_crumbs(selection),
        rounds=round_options(selection),
        sort=sort,
        arguments=arguments,
        line_title=line_title,
        seal_note=seal_note,
        participation_note=participation_note,
        definitions=definitions(whole_contest=selection.round_ is None),
        tables=TABLE_TITLES,
    )


@bp.get("/<slug>/in")
@allow("staff")
def print_contest(slug: str) -> ResponseReturnValue:
    """The same breakdown as an official sheet."""
    selection = chosen(slug)
    table = report("areas", selection)
    return render_template(
        "district/print_contest.html",
        table_data=table,
        cells=lambda values: [cell(column, value) for column, value in zip(table.columns, values, strict=True)],
        back_url=url_for("district.contest", **arguments(selection)),
    )
