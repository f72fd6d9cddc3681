"""Saving answers: many papers' batches in one statement, whoever they come from.

Saves are most of what happens in a contest's last minutes. What never changes about a paper is remembered; everything
else that decides (the living browser, the deadline, the submission, the revisions) is asked by the statement that
stores, of rows that it locks, so that saving and submitting take turns.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quizapp.attempts import rules, storing
from quizapp.attempts.locating import Browser
from quizapp.attempts.rules import Choice
from quizapp.attempts.sittings import Sitting, find_sittings
from quizapp.attempts.storing import StoreAsk
from quizapp.contests.spec import Metric
from quizapp.errors import Conflict, Invalid, NotFound, QuizError

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
    deadline: datetime


@dataclass
class _Checked:
    """An ask with what it means: the highest revision of each question, and the guess as a number; or why not."""

    ask: SaveAsk
    sitting: Sitting | None
    choices: Mapping[str, Choice]
    guess: tuple[int, int] | None = None
    refused: Invalid | None = None

    def to_store(self) -> StoreAsk:
        """What of it goes into the database: nothing when it is refused."""
        return StoreAsk(self.ask.attempt, self.ask.browser, self.choices.values(), self.guess, self.ask.now)


def save_all(asks: Sequence[SaveAsk]) -> list[Saved | QuizError]:
    """What became of each, in the order given; a refused one (NotFound, Conflict, Invalid) stores nothing.

    Asks for the same paper are taken in the order given. May be done again with all of them, whatever became of it.
    """
    sittings = find_sittings({ask.attempt for ask in asks})
    told: dict[int, Saved | QuizError] = {}
    waiting = [(place, _check(ask, sittings.get(ask.attempt))) for place, ask in enumerate(asks)]
    while waiting:
        turn: dict[str, tuple[int, _Checked]] = {}
        later = []
        for place, checked in waiting:
            if turn.setdefault(checked.ask.attempt, (place, checked))[0] != place:
                later.append((place, checked))
        told.update(_save(dict(turn.values())))
        waiting = later
    return [told[place] for place in range(len(asks))]


def _check(ask: SaveAsk, sitting: Sitting | None) -> _Checked:
    choices = rules.merge({}, ask.batch)
    if sitting is None:
        return _Checked(ask, None, {})
    try:
        _check_batch(ask.batch, sitting)
        return _Checked(ask, sitting, choices, _check_guess(ask.guess, sitting.metric))
    except Invalid as refused:
        # Told to nobody but the paper's own browser.
        return _Checked(ask, sitting, {}, refused=refused)


def _save(asked: Mapping[int, _Checked]) -> dict[int, Saved | QuizError]:
    """The same for asks of different papers, by place."""
    asks = {place: each.to_store() for place, each in asked.items()}
    papers, written = storing.store(asks)
    open_ = {place for place in papers if _is_open(papers[place], asked[place])}
    guesses = storing.store_guesses({place: asks[place] for place in open_}, papers)
    stored = storing.read_answers(
        (papers[place].id, question)
        for place in open_
        for question in asked[place].choices
        if (papers[place].id, question) not in written
    )
    told: dict[int, Saved | QuizError] = {}
    for place, each in asked.items():
        if place not in papers:
            told[place] = NotFound("attempt_not_found")
        elif place not in open_:
            told[place] = Conflict("attempt_closed")
        elif each.refused is not None:
            told[place] = each.refused
        else:
            present = {
                question: stored.get((papers[place].id, question), choice) for question, choice in each.choices.items()
            }
            told[place] = _told(each, papers[place], present, guesses.get(place))
    return told


def _is_open(paper: Any, checked: _Checked) -> bool:
    return rules.is_open(paper.deadline, paper.submitted_at, checked.ask.now)


def _told(checked: _Checked, paper: Any, present: Mapping[str, Choice], guess: tuple[int, int] | None) -> Saved:
    lost = {choice.question for choice in checked.ask.batch if rules.is_stale(present[choice.question], choice)}
    before = (paper.prediction, paper.prediction_rev) if paper.prediction is not None else None
    return Saved(
        saved=tuple(present[question] for question in sorted(present.keys() - lost)),
        stale=tuple(present[question] for question in sorted(lost)),
        guess=guess or before,
        metric=checked.sitting.metric if checked.sitting else None,
        deadline=paper.deadline,
    )


def _check_batch(batch: Sequence[Choice], sitting: Sitting) -> None:
    if len(batch) > MAX_BATCH:
        raise Invalid("batch_too_large", max=MAX_BATCH)
    for index, choice in enumerate(batch):
        code = rules.choice_problem(choice, sitting.offered, sitting.multiple)
        if code:
            raise Invalid(code, index=index, question=choice.question)


def _check_guess(guess: tuple[str, int] | None, metric: Metric | None) -> tuple[int, int] | None:
    if guess is None:
        return None
    if metric is None:
        raise Invalid("prediction_not_asked")
    typed, rev = guess
    value = rules.parse_prediction(metric, typed)
    if value is None:
        raise Invalid("prediction_invalid", metric=metric)
    if not 1 <= rev <= rules.MAX_REV:
        raise Invalid("rev_invalid", question="prediction")
    return value, rev
