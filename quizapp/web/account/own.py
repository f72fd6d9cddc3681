"""One's own account: what it is, its password, where it is signed in."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from quizapp.accounts import queries, service, sessions
from quizapp.accounts.rules import MIN_PASSWORD
from quizapp.areas import queries as areas
from quizapp.db import transaction
from quizapp.errors import Invalid, TooMany, Unauthenticated
from quizapp.messages.staff import ROLES
from quizapp.web import identity, signing_in
from quizapp.web.access import allow, person_here, recently_signed_in, signed_in_actor
from quizapp.web.account.blueprint import bp
from quizapp.web.forms import BaseForm


class PasswordForm(BaseForm):
    """The password of before, and the new one. Passwords are taken as they were typed."""

    present = PasswordField(_l("Mật khẩu hiện nay"), filters=[])
    password = PasswordField(_l("Mật khẩu mới"), filters=[])


@bp.get("/tai-khoan")
@allow("staff")
def own() -> ResponseReturnValue:
    """The account, and the ways to what belongs to it."""
    actor = signed_in_actor()
    area = areas.tree_of_area(actor.area_id).node(actor.area_id).name if actor.area_id is not None else None
    return render_template(
        "account/own.html",
        role=ROLES[actor.role],
        area=area,
        has_second_factor=queries.has_second_factor(actor.user_id),
        codes_left=queries.count_recovery_codes(actor.user_id),
    )


@bp.route("/tai-khoan/doi-mat-khau", methods=["GET", "POST"])
@allow("staff", first=identity.NEW_PASSWORD)
def change_password() -> ResponseReturnValue:
    """Another password; whoever is signed in elsewhere with this account is signed out there."""
    form = PasswordForm()
    if form.submitted() and _change(form):
        flash(gettext("Đã đổi mật khẩu. Các phiên đăng nhập khác của đồng chí đã chấm dứt."), "success")
        return redirect(url_for("account.own"), 303)
    page = render_template(
        "account/change_password.html",
        form=form,
        shortest=MIN_PASSWORD,
        actor=person_here(),
        forced=identity.first_step() is not None,
    )
    return page, 422 if form.errors else 200


def _change(form: PasswordForm) -> bool:
    actor = person_here()
    try:
        signing_in.check_password(actor.login, form.present.data or "")
    except (Unauthenticated, TooMany) as error:
        form.add_errors({"present": "present_password_wrong" if error.code == "wrong_password" else error.code})
        return False
    try:
        with transaction():
            service.set_password(
                actor.user_id,
                form.password.data or "",
                act="change_password",
                now=g.now,
                session_id=identity.current_session_id(),
            )
    except Invalid as error:
        form.add_errors({"password": error.code}, **error.details)
        return False
    return True


@bp.get("/tai-khoan/phien-dang-nhap")
@allow("staff")
def sessions_list() -> ResponseReturnValue:
    """Where one is signed in."""
    actor = signed_in_actor()
    living = queries.list_own_sessions(actor.user_id, now=g.now, idle=identity.idle_time())
    return render_template("account/sessions.html", sessions=living, own_id=identity.current_session_id())


@bp.post("/tai-khoan/phien-dang-nhap/<int:number>/cham-dut")
@allow("staff")
@recently_signed_in
def end_session(number: int) -> ResponseReturnValue:
    """End one of one's own sessions; somebody else's is left alone."""
    with transaction():
        sessions.end_session(number, user_id=signed_in_actor().user_id, now=g.now)
    return redirect(url_for("account.sessions_list"), 303)


@bp.post("/tai-khoan/phien-dang-nhap/cham-dut")
@allow("staff")
@recently_signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    with transaction():
        sessions.end_sessions_of(signed_in_actor().user_id, now=g.now, but=identity.current_session_id())
    flash(gettext("Đã chấm dứt mọi phiên đăng nhập khác."), "success")
    return redirect(url_for("account.sessions_list"), 303)
