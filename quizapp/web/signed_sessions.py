"""Whose browser a session cookie is, by its signature alone; whether the session lives is for the database to say."""

import hashlib
import time
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, Signer, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from quizapp.ids import digest
from quizapp.web.identity import TOKEN

# Signatures that were found good are remembered for at most so long.
REMEMBERED_SECONDS = 600
_FORM_TOKENS = "wtf-csrf-token"  # Flask-WTF's own salt


def sign_with_sha256() -> None:
    """From now on: Flask-WTF has no setting for the hash of its signatures, which is SHA-1 unless all are changed."""
    Signer.default_digest_method = staticmethod(hashlib.sha256)


def form_tokens(app: Flask) -> URLSafeTimedSerializer:
    """What signs and reads the tokens against forged requests, as Flask-WTF does."""
    return URLSafeTimedSerializer(app.secret_key or "", salt=_FORM_TOKENS)


class SignedSessions:
    """Reads the session cookies of one application."""

    def __init__(self, app: Flask) -> None:
        self._cookie_name: str = app.config["SESSION_COOKIE_NAME"]
        serializer = cast(SecureCookieSessionInterface, app.session_interface).get_signing_serializer(app)
        if serializer is None:
            raise ValueError("the application has no secret key")
        self._serializer = serializer
        self._lifetime = int(app.permanent_session_lifetime.total_seconds())
        # One for each application, since it knows its key.
        self._browser_of = lru_cache(maxsize=10_000)(self._check)

    def browser(self, environ: dict[str, Any]) -> str | None:
        """The hash of the browser's token, "" while it has none; None without a cookie that we have signed."""
        sent = environ.get("HTTP_COOKIE")
        return self._browser_of(sent, int(time.monotonic() / REMEMBERED_SECONDS)) if sent else None

    def contents(self, cookie: str) -> dict[str, Any] | None:
        """What a session cookie holds that we have signed; None for any other."""
        try:
            return cast(dict[str, Any], self._serializer.loads(cookie, max_age=self._lifetime))
        except BadData:
            return None

    def _check(self, sent: str, _period: int) -> str | None:
        cookie = parse_cookie(sent).get(self._cookie_name)
        held = self.contents(cookie) if cookie else None
        if held is None:
            return None
        token = held.get(TOKEN)
        return digest(token) if isinstance(token, str) else ""
