"""Whatever the product refuses has a sentence."""

import ast
from pathlib import Path

import pytest

from quizapp import errors
from quizapp.attempts.rules import Choice, choice_problem
from quizapp.messages import text_of
from quizapp.messages.play import PLAY

ROOT = Path(__file__).parents[2] / "quizapp"
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
# What a sentence may need; a refusal gives its own.
PARAMS = dict.fromkeys(
    ("login", "min", "max", "slug", "tree", "level", "levels", "file", "count", "areas", "value", "references", "kind",
     "kinds", "field", "mode", "username",
     "label", "round", "rounds", "person", "area", "names", "database", "program", "told", "reason", "role"), "?",
)  # fmt: skip


def raised_codes():
    """Codes written out where a refusal is made: (code, file)."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield code.value, file.name


def test_every_code_that_is_raised_has_a_sentence():
    found = set(raised_codes())
    assert len(found) > 30
    for code, file in found:
        try:
            assert text_of(code, **PARAMS)
        except KeyError:
            pytest.fail(f"{file} raises {code!r}, which has no sentence")


def test_classes_of_refusals_have_sentences_of_their_own():
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.QuizError):
            assert text_of(kind.code)


@pytest.mark.parametrize(
    "why", ["age", "group_age", "excluded", "residence", "not_listed", "not_promoted", "entry_required"]
)
def test_who_may_not_enter_is_told_why(why):
    assert text_of(f"not_eligible_{why}") != text_of("not_eligible")


def test_every_problem_of_a_choice_has_a_sentence():
    shown, many = {"q": ("A", "B")}, frozenset({"m"})
    problems = [
        choice_problem(Choice(question, options, rev), {**shown, "m": ("A", "B")}, many)
        for question, options, rev in [
            ("x", (), 1),
            ("q", (), 0),
            ("q", ("Z",), 1),
            ("m", ("A", "A"), 1),
            ("q", ("A", "B"), 1),
        ]
    ]
    assert len(set(problems)) == 5
    assert all(text_of(code) for code in problems)


def test_sentences_end_and_speak_to_a_person():
    for code, sentence in PLAY.items():
        assert str(sentence)[-1] in ".:", code
        assert str(sentence)[0].isupper() or str(sentence)[0].isdigit(), code
