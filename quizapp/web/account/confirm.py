"""The password once more, on the way to something that weighs heavily."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.errors import TooMany, Unauthenticated
from quizapp.web import asking_again, identity, signing_in
from quizapp.web.access import allow
from quizapp.web.account.blueprint import bp
from quizapp.web.safe_next import own_path


@bp.route("/tai-khoan/xac-nhan", methods=["GET", "POST"])
@allow("staff", first=identity.SECOND_FACTOR)
def confirm() -> ResponseReturnValue:
    """Ask for it, and lead on to the page that needs it."""
    wanted = own_path(request.values.get("next"))
    action = url_for("account.confirm")
    if request.method == "GET":
        return asking_again.confirm_page(action, [], None, 200, wanted)
    try:
        signing_in.confirm_again(
            request.form.get(asking_again.PASSWORD_FIELD, ""), request.form.get(asking_again.CODE_FIELD, "")
        )
    except (Unauthenticated, TooMany) as error:
        return asking_again.confirm_page(action, [], error.code, error.status, wanted)
    return redirect(wanted or url_for("account.own"), 303)
