"""What weighs heavily is done by somebody who has just typed the password: it is asked again where that was long ago.

A page that is looked at leads through a page of its own and back. A form that was sent is shown again as hidden
fields under the password, and goes on from there: nothing that was typed is lost. Programs get 403. A bearer token
stands for a script, which types no password.
"""

from flask import g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.accounts.rules import RECENT_FOR_API, RECENT_ON_PAGES
from quizapp.errors import Forbidden, TooMany, Unauthenticated
from quizapp.messages import text_of
from quizapp.web import identity, signing_in

CODE = "recent_sign_in_required"
# The fields that such a form gets besides its own.
PASSWORD_FIELD, CODE_FIELD = "again_password", "again_code"
_OWN_FIELDS = (PASSWORD_FIELD, CODE_FIELD, "csrf_token")


def make_sure() -> None:
    """Go on only when the password was typed a short while ago, or comes along right now.

    Raises Forbidden("recent_sign_in_required", and `why`: the code of what is wrong with what was typed).
    """
    info = identity.current_session()
    if identity.bearer_token() is not None or info is None:
        return
    window = RECENT_FOR_API if request.blueprint == "api" else RECENT_ON_PAGES
    if info.confirmed_at is not None and g.now - info.confirmed_at < window:
        return
    why = None
    if request.method == "POST" and PASSWORD_FIELD in request.form:
        try:
            signing_in.confirm_again(request.form[PASSWORD_FIELD], request.form.get(CODE_FIELD, ""))
            return
        except (Unauthenticated, TooMany) as error:
            why = error.code
    raise Forbidden(CODE, **({"why": why} if why else {}))


def page(error: Forbidden) -> ResponseReturnValue:
    """What somebody gets who has to type the password again."""
    own = request.full_path if request.query_string else request.path
    if request.method != "POST":
        return redirect(url_for("account.confirm", next=own))
    typed = [(name, value) for name, values in request.form.lists() if name not in _OWN_FIELDS for value in values]
    return confirm_page(own, typed, error.details.get("why"), error.status)


def confirm_page(
    action: str, typed: list[tuple[str, str]], refused: str | None, status: int, wanted: str | None = None
) -> ResponseReturnValue:
    """The password, and the code where the account takes one, over whatever else the form holds."""
    info = identity.current_session()
    # Who it is, is known here; only the password can be wrong.
    told = "present_password_wrong" if refused == "wrong_password" else refused
    page = render_template(
        "account/confirm.html",
        action=action,
        typed=typed,
        wanted=wanted,
        error=text_of(told) if told else None,
        takes_code=info is not None and info.has_second_factor,
    )
    return make_response(page, status)
