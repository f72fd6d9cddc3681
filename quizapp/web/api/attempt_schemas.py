"""What goes in and out while a paper is sat."""

from typing import Annotated, Literal

from pydantic import Field

from quizapp.attempts.saving import MAX_BATCH
from quizapp.web.api.papers import Paper
from quizapp.web.api.schemas import MAX_SAFE_INTEGER, Guess, Moment, RequestBody, ResponseBody

Rev = Annotated[int, Field(ge=1, le=MAX_SAFE_INTEGER)]
Name = Annotated[str, Field(max_length=200)]


class AttemptStarted(ResponseBody):
    """The attempt that is open now; times count from the server's clock."""

    attempt: str
    contest: str
    round: str
    number: int
    paper: Paper
    started_at: Moment
    deadline: Moment
    server_now: Moment
    remaining_ms: int
    rules_version: int


class AnswerOut(ResponseBody):
    """A stored choice; no option at all = taken back."""

    question: str
    options: list[str]
    rev: int


class GuessOut(ResponseBody):
    """A stored guess; a percentage is text with a decimal comma."""

    value: int | str
    rev: int


class QuestionResult(ResponseBody):
    """What one question was worth, and what would have been right: after rulings, every option of a right set.

    `void`: its points do not depend on the key any more: all have them, who answered it has them, or it was dropped.
    """

    question: str
    points: int
    right: list[str]
    void: Literal["all", "answered", "drop"] | None
    explanation: str


class AttemptResult(ResponseBody):
    """What the attempt was worth; `questions` once the round's key is public."""

    score: int
    full_score: int
    is_perfect: bool
    questions: list[QuestionResult] | None


class AttemptOut(AttemptStarted):
    """An attempt with what is stored of it; `result` as soon as it may be known."""

    state: Literal["open", "final"]
    answers: list[AnswerOut]
    prediction: GuessOut | None
    submitted_at: Moment | None
    finished_by: str | None
    result: AttemptResult | None


class AnswerIn(RequestBody):
    """A choice; `rev` grows with every change in that browser."""

    question: Name
    options: Annotated[list[Name], Field(max_length=26)]
    rev: Rev


class GuessIn(RequestBody):
    """The guess, as a whole number or as text ("87,65432")."""

    value: Guess
    rev: Rev


class AnswersIn(RequestBody):
    """A batch of choices, each question at most once, and the guess where there is one."""

    batch: Annotated[list[AnswerIn], Field(max_length=MAX_BATCH)]
    prediction: GuessIn | None = None


class RevOut(ResponseBody):
    """A revision that is stored."""

    question: str
    rev: int


class AnswersSaved(ResponseBody):
    """What became of a batch; a stale item comes back with what is stored. `prediction` is what is stored of it."""

    saved: list[RevOut]
    stale: list[AnswerOut]
    prediction: GuessOut | None
    server_now: Moment
    remaining_ms: int


class SubmissionIn(RequestBody):
    """`last_rev` is the highest revision that this browser has sent; absent = nothing to wait for."""

    last_rev: Annotated[int, Field(ge=0, le=MAX_SAFE_INTEGER)] | None = None


class Receipt(ResponseBody):
    """The receipt of a finished attempt; the same bytes each time, and nothing about right or wrong in it."""

    attempt: str
    contest: str
    round: str
    code: str
    questions: int
    answered: int
    prediction: int | None
    paper_hash: str
    salt: str
    answers_hash: str
    rules_version: int
    started_at: Moment
    deadline: Moment
    submitted_at: Moment
    finished_by: str
