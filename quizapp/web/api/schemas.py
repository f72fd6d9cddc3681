"""What requests and answers are made of: the base models, and the kinds of values that several resources share."""

from datetime import datetime
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from quizapp.clock import rfc3339
from quizapp.strict_yaml import Integer, refusal
from quizapp.text import clean

# The largest integer that JavaScript holds exactly.
MAX_SAFE_INTEGER = 2**53 - 1


class RequestBody(BaseModel):
    """A JSON object of a request: exactly these keys, and nothing taken for a type that it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class QueryParams(BaseModel):
    """The parameters of an address; each at most once, and an empty one counts as absent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ResponseBody(BaseModel):
    """A JSON object of an answer."""

    model_config = ConfigDict(frozen=True)


class NoBody(RequestBody):
    """A call that takes nothing: no body, or an empty object."""


# For the document: what cannot be seen, as far as the first plane of Unicode goes. Nothing printable is in it.
_UNSEEN = (
    r"\u0000-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f"
    r"\u2028-\u202f\u205f-\u206f\u3000\ue000-\uf8ff\ufeff\ufff0-\ufffb"
)


def _printable(typed: str) -> str:
    if not typed.isprintable():
        raise refusal("not_printable")
    return typed


def rounded(value: Fraction | None, places: int) -> float | None:
    """The fraction to so many decimals, halves away from zero, as the tables for people show it."""
    if value is None:
        return None
    scale = 10**places
    units = (abs(value) * scale * 2 + 1) // 2
    return float(Fraction(-units if value < 0 else units, scale))


Word = Annotated[
    str, Field(max_length=200, json_schema_extra={"pattern": f"^[^{_UNSEEN}]*$"}), AfterValidator(_printable)
]
"""A name or a code: printable characters, at most 200."""

Sentence = Annotated[str, Field(max_length=500), AfterValidator(clean)]
"""Something that people wrote: cleaned, at most 500 characters."""

Count = Annotated[Integer, Field(ge=0)]
"""A whole number in an address: plain digits."""

Moment = Annotated[
    datetime, PlainSerializer(rfc3339, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""A moment in UTC with milliseconds."""


def _guess(typed: object) -> object:
    # A number or its text, because a percentage has decimals that a JSON number would not keep exactly.
    return str(typed) if type(typed) is int else typed


Guess = Annotated[
    str,
    BeforeValidator(_guess),
    Field(max_length=40),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 40}]}),
]
"""A prediction as typed: a whole number, or text such as "87,65432"."""
