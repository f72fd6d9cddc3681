"""The reader's language."""

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from quizapp.web.access import allow
from quizapp.web.account.blueprint import bp
from quizapp.web.safe_next import own_path

YEAR_SECONDS = 365 * 24 * 60 * 60


@bp.post("/ngon-ngu/<any(vi, en):locale>")
@allow("anyone")
def set_locale(locale: str) -> ResponseReturnValue:
    """Remember the choice, and show the same page in that language."""
    response = redirect(own_path(request.form.get("next")) or url_for("play.home"), 303)
    response.set_cookie(
        current_app.config["LANGUAGE_COOKIE_NAME"],
        locale,
        max_age=YEAR_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response
