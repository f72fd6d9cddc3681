"""The OpenAPI 3.1 document, built from the address map and what `@operation` says of each view."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from quizapp.web.api import problems
from quizapp.web.api.operation import Operation, body_media_type, media_types
from quizapp.web.api.problems import Problem, schema_of

PREFIX = "/api/v1"
_REF = "#/components/schemas/{model}"
_PART = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_PROBLEM = "application/problem+json"
# pydantic's words for limits on values that one of our own types has read first.
_KEYWORDS = {"ge": "minimum", "le": "maximum"}

# (model, mode) -> a reference to its schema.
Schemas = Mapping[tuple[Any, JsonSchemaMode], dict[str, Any]]


class _Schemas(GenerateJsonSchema):
    """As pydantic's, but every key of an answer is always there, also one that a file may leave out."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        """Whether a key is required."""
        return self.mode == "serialization" or super().field_is_required(field, total)


def operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    """(rule, method, operation) of every call of the API, in the order of the address map."""
    for rule in app.url_map.iter_rules():
        told = getattr(app.view_functions[rule.endpoint], "operation", None)
        if told is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, told


def path_of(rule: Rule) -> str:
    """The rule's address as the document writes it: "/contests/{slug}"."""
    return _PART.sub(r"{\1}", rule.rule.removeprefix(PREFIX))


def build_document(app: Flask) -> dict[str, Any]:
    """The whole document, its prose in the language of the present request."""
    found = sorted(operations(app), key=lambda call: (path_of(call[0]), call[1]))
    schemas, components = _schemas([told for _, _, told in found])
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, told in found:
        tag = app.view_functions[rule.endpoint].__module__.rpartition(".")[2]
        paths.setdefault(path_of(rule), {})[method.lower()] = _operation(rule, method, tag, told, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("Giao diện lập trình của hội thi trực tuyến"),
            "version": "1",
            "description": _about(),
        },
        "servers": [{"url": PREFIX}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def codes_of(method: str, told: Operation) -> dict[int, list[str]]:
    """Every code with which a call may be refused, by status."""
    codes = {*told.errors, *problems.EVERY_CALL, *problems.EVERY_CALLER[told.auth]}
    codes.update(problems.EVERY_WRITE if method in _WRITES else ())
    codes.update(problems.EVERY_BODY if told.takes_yaml or told.body is not None else ())
    codes.update(problems.EVERY_JSON if told.body is not None else ())
    by_status: dict[int, list[str]] = {}
    for code in sorted(codes):
        by_status.setdefault(problems.STATUS[code], []).append(code)
    return dict(sorted(by_status.items()))


def _about() -> str:
    return gettext(
        "JSON, UTF-8. Thời điểm theo RFC 3339, giờ UTC, đến mili giây. Lỗi là application/problem+json (RFC 9457) với "
        "code không đổi. Trình duyệt gửi X-CSRF-Token (lấy từ GET /session) trong mọi lần ghi; chương trình của cán bộ "
        "gửi Authorization: Bearer thay cho cookie. Những gì người gọi không được xem thì với họ là không có: 404."
    )


def _schemas(told: list[Operation]) -> tuple[Schemas, dict[str, Any]]:
    """References to all models, and the components that they point to."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for each in told:
        if each.body is not None:
            wanted[each.body, "validation"] = None
        for content in each.responses.values():
            if content is not None and not isinstance(content, tuple):
                wanted[content, "serialization"] = None
    references, definitions = models_json_schema(list(wanted), ref_template=_REF, schema_generator=_Schemas)
    return references, {name: _plain(schema) for name, schema in definitions["$defs"].items()}


def _plain(schema: Any) -> Any:
    """Without the titles and docstrings that pydantic adds: they speak to readers of the source."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == ["string", "number", "boolean"]:  # a text that a YAML file may write without quotes
        return {**schema, "type": "string"}
    return {
        # Below `properties`, a key is a name and not a keyword.
        _KEYWORDS.get(key, key): {name: _plain(each) for name, each in value.items()}
        if key == "properties"
        else _plain(value)
        for key, value in schema.items()
        if key not in ("title", "description")
    }


def _operation(rule: Rule, method: str, tag: str, told: Operation, schemas: Schemas) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": rule.endpoint.rpartition(".")[2],
        "tags": [tag],
        "summary": str(told.summary),
        "parameters": [*_path_parameters(rule, told), *_query_parameters(told)],
        "responses": _responses(method, told, schemas),
        "security": _security(method, told.auth),
        "x-caller": told.auth,
    }
    if told.description is not None:
        described["description"] = str(told.description)
    if told.takes_yaml or told.body is not None:
        schema = {"type": "string"} if told.body is None else schemas[told.body, "validation"]
        described["requestBody"] = {
            "required": told.takes_yaml or told.body_required,
            "content": {body_media_type(told): {"schema": schema}},
        }
    return described


def _path_parameters(rule: Rule, told: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", **told.path.get(name, {})}}
        for name in _PART.findall(rule.rule)
    ]


def _query_parameters(told: Operation) -> list[dict[str, Any]]:
    if told.query is None:
        return []
    schema = told.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(_without_null(each))}
        for name, each in schema["properties"].items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address cannot say null: what may be absent is simply not there."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    return {**rest, **kinds[0], **default} if len(kinds) == 1 else {**schema}


def _responses(method: str, told: Operation, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, content in told.responses.items():
        schema = schemas[content, "serialization"] if isinstance(content, type) else {}
        shown = {media_type: {"schema": schema} for media_type in media_types(content)}
        responses[str(status)] = {"description": _MEANING[status], **({"content": shown} if shown else {})}
    for status, codes in codes_of(method, told).items():
        responses[str(status)] = {
            "description": ", ".join(codes),
            "content": {_PROBLEM: {"schema": {"oneOf": [schema_of(code) for code in codes]}}},
            "x-codes": codes,
        }
    return responses


_MEANING = {200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified"}


def _security(method: str, auth: str) -> list[dict[str, list[str]]]:
    browser: dict[str, list[str]] = {"session": [], "csrf": []} if method in _WRITES else {"session": []}
    if auth == "participant":
        return [browser]
    if auth == "anyone":
        return [browser] if method in _WRITES else [{}, browser, {"token": []}]
    return [browser, {"token": []}]
