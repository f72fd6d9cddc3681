"""Signing staff in, in one step or two, and out."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField

from quizapp.accounts.rules import Actor
from quizapp.db import transaction
from quizapp.errors import TooMany, Unauthenticated
from quizapp.web import identity, signing_in
from quizapp.web.access import allow
from quizapp.web.account.blueprint import bp
from quizapp.web.forms import BaseForm
from quizapp.web.safe_next import own_path


class SignInForm(BaseForm):
    """Login and password; `next` is where the person was going."""

    login = StringField(_l("Tên đăng nhập"))
    # A password is taken as it was typed, blanks and all; and an address is judged as it came.
    password = PasswordField(_l("Mật khẩu"), filters=[])
    next = HiddenField(filters=[])


class CodeForm(BaseForm):
    """The code of the second factor."""

    code = StringField(_l("Mã xác thực"))
    next = HiddenField(filters=[])


@bp.route("/tai-khoan/dang-nhap", methods=["GET", "POST"])
@allow("anyone")
def sign_in() -> ResponseReturnValue:
    """The sign-in of staff; participants need none."""
    actor = identity.current_actor()
    if request.method == "GET" and actor is not None:
        return redirect(_landing(actor, request.args.get("next")))
    form = SignInForm(next=request.args.get("next"))
    if not form.submitted():
        return render_template("account/sign_in.html", form=form)
    missing = {name: f"{name}_missing" for name in ("login", "password") if not (form[name].data or "").strip()}
    if missing:
        form.add_errors(missing)
        return render_template("account/sign_in.html", form=form), 422
    try:
        person = signing_in.check_password(form.login.data, form.password.data)
    except (Unauthenticated, TooMany) as error:
        form.add_errors({"": error.code})
        return render_template("account/sign_in.html", form=form), error.status
    if person.has_second_factor:
        signing_in.remember_half(person.actor)
        return redirect(url_for("account.sign_in_code", next=own_path(form.next.data)), 303)
    signing_in.enter(person.actor, form.password.data)
    return redirect(_landing(person.actor, form.next.data), 303)


@bp.route("/tai-khoan/ma-xac-thuc", methods=["GET", "POST"])
@allow("anyone")
def sign_in_code() -> ResponseReturnValue:
    """The second step: a code of the app, or a recovery code. Whoever comes without the first one begins there."""
    person = signing_in.half_signed_in()
    if person is None:
        return redirect(url_for("account.sign_in", next=own_path(request.args.get("next"))), 303)
    form = CodeForm(next=request.args.get("next"))
    if not form.submitted():
        return render_template("account/sign_in_code.html", form=form)
    try:
        signing_in.check_code(person, form.code.data or "")
    except (Unauthenticated, TooMany) as error:
        form.add_errors({"code": error.code})
        return render_template("account/sign_in_code.html", form=form), error.status
    signing_in.enter(person)
    return redirect(_landing(person, form.next.data), 303)


def _landing(actor: Actor, wanted: str | None) -> str:
    """Where the person was going, when that is a page of this site; else the first page of their work."""
    home = "organize.home" if actor.is_organizer else "district.home"
    return own_path(wanted) or url_for(home)


@bp.post("/tai-khoan/dang-xuat")
@allow("anyone")
def sign_out() -> ResponseReturnValue:
    """End the session: its cookie is dead."""
    with transaction():
        identity.sign_out(now=g.now)
    return _gone(url_for("account.sign_in"))


@bp.post("/tai-khoan/thoat-khoi-may")
@allow("anyone")
def leave() -> ResponseReturnValue:
    """The same for participants on a shared computer: the next person starts with nothing of theirs."""
    with transaction():
        identity.sign_out(now=g.now)
    return _gone(url_for("play.home"))


def _gone(url: str) -> ResponseReturnValue:
    """The way on; what the browser keeps of this site goes, but never a choice that has not reached us yet.

    How many of those are left the page's script has counted (modules/leave.js); without it the storage stays.
    """
    response = redirect(url, 303)
    unsent = request.form.get("unsent", "")
    response.headers["Clear-Site-Data"] = '"cache", "storage"' if unsent == "0" else '"cache"'
    if unsent not in ("", "0"):
        flash(
            gettext(
                "Trên máy này còn câu trả lời chưa gửi được. Không ai khác mở được; người ấy vào thi tiếp trên máy này "
                "bằng mã dự thi thì chúng được gửi đi."
            ),
            "warning",
        )
    return response
