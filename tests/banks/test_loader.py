"""A bank file becomes a checked bank, or is refused with every mistake at its place."""

import hashlib
import json
import unicodedata
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp import text
from quizapp.banks.loader import bank_json_schema, parse_bank
from quizapp.banks.rules import MAX_IMAGE_BYTES, Bank, Image, Option, Question, Source, canonical_bank, picture_of
from quizapp.cli.banks import images_beside
from quizapp.config import ROOT
from quizapp.messages import problem_text
from quizapp.strict_yaml import RefusedFile, load
from tests.pictures import drawn, header, png

FILES = Path(__file__).parent / "files"
REFUSED = sorted((FILES / "refused").glob("*.yaml"))
GOOD = sorted((FILES / "good").glob("*.yaml"))
SHIPPED = sorted((ROOT / "question_banks").glob("*/bank.yaml"))

# What can be typed on a line, with something to be seen in it, and as it is kept.
OPTION = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"))
    .map(lambda typed: unicodedata.normalize("NFC", typed))
    .filter(text.clean)
)


def written(**changes: object) -> bytes:
    """A bank of one question; `changes` replace or add (None: remove) keys of the question."""
    question = {
        "id": "t-1",
        "question": "Chọn gì?",
        "options": {"A": "Một", "B": "Hai"},
        "answer": "A",
        "topic": "thu",
        "difficulty": "nhan-biet",
        **changes,
    }
    return json.dumps({"bank": "thu", "title": "Bộ thử", "questions": [question]}, ensure_ascii=False).encode()


def codes(data: bytes, **options: object) -> list[str]:
    with pytest.raises(RefusedFile) as refused:
        parse_bank(data, name="bank.yaml", **options)
    return [problem.code for problem in refused.value.problems]


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_refused_files(path: Path) -> None:
    """The first line of each file says for what it is refused, and where."""
    data = path.read_bytes()
    expected = data.decode().splitlines()[0].removeprefix("# refused: ").split(", ")
    with pytest.raises(RefusedFile) as refused:
        parse_bank(data, name=path.name, read_image=lambda _: png())
    assert [f"{problem.line}:{problem.column} {problem.code}" for problem in refused.value.problems] == expected
    for problem in refused.value.problems:
        assert problem_text(problem).startswith(f"{path.name}:{problem.line}:{problem.column}")


def test_plainest_bank() -> None:
    assert parse_bank((FILES / "good" / "plainest.yaml").read_bytes(), name="bank.yaml") == Bank(
        slug="thu",
        title="Bộ thử",
        language="vi",
        reviewed_by=None,
        questions=(
            Question(
                id="t-1",
                text="Chọn gì?",
                options=(Option("A", "Một"), Option("B", "Hai")),
                answer=frozenset("A"),
                topic="thu",
                difficulty="nhan-biet",
            ),
        ),
    )


def test_bank_with_every_key() -> None:
    webp = drawn("webp", 4, 3, lossless=True)
    bank = parse_bank(
        (FILES / "good" / "all-keys.yaml").read_bytes(), name="bank.yaml", read_image={"ban-do.webp": webp}.get
    )
    assert (bank.slug, bank.reviewed_by) == ("day-du", "Ban Tuyên giáo huyện Thử")
    assert bank.question("dd-001") == Question(
        id="dd-001",
        text="Tác phẩm nào ra đời trước?\n(chọn tất cả phương án đúng)",
        options=(Option("A", "Tác phẩm “A”"), Option("B", "It's"), Option("C", "Cả A và B")),
        answer=frozenset("AC"),
        topic="tac-pham",
        difficulty="van-dung",
        explanation="Vì như vậy.",
        source=Source("Sách giáo khoa", "https://example.org/a"),
        image=Image("ban-do.webp", "Bản đồ huyện Thử", hashlib.sha256(webp).hexdigest(), "webp", 4, 3),
    )


def test_text_stays_text() -> None:
    bank = parse_bank((FILES / "good" / "text-stays-text.yaml").read_bytes(), name="bank.yaml")
    assert (bank.slug, bank.title, bank.reviewed_by) == ("2022", "1945-09-02", "no")
    first, second = bank.questions
    assert (first.id, first.text, first.topic, first.explanation) == ("1_000", "19:05", "010", "=")
    assert [option.text for option in first.options] == ["010", "10/1947", "1:30", "no", "~", "1e3", ".5", "0x1F"]
    assert first.answer == {"D", "H"}
    assert first.source == Source("true", "https://example.org/?a=1&b=2#c")
    assert (second.id, second.text) == ("yes", "null")
    assert [option.text for option in second.options] == ["on", "Off", "1_0", "5.10", "1945-09-02"]


