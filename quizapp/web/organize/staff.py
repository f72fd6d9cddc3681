"""Accounts of staff within one's own subtree: who has one, who asks for a new password, and inviting one more."""

from dataclasses import dataclass

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from quizapp.accounts import links, queries
from quizapp.accounts.queries import StaffInfo
from quizapp.accounts.rules import Actor, Role
from quizapp.areas import queries as areas
from quizapp.areas.rules import AreaNode
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid
from quizapp.messages.staff import ROLES
from quizapp.web.access import allow, recently_signed_in, signed_in_actor
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.own_area import OwnArea, own_area


class RoleForm(BaseForm):
    """What an account may do, and for which area."""

    role = RadioField(_l("Vai trò"), default=str(Role.DISTRICT), validate_choice=False)
    # An area outside of the subtree is no slip of the pen: it does not exist (OwnArea.find).
    area = SelectField(_l("Đơn vị"), validate_choice=False)

    def offer(self, actor: Actor, own: OwnArea, present: AreaNode | None = None) -> None:
        """Only roles below one's own, and areas of one's own; `present`: the one that an account has already."""
        self.role.choices = [
            SelectChoice(str(role), ROLES[role]) for role in (Role.DISTRICT, Role.ORGANIZER) if actor.is_above(role)
        ]
        choices = own.choices()
        if present is not None and present.code not in dict(choices):
            choices = [(present.code, present.name), *choices]
        self.area.choices = [SelectChoice(code, name) for code, name in choices]

    def validate_role(self, field: RadioField) -> None:
        """One of those that are offered."""
        if field.data not in [choice.value for choice in field.choices]:
            raise ValidationError(gettext("Hãy chọn một vai trò."))


class StaffForm(RoleForm):
    """A new account."""

    login = StringField(_l("Tên đăng nhập"), validators=[InputRequired(_l("Hãy ghi tên đăng nhập."))])


@dataclass(frozen=True)
class Account:
    """A line of the list. `is_below`: whether the reader manages it."""

    info: StaffInfo
    area: str
    is_below: bool


@dataclass(frozen=True)
class Handed:
    """A link to be handed over, which is shown this once."""

    login: str
    address: str


@bp.route("/tai-khoan/can-bo", methods=["GET", "POST"])
@allow("organizer")
@recently_signed_in
def staff() -> ResponseReturnValue:
    """The list, and a form that invites one more."""
    actor = signed_in_actor()
    own = own_area(actor, request.args.get("tree"))
    form = StaffForm()
    form.offer(actor, own)
    handed = _invite(form, own) if form.submitted() else None
    if handed:
        form = StaffForm(formdata=None)
        form.offer(actor, own)
    page = render_template(
        "organize/staff.html",
        form=form,
        handed=handed,
        accounts=list_accounts(actor),
        roles=ROLES,
        own=own,
        trees=areas.list_trees() if actor.area_id is None else [],
    )
    return page, 422 if form.errors else 200


def _invite(form: StaffForm, own: OwnArea) -> Handed | None:
    area = own.find(form.area.data)
    try:
        with transaction():
            secret = links.invite(
                form.login.data,
                role=Role(form.role.data),
                area_id=area.id,
                actor=signed_in_actor().login,
                now=g.now,
            )
    except (Conflict, Invalid) as error:
        form.add_errors({"login": error.code}, **error.details)
        return None
    return Handed(form.login.data.strip().lower(), link_address(secret))


def link_address(secret: str) -> str:
    """The whole address of a link, as it is copied."""
    return url_for("account.set_password", ma=secret, _external=True)


def list_accounts(actor: Actor) -> list[Account]:
    """The accounts within the organizer's subtree, those who ask for a password first; all for an administrator."""
    nodes = {node.id: node for tree in areas.list_trees() for node in tree.nodes}
    found = []
    for info in queries.list_staff(now=g.now):
        node = nodes[info.area_id] if info.area_id is not None else None
        if in_sight(actor, node):
            found.append(Account(info, node.name if node else "", actor.is_above(info.role)))
    return sorted(found, key=lambda each: (each.info.asked_at is None or not each.is_below, each.info.login))


def in_sight(actor: Actor, node: AreaNode | None) -> bool:
    """Whether accounts of that area (None = administrators) are the organizer's business."""
    return actor.area_id is None or (node is not None and actor.area_id in node.path)
