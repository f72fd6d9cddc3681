"""A bank file (`question_banks/<slug>/bank.yaml`) to a checked `Bank`, or every mistake in it at once."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from quizapp import strict_yaml, text
from quizapp.banks import pictures as picture_files
from quizapp.banks import rules
from quizapp.strict_yaml import Path, Prose, Slug, SourceMap, Text, WebAddress

_QUESTION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_IMAGE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,94}\.(webp|png|jpg|jpeg)")
_SEVERAL_LETTERS = re.compile(r"[A-Ha-h]([ ,;]*[A-Ha-h])+")

# From a file name to the bytes of the picture beside the bank file; None when there is none.
ReadImage = Callable[[str], bytes | None]


def _spelled(pattern: re.Pattern[str], code: str) -> Callable[[str], str]:
    def check(typed: str) -> str:
        if not pattern.fullmatch(typed):
            raise strict_yaml.refusal(code, value=typed)
        return typed

    return check


def _pattern_schema(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern.pattern}$"})


def _one_as_list(typed: object) -> object:
    return [typed] if isinstance(typed, str) else typed


QuestionId = Annotated[str, AfterValidator(_spelled(_QUESTION_ID, "bad_question_id")), _pattern_schema(_QUESTION_ID)]
ImageName = Annotated[str, AfterValidator(_spelled(_IMAGE_NAME, "bad_image_name")), _pattern_schema(_IMAGE_NAME)]
Letter = Annotated[str, WithJsonSchema({"type": "string", "enum": list(rules.OPTION_KEYS)})]
Line = Annotated[Prose, Field(max_length=500)]
Paragraph = Annotated[Prose, Field(max_length=4000)]


# The parts of the file. They carry no docstrings, because pydantic would show these to authors in their editors.


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourcePart(_Part):
    title: Line = Field(description="Tên tài liệu, trang thông tin")
    url: WebAddress | None = Field(None, description="Địa chỉ của tài liệu, bắt đầu bằng http:// hoặc https://")


class QuestionPart(_Part):
    id: QuestionId = Field(description="Mã câu hỏi: riêng trong bộ câu hỏi và không bao giờ dùng lại")
    question: Paragraph = Field(description="Câu hỏi")
    options: dict[Letter, Annotated[Text, Field(max_length=1000)]] = Field(
        min_length=2, max_length=8, description="Từ 2 đến 8 phương án A, B, C…; chữ được giữ nguyên như đã viết"
    )
    answer: Annotated[
        list[Letter],
        BeforeValidator(_one_as_list),
        Field(min_length=1),
        WithJsonSchema(
            {
                "anyOf": [
                    {"type": "string", "enum": list(rules.OPTION_KEYS)},
                    {
                        "type": "array",
                        "items": {"type": "string", "enum": list(rules.OPTION_KEYS)},
                        "minItems": 1,
                        "uniqueItems": True,
                    },
                ]
            }
        ),
    ] = Field(description="Đáp án: A, hoặc [A, C] khi phải chọn đúng và đủ các phương án ấy")
    topic: Slug = Field(description="Chủ đề: chữ thường không dấu, nối bằng gạch ngang")
    difficulty: Literal["nhan-biet", "thong-hieu", "van-dung"] = Field(
        description="Mức độ: nhận biết, thông hiểu, vận dụng"
    )
    explanation: Paragraph | None = Field(None, description="Giải thích, hiện ra sau khi công bố đáp án")
    source: SourcePart | None = Field(None, description="Nguồn để tra cứu")
    image: ImageName | None = Field(
        None, description="Tên tệp ảnh (WebP, PNG hoặc JPEG, tối đa 512 KiB) đặt cạnh tệp này"
    )
    image_alt: Line | None = Field(None, description="Lời mô tả ảnh cho người không nhìn thấy ảnh")


class BankFile(_Part):
    bank: Slug = Field(description="Tên ngắn, riêng của bộ câu hỏi; trùng với tên thư mục")
    title: Line = Field(description="Tên bộ câu hỏi")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = Field(
        "vi", description="Ngôn ngữ của câu hỏi"
    )
    reviewed_by: Line | None = Field(None, description="Cơ quan đã thẩm định")
    questions: list[QuestionPart] = Field(min_length=1, description="Các câu hỏi")


def parse_bank(data: bytes, *, name: str, slug: str | None = None, read_image: ReadImage | None = None) -> rules.Bank:
    """The bank in the bytes of a YAML file.

    `name` stands in messages; `slug`, when given, is the only one accepted; `read_image` gives the pictures
    beside the file (without it the file has come alone, and a bank with pictures is refused). Raises RefusedFile with
    every problem.
    """
    tree, source = strict_yaml.load(data, name=name)
    checked = strict_yaml.validate(tree, source, BankFile)
    pictures = _check_sense(tree, source, slug, read_image)
    source.refuse_problems()
    if checked is None:
        raise AssertionError("a bank was refused without a problem")
    return _bank(checked, pictures)


def bank_json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a bank file, for editors; `question_banks/schema.json` is its published copy."""
    schema = BankFile.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Bộ câu hỏi"}