@given(OPTION, st.booleans())
def test_any_option_in_quotes_is_shown_as_typed(typed: str, single_quotes: bool) -> None:
    quoted = "'" + typed.replace("'", "''") + "'" if single_quotes else json.dumps(typed, ensure_ascii=False)
    other = "Khác" if text.clean(typed) != "Khác" else "Khác nữa"
    data = "{bank: t, title: t, questions: [{id: q, question: q, answer: B, topic: t, difficulty: van-dung,\n"
    data += f"  options: {{A: {other}, B: {quoted}}}}}]}}"
    bank = parse_bank(data.encode(), name="bank.yaml")
    assert bank.questions[0].options == (Option("A", other), Option("B", typed))


@given(st.binary(max_size=300))
def test_bytes_at_random_never_crash(data: bytes) -> None:
    assert is_bank_or_refused(data)


@given(st.integers(0, 400), st.sampled_from("[]{}:,-?&*!|>'\"#%@` \n\tA\\é\x00"))
def test_a_character_out_of_place_never_crashes(position: int, char: str) -> None:
    good = (FILES / "good" / "all-keys.yaml").read_text(encoding="utf-8")
    assert is_bank_or_refused((good[:position] + char + good[position:]).encode())
    assert is_bank_or_refused((good[:position] + char + good[position + 1 :]).encode())
    assert is_bank_or_refused(good.encode()[:position])


def is_bank_or_refused(data: bytes) -> bool:
    try:
        bank = parse_bank(data, name="bank.yaml")
    except RefusedFile as refused:
        return bool(refused.problems) and all(problem_text(problem) for problem in refused.problems)
    return bool(bank.questions)


@pytest.mark.parametrize(
    ("options", "answer", "hint"),
    [
        ({"A": "Một", "B": "Hai"}, "b", "B"),
        ({"A": "Một", "B": "Hai"}, " B", "B"),
        ({"A": "Một", "B": "Hai", "C": "Ba"}, "A, C", "[A, C]"),
        ({"A": "Một", "B": "Hai", "C": "Ba"}, "ac", "[A, C]"),
        ({"A": "Một", "B": "Hai"}, "AD", None),
        ({"A": "Một", "B": "Hai"}, "Hai", "B"),
        ({"A": "Một", "B": "Hai"}, "1", None),
    ],
)
def test_a_foreign_answer_gets_the_hint_that_was_meant(options: dict[str, str], answer: str, hint: str | None) -> None:
    with pytest.raises(RefusedFile) as refused:
        parse_bank(written(options=options, answer=answer), name="bank.yaml")
    (problem,) = refused.value.problems
    assert (problem.code, problem.hint, problem.path) == ("foreign_answer", hint, "questions[0].answer")
    assert problem.params == {"value": answer, "options": list(options)}


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Hòa", "Ho\u0300a", True),
        ("Một hai", " Một  hai ", True),
        ("Một", "M\u200bột", True),
        ("Một", "một", False),
        ("Hòa", "Hoà", False),
        ("10/1947", "10-1947", False),
    ],
)
def test_equal_options_are_those_that_look_the_same(first: str, second: str, same: bool) -> None:
    data = written(options={"A": first, "B": second})
    if same:
        assert codes(data) == ["equal_options"]
    else:
        assert len(parse_bank(data, name="bank.yaml").questions[0].options) == 2


def test_a_hundred_thousand_answers_are_looked_at_once_each() -> None:
    """Looking each up among all before it took half a minute."""
    found = codes(written(answer=["A"] * 150_000))
    assert found[0] == "repeated_answer"
    assert len(found) == 201


def test_equal_ids_are_found_on_one_line_too() -> None:
    one = json.loads(written())
    one["questions"] *= 3
    assert codes(json.dumps(one).encode()) == ["equal_ids", "equal_ids"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", png(5, 4)),
        ("a.webp", drawn("webp")),
        ("a.jpg", drawn("jpeg")),
        ("a.jpeg", drawn("jpeg")),
        ("a.png", png(5, 4) + bytes(MAX_IMAGE_BYTES - len(png(5, 4)))),
    ],
)
def test_pictures_are_read_beside_the_file(name: str, data: bytes) -> None:
    bank = parse_bank(written(image=name, image_alt=" Ảnh "), name="bank.yaml", read_image={name: data}.get)
    picture = picture_of(data)
    assert picture is not None
    assert bank.questions[0].image == Image(name, "Ảnh", *picture)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", None, "image_not_found"),
        ("a.png", b"", "not_an_image"),
        ("a.png", b"<svg/>", "not_an_image"),
        ("a.png", header("png", 5, 4), "image_broken"),
        ("a.png", header("png", 50_000, 50_000), "image_of_too_many_pixels"),
        ("a.png", drawn("jpeg"), "other_image_kind"),
        ("a.jpg", png(5, 4), "other_image_kind"),
        ("a.webp", png(5, 4), "other_image_kind"),
        ("a.png", png(5, 4) + bytes(MAX_IMAGE_BYTES), "image_too_large"),
    ],
)
def test_a_picture_that_is_not_taken_is_told_where_it_is_named(name: str, data: bytes | None, code: str) -> None:
    one = written().decode().replace('"id"', f'"image": "{name}", "image_alt": "Ảnh",\n  "id"')
    with pytest.raises(RefusedFile) as refused:
        parse_bank(one.encode(), name="bank.yaml", read_image=lambda _: data)
    (problem,) = refused.value.problems
    assert (problem.code, problem.path, problem.line) == (code, "questions[0].image", 1)
    assert problem.source_line[problem.column - 1 :].startswith(f'"{name}"')
    assert f"“{name}”" in problem_text(problem)


