"""What can go wrong, as codes: the words are in `messages`, the HTTP answer in `web/errors.py`."""

from typing import Any


class QuizError(Exception):
    """A refusal with a stable `code`; `details` are facts for the sentence and for the API's body."""

    status = 400
    code = "bad_request"

    def __init__(self, code: str | None = None, **details: Any) -> None:
        self.code = code or type(self).code
        self.details = details
        super().__init__(self.code)


class Invalid(QuizError):
    """The request cannot be understood or breaks a rule of form."""

    status = 422
    code = "invalid"


class Unauthenticated(QuizError):
    """Nobody is signed in, and the thing asked for needs somebody."""

    status = 401
    code = "sign_in_required"


class Forbidden(QuizError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"


class NotFound(QuizError):
    """The thing does not exist for this caller, whether or not it exists for others."""

    status = 404
    code = "not_found"


class Conflict(QuizError):
    """The state of things does not allow the act."""

    status = 409
    code = "conflict"


class TooMany(QuizError):
    """Too many tries; `retry_after` seconds in the details."""

    status = 429
    code = "too_many_requests"


class Unavailable(QuizError):
    """It could not be stored just now; the same request may be sent again. `retry_after` seconds in the details."""

    status = 503
    code = "unavailable"
