"""The words around a guess: the question asked on the paper, what exactly is counted, and how to write the number."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from quizapp.contests.spec import Prediction
from quizapp.web.rules_words import PREDICTIONS

# Keys: metric, scope.
_QUESTIONS: dict[tuple[str, str], LazyString] = {
    ("people_all_correct", "round"): _l(
        "Theo đồng chí, có bao nhiêu người trả lời đúng tất cả các câu hỏi của %(round)s?"
    ),
    ("people_all_correct", "contest"): _l(
        "Theo đồng chí, trong cả cuộc thi có bao nhiêu người trả lời đúng tất cả các câu hỏi của ít nhất một vòng thi?"
    ),
    ("attempts_all_correct", "round"): _l(
        "Theo đồng chí, có bao nhiêu lượt thi trả lời đúng tất cả các câu hỏi của %(round)s?"
    ),
    ("attempts_all_correct", "contest"): _l(
        "Theo đồng chí, trong cả cuộc thi có bao nhiêu lượt thi trả lời đúng tất cả các câu hỏi?"
    ),
    ("people", "round"): _l("Theo đồng chí, có bao nhiêu người dự thi %(round)s?"),
    ("people", "contest"): _l("Theo đồng chí, cả cuộc thi có bao nhiêu người dự thi?"),
    ("attempts", "round"): _l("Theo đồng chí, %(round)s có bao nhiêu lượt thi?"),
    ("attempts", "contest"): _l("Theo đồng chí, cả cuộc thi có bao nhiêu lượt thi?"),
    ("percent_all_correct", "round"): _l(
        "Theo đồng chí, bao nhiêu phần trăm số người dự thi %(round)s trả lời đúng tất cả các câu hỏi?"
    ),
    ("percent_all_correct", "contest"): _l(
        "Theo đồng chí, bao nhiêu phần trăm số người dự thi trong cả cuộc thi trả lời đúng tất cả các câu hỏi của "
        "ít nhất một vòng thi?"
    ),
}
_COUNT_FORM = _l("Hãy ghi một số bằng chữ số, chẳng hạn 3200.")
_PERCENT_FORM = _l("Hãy ghi một số từ 0 đến 100, có thể thêm dấu phẩy và tối đa 5 chữ số, chẳng hạn 87,65432.")


def prediction_question(prediction: Prediction, round_label: str) -> str:
    """The question as the paper asks it; `round_label` is the round's name, such as "Tuần 1"."""
    return str(_QUESTIONS[prediction.metric, prediction.scope]) % {"round": round_label}


def prediction_hint(prediction: Prediction) -> str:
    """How to write the guess, and what exactly is counted."""
    form = _PERCENT_FORM if is_percentage(prediction) else _COUNT_FORM
    return f"{form} {PREDICTIONS[prediction.metric, prediction.scope][1]}"


def is_percentage(prediction: Prediction) -> bool:
    """True when the guess may have decimals."""
    return prediction.metric == "percent_all_correct"
