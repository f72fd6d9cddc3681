"""A paper as its owner sees it: questions and options in the order shown, and nothing of what is right."""

from collections.abc import Mapping

from quizapp.attempts.queries import AttemptInfo
from quizapp.banks.rules import Image
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import Snapshot, SnapshotQuestion
from quizapp.web.api.schemas import ResponseBody
from quizapp.web.pictures import picture_url
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
    return Paper(
        questions=[_question(snapshot.questions, ref, shown) for ref, shown in attempt.paper],
        prediction=prediction_asked(round_),
    )


def prediction_asked(round_: RoundInfo) -> PredictionAsked | None:
    """The guess that goes with the round's papers."""
    asked = round_.spec.prediction
    return (
        PredictionAsked(
            metric=asked.metric,
            scope=asked.scope,
            text=prediction_question(asked, round_.label),
            hint=prediction_hint(asked),
        )
        if asked
        else None
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


NO_QUESTIONS = '"questions":[]'


def questions_json(attempt: AttemptInfo, snapshot: Snapshot) -> str:
    """`questions` of a paper as JSON, to be put in place of `NO_QUESTIONS`: what all papers share is written once."""
    kept = _kept.setdefault(snapshot.content_hash, {})
    return f'"questions":[{",".join(_question_json(snapshot, ref, shown, kept) for ref, shown in attempt.paper)}]'


# By snapshot and question: what stands before the options, and each option. Snapshots never change.
_kept: dict[str, dict[str, tuple[str, Mapping[str, str]]]] = {}
_NO_OPTIONS = "]}"


def _question_json(
    snapshot: Snapshot, ref: str, shown: tuple[str, ...], kept: dict[str, tuple[str, Mapping[str, str]]]
) -> str:
    if ref not in kept:
        found = snapshot.questions[ref]
        whole = _question(snapshot.questions, ref, ()).model_dump_json()
        options = {key: OptionOut(option=key, text=text).model_dump_json() for key, text in found.options}
        if found.image is not None:
            # Its address depends on where the product is mounted.
            return _joined(whole, options, shown)
        kept[ref] = whole, options
    return _joined(*kept[ref], shown)


def _joined(whole: str, options: Mapping[str, str], shown: tuple[str, ...]) -> str:
    return whole.removesuffix(_NO_OPTIONS) + ",".join(options[key] for key in shown) + _NO_OPTIONS


def _image(image: Image | None) -> ImageOut | None:
    if image is None:
        return None
    return ImageOut(url=picture_url(image), alt=image.alt, width=image.width, height=image.height)
