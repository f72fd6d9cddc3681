"""The people of a subtree: who has entered, and who of them has not finished a paper yet."""

from functools import partial
from typing import NamedTuple

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.entries.rules import mask_phone
from quizapp.errors import NotFound
from quizapp.results import queries
from quizapp.web import searching
from quizapp.web.access import allow
from quizapp.web.district.blueprint import bp
from quizapp.web.district.chosen import area_crumbs, arguments, chosen, round_options, single
from quizapp.web.own_area import OwnArea
from quizapp.web.reports import Selection
from quizapp.web.reports.selection import AreaNames, participation_note
from quizapp.web.searching import LookedFor

PER_PAGE = 40
_FINISHED = {"": None, "done": True, "not_done": False}


class Wanted(NamedTuple):
    """Whom the address asks for: words of names, who has finished ("", done, not_done), which page of them."""

    search: LookedFor
    status: str
    page: int


@bp.route("/<slug>/nguoi-du-thi", methods=["GET", "POST"])
@allow("staff")
def people(slug: str) -> ResponseReturnValue:
    """A page of the list, narrowed by name, by area, and by who has finished."""
    selection = chosen(slug)
    if searching.is_asked():
        filters = {name: request.form.get(name) or None for name in ("area", "round", "status")}
        return searching.lead_on("district.people", slug=slug, **filters)
    wanted = _wanted()
    lines, total = _find(selection, wanted)
    return render_template(
        "district/people.html",
        chosen=selection,
        contest=selection.contest,
        wanted=wanted,
        lines=lines,
        total=total,
        pages=max(1, -(-total // PER_PAGE)),
        filters={**arguments(selection), "tim": wanted.search.sealed, "status": wanted.status or None},
        crumbs=area_crumbs(selection, gettext("Người dự thi")),
        rounds=round_options(selection),
        areas=OwnArea(selection.tree, selection.view.scope).choices(),
        place=partial(_place, selection, AreaNames(selection.tree)),
        mask=mask_phone,
        participation_note=participation_note,
    )


def _wanted() -> Wanted:
    status, page = single("status"), single("page") or "1"
    if status not in _FINISHED or not (page.isascii() and page.isdigit() and len(page) <= 6 and int(page)):
        raise NotFound
    return Wanted(searching.looked_for(), status, int(page))


def _find(selection: Selection, wanted: Wanted) -> tuple[list[queries.PersonLine], int]:
    if selection.hides_entries:
        return [], 0  # who can be listed can be counted
    return queries.page_of_people(
        selection.contest.id,
        selection.round_id,
        selection.area_ids,
        search=wanted.search.typed,
        finished=_FINISHED[wanted.status],
        offset=(wanted.page - 1) * PER_PAGE,
        limit=PER_PAGE,
    )


def _place(selection: Selection, names: AreaNames, area_id: int | None) -> str:
    """A person's area as seen from the top of what is seen, which itself goes without saying."""
    tree, scope = selection.tree, selection.view.scope
    if area_id is None or area_id == scope.id or not tree.subtree_contains(scope.id, area_id):
        return names.in_one_line(area_id)
    line = tree.node(area_id).path
    return ", ".join(tree.node(above).name for above in reversed(line[line.index(scope.id) + 1 :]))
