"""A question's picture, named by its content: nobody can guess the address before a paper shows it."""

from flask import Response

from quizapp.banks import queries as banks
from quizapp.web.access import allow
from quizapp.web.headers import IMMUTABLE
from quizapp.web.play.blueprint import bp


@bp.get("/hinh/<digest>.<any(webp, png, jpeg):kind>")
@allow("anyone")
def question_image(digest: str, kind: str) -> Response:
    """The bytes of the picture, which never change."""
    answer = Response(banks.image_data(digest, kind), mimetype=f"image/{kind}")
    answer.headers["Cache-Control"] = IMMUTABLE
    return answer
