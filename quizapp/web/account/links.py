"""A password for whoever holds a link, and asking for such a link when the password is forgotten.

The secret of a link stands in the address of one answer only, which leads on at once: what is then in the address bar,
in the history and in other sites' logs is the same for everybody.
"""

from flask import Response, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from quizapp.accounts import links
from quizapp.accounts.links import Link
from quizapp.accounts.rules import MIN_PASSWORD
from quizapp.db import transaction
from quizapp.errors import Invalid, NotFound
from quizapp.web import sign_in_log, throttle
from quizapp.web.access import allow
from quizapp.web.account.blueprint import bp
from quizapp.web.forms import BaseForm
from quizapp.web.limits import FORGOTTEN

_SECRET = "link"  # noqa: S105 - the name of a cookie's field


class NewPasswordForm(BaseForm):
    """A password as it was typed."""

    password = PasswordField(_l("Mật khẩu mới"), filters=[])


class ForgottenForm(BaseForm):
    """Whose password is forgotten."""

    login = StringField(_l("Tên đăng nhập"), validators=[InputRequired(_l("Hãy nhập tên đăng nhập."))])


@bp.route("/tai-khoan/dat-mat-khau", methods=["GET", "POST"])
@allow("anyone")
def set_password() -> ResponseReturnValue:
    """Choose the password of the account that the link is for; nobody is signed in by it."""
    if request.method == "GET" and "ma" in request.args:
        session[_SECRET] = request.args["ma"][:100]
        return _unreferred(redirect(url_for("account.set_password"), 303))
    form, link = NewPasswordForm(), _link()
    if link is None:
        if _SECRET in session:
            sign_in_log.tell(sign_in_log.LINK, sign_in_log.WRONG, None, session[_SECRET])
        return _unreferred(render_template("account/link_dead.html"), 404)
    if form.submitted() and _set(form):
        session.pop(_SECRET)
        sign_in_log.tell(sign_in_log.LINK, sign_in_log.RIGHT, link.user_id)
        flash(gettext("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới."), "success")
        return _unreferred(redirect(url_for("account.sign_in"), 303))
    page = render_template("account/set_password.html", form=form, link=link, shortest=MIN_PASSWORD)
    return _unreferred(page, 422 if form.errors else 200)


@bp.route("/tai-khoan/quen-mat-khau", methods=["GET", "POST"])
@allow("anyone")
def forgot_password() -> ResponseReturnValue:
    """Ask for a new password; the answer is the same whether or not there is such an account."""
    form = ForgottenForm()
    if not form.submitted():
        return render_template("account/forgot_password.html", form=form), 422 if form.errors else 200
    throttle.hold(FORGOTTEN, throttle.caller())
    with transaction():
        links.request_reset(form.login.data, now=g.now)
    return render_template("account/forgot_password.html", form=ForgottenForm(formdata=None), asked=True)


def _link() -> Link | None:
    try:
        return links.find_link(session.get(_SECRET, ""), now=g.now)
    except NotFound:
        return None


def _set(form: NewPasswordForm) -> bool:
    try:
        with transaction():
            links.use_link(session[_SECRET], form.password.data or "", now=g.now)
    except Invalid as error:
        form.add_errors({"password": error.code}, **error.details)
        return False
    return True


def _unreferred(answer: ResponseReturnValue, status: int | None = None) -> Response:
    response = make_response(answer, status) if status else make_response(answer)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
