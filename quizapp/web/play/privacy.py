"""The notice of how personal data is used."""

from flask import render_template
from flask.typing import ResponseReturnValue

from quizapp.entries.service import CONSENT_VERSION
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp


@bp.get("/quyen-rieng-tu")
@allow("anyone")
def privacy() -> ResponseReturnValue:
    """The whole notice; the form has its summary."""
    return render_template("play/privacy.html", version=CONSENT_VERSION)
