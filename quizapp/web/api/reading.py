"""Requests to checked models; whatever does not fit is told with its place and a stable code."""

import json
import sys
from collections.abc import Mapping
from typing import Any, TypeVar

from flask import request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from quizapp.errors import Invalid, QuizError
from quizapp.messages import text_of
from quizapp.strict_yaml.checker import BUILT_IN, PYDANTIC_CODES
from quizapp.strict_yaml.problems import path_text
from quizapp.web.api.schemas import QueryParams, RequestBody

Body = TypeVar("Body", bound=RequestBody)
Query = TypeVar("Query", bound=QueryParams)

JSON = "application/json"
YAML = "application/yaml"
_MOST_ERRORS = 20
_LONGEST_SHOWN = 120


def read_body(model: type[Body], *, required: bool) -> Body:
    """The JSON body as a checked model; nothing at all is an empty object where a body is not `required`.

    Raises UnsupportedMediaType, QuizError("json_invalid"), Invalid("invalid", errors=[{path, code, message, ...}]).
    """
    raw = _raw_body()
    if not raw and not required:
        return _checked(model, {})
    if request.mimetype != JSON:
        raise UnsupportedMediaType
    return _checked(model, parse_json(raw))


def read_yaml() -> bytes:
    """The bytes of a YAML body. Raises UnsupportedMediaType."""
    if request.mimetype != YAML:
        raise UnsupportedMediaType
    return _raw_body()


def _raw_body() -> bytes:
    """The whole body. Raises RequestEntityTooLarge, also for one that was sent in pieces without saying its length."""
    raw = request.get_data()
    # Such a body is cut at the limit without a word, and half of a file may well be a file.
    if request.content_length is None and len(raw) >= (request.max_content_length or sys.maxsize):
        raise RequestEntityTooLarge
    return raw


def read_query(model: type[Query]) -> Query:
    """The address's parameters as a checked model. Raises Invalid("invalid", errors=[...])."""
    twice = [name for name, values in request.args.lists() if len(values) > 1]
    if twice:
        raise Invalid("invalid", errors=[_told(name, "parameter_twice", {}) for name in twice])
    return _checked(model, {name: value for name, value in request.args.items() if value})


def parse_json(raw: bytes) -> object:
    """The value that JSON tells. Raises QuizError("json_invalid"), also for an object with a key twice."""
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise QuizError("json_invalid") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice: whoever reads the object cannot know which one counts")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _checked(model: type[Any], data: object) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)[:_MOST_ERRORS]
        raise Invalid("invalid", errors=[_error(details) for details in found]) from None


def _error(details: ErrorDetails) -> dict[str, Any]:
    """One of pydantic's findings in our words."""
    kind, typed = details["type"], details["input"]
    context: Mapping[str, Any] = details.get("ctx", {})
    path = path_text(details["loc"])
    if kind in ("missing", "extra_forbidden"):
        code = "missing_key" if kind == "missing" else "unknown_key"
        return _told(path, code, {"key": _short(details["loc"][-1])})
    if kind == "int_type":
        return _told(path, "not_a_number", {"value": _short(typed)})
    if kind == "literal_error":
        return _told(path, "not_one_of", {"value": _short(typed), "allowed": context["expected"]})
    if kind in PYDANTIC_CODES:
        code, names = PYDANTIC_CODES[kind]
        return _told(path, code, {ours: context[theirs] for ours, theirs in names.items()})
    if kind not in BUILT_IN:  # a refusal of one of our own types
        return _told(path, kind, {name: _short(value) for name, value in context.items()})
    return _told(path, "invalid_value", {"detail": details["msg"]})


def _told(path: str, code: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"path": path, "code": code, "message": text_of(code, **params), **params}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
