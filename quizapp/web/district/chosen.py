"""The part of a contest that an address asks for, and the ways from one part to another."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext

from quizapp.areas.rules import AreaNode
from quizapp.errors import NotFound
from quizapp.web.access import staff_view
from quizapp.web.reports import Selection
from quizapp.web.settling import settle


def chosen(slug: str) -> Selection:
    """What `?round=&area=&level=` asks for, within what the signed-in person sees; the contest is settled.

    Raises NotFound for whatever lies outside of it or does not exist.
    """
    view = staff_view(slug)
    settle(view.contest)
    round_key, area, level = (single(name) for name in ("round", "area", "level"))
    round_ = view.contest.round(round_key) if round_key else None
    return Selection(view, round_, view.narrowed(area), g.now, level or None)


def single(name: str) -> str:
    """A parameter of the address, "" when it is absent; given twice it means nothing. Raises NotFound."""
    values = request.args.getlist(name)
    if len(values) > 1:
        raise NotFound
    return values[0] if values else ""


def arguments(selection: Selection, **changes: Any) -> dict[str, Any]:
    """The address's parameters for a selection (None values are left out of an address), with changes."""
    return {
        "slug": selection.contest.slug,
        "round": selection.round_.key if selection.round_ else None,
        "area": None if selection.area.id == selection.view.scope.id else selection.area.code,
        "level": selection.level,
        **changes,
    }


def area_crumbs(selection: Selection, page: str | None = None) -> list[tuple[str, str | None]]:
    """The way from the list of contests down to the selected area, and to the `page` of it that is shown."""
    scope, area = selection.view.scope, selection.area
    above = [node for node in selection.tree.ancestors(area) if scope.id in node.path]
    return [
        (gettext("Kết quả theo đơn vị"), url_for("district.home")),
        *((node.name, _area_url(selection, node)) for node in above),
        (area.name, _area_url(selection, area) if page else None),
        *([(page, None)] if page else []),
    ]


def round_options(selection: Selection) -> list[tuple[str, str]]:
    """(value, label) of the whole contest and of each round."""
    return [("", gettext("Toàn cuộc thi")), *((round_.key, round_.label) for round_ in selection.contest.rounds)]


def _area_url(selection: Selection, area: AreaNode) -> str:
    code = None if area.id == selection.view.scope.id else area.code
    level = selection.level if area.id == selection.area.id else None
    return url_for("district.contest", **arguments(selection, area=code, level=level))
