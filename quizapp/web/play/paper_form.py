"""The paper sent as a plain form: what of it is news, and at which revision it is stored.

The page carries the attempt's highest revision at the time it was made; everything sent from it is one step above. What
was stored after the page was made stands at that step or higher, so an old page can add answers but not replace newer
ones: it loses by the same rule as a late request of the script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, session
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, StringField

from quizapp.attempts.rules import MAX_REV, Choice, parse_prediction
from quizapp.web.forms import BaseForm
from quizapp.web.play.paper_context import OpenPaper, PredictionField

# Flags are the person's own notes: they stay in the browser, for the paper that was marked last.
FLAGS = "paper_flags"


class PaperForm(BaseForm):
    """The fields of the paper beside its questions, which each paper brings itself (`q-<number>`, `flag-<number>`)."""

    rev = HiddenField()
    prediction = StringField()


@dataclass(frozen=True)
class Posted:
    """What a sent page changes. `refused_guess`: the guess cannot be read as a number."""

    choices: tuple[Choice, ...]
    guess: tuple[str, int] | None
    refused_guess: bool


def paper_form(prediction: PredictionField | None, *, rev: str, guess: str, csrf_token: str) -> PaperForm:
    """The form of a page as it is made anew, or with the guess that was typed when it was sent."""
    form = PaperForm()
    if request.method != "POST":
        form.prediction.data = guess if prediction else ""
    if prediction:
        form.prediction.label.text = prediction.question
    form.rev.data = rev
    form.csrf_token.current_token = csrf_token
    return form


def read_posted(data: MultiDict[str, str], paper: OpenPaper) -> Posted:
    """What a sent page changes against what is stored now. Choices are checked by the service, not here."""
    base = _base_rev(data.get("rev", ""))
    choices = []
    for question in paper.questions:
        options = tuple(sorted(data.getlist(f"q-{question.number}")))
        # Nothing ticked is a choice taken back only where the page showed one; radio buttons cannot be taken back.
        untouched = not options and (not question.question.is_multiple or question.rev > base)
        if not untouched and options != question.chosen:
            choices.append(Choice(question.ref, options, base + 1))
    guess, refused = _read_guess(data.get("prediction", ""), paper, base)
    return Posted(tuple(choices), guess, refused)


def _base_rev(typed: str) -> int:
    """The revision the page was made at; 0 when it is none, and then everything stored is newer."""
    known = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_REV))
    return int(typed) if known and int(typed) < MAX_REV else 0


def _read_guess(typed: str, paper: OpenPaper, base: int) -> tuple[tuple[str, int] | None, bool]:
    asked = paper.own.round.prediction
    if asked is None or not typed.strip():
        return None, False
    value = parse_prediction(asked.metric, typed)
    if value is None:
        return None, True
    return (None if value == paper.own.prediction else (typed, base + 1)), False


def kept_guess(field: PredictionField | None, posted: Posted) -> bool:
    """True when a newer guess from elsewhere stands against the one sent."""
    return field is not None and posted.guess is not None and posted.guess[1] <= field.rev


def flags_of(attempt_id: str, cookie: Mapping[str, Any]) -> frozenset[int]:
    """The numbers of the questions that the browser of this session cookie has flagged in the attempt."""
    marked, numbers = cookie.get(FLAGS, ("", ()))
    return frozenset(numbers) if marked == attempt_id else frozenset()


def keep_flags(attempt_id: str, data: Mapping[str, str], total: int) -> None:
    """Keep the flags of a sent page in the browser's cookie."""
    session[FLAGS] = (attempt_id, [number for number in range(1, total + 1) if f"flag-{number}" in data])
