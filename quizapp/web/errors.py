"""Exceptions to answers: problem+json (RFC 9457) for the API, one page for people."""

import logging
import random
import time
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, json, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from quizapp.db import fresh_snapshot, is_unavailable
from quizapp.errors import Forbidden, QuizError, Unauthenticated, Unavailable
from quizapp.messages import CODES, text_of
from quizapp.web import asking_again, identity

log = logging.getLogger(__name__)

# Not all at once: whoever was refused together would come back together.
RETRY_AFTER_SECONDS = (2, 6)
_HEAR_OUT_SECONDS = 2.0
_AT_ONCE_BYTES = 64 * 1024
# Where somebody does what has to be done before anything else.
_FIRST_STEPS = {
    identity.NEW_PASSWORD: "account.change_password",
    identity.SECOND_FACTOR: "account.second_factor_page",
}
_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "bad_media_type",
}


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(QuizError, _on_quiz_error)
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_surprise)


def wants_json() -> bool:
    """True for the API and for callers that prefer JSON to HTML."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    # Under a host name that is not ours no address can be built, so there is no page either.
    foreign_host = isinstance(request.routing_exception, SecurityError)
    return request.path.startswith("/api/") or best == "application/json" or foreign_host


def problem(status: int, code: str, details: dict[str, Any] | None = None) -> ResponseReturnValue:
    """The answer for an error, in the form that the caller reads."""
    fresh_snapshot()
    details = details or {}
    if wants_json():
        answer = Response(
            json.dumps(
                {"type": "about:blank", "title": _sentence(code, details), "status": status, "code": code, **details}
            ),
            status=status,
            content_type="application/problem+json; charset=utf-8",
        )
    else:
        identity.make_sure()
        page = render_template("errors/error.html", status=status, code=code, sentence=_sentence(code, details))
        answer = make_response(page, status)
    if "retry_after" in details:
        answer.headers["Retry-After"] = str(details["retry_after"])
    return answer


def _sentence(code: str, details: dict[str, Any]) -> str:
    """The sentence of a refusal; of its reason where there is one for that."""
    told = f"{code}_{details.get('why')}"
    return text_of(told if told in CODES else code, **details)


def _on_quiz_error(error: QuizError) -> ResponseReturnValue:
    log.info("refused", extra={"code": error.code, "status": error.status, "path": request.path})
    if isinstance(error, Unauthenticated) and error.code == "sign_in_required" and not wants_json():
        return redirect(url_for("account.sign_in", next=request.full_path if request.method == "GET" else None))
    if isinstance(error, Forbidden) and not wants_json():
        if error.code in _FIRST_STEPS:
            return redirect(url_for(_FIRST_STEPS[error.code]))
        if error.code == asking_again.CODE:
            fresh_snapshot()
            return asking_again.page(error)
    return problem(error.status, error.code, error.details)


def _on_csrf_error(error: CSRFError) -> ResponseReturnValue:
    return problem(HTTPStatus.FORBIDDEN, "csrf_failed")


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        _hear_out()
    code = _HTTP_CODES.get(error.code, "bad_request" if error.code < 500 else "internal_error")
    answer = make_response(problem(error.code, code))
    if error.code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return answer


def _hear_out() -> None:
    """Read and drop what is still being sent, for a moment: whoever is hung up on in mid-sentence hears no answer.

    Not where nobody has said how long it is, and as far as the server lets us say how long to wait for the next piece.
    """
    link, stream = request.environ.get("gunicorn.socket"), request.environ["wsgi.input"]
    if link is None or request.content_length is None:
        return
    until = time.monotonic() + _HEAR_OUT_SECONDS
    link.settimeout(_HEAR_OUT_SECONDS)
    try:
        while time.monotonic() < until and stream.read(_AT_ONCE_BYTES):
            pass
    except OSError:
        log.info("hung up on a body that is too large", extra={"path": request.path})


def _on_surprise(error: Exception) -> ResponseReturnValue:
    if is_unavailable(error):
        log.warning("the database did not answer", exc_info=error)
        details = {"retry_after": random.randint(*RETRY_AFTER_SECONDS)}  # noqa: S311 - spread, not secrecy
        return problem(Unavailable.status, Unavailable.code, details)
    log.exception("internal error", extra={"path": request.path, "method": request.method})
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", {"request_id": g.get("request_id", "-")})
