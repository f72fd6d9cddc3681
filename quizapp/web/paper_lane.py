"""The fast lane of open papers: what every phone loads in a contest's first minute.

A paper that is plainly in order is put together here from kept parts and from what one statement says of it: that the
browser's session lives and acts for its participant, its times, its answers. Whatever is not plainly in order goes the
long way: papers that are over, messages that wait, parts that are not kept yet, refusals. Only there the session's
cookie is renewed.
"""

import logging
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import brotli  # type: ignore[import-untyped]
from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.sansio.utils import host_is_trusted

from quizapp import clock
from quizapp.attempts.own_papers import OwnPaper, find_own_papers
from quizapp.db_link import HOT_SECONDS, is_unavailable, patience
from quizapp.group_commit import GroupCommit
from quizapp.ids import digest
from quizapp.logs import new_request_id, request_id
from quizapp.statements import each_alone
from quizapp.web.headers import security_headers
from quizapp.web.identity import TOKEN
from quizapp.web.lane import ARRIVED, FAILED
from quizapp.web.locale import locale_of
from quizapp.web.play.kept_parts import NotKept
from quizapp.web.play.paper_context import open_paper
from quizapp.web.play.paper_form import FLAGS, flags_of
from quizapp.web.play.paper_page import Reader, kept_paper_page, theme_of
from quizapp.web.play.question_html import Look
from quizapp.web.signed_sessions import REMEMBERED_SECONDS, SignedSessions, form_tokens

log = logging.getLogger("quizapp.web")

Environ = dict[str, Any]

_PATH = re.compile(r"/bai-thi/([A-Za-z0-9_-]{1,64})")
# None, or several with brotli among them and none preferred: what nginx asks for, and what browsers do.
_ENCODINGS = re.compile(r"|[a-z, ]*\bbr\b[a-z, ]*")
_CSRF = "csrf_token"
# What a session cookie holds that changes nothing, or only what the page shows of the paper.
_PLAIN = {TOKEN, _CSRF, FLAGS, "_permanent"}


@dataclass(frozen=True)
class _Browser:
    """What a session cookie says: the hash of the browser's token, a token for its forms, and all that it holds."""

    token_hash: str
    csrf_token: str
    cookie: Mapping[str, Any]


class PaperLane:
    """Stands before the application's own WSGI function."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._long_way = app.wsgi_app
        self._hosts: list[str] | None = app.config["TRUSTED_HOSTS"]
        self._cookie_name: str = app.config["SESSION_COOKIE_NAME"]
        self._language_cookie: str = app.config["LANGUAGE_COOKIE_NAME"]
        self._theme_cookie: str = app.config["THEME_COOKIE_NAME"]
        self._sessions = SignedSessions(app)
        self._tokens = form_tokens(app)
        self._headers = [
            *security_headers(app.config["SESSION_COOKIE_SECURE"]),
            ("Cache-Control", "no-store"),
            ("Vary", "Accept-Encoding, Cookie"),
            ("Content-Type", "text/html; charset=utf-8"),
        ]
        self._brotli_level: int = app.config["COMPRESS_BR_LEVEL"]
        # One for each application, since it knows its key.
        self._browser_of = lru_cache(maxsize=10_000)(self._check)
        self._own_paper: GroupCommit[tuple[str, str], OwnPaper | None] = GroupCommit(
            self._find, gives_up=is_unavailable
        )

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """The page, from here or from the application."""
        match = _PATH.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        if match is None or not self._is_plain(environ):
            return self._long_way(environ, start_response)
        began = time.perf_counter()
        page = self._attempted(environ, match[1])
        if page is None:
            return self._long_way(environ, start_response)
        request_id.set(new_request_id())
        headers = [*self._headers, ("X-Request-Id", request_id.get())]
        if "br" in environ.get("HTTP_ACCEPT_ENCODING", ""):
            page = brotli.compress(page, quality=self._brotli_level)
            headers.append(("Content-Encoding", "br"))
        start_response("200 OK", [*headers, ("Content-Length", str(len(page)))])
        spent = round((time.perf_counter() - began) * 1000)
        facts = {"method": "GET", "path": environ["PATH_INFO"], "status": 200, "duration_ms": spent}
        log.info("request", extra=facts)
        return [page]

    def _is_plain(self, environ: Environ) -> bool:
        """A browser's request to a host name of ours, for a page that is compressed by brotli or not at all."""
        return (
            "HTTP_AUTHORIZATION" not in environ
            and not environ.get("QUERY_STRING")
            and _ENCODINGS.fullmatch(environ.get("HTTP_ACCEPT_ENCODING", "")) is not None
            and (not self._hosts or host_is_trusted(environ.get("HTTP_HOST"), self._hosts))
        )

    def _attempted(self, environ: Environ, attempt: str) -> bytes | None:
        """The page; None for what goes the long way."""
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
        cookie = cookies.get(self._cookie_name)
        browser = self._browser_of(cookie, int(time.monotonic() / REMEMBERED_SECONDS)) if cookie else None
        if browser is None:
            return None
        environ[ARRIVED] = now = clock.now()
        try:
            own = self._own_paper((attempt, browser.token_hash))
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("the database did not answer", exc_info=error)
            environ[FAILED] = error
            return None
        if own is None or not own.is_open(now):
            return None
        language = locale_of(cookies.get(self._language_cookie), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        look = Look(environ.get("SCRIPT_NAME", ""), language)
        reader = Reader(look, theme_of(cookies.get(self._theme_cookie)), browser.csrf_token)
        try:
            return kept_paper_page(open_paper(own, flags=flags_of(attempt, browser.cookie), now=now), reader)
        except NotKept:
            return None

    def _check(self, cookie: str, _period: int) -> _Browser | None:
        """The browser of a cookie that we have signed; None where something waits in it for the long way."""
        held = self._sessions.contents(cookie)
        if held is None or not held.keys() <= _PLAIN:
            return None
        token, secret = held.get(TOKEN), held.get(_CSRF)
        if not isinstance(token, str) or not isinstance(secret, str):
            return None
        return _Browser(digest(token), str(self._tokens.dumps(secret)), held)

    def _find(self, asks: Sequence[tuple[str, str]]) -> list[OwnPaper | None]:
        with patience(HOT_SECONDS), self._app.app_context(), each_alone(reads_only=True):
            return find_own_papers(asks)
