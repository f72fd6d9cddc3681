"""One's own second factor: setting it up with an app, recovery codes, turning it off.

These pages are there for whoever has to set one up before anything else, too.
"""

import segno
from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import PasswordField, StringField

from quizapp.accounts import queries, second_factor
from quizapp.accounts.rules import Actor
from quizapp.db import transaction
from quizapp.errors import Conflict, Invalid, TooMany, Unauthenticated
from quizapp.web import identity, signing_in
from quizapp.web.access import allow, person_here, recently_signed_in
from quizapp.web.account.blueprint import bp
from quizapp.web.forms import BaseForm

_QUIET_ZONE = 4


class FirstCodeForm(BaseForm):
    """The first code of the app."""

    code = StringField(_l("Mã 6 số đang hiện trong ứng dụng"))


class ProofForm(BaseForm):
    """Password and code, before the second factor itself is changed."""

    password = PasswordField(_l("Mật khẩu"), filters=[])
    code = StringField(_l("Mã xác thực"))


@bp.get("/tai-khoan/hai-lop")
@allow("staff", first=identity.SECOND_FACTOR)
def second_factor_page() -> ResponseReturnValue:
    """Whether there is one, and what can be done."""
    return _page(ProofForm(formdata=None))


@bp.post("/tai-khoan/hai-lop/bat-dau")
@allow("staff", first=identity.SECOND_FACTOR)
@recently_signed_in
def begin_second_factor() -> ResponseReturnValue:
    """Make a secret for the app. Where there is one in force, it takes password and code (`renew_second_factor`)."""
    person = person_here()
    if queries.has_second_factor(person.user_id):
        raise Conflict
    return _begin(person)


@bp.route("/tai-khoan/hai-lop/xac-nhan", methods=["GET", "POST"])
@allow("staff", first=identity.SECOND_FACTOR)
def confirm_second_factor() -> ResponseReturnValue:
    """The secret as a picture and in letters, until its first code has been typed; then the recovery codes, once."""
    person, form = person_here(), FirstCodeForm()
    secret = second_factor.find_pending(person.user_id, key=signing_in.second_factor_key())
    if secret is None:
        return redirect(url_for("account.second_factor_page"), 303)
    codes = _confirm(person, form) if form.submitted() else None
    if codes:
        return _shown_once(codes)
    address = second_factor.address_of(secret, person.login, gettext("Hội thi trực tuyến"))
    groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    page = render_template(
        "account/enrol.html",
        form=form,
        qr=_qr(address),
        groups=groups,
        actor=person,
        forced=identity.first_step() is not None,
    )
    return page, 422 if form.errors else 200


@bp.post("/tai-khoan/hai-lop/doi-dien-thoai")
@allow("staff")
def renew_second_factor() -> ResponseReturnValue:
    """Another telephone: a new secret, once password and code of the present one are right."""
    form = ProofForm()
    return _begin(person_here()) if _proved(form) else _page(form, 422)


@bp.post("/tai-khoan/hai-lop/ma-khoi-phuc")
@allow("staff")
def renew_recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    form = ProofForm()
    if not _proved(form):
        return _page(form, 422)
    with transaction():
        codes = second_factor.renew_codes(person_here().user_id, now=g.now)
    return _shown_once(codes)


@bp.post("/tai-khoan/hai-lop/tat")
@allow("staff")
def drop_second_factor() -> ResponseReturnValue:
    """Turn it off."""
    form, person = ProofForm(), person_here()
    if not _proved(form):
        return _page(form, 422)
    with transaction():
        second_factor.drop(person.user_id, actor=person.login, now=g.now, session_id=identity.current_session_id())
    identity.forget_looked_up()
    flash(gettext("Đã tắt xác thực hai lớp."), "success")
    return redirect(url_for("account.second_factor_page"), 303)


def _begin(person: Actor) -> ResponseReturnValue:
    with transaction():
        second_factor.begin(person.user_id, key=signing_in.second_factor_key())
    return redirect(url_for("account.confirm_second_factor"), 303)


def _confirm(person: Actor, form: FirstCodeForm) -> list[str] | None:
    try:
        with transaction():
            codes = second_factor.confirm(
                person.user_id,
                form.code.data or "",
                key=signing_in.second_factor_key(),
                now=g.now,
                session_id=identity.current_session_id(),
            )
    except Invalid as error:
        form.add_errors({"code": error.code})
        return None
    identity.forget_looked_up()
    return codes


def _proved(form: ProofForm) -> bool:
    """Whether password and code are right; what is wrong stands on the form."""
    if not form.submitted():
        return False
    try:
        signing_in.confirm_again(form.password.data or "", form.code.data or "")
    except (Unauthenticated, TooMany) as error:
        form.add_errors({"password" if error.code == "wrong_password" else "code": error.code})
        return False
    return True


def _page(form: ProofForm, status: int = 200) -> ResponseReturnValue:
    person = person_here()
    page = render_template(
        "account/second_factor.html",
        form=form,
        actor=person,
        is_on=queries.has_second_factor(person.user_id),
        codes_left=queries.count_recovery_codes(person.user_id),
        forced=identity.first_step() is not None,
    )
    return page, status


def _shown_once(codes: list[str]) -> ResponseReturnValue:
    return render_template("account/recovery_codes.html", codes=codes, actor=person_here())


def _qr(address: str) -> Markup:
    """The address as an SVG of the page itself: nothing is loaded, and no style is set that the policy forbids."""
    drawn = segno.make_qr(address, error="m").svg_inline(
        omitsize=True, border=_QUIET_ZONE, svgclass="qr", lineclass=None
    )
    # Drawn by us: there is nothing in it to be escaped.
    return Markup(drawn)  # noqa: S704
