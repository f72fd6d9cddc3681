"""One account of staff, for whoever stands above it: role and area, a link for a password, retiring it.

Accounts at or above one's own role, and those outside of one's own subtree, do not exist here.
"""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizapp.accounts import links, queries, second_factor, staffing
from quizapp.accounts.queries import StaffInfo
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.messages.staff import ROLES
from quizapp.web.access import allow, recently_signed_in, signed_in_actor
from quizapp.web.organize.blueprint import bp
from quizapp.web.organize.staff import Handed, RoleForm, in_sight, link_address
from quizapp.web.own_area import OwnArea, own_area


@bp.route("/tai-khoan/can-bo/<login>", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def staff_member(login: str) -> ResponseReturnValue:
    """What the account is, and another role or area for it."""
    info, node = _managed(login)
    own = _own(node)
    form = RoleForm(role=str(info.role), area=node.code)
    form.offer(signed_in_actor(), own, node)
    if form.submitted():
        area = own.find(form.area.data)
        with transaction():
            staffing.change_role(
                info.id, role=Role(form.role.data), area_id=area.id, actor=signed_in_actor().login, now=g.now
            )
        flash(gettext("Đã đổi vai trò hoặc đơn vị. Cán bộ này cần đăng nhập lại."), "success")
        return _back(info)
    return _page(info, node, form), 422 if form.errors else 200


@bp.post("/tai-khoan/can-bo/<login>/duong-dan")
@allow("organizer")
@recently_signed_in
def hand_over_link(login: str) -> ResponseReturnValue:
    """A link for a new password, shown this once."""
    info, node = _managed(login)
    with transaction():
        secret = links.hand_over(info.id, actor=signed_in_actor().login, now=g.now)
    form = RoleForm(formdata=None, role=str(info.role), area=node.code)
    form.offer(signed_in_actor(), _own(node), node)
    return _page(info, node, form, Handed(info.login, link_address(secret)))


@bp.post("/tai-khoan/can-bo/<login>/<any('khoa', 'mo-lai', 'dang-xuat', 'tat-hai-lop'):act>")
@allow("organizer")
@recently_signed_in
def change_staff(login: str, act: str) -> ResponseReturnValue:
    """Retire it or take it back, sign it out everywhere, or take away the second factor of a lost telephone."""
    info, _ = _managed(login)
    actor = signed_in_actor().login
    with transaction():
        if act == "khoa":
            staffing.deactivate(info.id, actor=actor, now=g.now)
        elif act == "mo-lai":
            staffing.reactivate(info.id, actor=actor, now=g.now)
        elif act == "dang-xuat":
            staffing.end_sessions(info.id, actor=actor, now=g.now)
        else:
            second_factor.drop(info.id, actor=actor, now=g.now)
    flash(gettext("Đã thực hiện."), "success")
    return _back(info)


def _managed(login: str) -> tuple[StaffInfo, AreaNode]:
    """The account and its area. Raises NotFound for whoever does not stand above it."""
    actor = signed_in_actor()
    info = queries.get_staff(login, now=g.now)
    if info.area_id is None or not actor.is_above(info.role):
        raise NotFound("login_unknown", login=login)
    node = areas.tree_of_area(info.area_id).node(info.area_id)
    if not in_sight(actor, node):
        raise NotFound("login_unknown", login=login)
    return info, node


def _own(node: AreaNode) -> OwnArea:
    """What may be chosen: an administrator moves an account inside of any tree, at first that of its area."""
    actor = signed_in_actor()
    first = areas.tree_of_area(node.id).slug if actor.area_id is None else None
    return own_area(actor, request.args.get("tree") or first)


def _page(info: StaffInfo, node: AreaNode, form: RoleForm, handed: Handed | None = None) -> str:
    return render_template(
        "organize/staff_member.html", info=info, node=node, form=form, handed=handed, role=ROLES[info.role]
    )


def _back(info: StaffInfo) -> ResponseReturnValue:
    return redirect(url_for("organize.staff_member", login=info.login), 303)