def _check_sense(
    tree: object, source: SourceMap, slug: str | None, read_image: ReadImage | None
) -> dict[str, rules.Picture]:
    """Report what no single value shows; the good pictures, by file name.

    Works on the tree, so that a mistake in one place hides none in another.
    """
    pictures: dict[str, rules.Picture] = {}
    if not isinstance(tree, dict):
        return pictures
    if slug is not None and isinstance(typed := tree.get("bank"), str) and typed != slug:
        source.report(("bank",), "other_slug", value=typed, expected=slug)
    questions = tree.get("questions")
    lines: dict[str, int] = {}
    for index, question in enumerate(questions if isinstance(questions, list) else []):
        if not isinstance(question, dict):
            continue
        path: Path = ("questions", index)
        _check_id(question.get("id"), (*path, "id"), source, lines)
        _check_options(question.get("options"), (*path, "options"), source)
        _check_answer(question, path, source)
        _check_image(question, path, source, read_image, pictures)
    return pictures


def _check_id(typed: object, path: Path, source: SourceMap, lines: dict[str, int]) -> None:
    """No id twice; `lines` remembers where each was seen first."""
    if not isinstance(typed, str):
        return
    if typed in lines:
        source.report(path, "equal_ids", value=typed, first_line=lines[typed])
    else:
        lines[typed] = source.place(path).line


def _check_options(options: object, path: Path, source: SourceMap) -> None:
    """Letters from A on without a gap, and no two texts that look the same."""
    if not isinstance(options, dict):
        return
    keys = list(options)
    gap = next((key for key, expected in zip(keys, rules.OPTION_KEYS, strict=False) if key != expected), None)
    for index, key in enumerate(keys):
        if key == gap or key not in rules.OPTION_KEYS:
            place = source.place((*path, key), at_key=True)
            expected = rules.OPTION_KEYS[min(index, len(rules.OPTION_KEYS) - 1)]
            source.report((*path, key), "bad_option_key", place=place, key=key, expected=expected)
    seen: dict[str, str] = {}
    for key, typed in options.items():
        look = text.clean(typed) if isinstance(typed, str) else ""
        if look and (first := seen.setdefault(look, key)) != key:
            source.report((*path, key), "equal_options", first=first)


def _check_answer(question: dict[str, object], path: Path, source: SourceMap) -> None:
    """Only letters of options, each once."""
    answer, options = question.get("answer"), question.get("options")
    if not isinstance(options, dict):
        return
    typed = answer if isinstance(answer, list) else [answer]
    seen: set[str] = set()
    for index, letter in enumerate(typed):
        here = (*path, "answer", index) if isinstance(answer, list) else (*path, "answer")
        if not isinstance(letter, str):
            continue
        if letter not in options:
            source.report(here, "foreign_answer", hint=_meant(letter, options), value=letter, options=list(options))
        elif letter in seen:
            source.report(here, "repeated_answer", value=letter)
        seen.add(letter)


def _meant(typed: str, options: dict[str, object]) -> str | None:
    """The answer that was probably meant: "b" for B, "A, C" for [A, C], an option's text for its letter."""
    if typed.strip().upper() in options:
        return typed.strip().upper()
    if _SEVERAL_LETTERS.fullmatch(typed.strip()):
        letters = re.findall("[A-H]", typed.upper())
        return f"[{', '.join(letters)}]" if set(letters) <= set(options) else None
    return next((key for key, option in options.items() if option == typed), None)


def _check_image(
    question: dict[str, object],
    path: Path,
    source: SourceMap,
    read_image: ReadImage | None,
    pictures: dict[str, rules.Picture],
) -> None:
    """An image and its description come together, and the picture is good; `pictures` remembers the good ones."""
    for key, needed in (("image", "image_alt"), ("image_alt", "image")):
        if question.get(key) is not None and needed not in question:
            source.report((*path, key), "needs_key", key=needed)
    name = question.get("image")
    if not isinstance(name, str) or name in pictures or not _IMAGE_NAME.fullmatch(name):
        return
    picture = _look_at(name, (*path, "image"), source, read_image)
    if picture is not None:
        pictures[name] = picture


def _look_at(name: str, path: Path, source: SourceMap, read_image: ReadImage | None) -> rules.Picture | None:
    """The picture in the file of that name, or None after reporting what is wrong with it."""
    data = read_image(name) if read_image else None
    if data is None:
        source.report(path, "image_not_found" if read_image else "image_not_sent", value=name)
        return None
    if len(data) > rules.MAX_IMAGE_BYTES:
        source.report(path, "image_too_large", value=name, actual=len(data), maximum=rules.MAX_IMAGE_BYTES)
        return None
    try:
        picture = picture_files.cleaned(data).picture
    except picture_files.RefusedPicture as refused:
        source.report(path, refused.code, value=name, **refused.facts)
        return None
    if picture.kind != rules.kind_of_name(name):
        source.report(path, "other_image_kind", value=name, kind=picture.kind)
    return picture


def _bank(checked: BankFile, pictures: Mapping[str, rules.Picture]) -> rules.Bank:
    return rules.Bank(
        slug=checked.bank,
        title=checked.title,
        language=checked.language,
        reviewed_by=checked.reviewed_by,
        questions=tuple(_question(part, pictures) for part in checked.questions),
    )


def _question(part: QuestionPart, pictures: Mapping[str, rules.Picture]) -> rules.Question:
    return rules.Question(
        id=part.id,
        text=part.question,
        options=tuple(rules.Option(key, option) for key, option in part.options.items()),
        answer=frozenset(part.answer),
        topic=part.topic,
        difficulty=part.difficulty,
        explanation=part.explanation,
        source=rules.Source(part.source.title, part.source.url) if part.source else None,
        image=rules.Image(part.image, part.image_alt, *pictures[part.image]) if part.image and part.image_alt else None,
    )