def test_a_file_that_comes_alone_has_no_pictures() -> None:
    assert codes(written(image="a.png", image_alt="Ảnh")) == ["image_not_sent"]
    assert codes(written(image="../a.png", image_alt="Ảnh")) == ["bad_image_name"]
    assert codes(written(image="a.png"), read_image=lambda _: None) == ["image_not_found", "needs_key"]


@pytest.mark.parametrize(
    "name", ["a.svg", "a.PNG", "/a.png", "..\\a.png", "a", ".png", "ảnh.png", "a.png/b", "a.png\n"]
)
def test_image_names(name: str) -> None:
    """Never a path, and never a kind of image that can carry a script."""
    assert codes(written(image=name, image_alt="Ảnh"), read_image=lambda _: png()) == ["bad_image_name"]


def test_the_file_can_be_held_to_a_slug() -> None:
    assert parse_bank(written(), name="bank.yaml", slug="thu").slug == "thu"
    assert codes(written(), slug="khac") == ["other_slug"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"question": "x" * 4001}, "questions[0].question"),
        ({"options": {"A": "x" * 1001, "B": "Hai"}}, "questions[0].options.A"),
        ({"explanation": "x" * 4001}, "questions[0].explanation"),
        ({"source": {"title": "x" * 501}}, "questions[0].source.title"),
    ],
)
def test_texts_have_a_limit(changes: dict[str, object], path: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        parse_bank(written(**changes), name="bank.yaml")
    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("too_long", path)]


def test_a_file_over_five_mebibytes_is_refused() -> None:
    just = written() + b"\n#" + b"x" * (5 * 1024 * 1024 - len(written()) - 2)
    assert parse_bank(just, name="bank.yaml").slug == "thu"
    assert codes(just + b"x") == ["file_too_large"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_shipped_banks_are_good(path: Path) -> None:
    bank = parse_bank(path.read_bytes(), name=str(path), read_image=images_beside(path))
    assert bank.slug == path.parent.name


def test_published_json_schema_is_the_present_one() -> None:
    published = ROOT / "question_banks" / "schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == bank_json_schema()


@pytest.mark.parametrize("path", [*GOOD, *SHIPPED], ids=lambda path: path.stem)
def test_json_schema_takes_what_the_loader_takes(path: Path) -> None:
    tree, _ = load(path.read_bytes(), name=path.name)
    jsonschema.Draft202012Validator(bank_json_schema()).validate(tree)


@pytest.mark.parametrize("path", [*GOOD, *SHIPPED], ids=lambda path: path.stem)
def test_the_canonical_form_has_the_names_of_the_file(path: Path) -> None:
    """All but the image, which is told with its digest."""
    bank = canonical_bank(parse_bank(path.read_bytes(), name=path.name, read_image=lambda _: drawn("webp", 4, 3)))
    for question in bank["questions"]:
        question.pop("image", None)
    jsonschema.Draft202012Validator(bank_json_schema()).validate(bank)


@pytest.mark.parametrize(
    "name",
    [
        "unknown-key",
        "missing-answer",
        "one-option",
        "nine-options",
        "small-letters",
        "unknown-difficulty",
        "no-questions",
    ]
    + ["bad-slug", "bad-id", "no-answer-in-list", "repeated-answer", "image-of-another-folder", "text-that-is-a-list"],
)
def test_json_schema_shows_editors_most_mistakes(name: str) -> None:
    tree, _ = load((FILES / "refused" / f"{name}.yaml").read_bytes(), name=name)
    assert not jsonschema.Draft202012Validator(bank_json_schema()).is_valid(tree)


def test_json_schema_lets_editors_see_numbers_where_text_is_meant() -> None:
    """An editor reads 1947 and true by YAML's rules; the file is right all the same."""
    data = json.loads(written(options={"A": 1947, "B": True}))
    jsonschema.Draft202012Validator(bank_json_schema()).validate(data)
