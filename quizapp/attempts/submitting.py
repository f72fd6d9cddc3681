"""Submitting: many papers made final together, each with its own verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from quizapp.attempts import finishing, locating, rules
from quizapp.attempts.finishing import Answers, Finish
from quizapp.attempts.locating import Browser, Located
from quizapp.attempts.queries import AttemptInfo
from quizapp.errors import Conflict, QuizError


@dataclass(frozen=True)
class SubmitAsk:
    """A browser ends its paper; `last_rev`: the highest revision that it has sent (None or 0: nothing to wait for)."""

    attempt: str
    browser: Browser
    last_rev: int | None
    now: datetime


def submit_all(asks: Sequence[SubmitAsk], *, now: datetime) -> list[AttemptInfo | QuizError]:
    """The final attempt for each, in the order given; NotFound, or Conflict("answers_missing", have_rev=...).

    A paper that is final already is given as it is; one whose time is over ends at its deadline. `now` is the latest
    moment of the asks.
    """
    found, (stored,) = locating.locate(
        [(ask.attempt, ask.browser) for ask in asks], finishing.asking_answers({ask.attempt for ask in asks})
    )
    answers = finishing.read_answers(stored)
    unfinished = {
        located.attempt.id for located in found if isinstance(located, Located) and located.attempt.submitted_at is None
    }
    finishes: dict[int, Finish] = {}
    refused: dict[int, Conflict] = {}
    for place, (ask, located) in enumerate(zip(asks, found, strict=True)):
        if isinstance(located, Located) and located.attempt.id in unfinished and located.attempt.id not in finishes:
            decided = _decide(ask, located, answers.get(located.attempt.id, {}))
            if isinstance(decided, Finish):
                finishes[located.attempt.id] = decided
            else:
                refused[place] = decided
    final = finishing.finish_all(list(finishes.values()), now=now)
    told: list[AttemptInfo | QuizError] = []
    for place, located in enumerate(found):
        done = final.get(located.attempt.id, located.attempt) if isinstance(located, Located) else located
        told.append(refused.get(place, done))
    return told


def _decide(ask: SubmitAsk, located: Located, answers: Answers) -> Finish | Conflict:
    attempt = located.attempt
    if not attempt.is_open(ask.now):
        return Finish(attempt, located.snapshot, answers, attempt.deadline, "deadline")
    have_rev = max([attempt.prediction_rev, *(choice.rev for choice in answers.values())])
    if ask.last_rev and have_rev < ask.last_rev:
        return Conflict("answers_missing", have_rev=have_rev)
    return Finish(attempt, located.snapshot, answers, rules.finish_time(attempt.deadline, ask.now), "participant")
