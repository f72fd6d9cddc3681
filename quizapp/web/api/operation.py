"""`@operation`: who may call a view, what goes in and what comes out; the document of the API is built from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response
from flask_babel import LazyString
from pydantic import BaseModel

from quizapp.clock import rfc3339
from quizapp.errors import NotFound, QuizError
from quizapp.messages import text_of
from quizapp.web.access import allow
from quizapp.web.api.reading import JSON, YAML, read_body, read_query, read_yaml
from quizapp.web.api.schemas import QueryParams, RequestBody

_LONGEST_IN_PATH = 200

# A model is JSON, None is no content, a tuple names the media types of a file.
Content = type[BaseModel] | None | tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """A call as the document tells it. `errors` are the codes of its own; those of every call are added there."""

    summary: LazyString
    description: LazyString | None
    auth: str
    query: type[QueryParams] | None
    body: type[RequestBody] | None
    body_required: bool
    takes_yaml: bool
    responses: Mapping[int, Content]
    errors: tuple[str, ...]
    path: Mapping[str, Mapping[str, Any]]


def operation(
    *,
    summary: LazyString,
    responses: Mapping[int, Content],
    auth: str,
    description: LazyString | None = None,
    query: type[QueryParams] = QueryParams,
    body: type[RequestBody] | None = None,
    body_required: bool = True,
    takes_yaml: bool = False,
    errors: tuple[str, ...] = (),
    path: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Response]]:
    """Declare a call, and read and check what it is given.

    The view gets the parts of the path; `query` when the call has parameters; `body` as a checked model, or the bytes
    of a file with `takes_yaml`. It gives back a model, a model and a status, or a whole response. `path` has the JSON
    schema of a part of the path that is more than any text.
    """
    told = Operation(
        summary, description, auth, query if query.model_fields else None, body, body_required, takes_yaml,
        responses, errors, path or {},
    )  # fmt: skip

    def decorate(view: Callable[..., Any]) -> Callable[..., Response]:
        @wraps(view)
        def called(**path_values: str) -> Response:
            _check_path(path_values)
            given: dict[str, Any] = dict(path_values)
            parameters = read_query(query)
            if told.query is not None:
                given["query"] = parameters
            if takes_yaml:
                given["body"] = read_yaml()
            elif body is not None:
                given["body"] = read_body(body, required=body_required)
            try:
                return answer(view(**given))
            except QuizError as error:
                _tell(error)
                raise

        guarded: Callable[..., Response] = allow(auth)(called)
        guarded.operation = told  # type: ignore[attr-defined]
        return guarded

    return decorate


def answer(result: BaseModel | tuple[BaseModel, int] | Response) -> Response:
    """What a view gave back as a response."""
    if isinstance(result, Response):
        return result
    model, status = result if isinstance(result, tuple) else (result, 200)
    return json_text(model.model_dump_json(), status)


def json_text(text: str, status: int = 200) -> Response:
    """JSON that is written already, byte for byte."""
    return Response(text, status=status, content_type=JSON)


def no_content() -> Response:
    """204."""
    return Response(status=204)


def media_types(content: Content) -> tuple[str, ...]:
    """The media types of an answer."""
    return content if isinstance(content, tuple) else (JSON,) if content is not None else ()


def body_media_type(told: Operation) -> str:
    """The media type of what a call takes."""
    return YAML if told.takes_yaml else JSON


def _check_path(values: Mapping[str, str]) -> None:
    """What nothing can be called is not looked for; PostgreSQL would not even take it as text."""
    for value in values.values():
        if len(value) > _LONGEST_IN_PATH or not value.isprintable():
            raise NotFound


def _tell(error: QuizError) -> None:
    """Write moments as the API does, and add its sentence to each problem of a refused file or step."""
    for name, value in error.details.items():
        if isinstance(value, datetime):
            error.details[name] = rfc3339(value)
    for problem in error.details.get("problems", ()):
        problem["message"] = text_of(problem["code"], **{**problem, **problem.get("params", {})})
