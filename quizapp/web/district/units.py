"""The units (Party cells, schools, hamlets, offices) that staff keep below their own area."""

from typing import NamedTuple

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from quizapp.areas import queries as areas
from quizapp.areas import service
from quizapp.areas.rules import UNIT_KINDS, UNIT_LEVEL, AreaNode, Tree
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.district.blueprint import bp
from quizapp.web.forms import BaseForm
from quizapp.web.own_area import own_area


class UnitForm(BaseForm):
    """A unit's name."""

    name = StringField(_l("Tên đơn vị"), validators=[InputRequired(_l("Hãy ghi tên đơn vị."))])


class NewUnitForm(UnitForm):
    """A unit that is not there yet."""

    kind = SelectField(_l("Loại đơn vị"), choices=[SelectChoice(kind) for kind in UNIT_KINDS], validate_choice=False)


class Place(NamedTuple):
    """An area that a member of staff looks after, its tree, and the top of what they look after there."""

    tree: Tree
    top: AreaNode
    area: AreaNode


@bp.get("/danh-muc/don-vi-co-so")
@allow("staff")
def units() -> ResponseReturnValue:
    """To the units of one's own area."""
    own = own_area(signed_in_actor(), next((tree.slug for tree in _other_trees()), None))
    return redirect(_url(Place(own.tree, own.top, own.top)))


@bp.route("/danh-muc/<tree_slug>/<code>", methods=["GET", "POST"])
@allow("staff")
def units_of(tree_slug: str, code: str) -> ResponseReturnValue:
    """The units of an area, the areas below it, and a form for one unit more."""
    place, form = _place(tree_slug, code), NewUnitForm()
    if form.submitted():
        try:
            with transaction():
                new = {"name": form.name.data, "kind": form.kind.data, "within_area_id": place.top.id, "now": g.now}
                service.add_unit(place.tree, place.area.id, **new)
            flash(gettext("Đã thêm đơn vị “%(name)s”.", name=form.name.data), "success")
            return redirect(_url(place))
        except (Conflict, Invalid) as error:
            form.add_errors({"name": error.code}, **error.details)
    below = place.tree.children(place.area)
    page = render_template(
        "district/units_of.html",
        place=place,
        form=form,
        crumbs=_crumbs(place),
        units=[node for node in below if node.level == UNIT_LEVEL],
        below=[node for node in below if node.level != UNIT_LEVEL],
        trees=[(tree.title, _url(Place(tree, tree.root, tree.root)), tree == place.tree) for tree in _other_trees()],
        may_add=place.area.level != UNIT_LEVEL and UNIT_LEVEL in [level.key for level in place.tree.levels],
    )
    return page, 422 if form.errors else 200


@bp.route("/danh-muc/<tree_slug>/<code>/sua", methods=["GET", "POST"])
@allow("staff")
def unit(tree_slug: str, code: str) -> ResponseReturnValue:
    """A unit that staff added: another name, or out of use."""
    place = _unit_place(tree_slug, code)
    form = UnitForm(data={"name": place.area.name})
    if form.submitted():
        try:
            with transaction():
                changed = {"name": form.name.data, "within_area_id": place.top.id, "now": g.now}
                service.rename_unit(place.tree, place.area.id, **changed)
            flash(gettext("Đã đổi tên thành “%(name)s”.", name=form.name.data), "success")
            return redirect(_url(_above(place)))
        except (Conflict, Invalid) as error:
            form.add_errors({"name": error.code}, **error.details)
    page = render_template("district/unit.html", place=place, form=form, crumbs=_crumbs(place))
    return page, 422 if form.errors else 200


@bp.post("/danh-muc/<tree_slug>/<code>/ngung-dung")
@allow("staff")
def retire_unit(tree_slug: str, code: str) -> ResponseReturnValue:
    """Take a unit out of use; whoever took part for it stays counted there."""
    place = _unit_place(tree_slug, code)
    with transaction():
        service.retire_unit(place.tree, place.area.id, within_area_id=place.top.id, now=g.now)
    flash(gettext("Đã ngừng dùng “%(name)s”. Kết quả đã có vẫn được giữ.", name=place.area.name), "success")
    return redirect(_url(_above(place)))


def _place(tree_slug: str, code: str) -> Place:
    """An area of the signed-in person's subtree. Raises NotFound for all others."""
    own = own_area(signed_in_actor(), tree_slug)
    return Place(own.tree, own.top, own.find(code))


def _unit_place(tree_slug: str, code: str) -> Place:
    """A unit below the signed-in person's own area that staff added. Raises NotFound for all others."""
    place = _place(tree_slug, code)
    if not place.area.added_by_staff or place.area.id == place.top.id:
        raise NotFound("area_not_found")
    return place


def _above(place: Place) -> Place:
    return place._replace(area=place.tree.ancestors(place.area)[-1])


def _url(place: Place) -> str:
    return url_for("district.units_of", tree_slug=place.tree.slug, code=place.area.code)


def _crumbs(place: Place) -> list[tuple[str, str | None]]:
    """The way from the top of what the person looks after down to the area."""
    above = [node for node in place.tree.ancestors(place.area) if place.top.id in node.path]
    return [*((node.name, _url(place._replace(area=node))) for node in above), (place.area.name, None)]


def _other_trees() -> list[Tree]:
    """All trees that keep units, for an administrator to choose from; nothing for staff, who have one."""
    if signed_in_actor().area_id is not None:
        return []
    return [tree for tree in areas.list_trees() if UNIT_LEVEL in [level.key for level in tree.levels]]
