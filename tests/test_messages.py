"""Every code that is raised has a sentence, and brings along what the sentence is to be filled with."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from quizapp import errors, messages
from quizapp.config import ROOT

CLASSES = {name for name, value in vars(errors).items() if isinstance(value, type)} - {"Any"}
# Calls that fill a sentence: the place of the code among their arguments.
CALLS = {"text_of": 0, "report": 1, "_told": 1, "refusal": 0} | dict.fromkeys(CLASSES, 0)
# Once a file has very many mistakes the rest is only counted, and this stands for one more.
COUNTED_ONLY = "more_problems"
PLACE = re.compile(r"%\((\w+)\)")
# The answer has these keys of its own.
RESERVED = {"type", "title", "status", "code"}


def places_of(code: str) -> set[str]:
    """What the sentence of a code must be given."""
    return set(PLACE.findall(str(messages._SENTENCES[code])))


@cache
def sites() -> tuple[tuple[str, str, str, set[str] | None], ...]:
    """What `_sites` finds, read once."""
    return tuple(_sites())


def _sites() -> Iterator[tuple[str, str, str, set[str] | None]]:
    """(where, function or class, code, names given) of every call with a written code; None = not known by reading."""
    for path in sorted((ROOT / "quizapp").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            index = CALLS.get(name)
            if index is None or len(call.args) <= index:
                continue
            code = call.args[index]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                given: set[str] | None = {each.arg or "**" for each in call.keywords}
                if name == "_told":
                    params = call.args[2]
                    keys = params.keys if isinstance(params, ast.Dict) else [None]
                    given = {key.value for key in keys if isinstance(key, ast.Constant)} if all(keys) else None
                if given and "**" in given:
                    given = None
                yield f"{path.relative_to(ROOT)}:{call.lineno}", name, code.value, given


def test_every_code_of_a_refusal_has_a_sentence():
    raised = {code for _, name, code, _ in sites() if name in CLASSES}
    raised |= {getattr(errors, name).code for name in CLASSES}
    assert len(raised) > 60
    assert raised - messages.CODES == set()


@pytest.mark.parametrize("name", sorted({name for _, name, _, _ in sites()}))
def test_every_site_brings_what_its_sentence_needs(name):
    lacking = [
        (where, code, places_of(code) - given)
        for where, site, code, given in sites()
        if site == name
        and given is not None
        and code in messages.CODES
        and code != COUNTED_ONLY
        and places_of(code) - given
    ]
    assert lacking == []


def test_the_sentences_of_classes_need_nothing():
    """They are raised without a word."""
    assert {
        name: places_of(getattr(errors, name).code) for name in CLASSES if places_of(getattr(errors, name).code)
    } == {}


def test_no_fact_takes_a_key_of_the_answer():
    taken = [(where, given & RESERVED) for where, name, _, given in sites() if name in CLASSES and given]
    assert [each for each in taken if each[1]] == []


def test_sentences_are_vietnamese_outside_of_any_request():
    assert messages.text_of("entry_code_unknown").isascii() is False
