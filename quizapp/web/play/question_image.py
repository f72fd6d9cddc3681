"""A question's picture as a file; its address is learned with the question."""

from flask import Response

from quizapp.banks import queries as banks
from quizapp.errors import NotFound
from quizapp.web.access import allow
from quizapp.web.downloads import disposition
from quizapp.web.headers import IMMUTABLE
from quizapp.web.pictures import is_sealed
from quizapp.web.play.blueprint import bp

# Opened by itself, whatever it holds has no page's rights.
_POLICY = "default-src 'none'; sandbox"


@bp.get("/hinh/<digest>-<seal>.<any(webp, png, jpeg):kind>")
@allow("anyone")
def question_image(digest: str, seal: str, kind: str) -> Response:
    """The bytes of the picture."""
    if not is_sealed(digest, seal):
        raise NotFound
    answer = Response(banks.image_data(digest, kind), mimetype=f"image/{kind}")
    answer.headers["Content-Disposition"] = disposition(f"{digest}.{kind}")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer
