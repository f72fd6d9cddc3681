"""How many people each area is to bring: entered by the organizers, and by staff within their own subtree."""

from collections.abc import Mapping, Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import StringField

from quizapp.areas.rules import AreaNode
from quizapp.attempts.rules import parse_prediction
from quizapp.contests import queries as contests
from quizapp.contests import service
from quizapp.db import transaction
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.district.blueprint import bp
from quizapp.web.district.chosen import area_crumbs, arguments, chosen
from quizapp.web.forms import BaseForm
from quizapp.web.reports import Selection


@bp.route("/<slug>/chi-tieu", methods=["GET", "POST"])
@allow("staff")
def targets(slug: str) -> ResponseReturnValue:
    """One number for the selected area and for each area below it; what is left empty has no target."""
    selection = chosen(slug)
    known = contests.targets(selection.contest.id)
    areas = _areas(selection)
    form = _form(areas, known)
    if form.submitted():
        wanted = _read(form, areas)
        if not form.errors:
            _save(selection, {area: people for area, people in wanted.items() if known.get(area) != people})
            flash(gettext("Đã lưu chỉ tiêu."), "success")
            return redirect(url_for("district.contest", **arguments(selection)))
    page = render_template(
        "district/targets.html",
        chosen=selection,
        contest=selection.contest,
        form=form,
        fields=[(area, form[_name(area)]) for area in areas],
        crumbs=area_crumbs(selection, gettext("Giao chỉ tiêu")),
        arguments=arguments(selection),
    )
    return page, 422 if form.errors else 200


def _areas(selection: Selection) -> list[AreaNode]:
    below = selection.tree.at_level(selection.shown_level, within=selection.area)
    return [selection.area, *(area for area in below if area.id != selection.area.id)]


def _name(area: AreaNode) -> str:
    return f"area_{area.id}"


def _form(areas: Sequence[AreaNode], known: Mapping[int, int]) -> BaseForm:
    """A form with one field for each area."""
    fields = {_name(area): StringField(area.name, default=str(known.get(area.id, ""))) for area in areas}
    return type("TargetsForm", (BaseForm,), fields)()


def _read(form: BaseForm, areas: Sequence[AreaNode]) -> dict[int, int | None]:
    """People by area id, None for no target; what was not sent stays as it is. Errors go on their fields."""
    wanted: dict[int, int | None] = {}
    for area in areas:
        typed = form[_name(area)].data
        if _name(area) not in request.form:
            continue
        # A number of people is typed like a guess of one: 1200, 1.200 or 1 200.
        people = parse_prediction("people", typed) if typed else None
        if typed and not people:
            form.add_errors({_name(area): "target_not_a_number"}, area=area.name)
        wanted[area.id] = people
    return wanted


def _save(selection: Selection, changed: Mapping[int, int | None]) -> None:
    with transaction():
        for area_id, people in changed.items():
            service.set_target(selection.contest, area_id, people, actor=signed_in_actor().login, now=g.now)
