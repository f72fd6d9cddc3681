"""Accounts of staff within one's own subtree: who has one, and a new one with a password that is shown once."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired

from quizapp.accounts import queries, service
from quizapp.accounts.rules import Actor, Role
from quizapp.areas import queries as areas
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid
from quizapp.ids import new_code
from quizapp.messages.staff import ROLES
from quizapp.web.access import allow, signed_in_actor
from quizapp.web.forms import BaseForm
from quizapp.web.organize.blueprint import bp
from quizapp.web.own_area import OwnArea, own_area

# Four groups of four letters: 80 bits, and short enough to be read over the telephone.
_GROUPS, _LETTERS = 4, 4


class StaffForm(BaseForm):
    """A new account; what it may do, and for which area."""

    login = StringField(_l("Tên đăng nhập"), validators=[InputRequired(_l("Hãy ghi tên đăng nhập."))])
    role = RadioField(
        _l("Vai trò"),
        choices=[SelectChoice(str(role), ROLES[role]) for role in (Role.DISTRICT, Role.ORGANIZER)],
        default=str(Role.DISTRICT),
        validate_choice=False,
        validators=[AnyOf([str(Role.DISTRICT), str(Role.ORGANIZER)], message=_l("Hãy chọn một vai trò."))],
    )
    # An area outside of the subtree is no slip of the pen: it does not exist (OwnArea.find).
    area = SelectField(_l("Đơn vị"), validate_choice=False)


@dataclass(frozen=True)
class Account:
    """A line of the list."""

    login: str
    role: str
    area: str
    is_active: bool
    created_at: datetime


@dataclass(frozen=True)
class Created:
    """A new account with its password, which is kept nowhere in this form."""

    login: str
    password: str


@bp.route("/tai-khoan/can-bo", methods=["GET", "POST"])
@allow("organizer")
def staff() -> ResponseReturnValue:
    """The list, and a form for one account more."""
    actor = signed_in_actor()
    own = own_area(actor, request.args.get("tree"))
    form = StaffForm()
    created = _create(form, own) if form.submitted() else None
    if created:
        form = StaffForm(formdata=None)
    form.area.choices = [SelectChoice(code, name) for code, name in own.choices()]
    page = render_template(
        "organize/staff.html",
        form=form,
        created=created,
        accounts=_accounts(actor),
        roles=ROLES,
        own=own,
        trees=areas.list_trees() if actor.area_id is None else [],
    )
    return page, 422 if form.errors else 200


def _create(form: StaffForm, own: OwnArea) -> Created | None:
    password = "-".join(new_code(_LETTERS) for _ in range(_GROUPS))
    area = own.find(form.area.data)
    try:
        with transaction():
            user = service.create_staff(
                form.login.data, password, role=Role(form.role.data), area_id=area.id, now=g.now
            )
    except (Conflict, Invalid) as error:
        form.add_errors({"login": error.code}, **error.details)
        return None
    return Created(user.login, password)


def _accounts(actor: Actor) -> list[Account]:
    """The accounts within the organizer's subtree; all of them for an administrator."""
    nodes = {node.id: node for tree in areas.list_trees() for node in tree.nodes}
    found = []
    for user in queries.list_staff():
        node = nodes[user.area_id] if user.area_id is not None else None
        if actor.area_id is None or (node is not None and actor.area_id in node.path):
            name = node.name if node else ""
            found.append(Account(user.login, user.role, name, user.is_active, user.created_at))
    return found
