"""The notice of how personal data is used: the present text, and every one that anybody has agreed to."""

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from quizapp.entries.service import CONSENT_VERSION
from quizapp.errors import NotFound
from quizapp.web.access import allow
from quizapp.web.play.blueprint import bp

# Each has its text in templates/play/notices, which is never changed once people have agreed to it.
VERSIONS = ("2026-11", CONSENT_VERSION)


@bp.get("/quyen-rieng-tu")
@allow("anyone")
def privacy() -> ResponseReturnValue:
    """The whole notice that is agreed to today; the form has its summary."""
    return _page(CONSENT_VERSION)


@bp.get("/quyen-rieng-tu/<version>")
@allow("anyone")
def privacy_version(version: str) -> ResponseReturnValue:
    """The notice of a version, as it was. Raises NotFound."""
    if version not in VERSIONS:
        raise NotFound
    return _page(version)


def _page(version: str) -> str:
    return render_template(
        "play/privacy.html",
        version=version,
        text=f"play/notices/{version}.html",
        is_present=version == CONSENT_VERSION,
        others=[each for each in reversed(VERSIONS) if each != version],
        retention_months=current_app.config["QUIZ"].retention_months,
    )
