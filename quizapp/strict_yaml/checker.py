"""A tree of plain data to a pydantic model; what pydantic finds becomes problems with stable codes and places."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError, core_schema

from quizapp.strict_yaml.problems import Path, SourceMap, nearest
from quizapp.strict_yaml.reader import MAX_BYTES, load

Model = TypeVar("Model", bound=BaseModel)

# What pydantic refuses by itself; every other type of an error is a code of ours.
BUILT_IN = frozenset(get_args(core_schema.ErrorType))
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def load_model(data: bytes, *, name: str, model: type[Model], max_bytes: int = MAX_BYTES, context: Any = None) -> Model:
    """The file as a checked `model`; `name` stands in messages, `context` reaches the model's validators.

    Raises RefusedFile with every problem.
    """
    tree, source = load(data, name=name, max_bytes=max_bytes)
    checked = validate(tree, source, model, context=context)
    source.refuse_problems()
    if checked is None:
        raise AssertionError("a model was refused without a problem")
    return checked


def validate(tree: object, source: SourceMap, model: type[Model], *, context: Any = None) -> Model | None:
    """The tree as a checked `model`, or None after reporting to `source` each place where it does not fit."""
    try:
        return model.model_validate(tree, context=context)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            _report(details, source, model)
        return None


def refusal(code: str, /, **params: object) -> PydanticCustomError:
    """What a model's own validator raises: `raise strict_yaml.refusal("bad_slug", value=typed)`.

    A parameter named `hint` becomes the problem's hint.
    """
    return PydanticCustomError(code, code, params)


# pydantic's type of error -> our code and {our parameter: its name in pydantic's context}.
PYDANTIC_CODES: dict[str, tuple[str, dict[str, str]]] = {
    "string_type": ("not_text", {}),
    "string_too_short": ("too_short", {"minimum": "min_length"}),
    "string_too_long": ("too_long", {"maximum": "max_length"}),
    "too_short": ("too_few", {"minimum": "min_length", "actual": "actual_length"}),
    "too_long": ("too_many", {"maximum": "max_length", "actual": "actual_length"}),
    "greater_than_equal": ("too_small", {"minimum": "ge"}),
    "less_than_equal": ("too_large", {"maximum": "le"}),
    **dict.fromkeys(["model_type", "model_attributes_type", "dict_type", "mapping_type"], ("not_a_mapping", {})),
    **dict.fromkeys(["list_type", "tuple_type", "set_type", "frozen_set_type"], ("not_a_list", {})),
}


def _report(details: ErrorDetails, source: SourceMap, model: type[BaseModel]) -> None:
    """Report one of pydantic's findings at the key or value that it is about."""
    if source.is_full:
        source.report((), "more_problems")  # only counted: hints would cost more than anyone reads
        return
    kind, loc, typed = details["type"], details["loc"], details["input"]
    context: Mapping[str, Any] = details.get("ctx", {})
    if kind == "missing":
        source.report((*_path(loc[:-1], source), loc[-1]), "missing_key", key=loc[-1])
    elif kind == "extra_forbidden":
        path = _path(loc, source)
        hint = nearest(str(loc[-1]), _keys_at(model, loc[:-1]))
        source.report(path, "unknown_key", place=source.place(path, at_key=True), hint=hint, key=loc[-1])
    elif kind in ("union_tag_not_found", "union_tag_invalid"):
        _report_tag(details, _path(loc, source), source)
    elif kind not in BUILT_IN:
        params = {name: value for name, value in context.items() if name != "hint"}
        source.report(_path(loc, source), kind, hint=context.get("hint"), **params)
    elif typed is None:
        source.report(_path(loc, source), "empty")
    elif kind in ("literal_error", "enum"):
        _report_choice(_path(loc, source), typed, _QUOTED.findall(context["expected"]), source)
    else:
        # A length limit laid over a text type is reported in the words for lists.
        kind = f"string_{kind}" if kind in ("too_short", "too_long") and isinstance(typed, str) else kind
        code, names = PYDANTIC_CODES.get(kind, ("invalid_value", {}))
        params = {ours: context[theirs] for ours, theirs in names.items()}
        source.report(_path(loc, source), code, **(params if kind in PYDANTIC_CODES else {"detail": details["msg"]}))


def _report_choice(path: Path, typed: object, allowed: list[str], source: SourceMap) -> None:
    hint = nearest(typed, allowed) if isinstance(typed, str) else None
    source.report(path, "not_one_of", hint=hint, value=str(typed), allowed=allowed)


def _report_tag(details: ErrorDetails, path: Path, source: SourceMap) -> None:
    """Report the key that tells one kind of mapping from another (such as `mode`): missing, or of no known kind."""
    context, typed = details["ctx"], details["input"]
    key = context["discriminator"].strip("'")
    if not isinstance(typed, dict) or key not in typed:
        source.report((*path, key), "missing_key", key=key)
    elif typed[key] is None:
        source.report((*path, key), "empty")
    else:
        _report_choice((*path, key), typed[key], _QUOTED.findall(context["expected_tags"]), source)


def _path(loc: Iterable[str | int], source: SourceMap) -> Path:
    """pydantic's location without the names of types that it puts in between."""
    path: Path = ()
    for part in loc:
        if (*path, part) in source:
            path = (*path, part)
    return path


def _keys_at(annotation: object, loc: tuple[str | int, ...]) -> set[str]:
    """The keys that a mapping at `loc` of something annotated so may have."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        if not loc:
            return set(fields)
        field = fields.get(str(loc[0]))
        return _keys_at(field.annotation, loc[1:]) if field else _keys_at(annotation, loc[1:])
    arguments = get_args(annotation)
    if get_origin(annotation) in (list, tuple, dict):
        return _keys_at(arguments[-1], loc[1:]) if loc else set()
    return set().union(*(_keys_at(argument, loc) for argument in arguments))
