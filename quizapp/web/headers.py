"""Headers on every answer: nothing foreign is loaded or framed, and nothing personal is kept by caches."""

import hashlib
import json

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from quizapp import clock

# Scripts come from files of this site only, and no text ever becomes a script or a page's part by itself: the one
# address that is given to the browser as a script is the worker's (static/js/lib/offline.js).
POLICY = (
    "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'; trusted-types paper-worker"
)
# For what is no page: opened by itself it loads and does nothing.
POLICY_OF_PARTS = "default-src 'none'; frame-ancestors 'none'"
# Which program answers is nobody's business.
SERVER = "quiz"
IMMUTABLE = "public, max-age=31536000, immutable"
# Parts of pages need little of what governs a page; on a slow line it would weigh as much as a small file.
_PARTS = ("text/css", "text/javascript", "font/woff2")
_FOR_PARTS = ("X-Content-Type-Options", "Strict-Transport-Security", "Cross-Origin-Resource-Policy")
# The pages that search engines may keep, and one that they cannot see; all others name people, or will.
_FOR_SEARCH = frozenset(
    {"play.home", "play.contest", "play.paper", "play.privacy", "play.privacy_version", "play.verify"}
)
_NO_DEVICES = ("camera", "display-capture", "geolocation", "hid", "microphone", "midi", "payment", "serial", "usb")


def security_headers(https: bool) -> list[tuple[str, str]]:
    """What every answer carries."""
    headers = [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", ", ".join(f"{device}=()" for device in _NO_DEVICES)),
    ]
    return [*headers, ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")] if https else headers


def bare_answer(status: int, reason: str, *, https: bool) -> bytes:
    """A whole answer for a request that never became one (gunicorn.conf.py): no word on what was sent or what runs."""
    code = "bad_request" if status < 500 else "internal_error"
    body = json.dumps({"type": "about:blank", "title": reason, "status": status, "code": code}).encode()
    headers = [
        ("Server", SERVER),
        *security_headers(https),
        ("Cache-Control", "no-store"),
        ("Connection", "close"),
        ("Content-Type", "application/problem+json; charset=utf-8"),
        ("Content-Length", str(len(body))),
    ]
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def set_headers(response: Response) -> Response:
    """Add the security headers, and forbid caching, unless the view has said something of its own."""
    headers = response.headers
    is_part = request.endpoint == "static" and response.mimetype in _PARTS
    if is_part:
        headers["Content-Security-Policy"] = POLICY_OF_PARTS
    for name, value in security_headers(current_app.config["SESSION_COOKIE_SECURE"]):
        if not is_part or name in _FOR_PARTS:
            headers.setdefault(name, value)
    if response.mimetype == "text/html" and request.endpoint not in _FOR_SEARCH:
        headers["X-Robots-Tag"] = "noindex"
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        headers["Cache-Control"] = IMMUTABLE
        # A small file, read whole: only then is it compressed like every other text, and closed at once.
        response.direct_passthrough = False
        response.make_sequence()
    elif not response.cache_control.public and "max-age" not in headers.get("Cache-Control", ""):
        headers["Cache-Control"] = "no-store"
    return response


class SteadySigner(TimestampSigner):
    """Stamps by the clock that nobody can set: setting the machine's logs nobody out."""

    def get_timestamp(self) -> int:
        """Whole seconds since 1970."""
        return int(clock.seconds())


class PrivateSessions(SecureCookieSessionInterface):
    """Flask's sessions, which renew their cookie on every answer: not on those that caches may give to others.

    Signed with HMAC-SHA-256 instead of Flask's SHA-1.
    """

    digest_method = staticmethod(hashlib.sha256)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """As Flask's, with cookies that age by the product's clock."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = SteadySigner
        return serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask's; nothing on public answers."""
        if not response.cache_control.public:
            super().save_session(app, session, response)
