"""Headers on every answer: nothing foreign is loaded or framed, and nothing personal is kept by caches."""

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "img-src 'self' data:"
)
IMMUTABLE = "public, max-age=31536000, immutable"


def set_headers(response: Response) -> Response:
    """Add the security headers, and forbid caching unless the view has said otherwise."""
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        headers["Cache-Control"] = IMMUTABLE
        # A small file, read whole: only then is it compressed like every other text, and closed at once.
        response.direct_passthrough = False
        response.make_sequence()
    elif not response.cache_control.public and "max-age" not in headers.get("Cache-Control", ""):
        headers["Cache-Control"] = "no-store"
    return response


class PrivateSessions(SecureCookieSessionInterface):
    """Flask's sessions, which renew their cookie on every answer: not on those that caches may give to others."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask's; nothing on public answers."""
        if not response.cache_control.public:
            super().save_session(app, session, response)
