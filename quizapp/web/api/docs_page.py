"""The OpenAPI document arranged for a page: calls by resource, models as tables of fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from quizapp.messages import text_of
from quizapp.web.api.problems import SHARED, STATUS

_REF = "#/components/schemas/"

TITLES: dict[str, LazyString] = {
    "session": _l("Phiên làm việc"),
    "contests": _l("Cuộc thi"),
    "areas": _l("Đơn vị"),
    "entries": _l("Ghi danh"),
    "attempts": _l("Lượt thi"),
    "receipts": _l("Biên nhận"),
    "boards": _l("Bảng xếp hạng"),
    "results": _l("Kết quả"),
    "exports": _l("Tải số liệu"),
    "records": _l("Dữ liệu để kiểm chứng"),
    "banks": _l("Bộ câu hỏi"),
    "contest_files": _l("Tệp cuộc thi"),
    "steps": _l("Các bước của cuộc thi"),
    "openapi": _l("Tài liệu"),
}
CALLERS: dict[str, LazyString] = {
    "anyone": _l("Mọi người"),
    "participant": _l("Người dự thi (trình duyệt đã ghi danh)"),
    "staff": _l("Cán bộ"),
    "organizer": _l("Ban Tổ chức"),
}


@dataclass(frozen=True)
class Piece:
    """A part of a type in words; `model` is what it links to."""

    text: str
    model: str | None = None


@dataclass(frozen=True)
class Field:
    """A parameter or a key of an object."""

    name: str
    type: tuple[Piece, ...]
    required: bool
    where: str = ""


@dataclass(frozen=True)
class Call:
    """One call: what goes in, what comes out, and by status the codes of refusals that are its own."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    caller: LazyString
    parameters: tuple[Field, ...]
    body: tuple[tuple[str, tuple[Piece, ...]], ...]
    answers: tuple[tuple[str, str, tuple[Piece, ...]], ...]
    refusals: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Section:
    """The calls of one resource."""

    id: str
    title: LazyString
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class Model:
    """A named object or list."""

    name: str
    type: tuple[Piece, ...]
    fields: tuple[Field, ...]


def sections_of(document: dict[str, Any]) -> list[Section]:
    """All calls of the document by resource, in the order of TITLES."""
    by_tag: dict[str, list[Call]] = {tag: [] for tag in TITLES}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            by_tag[told["tags"][0]].append(_call(document, method, path, told))
    return [Section(tag, TITLES[tag], tuple(calls)) for tag, calls in by_tag.items()]


def models_of(document: dict[str, Any]) -> list[Model]:
    """All named schemas by name."""
    return [_model(name, schema) for name, schema in sorted(document["components"]["schemas"].items())]


def shared_refusals() -> list[tuple[int, str, str]]:
    """(status, code, sentence) of the refusals that many calls share."""
    return [(STATUS[code], code, text_of(code)) for code in sorted(SHARED, key=lambda code: (STATUS[code], code))]


def _call(document: dict[str, Any], method: str, path: str, told: dict[str, Any]) -> Call:
    content = told.get("requestBody", {}).get("content", {})
    answers, refusals = [], []
    for status, response in told["responses"].items():
        if "x-codes" in response:
            own = tuple(code for code in response["x-codes"] if code not in SHARED)
            refusals += [(status, own)] if own else []
            continue
        kinds = response.get("content", {"": {"schema": {}}})
        answers += [(status, media, _type(each["schema"])) for media, each in kinds.items()]
    return Call(
        id=told["operationId"],
        method=method.upper(),
        path=document["servers"][0]["url"] + path,
        summary=told["summary"],
        description=told.get("description", ""),
        caller=CALLERS[told["x-caller"]],
        parameters=tuple(
            Field(each["name"], _type(each["schema"]), each["required"], each["in"]) for each in told["parameters"]
        ),
        body=tuple((media, _type(each["schema"])) for media, each in content.items()),
        answers=tuple(answers),
        refusals=tuple(refusals),
    )


def _model(name: str, schema: dict[str, Any]) -> Model:
    required = schema.get("required", [])
    fields = [Field(key, _type(each), key in required) for key, each in schema.get("properties", {}).items()]
    return Model(name, () if fields else _type(schema), tuple(fields))


def _type(schema: dict[str, Any]) -> tuple[Piece, ...]:
    return tuple(_pieces(schema))


def _pieces(schema: dict[str, Any]) -> Iterator[Piece]:
    """A schema in few signs: "string | null", "[AnswerOut]"."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        yield Piece(name, name)
    elif "anyOf" in schema:
        yield from _joined([_type(each) for each in schema["anyOf"]], " | ")
    elif "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        yield Piece(" | ".join(f'"{value}"' for value in values))
    elif schema.get("type") == "array":
        yield Piece("[")
        yield from _pieces(schema.get("items", {}))
        yield Piece("]")
    elif schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        yield Piece("{… : ")
        yield from _pieces(schema["additionalProperties"])
        yield Piece("}")
    else:
        kind = schema.get("format") or schema.get("type", "")
        yield Piece(" | ".join(kind) if isinstance(kind, list) else kind)


def _joined(parts: list[tuple[Piece, ...]], between: str) -> Iterator[Piece]:
    for index, part in enumerate(parts):
        if index:
            yield Piece(between)
        yield from part
