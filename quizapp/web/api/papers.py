"""A paper as its owner sees it: questions and options in the order shown, and nothing of what is right."""

from collections.abc import Mapping

from flask import url_for

from quizapp.attempts.queries import AttemptInfo
from quizapp.banks.rules import Image
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import Snapshot, SnapshotQuestion
from quizapp.web.api.schemas import ResponseBody
from quizapp.web.prediction_text import prediction_hint, prediction_question


class OptionOut(ResponseBody):
    """Something to choose."""

    option: str
    text: str


class ImageOut(ResponseBody):
    """A picture: its address, its description in words, and its size in pixels."""

    url: str
    alt: str
    width: int
    height: int


class QuestionOut(ResponseBody):
    """A question; `multiple` = several options are right, and all and only these must be chosen."""

    question: str
    text: str
    image: ImageOut | None
    multiple: bool
    options: list[OptionOut]


class PredictionAsked(ResponseBody):
    """The guess that goes with the paper: the question in words, and how to write the number."""

    metric: str
    scope: str
    text: str
    hint: str


class Paper(ResponseBody):
    """What is asked."""

    questions: list[QuestionOut]
    prediction: PredictionAsked | None


def paper_out(attempt: AttemptInfo, snapshot: Snapshot, round_: RoundInfo) -> Paper:
    """The paper of an attempt."""
    asked = round_.spec.prediction
    return Paper(
        questions=[_question(snapshot.questions, ref, shown) for ref, shown in attempt.paper],
        prediction=PredictionAsked(
            metric=asked.metric,
            scope=asked.scope,
            text=prediction_question(asked, round_.label),
            hint=prediction_hint(asked),
        )
        if asked
        else None,
    )


def _question(questions: Mapping[str, SnapshotQuestion], ref: str, shown: tuple[str, ...]) -> QuestionOut:
    found = questions[ref]
    texts = dict(found.options)
    return QuestionOut(
        question=ref,
        text=found.text,
        image=_image(found.image),
        multiple=found.is_multiple,
        options=[OptionOut(option=key, text=texts[key]) for key in shown],
    )


def _image(image: Image | None) -> ImageOut | None:
    if image is None:
        return None
    url = url_for("play.question_image", digest=image.digest, kind=image.kind)
    return ImageOut(url=url, alt=image.alt, width=image.width, height=image.height)
