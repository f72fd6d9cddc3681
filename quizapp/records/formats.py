"""The files of the records as checked data, and a difference found in one of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from quizapp.contests.spec import Attempts, Prediction, Ranking, Shuffle


@dataclass
class Difference(Exception):
    """The first place where a file does not say what follows from the others. `line` counts from 1.

    `check` names what was looked at: a sentence for people belongs to it.
    """

    check: str
    file: str
    line: int | None
    field: str
    expected: str
    found: str


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def _moment(typed: object) -> object:
    if not isinstance(typed, str) or not _MOMENT.fullmatch(typed):
        raise ValueError("not a moment in UTC with milliseconds")
    return datetime.fromisoformat(typed)


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Record(BaseModel):
    """An object of a file: these keys, of these types; further keys are nobody's business."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Line(Record):
    """A line of raw.jsonl."""

    attempt: str
    number: int
    participant: str
    unranked: bool
    area: str | None
    group: str | None
    round: str
    rules_version: int
    paper: list[tuple[str, list[str]]]
    answers: dict[str, list[str]]
    points: dict[str, int]
    score: int | None
    perfect: bool | None
    prediction: int | None
    started_at: Moment
    deadline: Moment
    extra_seconds: int = 0
    submitted_at: Moment | None
    finished_by: Literal["participant", "deadline", "staff"] | None
    state: Literal["final", "open"]


class Stratum(Record):
    """A line of a blueprint."""

    pool: list[str]
    count: int


class Question(Record):
    """What the draw needs to know of a question."""

    options: list[str]
    pinned: list[str]
    keep_order: bool


class Result(Record):
    """The numbers of a result that is final."""

    people: int
    attempts: int
    people_all_correct: int
    attempts_all_correct: int
    ranked: int
    ranking_sha256: str


class Round(Record):
    """A round in rules.json."""

    key: str
    opens_at: Moment
    closes_at: Moment
    rules_version: int
    mode: Literal["fixed", "random", "marked"]
    points: int
    time_limit_seconds: int | None
    shuffle: Shuffle
    attempts: Attempts
    counted: Literal["best", "best_earliest", "first_perfect", "first", "last"]
    prediction: Prediction | None
    ranking: Ranking
    actual: int | None
    result: Result | None
    blueprint: list[Stratum] | None
    questions: dict[str, Question] | None


class Rules(Record):
    """rules.json."""

    format: Literal["rules-1"]
    contest: str
    commitment: str
    rounds: list[Round]


class Marked(Record):
    """How a question is marked."""

    right: list[list[str]]
    void: Literal["all", "answered", "drop"] | None


class RoundKey(Record):
    """The key of a round."""

    questions: dict[str, Marked]


class Key(Record):
    """key.json."""

    format: Literal["key-1"]
    contest: str
    seed: str | None
    rounds: dict[str, RoundKey]


class Listed(Record):
    """A file in the manifest."""

    sha256: str


class Manifest(Record):
    """manifest.json."""

    format: Literal["records-1"]
    contest: str
    round: str | None
    files: dict[str, Listed]
    # Of whoever signed it; None in records of before there were signatures.
    key: str | None = None


Model = TypeVar("Model", bound=Record)


def parse(model: type[Model], data: bytes, file: str, line: int | None = None) -> Model:
    """The JSON text as checked data. Raises Difference("unreadable") with the first field that does not fit."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first: Mapping[str, Any] = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "json"
        found = str(first["input"])[:80] if first["type"] != "missing" else ""
        raise Difference("unreadable", file, line, field, first["msg"], found) from None
