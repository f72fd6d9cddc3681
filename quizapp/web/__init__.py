"""The web: audiences (play, organize, district, account, api) over the features, and what they share."""

import logging
import secrets
import time
from datetime import timedelta

from flask import Flask, Response, g, request

from quizapp import clock
from quizapp.errors import NotFound
from quizapp.logs import request_id
from quizapp.web import account, api, district, health, identity, organize, play
from quizapp.web.errors import init_errors
from quizapp.web.extensions import babel, compress, csrf, login_manager
from quizapp.web.filters import init_filters
from quizapp.web.headers import PrivateSessions, set_headers
from quizapp.web.locale import select_locale

log = logging.getLogger(__name__)

SESSION_LIFETIME = timedelta(days=60)


def init_web(app: Flask) -> None:
    """Bind the extensions, register blueprints, error pages, filters and headers."""
    app.permanent_session_lifetime = SESSION_LIFETIME
    app.session_interface = PrivateSessions()
    compress.init_app(app)
    csrf.init_app(app)
    login_manager.init_app(app)
    babel.init_app(app, locale_selector=select_locale)
    init_errors(app)
    init_filters(app)
    app.before_request(_begin)
    app.before_request(_refuse_nul)
    app.before_request(_protect)
    app.after_request(_end)
    app.context_processor(identity.template_identity)
    for blueprint in (play.bp, organize.bp, district.bp, account.bp, api.bp, health.bp):
        app.register_blueprint(blueprint)


def _begin() -> None:
    """Read the clock once, at the edge, and give the request an id."""
    g.now = clock.now()
    g.began = time.perf_counter()
    g.request_id = secrets.token_hex(8)
    request_id.set(g.request_id)


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
        csrf.protect()


def _end(response: Response) -> Response:
    """Log the request (never its query or body, which people type) and set the headers."""
    if request.endpoint != "static":
        spent = round((time.perf_counter() - g.began) * 1000)
        facts = {"method": request.method, "path": request.path, "status": response.status_code, "duration_ms": spent}
        log.info("request", extra=facts)
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    return set_headers(response)
