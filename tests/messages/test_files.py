"""Sentences by code: in the reader's language where there is an application, and the caret below the place."""

from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel

from quizapp.messages import problem_text, text_of
from quizapp.strict_yaml import Problem

VIETNAMESE = "Thiếu mục “%(key)s”."


def problem(**changes: object) -> Problem:
    plain: dict[str, object] = {
        "file": "bank.yaml",
        "line": 3,
        "column": 9,
        "path": "questions[0].answer",
        "code": "empty",
        "params": {},
        "source_line": "answer:   # đáp án",
        "hint": None,
    }
    return Problem(**{**plain, **changes})  # type: ignore[arg-type]


@pytest.fixture
def english_app(tmp_path: Path) -> Flask:
    """An application in English whose catalogue has one sentence."""
    catalog = Catalog(locale="en")
    catalog.add(VIETNAMESE, "“%(key)s” is missing.")
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    app = Flask("english")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    Babel(app, default_locale="en")
    return app


def test_sentences_are_vietnamese_without_an_application() -> None:
    assert text_of("missing_key", key="answer") == "Thiếu mục “answer”."


def test_sentences_are_in_the_language_of_the_application(english_app: Flask) -> None:
    with english_app.app_context():
        assert text_of("missing_key", key="answer") == "“answer” is missing."
        assert text_of("empty") == "Mục này còn để trống."
    with english_app.test_request_context():
        assert text_of("missing_key", key="answer") == "“answer” is missing."


def test_lists_are_joined_and_percent_signs_survive() -> None:
    assert text_of("not_one_of", value="100%", allowed=["a", "b"]).endswith(": a, b.")
    assert text_of("similar_questions", percent=61) == "Hai câu hỏi gần giống nhau (61%)."
    assert "%(x)s" in text_of("missing_key", key="%(x)s")


def test_a_code_without_a_sentence_and_a_sentence_without_its_facts() -> None:
    with pytest.raises(KeyError):
        text_of("no_such_code")
    with pytest.raises(KeyError):
        text_of("missing_key")


def test_problem_with_caret_and_hint() -> None:
    assert problem_text(problem(hint="B")) == (
        "bank.yaml:3:9 questions[0].answer: Mục này còn để trống.\n"
        "  answer:   # đáp án\n"
        "          ^\n"
        "  Có phải ý là “B”?"
    )


def test_problem_of_the_whole_file_has_no_path() -> None:
    assert problem_text(problem(path="", line=1, column=1, source_line="")) == "bank.yaml:1:1: Mục này còn để trống."


def test_the_caret_follows_tabs_and_is_left_out_beyond_a_cut_line() -> None:
    assert problem_text(problem(source_line="\ta: b", column=5)).splitlines()[1:] == ["  \ta: b", "  \t   ^"]
    assert problem_text(problem(source_line="cut", column=400)).splitlines()[1:] == []
