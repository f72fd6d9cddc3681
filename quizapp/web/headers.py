"""Headers on every answer: nothing foreign is loaded or framed, and nothing personal is kept by caches."""

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from quizapp import clock

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "img-src 'self' data:"
)
IMMUTABLE = "public, max-age=31536000, immutable"
# Parts of pages need none of what governs a page; on a slow line it would weigh as much as a small file.
_PARTS = ("text/css", "text/javascript", "font/woff2")
_FOR_PARTS = ("X-Content-Type-Options", "Strict-Transport-Security")


def security_headers(https: bool) -> list[tuple[str, str]]:
    """What every answer carries."""
    headers = [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ]
    return [*headers, ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")] if https else headers


def set_headers(response: Response) -> Response:
    """Add the security headers, and forbid caching unless the view has said otherwise."""
    headers = response.headers
    is_part = request.endpoint == "static" and response.mimetype in _PARTS
    for name, value in security_headers(current_app.config["SESSION_COOKIE_SECURE"]):
        if not is_part or name in _FOR_PARTS:
            headers[name] = value
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
    """Flask's sessions, which renew their cookie on every answer: not on those that caches may give to others."""

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
