"""What the pages of a paper show: the open paper and its review, and the finished one."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from flask_babel import gettext

from quizapp.attempts import queries as attempts
from quizapp.attempts import rules, rulings
from quizapp.attempts.own_papers import OwnPaper
from quizapp.attempts.paper import PaperLine
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import Choice, Marking
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.rules import Snapshot, SnapshotQuestion, hides_results
from quizapp.contests.spec import Prediction
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.messages.rulings import VOIDS
from quizapp.results import sealing
from quizapp.web.late_notes import LateNote, late_notes
from quizapp.web.play.contest_page import Action, action_in
from quizapp.web.prediction_text import is_percentage, prediction_hint, prediction_question
from quizapp.web.ranking_words import guess_text
from quizapp.web.ruling_notes import RulingNote, ruling_notes

_LETTERS = "ABCDEFGH"
# A longer time is told as a date: nobody watches the seconds of days.
_LONGEST_COUNTDOWN_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class PaperQuestion:
    """A question of a paper. `options` are (key, text) in the order shown; letters follow that order.

    `marking` is how it is marked now, rulings included.
    """

    number: int
    ref: str
    question: SnapshotQuestion
    marking: Marking
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
    def explanation(self) -> str:
        """Why the key is right; "" once a ruling says otherwise."""
        return self.question.explanation if self.marking == rules.key_marking(self.question) else ""

    @property
    def void_text(self) -> str | None:
        """What everybody has for the question, where it is not marked by the key any more."""
        return str(VOIDS[self.marking.void]) if self.marking.void else None

    @property
    def marked_options(self) -> tuple[tuple[str, bool, bool], ...]:
        """(text, chosen, right) of every option, for the review after the key is public."""
        right = self.marking.right_options
        return tuple((text, key in self.chosen, key in right) for key, text in self.options)


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
    """A paper that is being worked on, at the moment of the request. `flags`: numbers of questions."""

    own: OwnPaper
    flags: Collection[int]
    remaining_ms: int

    @cached_property
    def questions(self) -> tuple[PaperQuestion, ...]:
        """The questions with what is stored."""
        return _questions(self.own.lines, self.own.snapshot, self.own.answers, flags=self.flags)

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

    @cached_property
    def prediction(self) -> PredictionField | None:
        """The guess that is asked for, in the language of the request."""
        return _prediction(self)

    @property
    def stored_guess(self) -> str:
        """The stored guess as people write it; "" without any."""
        return _guess_text(self.own.round.prediction, self.own.prediction) or ""

    @property
    def rev(self) -> int:
        """The highest revision stored."""
        return max([self.own.prediction_rev, *(answer.rev for answer in self.own.answers.values())])

    @property
    def counts_down(self) -> bool:
        """True when the time left is short enough to be watched."""
        return self.remaining_ms <= _LONGEST_COUNTDOWN_MS


def open_paper(own: OwnPaper, *, flags: Collection[int], now: datetime) -> OpenPaper:
    """The paper as its pages show it; `flags` are numbers of questions."""
    return OpenPaper(own, flags, rules.remaining_ms(own.deadline, now))


@dataclass(frozen=True)
class Result:
    """What a finished attempt is worth: `right` of the `counting` questions, which are all but dropped ones."""

    score: int
    full_score: int
    right: int
    counting: int
    is_perfect: bool


@dataclass(frozen=True)
class FinishedPaper:
    """An attempt that is final. `result` and `key` are None as long as they may not be seen.

    `is_over`: nothing of the round can change any more. `notes`: rulings on questions of this paper. `late`: what came
    after its end. `action`: what its owner can do in the round now.
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
    notes: Sequence[RulingNote]
    late: Sequence[LateNote]
    action: Action


def finished_paper(attempt: AttemptInfo, *, now: datetime) -> FinishedPaper:
    """What may be seen of a final attempt at `now`. ValueError for one that is not final."""
    if attempt.submitted_at is None or attempt.receipt is None:
        raise ValueError("the attempt is not final")
    contest = contests.get_contest_by_id(attempt.contest_id)
    round_ = contest.round_by_id(attempt.round_id)
    receipt = json.loads(attempt.receipt)
    is_over = sealing.is_settled(round_, now)
    snapshot = contests.get_snapshot(attempt.contest_id, attempt.rules_version)
    ruled = rulings.markings(attempt.round_id, snapshot)
    questions = _questions(attempt.paper, snapshot, attempts.get_answers(attempt.id), ruled)
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
        guess=_guess_read(round_.spec.prediction, receipt["prediction"]),
        is_over=is_over,
        result=_result(attempt, round_, questions) if is_over or not hides_results(contest.spec) else None,
        key=questions if is_over and round_.spec.key_public == "after_close" else None,
        notes=[note for note in ruling_notes(contest, round_) if note.ref in dict(attempt.paper)],
        late=late_notes(attempt),
        action=action_in(contest, round_, participant, [unsubmitted] if unsubmitted else [], now),
    )


def _questions(
    lines: Sequence[PaperLine],
    snapshot: Snapshot,
    answers: Mapping[str, Choice],
    ruled: Mapping[str, Marking] | None = None,
    flags: Collection[int] = (),
) -> tuple[PaperQuestion, ...]:
    """`ruled`: how each is marked; None for an open paper, since questions are ruled on after the close only."""
    known = snapshot.questions
    questions = []
    for number, (ref, keys) in enumerate(lines, 1):
        texts = dict(known[ref].options)
        stored = answers.get(ref)
        questions.append(
            PaperQuestion(
                number=number,
                ref=ref,
                question=known[ref],
                marking=ruled[ref] if ruled else rules.key_marking(known[ref]),
                options=tuple((key, texts[key]) for key in keys),
                chosen=stored.options if stored else (),
                rev=stored.rev if stored else 0,
                is_flagged=number in flags,
            )
        )
    return tuple(questions)


def _prediction(paper: OpenPaper) -> PredictionField | None:
    own, round_ = paper.own, paper.own.round
    asked = round_.prediction
    if asked is None:
        return None
    hint = prediction_hint(asked)
    if "prediction_gap" in round_.ranking.keys:
        without = gettext("Không ghi số dự đoán thì xếp sau những người có ghi.")
        hint = f"{hint} {without}"
    return PredictionField(
        question=prediction_question(asked, own.round_label),
        hint=hint,
        stored=paper.stored_guess,
        rev=own.prediction_rev,
        is_percentage=is_percentage(asked),
    )


def _guess_read(asked: Prediction | None, stored: int | None) -> str | None:
    """For reading only; what stands in the form again is `_guess_text`, as it was typed."""
    return None if stored is None or asked is None else guess_text(asked, stored)


def _guess_text(asked: Prediction | None, stored: int | None) -> str | None:
    return None if stored is None or asked is None else rules.show_prediction(asked.metric, stored)


def _result(attempt: AttemptInfo, round_: RoundInfo, questions: tuple[PaperQuestion, ...]) -> Result:
    right = sum(1 for question in questions if question.marking.earns(question.chosen))
    counting = sum(1 for question in questions if question.marking.counts)
    full = counting * round_.spec.paper.points
    return Result(attempt.score or 0, full, right, counting, bool(attempt.is_perfect))
