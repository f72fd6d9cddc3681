"""Saving answers: many papers' batches in three statements, whoever they come from.

Saves are most of what happens in a contest's last minutes. One statement finds the papers with all that decides (the
living browser, the deadline, the version of the rules) and locks them, one reads what is stored, one writes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, Update, select, true, update

from quizapp.attempts import locating, rules
from quizapp.attempts.locating import Browser, Located
from quizapp.attempts.models import Answer, Attempt
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.contests.rules import Snapshot
from quizapp.contests.spec import Metric, RoundSpec
from quizapp.db import UTCDateTime, table, upsert
from quizapp.errors import Conflict, Invalid, QuizError
from quizapp.row_set import dialect_name, encode, row_set
from quizapp.statements import Statement

MAX_BATCH = 500


@dataclass(frozen=True)
class SaveAsk:
    """What a browser wants stored: choices, and a guess (text as typed, rev); `now` is when it arrived."""

    attempt: str
    browser: Browser
    batch: tuple[Choice, ...]
    guess: tuple[str, int] | None
    now: datetime


@dataclass(frozen=True)
class Saved:
    """What became of a batch: revisions stored, and what is stored instead of the ones that came too late.

    `guess` is the guess that is stored now, with its revision; None without any.
    """

    saved: tuple[Choice, ...]
    stale: tuple[Choice, ...]
    guess: tuple[int, int] | None
    metric: Metric | None
    attempt: AttemptInfo


def save_all(asks: Sequence[SaveAsk]) -> list[Saved | QuizError]:
    """What became of each, in the order given; a refused one (NotFound, Conflict, Invalid) stores nothing.

    Asks for the same paper are taken in the order given. The papers stay locked for the rest of the transaction, so
    that saving and submitting take turns.
    """
    wanted = sorted({(ask.attempt, choice.question) for ask in asks for choice in ask.batch})
    rows = [{"public_id": public_id, "question": question} for public_id, question in wanted]
    found, (answers,) = locating.locate(
        [(ask.attempt, ask.browser) for ask in asks], (_ANSWERS, {"wanted": encode(dialect_name(), rows)})
    )
    stored = _Stored((located.attempt for located in found if isinstance(located, Located)), answers)
    told = [
        _save(ask, located, stored) if isinstance(located, Located) else located
        for ask, located in zip(asks, found, strict=True)
    ]
    stored.write()
    return told


class _Stored:
    """The answers and guesses of the located papers: read together, changed in memory, written together."""

    def __init__(self, attempts: Iterable[AttemptInfo], answers: Iterable[Any]) -> None:
        self.guesses = {each.id: (each.prediction, each.prediction_rev) for each in attempts}
        # By attempt and question; of a paper's other questions nothing is needed.
        self.answers: defaultdict[int, dict[str, Choice]] = defaultdict(dict)
        for row in answers:
            options = tuple(json.loads(row.options))
            self.answers[row.attempt_id][row.question] = Choice(row.question, options, row.rev)
        self._changed: dict[tuple[int, str], tuple[Choice, datetime]] = {}
        self._guessed: set[int] = set()

    def put(self, attempt_id: int, choice: Choice, now: datetime) -> None:
        """The choice replaces what was there."""
        self.answers[attempt_id][choice.question] = choice
        self._changed[attempt_id, choice.question] = choice, now

    def put_guess(self, attempt_id: int, guess: tuple[int, int]) -> None:
        """The guess replaces what was there."""
        self.guesses[attempt_id] = guess
        self._guessed.add(attempt_id)

    def write(self) -> None:
        """Store what has changed."""
        if self._changed:
            rows = [
                {
                    "attempt_id": attempt_id,
                    "question": question,
                    "options": json.dumps(sorted(choice.options)),
                    "rev": choice.rev,
                    "saved_at": at,
                }
                for (attempt_id, question), (choice, at) in sorted(self._changed.items(), key=lambda item: item[0])
            ]
            _WRITE_ANSWERS.tell(rows=encode(dialect_name(), rows))
        if self._guessed:
            guesses = [
                {"id": attempt_id, "value": self.guesses[attempt_id][0], "rev": self.guesses[attempt_id][1]}
                for attempt_id in sorted(self._guessed)
            ]
            _WRITE_GUESSES.tell(rows=encode(dialect_name(), guesses))


def _save(ask: SaveAsk, located: Located, stored: _Stored) -> Saved | QuizError:
    attempt = located.attempt
    if not attempt.is_open(ask.now):
        return Conflict("attempt_closed")
    try:
        _check_batch(ask.batch, attempt, located.snapshot)
        guess = _check_guess(ask.guess, located.round)
    except Invalid as refused:
        return refused
    before = stored.answers[attempt.id]
    merged = rules.merge(before, ask.batch)
    for question in {choice.question for choice in ask.batch}:
        if before.get(question) != merged[question]:
            stored.put(attempt.id, merged[question], ask.now)
    if guess is not None and guess[1] > stored.guesses[attempt.id][1]:
        stored.put_guess(attempt.id, guess)
    lost = {choice.question for choice in ask.batch if rules.is_stale(merged[choice.question], choice)}
    kept = {choice.question for choice in ask.batch} - lost
    value, rev = stored.guesses[attempt.id]
    return Saved(
        saved=tuple(merged[question] for question in sorted(kept)),
        stale=tuple(merged[question] for question in sorted(lost)),
        guess=(value, rev) if value is not None else None,
        metric=located.round.prediction.metric if located.round.prediction else None,
        attempt=attempt,
    )


def _check_batch(batch: Sequence[Choice], attempt: AttemptInfo, snapshot: Snapshot) -> None:
    if len(batch) > MAX_BATCH:
        raise Invalid("batch_too_large", max=MAX_BATCH)
    shown: Mapping[str, Sequence[str]] = dict(attempt.paper)
    multiple = frozenset(
        choice.question
        for choice in batch
        if choice.question in shown and snapshot.questions[choice.question].is_multiple
    )
    for index, choice in enumerate(batch):
        code = rules.choice_problem(choice, shown, multiple)
        if code:
            raise Invalid(code, index=index, question=choice.question)


def _check_guess(guess: tuple[str, int] | None, round_: RoundSpec) -> tuple[int, int] | None:
    if guess is None:
        return None
    if round_.prediction is None:
        raise Invalid("prediction_not_asked")
    typed, rev = guess
    value = rules.parse_prediction(round_.prediction.metric, typed)
    if value is None:
        raise Invalid("prediction_invalid", metric=round_.prediction.metric)
    if not 1 <= rev <= rules.MAX_REV:
        raise Invalid("rev_invalid", question="prediction")
    return value, rev


def _answers(dialect: str) -> Any:
    wanted = row_set(dialect, "wanted", {"public_id": Text(), "question": Text()})
    of_wanted = (Answer.attempt_id == Attempt.id) & (Answer.question == wanted.c.question)
    return (
        select(Answer.attempt_id, Answer.question, Answer.options, Answer.rev)
        .select_from(wanted)
        .join(Attempt, Attempt.public_id == wanted.c.public_id)
        .join(Answer, of_wanted)
    )


_ANSWER: Mapping[str, Any] = {
    "attempt_id": BigInteger(),
    "question": Text(),
    "options": Text(),
    "rev": BigInteger(),
    "saved_at": UTCDateTime(),
}


def _write_answers(dialect: str) -> Any:
    rows = row_set(dialect, "rows", _ANSWER)
    # SQLite cannot tell ON CONFLICT from a join condition unless the SELECT has a WHERE.
    statement = upsert(table(Answer)).from_select(list(_ANSWER), select(*rows.c).where(true()))
    return statement.on_conflict_do_update(
        index_elements=["attempt_id", "question"],
        set_={name: statement.excluded[name] for name in ("options", "rev", "saved_at")},
        where=Answer.rev < statement.excluded.rev,
    )


def _write_guesses(dialect: str) -> Update:
    rows = row_set(dialect, "rows", {"id": Integer(), "value": BigInteger(), "rev": BigInteger()})
    attempts = table(Attempt)
    return (
        update(attempts)
        .where(attempts.c.id == rows.c.id, attempts.c.prediction_rev < rows.c.rev)
        .values(prediction=rows.c.value, prediction_rev=rows.c.rev)
    )


_ANSWERS = Statement(_answers)
_WRITE_ANSWERS = Statement(_write_answers)
_WRITE_GUESSES = Statement(_write_guesses)
