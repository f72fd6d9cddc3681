"""The blueprint of /api/v1, and what holds before every call: a bearer token is the whole identity of its request."""

from flask import Blueprint, request

from quizapp.errors import Unauthenticated
from quizapp.web.identity import bearer_token, current_actor

bp = Blueprint("api", __name__, url_prefix="/api/v1")


@bp.before_request
def check_token() -> None:
    """401 for a token that nobody holds (a cookie that comes along with a token is never looked at)."""
    if not request.headers.get("Authorization", "").lower().startswith("bearer"):
        return
    if bearer_token() is None or current_actor() is None:
        raise Unauthenticated("token_invalid")
