"""The file format of an area tree (`data/areas/*.yaml`): one tree a file, one area a line.

    tree: gia-lai-2022
    title: Tỉnh Gia Lai (đến 30/6/2025)
    valid_from: 2021-11-06          # whole days, both included; valid_to absent = until further notice
    valid_to: 2025-06-30
    source: …                       # where the list comes from
    outside: vietnam-2022           # the tree in which people from elsewhere choose their province; optional
    levels:                         # from the top down; the labels are what people read
      - {key: province, label: Tỉnh}
      - {key: unit, label: Đơn vị cơ sở}            # optional; where staff may add areas
    areas:
      - {code: "64", name: Tỉnh Gia Lai, level: province, kind: tỉnh}
      - {code: "634", name: …, level: …, kind: huyện, parent: "64", aliases: […], successors: ["gia-lai-2025:23995"]}

One area has no parent; any other lies below one of a level above its own, not always the next one. An area's
`valid_from` and `valid_to`, when absent, are the tree's.
"""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from quizapp import strict_yaml, text
from quizapp.areas.rules import STAFF_CODE_PREFIX, is_area_code, parse_reference
from quizapp.errors import Invalid
from quizapp.strict_yaml import Path, Slug, SourceMap, nearest, refusal

_CODE_MAX = 64


def _cleaned(typed: str) -> str:
    if not (cleaned := text.clean(typed)):
        raise refusal("empty")
    return cleaned


def _day(typed: object) -> object:
    try:
        if not isinstance(typed, str) or len(typed) != len("2021-11-06"):
            raise ValueError
        return date.fromisoformat(typed)
    except ValueError:
        raise refusal("not_a_date", value=str(typed)) from None


def _code(typed: str) -> str:
    # What begins like the codes that staff's units get could one day be taken for one of them.
    if len(typed) > _CODE_MAX or not is_area_code(typed) or typed.startswith(STAFF_CODE_PREFIX):
        raise refusal("bad_area_code", value=typed)
    return typed


def _reference(typed: str) -> str:
    try:
        return str(parse_reference(typed))
    except Invalid as error:
        raise refusal(error.code, value=typed) from None


Label = Annotated[str, Field(max_length=200), AfterValidator(_cleaned)]
Kind = Annotated[str, Field(max_length=64), AfterValidator(_cleaned)]
Code = Annotated[str, AfterValidator(_code)]
Successor = Annotated[str, AfterValidator(_reference)]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LevelRow(_Row):
    """One level of the tree."""

    key: Slug
    label: Label


class AreaRow(_Row):
    """One area, as typed: dates that are absent are the tree's."""

    code: Code
    name: Label
    level: Slug
    kind: Kind
    parent: str | None = None
    aliases: list[Label] = []
    valid_from: Day | None = None
    valid_to: Day | None = None
    successors: list[Successor] = []


class TreeFile(_Row):
    """A whole file."""

    tree: Slug
    title: Label
    valid_from: Day
    valid_to: Day | None = None
    source: Annotated[str, AfterValidator(_cleaned)]
    outside: Slug | None = None
    levels: Annotated[list[LevelRow], Field(min_length=1)]
    areas: Annotated[list[AreaRow], Field(min_length=1)]


def read_tree_file(data: bytes, *, name: str) -> TreeFile:
    """The checked content of a file called `name`; RefusedFile with every mistake and its place."""
    content, source = strict_yaml.load(data, name=name)
    file = strict_yaml.validate(content, source, TreeFile)
    if file is not None:
        order = _check_levels(file, source)
        first = _check_codes(file, source)
        _check_rows(file, order, source)
        _check_parents(file, order, first, source)
    source.refuse_problems()
    if file is None:
        raise AssertionError("a file was refused without a problem")
    return file


def _check_levels(file: TreeFile, source: SourceMap) -> dict[str, int]:
    """Report levels named twice; how far from the top each level is."""
    order: dict[str, int] = {}
    for index, level in enumerate(file.levels):
        if order.setdefault(level.key, index) != index:
            source.report(("levels", index, "key"), "duplicate_level", value=level.key)
    return order


def _check_codes(file: TreeFile, source: SourceMap) -> dict[str, int]:
    """Report codes used twice; the index of the first row of each code."""
    first: dict[str, int] = {}
    for index, row in enumerate(file.areas):
        if first.setdefault(row.code, index) != index:
            line = source.place(("areas", first[row.code], "code")).line
            source.report(("areas", index, "code"), "duplicate_area_code", value=row.code, first_line=line)
    return first


def _check_rows(file: TreeFile, order: dict[str, int], source: SourceMap) -> None:
    """Report levels that the tree does not have and times that end before they begin."""
    _check_dates((), file.valid_from, file.valid_to, source)
    for index, row in enumerate(file.areas):
        if row.level not in order:
            hint = nearest(row.level, order)
            source.report(("areas", index, "level"), "not_one_of", hint=hint, value=row.level, allowed=list(order))
        if row.valid_from or row.valid_to:
            starts, ends = row.valid_from or file.valid_from, row.valid_to or file.valid_to
            _check_dates(("areas", index), starts, ends, source)


def _check_dates(path: Path, starts: date, ends: date | None, source: SourceMap) -> None:
    if ends is not None and ends < starts:
        source.report((*path, "valid_to"), "ends_before_start", value=ends.isoformat(), start=starts.isoformat())


def _check_parents(file: TreeFile, order: dict[str, int], first: dict[str, int], source: SourceMap) -> None:
    """Report rows that hang in the wrong place. Parents on a higher level leave no room for circles."""
    roots = [index for index, row in enumerate(file.areas) if row.parent is None]
    for index in roots[1:]:
        source.report(("areas", index), "second_root", first_line=source.place(("areas", roots[0])).line)
    for index, row in enumerate(file.areas):
        if row.parent is None:
            continue
        if row.parent not in first:
            source.report(("areas", index, "parent"), "unknown_parent", value=row.parent)
        elif order.get(file.areas[first[row.parent]].level, -1) >= order.get(row.level, len(order)):
            source.report(("areas", index, "parent"), "parent_not_above", value=row.parent, level=row.level)
