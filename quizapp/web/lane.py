"""The fast lane: what most requests of a contest's last minutes are, answered without the whole of Flask around it.

Starts, saves and submissions that are plainly in order are taken here: one session cookie, its CSRF token in the
header, a well-formed body. All that decides is checked as it is for every other caller: the signatures here, and the
living session, its paper, the deadline and the revisions by the statements that lock the paper. Whatever is not plainly
in order, and whatever is refused, goes the long way with its body untouched, so that every refusal is decided and
worded in one place. To do any of them twice changes nothing.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hmac import compare_digest
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Flask
from flask_wtf.csrf import same_origin
from itsdangerous import BadData
from pydantic import ValidationError
from werkzeug.http import parse_cookie
from werkzeug.sansio.utils import host_is_trusted

from quizapp import clock
from quizapp.attempts.saving import SaveAsk
from quizapp.attempts.submitting import SubmitAsk
from quizapp.db_link import HOT_SECONDS, be_patient, is_unavailable
from quizapp.errors import QuizError
from quizapp.ids import digest
from quizapp.logs import new_request_id, request_id
from quizapp.web import together
from quizapp.web.api.attempt_schemas import AnswersIn, SubmissionIn
from quizapp.web.api.attempts import choices_of, saved_out, started_json
from quizapp.web.api.reading import parse_json
from quizapp.web.headers import security_headers
from quizapp.web.identity import TOKEN
from quizapp.web.locale import COOKIE
from quizapp.web.origin import is_foreign
from quizapp.web.signed_sessions import REMEMBERED_SECONDS, SignedSessions, form_tokens
from quizapp.web.starting import StartRequest

log = logging.getLogger("quizapp.web")

Environ = dict[str, Any]
# (environ, what the path names, the hash of the browser's token, the body) -> status and JSON, or None: the long way
Handler = Callable[[Environ, Sequence[str], str, bytes], tuple[HTTPStatus, str] | None]

# What the long way finds in the environment: when the request came, and the error of a database that is away.
ARRIVED, FAILED = "quiz.arrived", "quiz.failed"

_ATTEMPT = re.compile(r"/api/v1/attempts/([A-Za-z0-9_-]{1,64})/(?:answers|submission)")
_ROUND = re.compile(r"/api/v1/contests/([A-Za-z0-9-]{1,100})/rounds/([A-Za-z0-9-]{1,100})/attempts")
_MOST_BYTES = 64 * 1024
_JSON = "application/json"


class FastLane:
    """Stands before the application's own WSGI function."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._long_way = app.wsgi_app
        self._hosts: list[str] | None = app.config["TRUSTED_HOSTS"]
        self._cookie_name: str = app.config["SESSION_COOKIE_NAME"]
        self._sessions = SignedSessions(app)
        self._tokens = form_tokens(app)
        self._headers = [*security_headers(app.config["SESSION_COOKIE_SECURE"]), ("Cache-Control", "no-store")]
        self._headers.append(("Content-Type", _JSON))
        # One for each application, since it knows its key.
        self._browser_of = lru_cache(maxsize=10_000)(self._check_signatures)
        self._handlers: dict[tuple[str, str], tuple[re.Pattern[str], Handler]] = {
            ("PUT", "answers"): (_ATTEMPT, self._save),
            ("POST", "submission"): (_ATTEMPT, self._submit),
            ("POST", "attempts"): (_ROUND, self._start),
        }

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """The answer, from here or from the application."""
        path = environ["PATH_INFO"]
        pattern, handler = self._handlers.get((environ["REQUEST_METHOD"], path.rpartition("/")[2]), (None, None))
        match = pattern.fullmatch(path) if pattern else None
        if match is None or handler is None or not self._is_plain(environ):
            return self._long_way(environ, start_response)
        began = time.perf_counter()
        be_patient(HOT_SECONDS)
        browser = self._browser(environ)
        body = _read(environ) if browser else None
        if browser is None or body is None:
            return self._long_way(environ, start_response)
        request_id.set(new_request_id())
        told = self._attempted(handler, environ, match.groups(), browser, body)
        if told is None:
            return self._long_way(environ, start_response)
        status, text = told
        self._log(environ, status, began)
        answer = text.encode()
        headers = [*self._headers, ("Content-Length", str(len(answer))), ("X-Request-Id", request_id.get())]
        start_response(f"{status.value} {status.phrase.upper()}", headers)
        return [answer]

    def _is_plain(self, environ: Environ) -> bool:
        """Nothing but what the browser's own script sends, to a host name of ours."""
        return (
            "HTTP_AUTHORIZATION" not in environ
            and not environ.get("QUERY_STRING")
            and not is_foreign(environ)
            and (not self._hosts or host_is_trusted(environ.get("HTTP_HOST"), self._hosts))
            and (environ["wsgi.url_scheme"] != "https" or _from_here(environ))
        )

    def _browser(self, environ: Environ) -> str | None:
        """The hash of the browser's token, when cookie and CSRF token are signed by us and belong together."""
        cookie = parse_cookie(environ.get("HTTP_COOKIE", "")).get(self._cookie_name)
        token = environ.get("HTTP_X_CSRF_TOKEN")
        if not cookie or not token:
            return None
        return self._browser_of(cookie, token, int(time.monotonic() / REMEMBERED_SECONDS))

    def _check_signatures(self, cookie: str, token: str, _period: int) -> str | None:
        session = self._sessions.contents(cookie)
        if session is None:
            return None
        try:
            signed = self._tokens.loads(token)
        except BadData:
            return None
        expected, sid = session.get("csrf_token"), session.get(TOKEN)
        if not isinstance(expected, str) or not isinstance(signed, str) or not isinstance(sid, str):
            return None
        return digest(sid) if compare_digest(expected, signed) else None

    def _attempted(
        self, handler: Handler, environ: Environ, named: Sequence[str], browser: str, body: bytes
    ) -> tuple[HTTPStatus, str] | None:
        try:
            return handler(environ, named, browser, body)
        except (QuizError, ValidationError):
            pass  # refused there, in words
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("the database did not answer", exc_info=error)
            environ[FAILED] = error
        return None

    def _save(self, environ: Environ, named: Sequence[str], browser: str, body: bytes) -> tuple[HTTPStatus, str] | None:
        if environ.get("CONTENT_TYPE") != _JSON:
            return None
        environ[ARRIVED] = now = clock.now()
        given = AnswersIn.model_validate(parse_json(body))
        guess = (given.prediction.value, given.prediction.rev) if given.prediction else None
        ask = SaveAsk(named[0], browser, tuple(choices_of(given.batch)), guess, now)
        saved = together.save(ask, self._app)
        return HTTPStatus.OK, saved_out(saved, guessed=guess is not None, now=now).model_dump_json()

    def _submit(
        self, environ: Environ, named: Sequence[str], browser: str, body: bytes
    ) -> tuple[HTTPStatus, str] | None:
        if body and environ.get("CONTENT_TYPE") != _JSON:
            return None
        environ[ARRIVED] = now = clock.now()
        given = SubmissionIn.model_validate(parse_json(body) if body else {})
        return HTTPStatus.OK, together.submit(
            SubmitAsk(named[0], browser, given.last_rev, now), self._app
        ).receipt or ""

    def _start(
        self, environ: Environ, named: Sequence[str], browser: str, body: bytes
    ) -> tuple[HTTPStatus, str] | None:
        is_nothing = not body or (body == b"{}" and environ.get("CONTENT_TYPE") == _JSON)
        if not is_nothing or not _reads_vietnamese(environ):
            return None
        environ[ARRIVED] = now = clock.now()
        started = together.start(StartRequest(named[0], named[1], browser, now), self._app)
        has_pictures = any(started.snapshot.questions[ref].image for ref, _ in started.attempt.paper)
        with self._app.request_context(environ) if has_pictures else self._app.app_context():
            text = started_json(started, now=now)
        return HTTPStatus.CREATED if started.is_new else HTTPStatus.OK, text

    def _log(self, environ: Environ, status: HTTPStatus, began: float) -> None:
        """As every request is logged."""
        spent = round((time.perf_counter() - began) * 1000)
        facts = {"method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "status": status.value}
        log.info("request", extra={**facts, "duration_ms": spent})


def _from_here(environ: Environ) -> bool:
    """Over TLS a page of ours sends where it comes from; the long way insists on it too."""
    return same_origin(environ.get("HTTP_REFERER", ""), f"https://{environ.get('HTTP_HOST', '')}/")


def _reads_vietnamese(environ: Environ) -> bool:
    """The language in which the paper's words are written where nobody has chosen another one."""
    wanted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    return f"{COOKIE}=" not in environ.get("HTTP_COOKIE", "") and (not wanted or wanted.startswith("vi"))


def _read(environ: Environ) -> bytes | None:
    """The whole body, put back for the long way; None when it is long, or does not say how long."""
    said = environ.get("CONTENT_LENGTH") or "0"
    if "HTTP_TRANSFER_ENCODING" in environ or not said.isdecimal() or int(said) > _MOST_BYTES:
        return None
    body: bytes = environ["wsgi.input"].read(int(said))
    environ["wsgi.input"] = BytesIO(body)
    return body if len(body) == int(said) else None
