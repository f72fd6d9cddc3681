"""What the pages of a paper show: the open paper and its review, and the finished one."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext

from quizapp.attempts import queries as attempts
from quizapp.attempts import rules
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import SnapshotQuestion, full_score, hides_results
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.results import sealing
from quizapp.web.entry_words import show_entry_code
from quizapp.web.play.contest_page import Action, action_in
from quizapp.web.prediction_text import is_percentage, prediction_hint, prediction_question

_LETTERS = "ABCDEFGH"
# A longer time is told as a date: nobody watches the seconds of days.
_LONGEST_COUNTDOWN_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class PaperQuestion:
    """A question of a paper. `options` are (key, text) in the order shown; letters follow that order."""

    number: int
    ref: str
    question: SnapshotQuestion
    options: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    rev: int
    is_flagged: bool = False

    @property
    def is_answered(self) -> bool:
        """True when something is chosen."""
        return bool(self.chosen)

    @property
    def chosen_texts(self) -> tuple[tuple[str, str], ...]:
        """(letter, text) of what is chosen."""
        return tuple(
            (letter, text) for letter, (key, text) in zip(_LETTERS, self.options, strict=False) if key in self.chosen
        )

    @property
    def marked_options(self) -> tuple[tuple[str, bool, bool], ...]:
        """(text, chosen, right) of every option, for the review after the key is public."""
        return tuple((text, key in self.chosen, key in self.question.answer) for key, text in self.options)


@dataclass(frozen=True)
class PredictionField:
    """The guess that the paper asks for: its words, and what is stored (as people write it; "" without any)."""

    question: str
    hint: str
    stored: str
    rev: int
    is_percentage: bool


@dataclass(frozen=True)
class OpenPaper:
    """An attempt that is being worked on, at the moment of the request."""

    contest: ContestInfo
    round: RoundInfo
    attempt: AttemptInfo
    entry_code: str
    questions: tuple[PaperQuestion, ...]
    prediction: PredictionField | None
    remaining_ms: int

    @property
    def total(self) -> int:
        """How many questions the paper has."""
        return len(self.questions)

    @property
    def answered(self) -> int:
        """How many of them have a stored answer."""
        return self.total - len(self.unanswered)

    @cached_property
    def unanswered(self) -> tuple[PaperQuestion, ...]:
        """The questions without an answer."""
        return tuple(question for question in self.questions if not question.is_answered)

    @cached_property
    def flagged(self) -> tuple[PaperQuestion, ...]:
        """The questions marked for another look."""
        return tuple(question for question in self.questions if question.is_flagged)

    @property
    def map_items(self) -> tuple[tuple[int, str, bool, bool], ...]:
        """(number, address on the page, answered, flagged) of each question."""
        return tuple((item.number, f"#q-{item.number}", item.is_answered, item.is_flagged) for item in self.questions)

    @property
    def rev(self) -> int:
        """The highest revision stored."""
        return max([self.attempt.prediction_rev, *(question.rev for question in self.questions)])

    @property
    def counts_down(self) -> bool:
        """True when the time left is short enough to be watched."""
        return self.remaining_ms <= _LONGEST_COUNTDOWN_MS


def open_paper(attempt: AttemptInfo, *, flags: Collection[int], now: datetime) -> OpenPaper:
    """The attempt's paper with the stored answers; `flags` are numbers of questions."""
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    return OpenPaper(
        contest=contest,
        round=round_,
        attempt=attempt,
        entry_code=show_entry_code(entries.get_participant(attempt.participant_id).entry_code),
        questions=_questions(attempt, attempts.get_answers(attempt.id), flags),
        prediction=_prediction(attempt, round_),
        remaining_ms=rules.remaining_ms(attempt.deadline, now),
    )


@dataclass(frozen=True)
class Result:
    """What a finished attempt is worth."""

    score: int
    full_score: int
    right: int
    is_perfect: bool


@dataclass(frozen=True)
class FinishedPaper:
    """An attempt that is final. `result` and `key` are None as long as they may not be seen.

    `is_over`: nothing of the round can change any more. `action`: what its owner can do in the round now.
    """

    contest: ContestInfo
    round: RoundInfo
    attempt: AttemptInfo
    participant: ParticipantInfo
    submitted_at: datetime
    duration_ms: int
    answered: int
    total: int
    guess: str | None
    is_over: bool
    result: Result | None
    key: tuple[PaperQuestion, ...] | None
    action: Action


def finished_paper(attempt: AttemptInfo, *, now: datetime) -> FinishedPaper:
    """What may be seen of a final attempt at `now`. ValueError for one that is not final."""
    if attempt.submitted_at is None or attempt.receipt is None:
        raise ValueError("the attempt is not final")
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    receipt = json.loads(attempt.receipt)
    is_over = sealing.is_settled(round_, now)
    questions = _questions(attempt, attempts.get_answers(attempt.id))
    participant = entries.get_participant(attempt.participant_id)
    unsubmitted = attempts.find_open_attempt(participant.id, round_.id)
    return FinishedPaper(
        contest=contest,
        round=round_,
        attempt=attempt,
        participant=participant,
        submitted_at=attempt.submitted_at,
        duration_ms=rules.duration_ms(attempt.started_at, attempt.submitted_at),
        answered=receipt["answered"],
        total=receipt["questions"],
        guess=_shown_guess(attempt, round_),
        is_over=is_over,
        result=_result(attempt, round_, questions) if is_over or not hides_results(contest.spec) else None,
        key=questions if is_over and round_.spec.key_public == "after_close" else None,
        action=action_in(contest, round_, participant, [unsubmitted] if unsubmitted else [], now),
    )


def _questions(
    attempt: AttemptInfo, answers: Mapping[str, Choice], flags: Collection[int] = ()
) -> tuple[PaperQuestion, ...]:
    known = contests.get_snapshot(attempt.contest_id).questions
    questions = []
    for number, (ref, keys) in enumerate(attempt.paper, 1):
        texts = dict(known[ref].options)
        stored = answers.get(ref)
        questions.append(
            PaperQuestion(
                number=number,
                ref=ref,
                question=known[ref],
                options=tuple((key, texts[key]) for key in keys),
                chosen=stored.options if stored else (),
                rev=stored.rev if stored else 0,
                is_flagged=number in flags,
            )
        )
    return tuple(questions)


def _prediction(attempt: AttemptInfo, round_: RoundInfo) -> PredictionField | None:
    asked = round_.spec.prediction
    if asked is None:
        return None
    hint = prediction_hint(asked)
    if "prediction_gap" in round_.spec.ranking.keys:
        without = gettext("Không ghi số dự đoán thì xếp sau những người có ghi.")
        hint = f"{hint} {without}"
    return PredictionField(
        question=prediction_question(asked, round_.label),
        hint=hint,
        stored=_shown_guess(attempt, round_) or "",
        rev=attempt.prediction_rev,
        is_percentage=is_percentage(asked),
    )


def _shown_guess(attempt: AttemptInfo, round_: RoundInfo) -> str | None:
    if attempt.prediction is None or round_.spec.prediction is None:
        return None
    return rules.show_prediction(round_.spec.prediction.metric, attempt.prediction)


def _result(attempt: AttemptInfo, round_: RoundInfo, questions: tuple[PaperQuestion, ...]) -> Result:
    right = sum(1 for question in questions if frozenset(question.chosen) == question.question.answer)
    return Result(attempt.score or 0, full_score(round_.spec), right, bool(attempt.is_perfect))
