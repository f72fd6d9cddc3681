"""The fast lane of live boards, for who looks for their own place: what everybody sees, and one line of their own.

What is the same for all is read once a second in each process; the own lines of those who ask at the same moment are
found together. Whatever is not plainly in order goes the long way: boards that are frozen, final or catching up,
neighbours, refusals, and whoever shows a token instead of a session.
"""

import logging
import re
import time
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from flask import Flask, g
from pydantic import ValidationError
from werkzeug.http import parse_etags, quote_etag
from werkzeug.sansio.utils import host_is_trusted

from quizapp import clock
from quizapp.areas.rules import Tree
from quizapp.db_link import HOT_SECONDS, LONG_SECONDS, be_patient, is_unavailable, patience
from quizapp.errors import QuizError
from quizapp.group_commit import GroupCommit
from quizapp.logs import new_request_id, request_id
from quizapp.results.board_places import LiveBoard, NotPlain, PlaceAsk, find_places, live_board
from quizapp.statements import each_alone
from quizapp.web.api.board_answer import own_json, own_line, public_tag, tag_of
from quizapp.web.api.boards import BoardQuery, ask_for, read_leaderboard
from quizapp.web.brief_cache import BriefCache
from quizapp.web.headers import security_headers
from quizapp.web.lane import FAILED
from quizapp.web.settling import settle
from quizapp.web.signed_sessions import SignedSessions

log = logging.getLogger("quizapp.web")

Environ = dict[str, Any]

_PATH = re.compile(r"/api/v1/contests/([a-z0-9-]{1,100})/rounds/([a-z0-9-]{1,100})/leaderboard")
_OWN = '"me":null'
# Whoever leads waits for others a little: nobody notices, and the more look together, the less each of them costs.
_GATHER_SECONDS = 0.002
_GZIP = 31
# What is shorter would not become shorter.
_LEAST_COMPRESSED = 500


@dataclass(frozen=True)
class _Seen:
    """What everybody sees of a live board: the answer before and behind the asker's own line, and its tag."""

    board: LiveBoard
    tree: Tree
    head: bytes
    tail: bytes
    tag: str

    def whole(self, own: str) -> bytes:
        """The answer with the asker's line as JSON."""
        return b"".join((self.head, own.encode(), self.tail))

    def compressed(self, own: str) -> bytes:
        """The same by gzip; the long part before the own line is compressed once for all."""
        begun, state = self._begun
        going_on = state.copy()
        return b"".join((begun, going_on.compress(own.encode() + self.tail), going_on.flush()))

    @cached_property
    def _begun(self) -> tuple[bytes, Any]:
        state = zlib.compressobj(wbits=_GZIP)
        return state.compress(self.head) + state.flush(zlib.Z_SYNC_FLUSH), state


class BoardLane:
    """Stands before the application's own WSGI function."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._long_way = app.wsgi_app
        self._hosts: list[str] | None = app.config["TRUSTED_HOSTS"]
        self._sessions = SignedSessions(app)
        self._headers = [*security_headers(app.config["SESSION_COOKIE_SECURE"]), ("Cache-Control", "no-store")]
        self._seen: BriefCache[_Seen | None] = BriefCache()
        # For how long everybody gets what one of them has read.
        self.seconds = 1.0
        self._own_line: GroupCommit[tuple[_Seen, str], str] = GroupCommit(
            self._own_lines, gives_up=is_unavailable, gather_seconds=_GATHER_SECONDS
        )

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """The answer, from here or from the application."""
        match = _PATH.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        browser = self._sessions.browser(environ) if match and self._is_plain(environ) else None
        if match is None or browser is None:
            return self._long_way(environ, start_response)
        began = time.perf_counter()
        told = self._attempted(environ, match[1], match[2], browser)
        if told is None:
            return self._long_way(environ, start_response)
        request_id.set(new_request_id())
        status, headers, body = _answer(environ, *told)
        start_response(
            f"{status.value} {status.phrase}", [*self._headers, *headers, ("X-Request-Id", request_id.get())]
        )
        spent = round((time.perf_counter() - began) * 1000)
        facts = {"method": "GET", "path": environ["PATH_INFO"], "status": status.value, "duration_ms": spent}
        log.info("request", extra=facts)
        return [body]

    def _is_plain(self, environ: Environ) -> bool:
        return "HTTP_AUTHORIZATION" not in environ and (
            not self._hosts or host_is_trusted(environ.get("HTTP_HOST"), self._hosts)
        )

    def _attempted(self, environ: Environ, slug: str, key: str, browser: str) -> tuple[_Seen, str] | None:
        """What everybody sees, and the asker's line as JSON; None for what goes the long way."""
        asked = environ.get("QUERY_STRING", "")
        try:
            seen = self._seen.get((slug, key, asked), self.seconds, lambda: self._look(slug, key, asked))
            if seen is None:
                return None
            return seen, self._own_line((seen, browser)) if browser else own_json(None)
        except (NotPlain, QuizError, ValidationError):
            return None
        except Exception as error:
            if not is_unavailable(error):
                raise
            log.warning("the database did not answer", exc_info=error)
            environ[FAILED] = error
        return None

    def _look(self, slug: str, key: str, asked: str) -> _Seen | None:
        """What everybody sees of a board; None where it is not plainly a live one."""
        given = [(name, value) for name, value in parse_qsl(asked) if value]
        query = BoardQuery.model_validate(dict(given))
        if len(dict(given)) < len(given) or query.around:
            return None
        be_patient(LONG_SECONDS)
        with self._app.app_context():
            g.now = clock.now()
            wanted = ask_for(slug, key, query)
            settle(wanted.contest)
            found = read_leaderboard(wanted, None, now=g.now)
            board = live_board(wanted.contest, wanted.round_, wanted.area, query.group)
        if found.state != "live" or found.catching_up or board is None:
            return None
        # Inside a text of JSON no quotation mark stands without a backslash, so this is the key.
        head, _, tail = found.model_dump_json().partition(_OWN)
        return _Seen(board, wanted.tree, f"{head}{_OWN[:-4]}".encode(), tail.encode(), public_tag(found))

    def _own_lines(self, asks: Sequence[tuple[_Seen, str]]) -> list[str | NotPlain]:
        """Each one's line as JSON."""
        with patience(HOT_SECONDS), self._app.app_context(), each_alone(reads_only=True):
            rows = find_places([PlaceAsk(browser, seen.board) for seen, browser in asks])
            return [
                row if isinstance(row, NotPlain) else own_json(own_line(seen.tree, row) if row else None)
                for row, (seen, _) in zip(rows, asks, strict=True)
            ]


def _answer(environ: Environ, seen: _Seen, own: str) -> tuple[HTTPStatus, list[tuple[str, str]], bytes]:
    tag = tag_of(seen.tag, own)
    headers = [("ETag", quote_etag(tag, weak=True))]
    had = environ.get("HTTP_IF_NONE_MATCH")
    if had and parse_etags(had).contains_weak(tag):
        return HTTPStatus.NOT_MODIFIED, headers, b""
    accepted = environ.get("HTTP_ACCEPT_ENCODING", "")
    # Whoever weighs one encoding against another gets none.
    if "gzip" in accepted and ";" not in accepted and len(seen.head) >= _LEAST_COMPRESSED:
        body = seen.compressed(own)
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = seen.whole(own)
    return HTTPStatus.OK, [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body
