"""What a ranking looks at, in words: the names of its keys, and each value as a person can check it."""

from datetime import datetime

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from quizapp.attempts.rules import show_prediction
from quizapp.clock import VIETNAM
from quizapp.contests.queries import RoundInfo
from quizapp.contests.spec import Prediction
from quizapp.ranking.rules import Gate, Key, Performance, passes
from quizapp.results.cells import duration_text
from quizapp.results.explaining import Point
from quizapp.web.filters import day, number

POINTS: dict[Point, LazyString] = {
    Gate.ALL_CORRECT: _l("Đúng tất cả các câu"),
    Gate.MIN_SCORE: _l("Đạt mức điểm xét hạng"),
    Key.SCORE: _l("Điểm"),
    Key.PREDICTION_GAP: _l("Độ lệch của số dự đoán"),
    Key.SUBMITTED_AT: _l("Lúc nộp bài"),
    Key.DURATION: _l("Thời gian làm bài"),
    Key.STARTED_AT: _l("Lúc bắt đầu làm bài"),
    Key.PERFECT_ATTEMPTS: _l("Số lượt đúng tất cả các câu"),
}


def value_text(point: Point, performance: Performance, round_: RoundInfo, actual: int | None) -> str:
    """The value of a point as it was compared: "50 điểm", "lệch 5", "15:00:59,250 ngày 19/05/2025"."""
    if isinstance(point, Gate):
        return gettext("có") if passes(round_.spec.ranking.chain(), performance) else gettext("không")
    if point is Key.SCORE:
        return ngettext("%(shown)s điểm", "%(shown)s điểm", performance.score, shown=number(performance.score))
    if point is Key.PREDICTION_GAP:
        return _gap(performance.prediction, round_.spec.prediction, actual)
    if point is Key.DURATION:
        return duration_text(performance.duration_ms)
    if point is Key.PERFECT_ATTEMPTS:
        times = performance.perfect_attempts
        return ngettext("%(num)d lượt", "%(num)d lượt", times)
    return exact_moment(performance.submitted_at if point is Key.SUBMITTED_AT else performance.started_at)


def guess_text(prediction: Prediction, value: int) -> str:
    """A guess, or what was to be guessed, for reading: 3.200, or 87,65432 %."""
    if prediction.metric == "percent_all_correct":
        return f"{show_prediction(prediction.metric, value)} %"
    return number(value)


def exact_moment(value: datetime) -> str:
    """15:00:59,250 ngày 19/05/2025, to the millisecond, as rankings compare it."""
    local = value.astimezone(VIETNAM)
    time = f"{local:%H:%M:%S},{local.microsecond // 1000:03d}"
    return gettext("%(time)s ngày %(day)s", time=time, day=day(value))


def _gap(guess: int | None, prediction: Prediction | None, actual: int | None) -> str:
    if guess is None or prediction is None or actual is None:
        return gettext("không ghi số dự đoán")
    return gettext("lệch %(gap)s", gap=guess_text(prediction, abs(guess - actual)))
