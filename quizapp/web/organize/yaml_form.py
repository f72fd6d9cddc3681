"""A form that takes a YAML file, uploaded or typed, keeps what was typed, and shows every mistake at its place."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import TextAreaField

from quizapp.messages import text_of
from quizapp.strict_yaml import Problem, RefusedFile
from quizapp.web.forms import BaseForm

Checked = TypeVar("Checked")

_NOT_IN_PAGES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _unix_lines(typed: str | None) -> str:
    """Browsers send the lines of a text area with CR LF."""
    return (typed or "").replace("\r\n", "\n").replace("\r", "\n")


def _visible(text: str) -> str:
    """The text without characters that a page cannot hold."""
    return _NOT_IN_PAGES.sub("", text)


class YamlForm(BaseForm):
    """A file wins over the text; once read, it stands in the text's place, so that it can be corrected there.

    Bytes that are no text leave the text as it was.
    """

    upload = FileField(_l("Chọn tệp trên máy"))
    text = TextAreaField(_l("Nội dung tệp"), filters=[_unix_lines])

    def wants_to_save(self) -> bool:
        """True for the button that stores, False for the one that only checks."""
        return request.form.get("act") == "save"

    def content(self) -> bytes:
        """What was sent; also shown as the text from now on. Empty, with an error on the field, when nothing was."""
        data: bytes = self.upload.data.read() if self.upload.data else self.text.data.encode()
        with suppress(UnicodeDecodeError):
            decoded = data.decode("utf-8-sig")
            if not self.upload.data or "\0" not in decoded:
                self.text.data = _visible(_unix_lines(decoded))
        if not data.strip():
            self.add_errors({"text": "file_or_text_missing"})
        return data


@dataclass(frozen=True)
class ShownProblem:
    """A mistake as a page shows it; `before`, `marked` and `after` together are the line of the file."""

    line: int
    column: int
    sentence: str
    before: str
    marked: str
    after: str
    hint: str | None


def read(form: YamlForm, parse: Callable[[bytes], Checked]) -> tuple[Checked | None, list[ShownProblem]]:
    """What the file holds, or everything that is wrong with it; (None, []) when nothing was sent."""
    data = form.content()
    if form.errors:
        return None, []
    try:
        return parse(data), []
    except RefusedFile as refused:
        return None, shown_problems(refused.problems)


def shown_problems(problems: Sequence[Problem]) -> list[ShownProblem]:
    """The problems in the order of the file."""
    return [_shown(problem) for problem in problems]


def _shown(problem: Problem) -> ShownProblem:
    at = problem.column - 1
    source = problem.source_line
    return ShownProblem(
        line=problem.line,
        column=problem.column,
        sentence=text_of(problem.code, **problem.params),
        before=_visible(source[:at]),
        marked=_visible(source[at : at + 1]),
        after=_visible(source[at + 1 :]),
        hint=problem.hint,
    )
