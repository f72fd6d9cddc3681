"""The web: audiences (play, organize, district, account, api) over the features, and what they share."""

import logging
import time
from datetime import timedelta

from flask import Flask, Response, current_app, g, request

from quizapp import clock
from quizapp.audit import service as audit
from quizapp.db_link import HOT_SECONDS, LONG_SECONDS, be_patient
from quizapp.errors import Forbidden, NotFound
from quizapp.logs import new_request_id, request_id
from quizapp.web import account, api, district, health, identity, lane, organize, play
from quizapp.web.board_lane import BoardLane
from quizapp.web.body_limits import limit_body
from quizapp.web.errors import init_errors
from quizapp.web.extensions import babel, compress, csrf, login_manager
from quizapp.web.filters import init_filters
from quizapp.web.headers import PrivateSessions, set_headers
from quizapp.web.kept_answers import KeptAnswers
from quizapp.web.locale import select_locale
from quizapp.web.origin import is_foreign
from quizapp.web.paper_lane import PaperLane
from quizapp.web.signed_sessions import sign_with_sha256
from quizapp.web.together import init_together

log = logging.getLogger(__name__)

SESSION_LIFETIME = timedelta(days=60)
# These read whole rounds, except for what participants ask of the API.
_MAY_TAKE_LONG = ("organize", "district", "api")


def init_web(app: Flask) -> None:
    """Bind the extensions, register blueprints, error pages, filters and headers."""
    app.permanent_session_lifetime = SESSION_LIFETIME
    app.session_interface = PrivateSessions()
    sign_with_sha256()
    compress.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=select_locale)
    init_errors(app)
    init_filters(app)
    init_together(app)
    app.before_request(limit_body)
    app.before_request(_begin)
    app.before_request(_tell_failure)
    app.before_request(_refuse_nul)
    app.before_request(_protect)
    app.after_request(_end)
    app.context_processor(identity.template_identity)
    for blueprint in (play.bp, organize.bp, district.bp, account.bp, api.bp, health.bp):
        app.register_blueprint(blueprint)
    board_lane = BoardLane(app)
    app.extensions["quiz.board_lane"] = board_lane
    app.wsgi_app = board_lane  # type: ignore[method-assign]
    app.wsgi_app = PaperLane(app)  # type: ignore[method-assign]
    app.wsgi_app = lane.FastLane(app)  # type: ignore[method-assign]
    kept = KeptAnswers(
        app.wsgi_app,
        session_cookie=app.config["SESSION_COOKIE_NAME"],
        language_cookie=app.config["LANGUAGE_COOKIE_NAME"],
        endings=("/leaderboard", "/time"),
    )
    app.extensions["quiz.kept_answers"] = kept
    app.wsgi_app = kept  # type: ignore[method-assign]


def _begin() -> None:
    """Read the clock once, at the edge, give the request an id, and say how long it may wait for the database."""
    g.now = request.environ.get(lane.ARRIVED) or clock.now()
    g.began = time.perf_counter()
    g.request_id = new_request_id()
    request_id.set(g.request_id)
    audit.origin.set(identity.client_address())
    kind = getattr(current_app.view_functions.get(request.endpoint or ""), "allowed_kind", None)
    be_patient(LONG_SECONDS if request.blueprint in _MAY_TAKE_LONG and kind != "participant" else HOT_SECONDS)


def _tell_failure() -> None:
    """What could not be stored in the fast lane is not tried once more at the same moment."""
    failure: Exception | None = request.environ.get(lane.FAILED)
    if failure is not None:
        raise failure


def _refuse_nul() -> None:
    """Nothing is called by a name with a NUL in it, and PostgreSQL would not even take it as text to look for.

    The API says so itself, in its own words.
    """
    asked = [request.path, *(value for values in request.args.listvalues() for value in values)]
    if request.blueprint != "api" and any("\0" in text for text in asked):
        raise NotFound


def _protect() -> None:
    """Every write of a browser needs its session's token; a bearer token is never sent by a browser on its own.

    An address that is not there, or does not take the method, says so first.
    """
    writes = request.method not in ("GET", "HEAD", "OPTIONS") and request.routing_exception is None
    if writes and identity.bearer_token() is None:
        if is_foreign(request.environ):
            raise Forbidden("csrf_failed")
        csrf.protect()


def _end(response: Response) -> Response:
    """Log the request (never its query or body, which people type) and set the headers."""
    if request.endpoint != "static":
        spent = round((time.perf_counter() - g.began) * 1000)
        facts = {"method": request.method, "path": request.path, "status": response.status_code, "duration_ms": spent}
        log.info("request", extra=facts)
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    return set_headers(response)
