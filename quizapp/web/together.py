"""Saves and submissions that arrive together are committed together, whichever door they came by."""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from flask import Flask, current_app, has_app_context

from quizapp.attempts import saving, submitting
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.saving import SaveAsk, Saved
from quizapp.attempts.submitting import SubmitAsk
from quizapp.db import fresh_snapshot, is_unavailable, transaction
from quizapp.db_link import has_died
from quizapp.errors import QuizError
from quizapp.group_commit import GroupCommit
from quizapp.statements import each_alone, prefer_indexes
from quizapp.web import starting
from quizapp.web.starting import PaperStarted, StartRequest

Ask = TypeVar("Ask")
Told = TypeVar("Told")

_STARTING, _SAVING, _SUBMITTING = "quiz.starting", "quiz.saving", "quiz.submitting"
# SQLite works inside of this process and lets nobody else run meanwhile, so whoever leads waits for others a little.
_GATHER_SECONDS = 0.001


def init_together(app: Flask) -> None:
    """One group for saves and one for submissions, in each process."""
    gather_seconds = _GATHER_SECONDS if app.config["QUIZ"].is_sqlite else 0.0

    def group(work: Callable[[Sequence[Ask]], Sequence[Told | QuizError]]) -> GroupCommit[Ask, Told]:
        def committed(asks: Sequence[Ask]) -> Sequence[Told | QuizError]:
            # A session of its own: the work is not the caller's alone.
            with app.app_context():
                return _twice(work, asks)

        return GroupCommit(committed, gives_up=is_unavailable, gather_seconds=gather_seconds)

    app.extensions[_STARTING] = group(_start)
    app.extensions[_SAVING] = group(_save)
    app.extensions[_SUBMITTING] = group(_submit)


def start(ask: StartRequest, app: Flask | None = None) -> PaperStarted:
    """The attempt that is open now, once it is durable. Raises what `starting.start_all` answers.

    `app`: for callers outside of a request, here and below.
    """
    return cast(PaperStarted, _ask(app, _STARTING, ask))


def save(ask: SaveAsk, app: Flask | None = None) -> Saved:
    """What became of the batch, once it is durable. Raises NotFound, Conflict("attempt_closed"), Invalid."""
    return cast(Saved, _ask(app, _SAVING, ask))


def submit(ask: SubmitAsk, app: Flask | None = None) -> AttemptInfo:
    """The final attempt, once it is durable. Raises NotFound, Conflict("answers_missing", have_rev=...)."""
    return cast(AttemptInfo, _ask(app, _SUBMITTING, ask))


def _ask(app: Flask | None, name: str, ask: object) -> object:
    if has_app_context():
        # Whoever waits holds no connection: all of them could be held by those who wait for the one that works.
        fresh_snapshot()
    return (app or current_app).extensions[name](ask)


def _start(asks: Sequence[StartRequest]) -> list[PaperStarted | QuizError]:
    with transaction():
        prefer_indexes()
        return starting.start_all(asks)


def _save(asks: Sequence[SaveAsk]) -> list[Saved | QuizError]:
    with each_alone():
        return saving.save_all(asks)


def _submit(asks: Sequence[SubmitAsk]) -> list[AttemptInfo | QuizError]:
    with transaction():
        prefer_indexes()
        return submitting.submit_all(asks, now=max(ask.now for ask in asks))


def _twice(
    work: Callable[[Sequence[Ask]], Sequence[Told | QuizError]], asks: Sequence[Ask]
) -> Sequence[Told | QuizError]:
    """The work, tried again at once when the database's connection has died: all of it may be done twice."""
    try:
        return work(asks)
    except Exception as error:
        if not has_died(error):
            raise
    return work(asks)
