"""The question of a guess, for every metric and scope."""

from itertools import product
from typing import get_args

import pytest
from flask import Flask

from quizapp.contests.spec import Metric, Prediction
from quizapp.web.prediction_text import prediction_hint, prediction_question

ALL = [Prediction(metric=metric, scope=scope) for metric, scope in product(get_args(Metric), ("round", "contest"))]


def test_every_guess_has_its_own_question(app: Flask) -> None:
    questions = {prediction_question(prediction, "Tuần 1") for prediction in ALL}
    assert len(questions) == 10
    assert all(question.startswith("Theo đồng chí, ") and question.endswith("?") for question in questions)


@pytest.mark.parametrize("prediction", ALL, ids=lambda prediction: f"{prediction.metric}-{prediction.scope}")
def test_the_round_is_named_when_it_is_about_the_round(app: Flask, prediction: Prediction) -> None:
    question = prediction_question(prediction, "Tuần 1")
    assert ("Tuần 1" in question) is (prediction.scope == "round")
    assert ("cuộc thi" in question) is (prediction.scope == "contest")
    assert ("phần trăm" in question) is (prediction.metric == "percent_all_correct")
    assert ("lượt thi" in question) is prediction.metric.startswith("attempts")


def test_the_hint_says_how_to_write_it_and_what_is_counted(app: Flask) -> None:
    count, percent = (Prediction(metric=metric) for metric in ("people", "percent_all_correct"))
    assert "3200" in prediction_hint(count)
    assert "mỗi người chỉ đếm một lần" in prediction_hint(count)
    assert "87,65432" in prediction_hint(percent)


def test_a_label_with_a_percent_sign_is_only_text(app: Flask) -> None:
    assert "Tuần 100% %(x)s" in prediction_question(Prediction(metric="people"), "Tuần 100% %(x)s")
