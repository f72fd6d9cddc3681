"""What does not fit a model is reported at its key or value, with a code and a hint."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from quizapp.messages import problem_text
from quizapp.strict_yaml import (
    Flag,
    Integer,
    Moment,
    Problem,
    Prose,
    RefusedFile,
    Slug,
    Text,
    WebAddress,
    load,
    load_model,
    nearest,
    refusal,
    validate,
)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Colour(StrEnum):
    RED = "red"


class Fixed(Part):
    mode: Literal["fixed"]
    ids: list[Text]


class Random(Part):
    mode: Literal["random"]
    count: Annotated[Integer, Field(ge=1, le=9)]


class File(Part):
    title: Annotated[Prose, Field(max_length=10)] = "x"
    level: Literal["de", "kho"] = "de"
    colour: Colour = Colour.RED
    points: Annotated[Integer, Field(ge=1)] = 1
    shuffle: Flag = False
    opens_at: Moment | None = None
    names: Annotated[list[Slug], Field(min_length=1, max_length=2)] = []
    parts: list[Fixed] = []
    paper: Annotated[Fixed | Random, Field(discriminator="mode")] | None = None
    link: WebAddress | None = None
    options: dict[str, Text] = {}
    place: str | None = None

    @field_validator("place")
    @classmethod
    def known_place(cls, typed: str | None, info: ValidationInfo) -> str | None:
        if typed is not None and info.context and typed not in info.context:
            raise refusal("unknown_place", value=typed, hint=nearest(typed, info.context))
        return typed


def check(text: str, context: object = None) -> File:
    return load_model(text.encode(), name="f.yaml", model=File, context=context)


def refused(text: str, context: object = None) -> list[Problem]:
    with pytest.raises(RefusedFile) as error:
        check(text, context)
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("text", "place", "path", "code", "params", "hint"),
    [
        ("titel: x", (1, 1), "titel", "unknown_key", {"key": "titel"}, "title"),
        ("zzz: x", (1, 1), "zzz", "unknown_key", {"key": "zzz"}, None),
        ("parts: [{mode: fixed, idz: []}]", (1, 9), "parts[0].ids", "missing_key", {"key": "ids"}, None),
        ("title:", (1, 7), "title", "empty", {}, None),
        ("title: ' \u200b'", (1, 8), "title", "empty", {}, None),
        ("title: A" + "\u0301" * 11, (1, 8), "title", "too_many_marks", {"maximum": 10}, None),
        ("title: [x]", (1, 8), "title", "not_text", {}, None),
        ("title: dài quá mức này", (1, 8), "title", "too_long", {"maximum": 10}, None),
        ("level: Khó", (1, 8), "level", "not_one_of", {"value": "Khó", "allowed": ["de", "kho"]}, "kho"),
        ("colour: rad", (1, 9), "colour", "not_one_of", {"value": "rad", "allowed": ["red"]}, "red"),
        ("points: 0", (1, 9), "points", "too_small", {"minimum": 1}, None),
        ("points: mười", (1, 9), "points", "not_a_number", {"value": "mười"}, None),
        ("points: [1]", (1, 9), "points", "not_a_number", {"value": "['1']"}, None),
        ("points:", (1, 8), "points", "empty", {}, None),
        ("shuffle: yes", (1, 10), "shuffle", "not_a_flag", {"value": "yes"}, None),
        ("shuffle:", (1, 9), "shuffle", "empty", {}, None),
        ("opens_at: 2022-04-18", (1, 11), "opens_at", "not_a_moment", {"value": "2022-04-18"}, None),
        ("names: []", (1, 8), "names", "too_few", {"minimum": 1, "actual": 0}, None),
        ("names: [a, b, c]", (1, 8), "names", "too_many", {"maximum": 2, "actual": 3}, None),
        ("names: a", (1, 8), "names", "not_a_list", {}, None),
        ("names: [a, B C]", (1, 12), "names[1]", "bad_slug", {"value": "B C"}, None),
        ("parts: [x]", (1, 9), "parts[0]", "not_a_mapping", {}, None),
        ("parts: [{mode: fixed, ids: [a, '']}]", (1, 32), "parts[0].ids[1]", "empty", {}, None),
        ("options: [a]", (1, 10), "options", "not_a_mapping", {}, None),
        ("paper: {count: 3}", (1, 8), "paper.mode", "missing_key", {"key": "mode"}, None),
        ("paper: {mode: }", (1, 15), "paper.mode", "empty", {}, None),
        (
            "paper: {mode: randm, count: 3}",
            (1, 15),
            "paper.mode",
            "not_one_of",
            {"value": "randm", "allowed": ["fixed", "random"]},
            "random",
        ),
        ("paper: {mode: random, count: 10}", (1, 30), "paper.count", "too_large", {"maximum": 9}, None),
        ("link: example.org", (1, 7), "link", "bad_url", {"value": "example.org"}, None),
    ],
)
def test_each_kind_of_mistake(
    text: str, place: tuple[int, int], path: str, code: str, params: dict[str, object], hint: str | None
) -> None:
    problem = refused(text)[0]
    assert problem_text(problem)
    found = (problem.line, problem.column), problem.path, problem.code, problem.params, problem.hint
    assert found == (place, path, code, params, hint)


def test_hints_come_from_the_right_level() -> None:
    (missing, unknown) = refused("paper: {mode: random, cuont: 3}")
    assert (missing.code, missing.path) == ("missing_key", "paper.count")
    assert (unknown.code, unknown.hint, unknown.column) == ("unknown_key", "count", 23)
    assert refused("parts:\n  - {mode: fixed, ids: [], id: x}")[0].hint == "ids"
    assert refused("options: {A: x}\nlevl: de")[0].hint == "level"


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    found = refused("points: x\nzzz: &a 1\npoints: 2\nnames:\n  - A\n  - *a\ntitle:\n")
    assert [(problem.line, problem.column, problem.code) for problem in found] == [
        (1, 9, "not_a_number"),
        (2, 1, "unknown_key"),
        (2, 6, "anchor"),
        (3, 1, "duplicate_key"),
        (5, 5, "bad_slug"),
        (6, 5, "alias"),
        (7, 7, "empty"),
    ]


def test_nothing_more_is_said_about_a_value_that_could_not_be_read() -> None:
    assert [problem.code for problem in refused("title: *x\n")] == ["alias"]


def test_a_validator_of_the_model_gives_code_params_and_hint() -> None:
    (problem,) = refused("place: Pleiku1", context=["Pleiku", "An Khê"])
    assert (problem.code, problem.params, problem.hint) == ("unknown_place", {"value": "Pleiku1"}, "Pleiku")
    assert check("place: An Khê", context=["Pleiku", "An Khê"]).place == "An Khê"


def test_a_feature_reports_its_own_problems_beside_those_of_the_model() -> None:
    tree, source = load(b"points: 0\nplace: x\n", name="f.yaml")
    assert validate(tree, source, File) is None
    source.report(("place",), "unknown_place", value="x")
    with pytest.raises(RefusedFile) as error:
        source.refuse_problems()
    assert [(p.line, p.code) for p in error.value.problems] == [(1, "too_small"), (2, "unknown_place")]


def test_the_refusal_carries_the_problems_as_plain_data() -> None:
    with pytest.raises(RefusedFile) as error:
        check("titel: x")
    assert (error.value.code, error.value.status) == ("file_refused", 422)
    assert error.value.details == {
        "file": "f.yaml",
        "count": 1,
        "problems": [
            {
                "file": "f.yaml",
                "line": 1,
                "column": 1,
                "path": "titel",
                "code": "unknown_key",
                "params": {"key": "titel"},
                "source_line": "titel: x",
                "hint": "title",
            }
        ],
    }


def test_a_file_that_is_no_mapping() -> None:
    assert [(p.line, p.column, p.path, p.code) for p in refused("- a\n")] == [(1, 1, "", "not_a_mapping")]


def test_thousands_of_unknown_keys_cost_no_thousands_of_hints() -> None:
    found = refused("".join(f"titl{number}: x\n" for number in range(50_000)))
    assert found[-1].code == "more_problems"
    assert found[-1].params == {"count": 50_000 - 200}


@pytest.mark.parametrize(("typed", "number"), [("0", 0), ("12", 12), ("-3", -3), ("999999999999999", 999999999999999)])
def test_integer(typed: str, number: int) -> None:
    class Holder(BaseModel):
        n: Integer

    assert load_model(f"n: {typed}".encode(), name="f", model=Holder).n == number


@pytest.mark.parametrize("typed", ["٣", "1_0", "' 5'", "+5", "05", "1.0", "1e3", "-0x1", "--1", "9" * 400, "true"])
def test_integer_has_one_spelling(typed: str) -> None:
    assert [p.code for p in refused(f"points: {typed}")] == ["not_a_number"]


def test_a_moment_with_milliseconds_can_be_stored_and_read_again() -> None:
    stored = check("names: [a]\nshuffle: true\nopens_at: 2022-04-18T00:00:01.25Z\n").model_dump_json()
    assert File.model_validate_json(stored).opens_at == datetime(2022, 4, 18, 0, 0, 1, 250_000, tzinfo=UTC)


def test_flag_and_moment() -> None:
    good = check("shuffle: true\nopens_at: 2022-04-18T00:00+07:00\n")
    assert good.shuffle is True
    assert good.opens_at == datetime(2022, 4, 17, 17, 0, tzinfo=UTC)
    assert check("shuffle: 'false'\nopens_at: 2022-04-18 00:00:01.5Z\n").opens_at == datetime(
        2022, 4, 18, 0, 0, 1, 500_000, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "typed", ["2022-04-18T00:00", "1650000000", "2022-02-30T00:00Z", "0001-01-01T00:00+14:00", "٢٠22-04-18T00:00Z", "x"]
)
def test_moments_need_a_date_that_exists_and_an_offset(typed: str) -> None:
    assert [p.code for p in refused(f"opens_at: {typed}")] == ["not_a_moment"]


def test_models_can_also_be_filled_with_values_of_the_right_type() -> None:
    opens_at = datetime(2022, 4, 18, tzinfo=UTC)
    filled = File(points=3, shuffle=True, opens_at=opens_at)
    assert (filled.points, filled.shuffle, filled.opens_at) == (3, True, opens_at)
    with pytest.raises(ValueError, match="not_a_number"):
        File(points=True)
    with pytest.raises(ValueError, match="not_a_moment"):
        File(opens_at=datetime(2022, 4, 18))  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    "typed", ["http://", "ftp://x", "javascript:alert(1)", "https://a b", "http://[", "https:\\\\x"]
)
def test_web_addresses(typed: str) -> None:
    assert [p.code for p in refused(f"link: '{typed}'")] == ["bad_url"]


@pytest.mark.parametrize("typed", ["a", "a-1", "tuan-1", "2022", "x" * 64])
def test_slugs(typed: str) -> None:
    assert check(f"names: [{typed}]").names == [typed]


@pytest.mark.parametrize("typed", ["A", "đ", "a_b", "-a", "a-", "a--b", "a b", "x" * 65, "é"])
def test_bad_slugs(typed: str) -> None:
    assert [p.code for p in refused(f"names: ['{typed}']")] == ["bad_slug"]


def test_text_is_kept_in_nfc_and_prose_is_trimmed() -> None:
    checked = check('title: " Ho\u0300a "\noptions: {A: " Ho\u0300a "}')
    assert checked.title == "Hòa"
    assert checked.options == {"A": " Hòa "}


def test_nearest() -> None:
    assert nearest("Nhận biết", ["nhan-biet", "thong-hieu"]) == "nhan-biet"
    assert nearest("x", ["nhan-biet"]) is None
    assert nearest("x" * 1_000_000, ["nhan-biet"]) is None
