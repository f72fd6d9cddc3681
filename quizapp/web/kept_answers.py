"""What everybody may see is worked out once a second in each process, however many ask: answers kept in memory.

Only an answer that its view calls public for some seconds is kept, and only for callers who show neither a session nor
a token. While one caller works out a new one, the others get the old one, for a few seconds more.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any, cast

from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_cookie, parse_etags, unquote_etag
from werkzeug.test import run_wsgi_app

Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Any], Iterable[bytes]]

_MOST_ANSWERS = 500
_MOST_BYTES = 512 * 1024
# How much longer an answer is good for callers who come while the next one is being worked out.
_OLD_SECONDS = 5.0
# What a 304 does not carry.
_OF_A_BODY = ("Content-Length", "Content-Type", "Content-Encoding")


@dataclass
class _Kept:
    """An answer, until when it is fresh, and whether somebody works out the next one."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    etag: str = ""
    body: bytes = b""
    fresh_until: float = 0.0
    lock: Lock = field(default_factory=Lock)


class KeptAnswers:
    """Stands before a WSGI application, for GET requests of addresses with one of these endings."""

    def __init__(self, app: WsgiApp, *, session_cookie: str, language_cookie: str, endings: tuple[str, ...]) -> None:
        self._app = app
        self._session_cookie = f"{session_cookie}="
        self._language_cookie = language_cookie
        self._endings = endings
        self._kept: dict[tuple[str, ...], _Kept] = {}
        # An answer is kept for at most so long, whatever its view says.
        self.longest_seconds = 2.0

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """The kept answer while there is one, else the application's."""
        if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].endswith(self._endings):
            return self._app(environ, start_response)
        sent = environ.get("HTTP_COOKIE", "")
        if self._session_cookie in sent or "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start_response)
        key = (
            environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_ENCODING", ""),
            parse_cookie(sent).get(self._language_cookie, ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            environ.get("HTTP_ACCEPT", ""),
        )  # fmt: skip
        kept = self._kept.get(key)
        if kept is None:
            kept = self._remember(key)
        now = monotonic()
        if now < kept.fresh_until:
            return _answer(kept, environ, start_response)
        if not kept.lock.acquire(blocking=now >= kept.fresh_until + _OLD_SECONDS):
            return _answer(kept, environ, start_response)
        try:
            if monotonic() < kept.fresh_until:  # worked out by whom this caller waited for
                return _answer(kept, environ, start_response)
            return self._work_out(kept, environ, start_response)
        finally:
            kept.lock.release()

    def _remember(self, key: tuple[str, ...]) -> _Kept:
        while len(self._kept) >= _MOST_ANSWERS:
            # The one that was asked for first: strangers' addresses must not be able to fill the memory.
            self._kept.pop(next(iter(self._kept)), None)
        return self._kept.setdefault(key, _Kept())

    def _work_out(self, kept: _Kept, environ: Environ, start_response: Any) -> Iterable[bytes]:
        # Worked out for everybody, so not for what this caller has already.
        whole = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"}
        body, status, headers = run_wsgi_app(cast(Any, self._app), whole, buffered=True)
        answer = b"".join(body)
        seconds = _public_seconds(status, headers)
        if not seconds or len(answer) > _MOST_BYTES:
            start_response(status, list(headers))
            return [answer]
        kept.headers = [(name, value) for name, value in headers if name != "X-Request-Id"]
        kept.etag, kept.body = headers.get("ETag", ""), answer
        kept.fresh_until = monotonic() + min(seconds, self.longest_seconds)
        return _answer(kept, environ, start_response)


def _public_seconds(status: str, headers: Headers) -> int:
    """For how long everybody may be given the answer; 0 = it is this caller's alone."""
    control = parse_cache_control_header(headers.get("Cache-Control"), cls=ResponseCacheControl)
    is_shared = status.startswith("200") and control.public and "Set-Cookie" not in headers
    return control.max_age or 0 if is_shared else 0


def _answer(kept: _Kept, environ: Environ, start_response: Any) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and kept.etag and parse_etags(asked).contains_weak(unquote_etag(kept.etag)[0] or ""):
        start_response("304 Not Modified", [item for item in kept.headers if item[0] not in _OF_A_BODY])
        return []
    start_response("200 OK", kept.headers)
    return [kept.body]
