"""What caches may keep: by default nothing; what is the same for everybody, for a short while."""

from flask import Response, current_app, request

from quizapp.web.identity import bearer_token


def share(response: Response, seconds: int) -> None:
    """Let caches keep the answer, unless the caller has a session or a token: such an answer may be his alone."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies and bearer_token() is None:
        response.cache_control.public = True
        response.cache_control.max_age = seconds
        response.vary.update(("Cookie", "Authorization"))
