"""What a scalar's text may mean, as types for the models of files.

Python's own readings are too generous for a rule that people are judged by: int("٣") is 3 and int("1_0") is 10,
and pydantic takes a bare number for a moment in 1970. These types take one spelling each. Values that are already
of the right type pass, so that a form may fill the same models.
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from quizapp import text
from quizapp.strict_yaml.checker import refusal

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})")
# Milliseconds at most; a moment that is stored has three more zeros.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3}|\.\d{3}000)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_SLUG_LENGTH = 64


def _not_blank(typed: str) -> str:
    if not text.clean(typed):
        raise refusal("empty")
    if text.few_marks(typed) != typed:
        raise refusal("too_many_marks", maximum=text.MOST_MARKS)
    return unicodedata.normalize("NFC", typed)


def _slug(typed: str) -> str:
    if len(typed) > _SLUG_LENGTH or not _SLUG.fullmatch(typed):
        raise refusal("bad_slug", value=typed)
    return typed


def _integer(typed: object) -> object:
    if isinstance(typed, str):
        if not _INTEGER.fullmatch(typed):
            raise refusal("not_a_number", value=typed)
        return int(typed)
    if typed is not None and type(typed) is not int:
        raise refusal("not_a_number", value=str(typed))
    return typed


def _flag(typed: object) -> object:
    if typed in ("true", "false"):
        return typed == "true"
    if typed is not None and not isinstance(typed, bool):
        raise refusal("not_a_flag", value=str(typed))
    return typed


def _moment(typed: object) -> object:
    if typed is None or (isinstance(typed, datetime) and typed.tzinfo):
        return typed
    try:
        if not isinstance(typed, str) or not _MOMENT.fullmatch(typed):
            raise ValueError
        return datetime.fromisoformat(typed).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refusal("not_a_moment", value=str(typed)) from None


def _web_address(typed: str) -> str:
    try:
        parts = urlsplit(typed)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s\\]", typed)
    except ValueError:
        good = False
    if not good:
        raise refusal("bad_url", value=typed)
    return typed


# Editors read `A: 1947` as a number and `B: no` as a flag; here both are text.
_ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean"]})

Text = Annotated[str, AfterValidator(_not_blank), _ANY_SCALAR]
"""Exactly what was typed, in NFC; at least one visible character."""

Prose = Annotated[Text, AfterValidator(str.strip)]
"""Text whose blanks and line breaks at either end mean nothing."""

Slug = Annotated[
    str, AfterValidator(_slug), WithJsonSchema({"type": "string", "pattern": f"^{_SLUG.pattern}$", "maxLength": 64})
]
"""Lower-case ASCII words with hyphens between them, at most 64 characters."""

Integer = Annotated[int, BeforeValidator(_integer)]
"""A whole number in plain digits: no sign but "-", no leading zero, no separators."""

Flag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false`."""

Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "pattern": f"^{_MOMENT.pattern}$"})
]
"""A moment with its offset from UTC, such as 2022-04-18T00:00+07:00; aware, in UTC."""

WebAddress = Annotated[str, AfterValidator(_web_address), WithJsonSchema({"type": "string", "pattern": "^https?://"})]
"""An address that begins with http:// or https://."""
