"""The way of a round's result from its opening to the public, as steps to look at."""

from datetime import datetime
from typing import NamedTuple

from flask_babel import gettext

from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.results.rules import Stage
from quizapp.results.versions import ResultInfo
from quizapp.web.filters import closing, moment
from quizapp.web.ranking_words import guess_text


class Step(NamedTuple):
    """One step of components/steps.html; `state` is done, current or later."""

    state: str
    label: str
    note: str | None = None


# How many steps are behind at each stage, of all seven.
_BEHIND = {
    Stage.UPCOMING: 0,
    Stage.OPEN: 1,
    Stage.CLOSING: 2,
    Stage.REVIEW: 3,
    Stage.PROPOSED: 5,
    Stage.FINALIZED: 6,
    Stage.PUBLISHED: 7,
}
_PROPOSAL = 4


def way(contest: ContestInfo, round_: RoundInfo, stage: Stage, version: ResultInfo | None) -> list[Step]:
    """Every step with its state; once it is taken, who took it and when. Two persons make one step more."""
    two = contest.spec.publication.two_persons
    steps = [
        (gettext("Mở vòng thi"), moment(round_.opens_at)),
        (gettext("Đóng vòng thi"), closing(round_.closes_at)),
        (gettext("Chốt số liệu"), _frozen(round_)),
        (gettext("Rà soát"), None),
        (gettext("Người thứ nhất đề nghị"), _by(version.proposed_at, version.proposed_by) if version else None),
        (
            gettext("Người thứ hai duyệt") if two else gettext("Duyệt kết quả"),
            _by(version.finalized_at, version.finalized_by) if version else None,
        ),
        (gettext("Công bố"), _by(version.published_at, version.published_by) if version else None),
    ]
    behind = _BEHIND[stage]
    return [
        Step("done" if place < behind else "current" if place == behind else "later", label, note)
        for place, (label, note) in enumerate(steps)
        if two or place != _PROPOSAL
    ]


def _frozen(round_: RoundInfo) -> str | None:
    actual, prediction = contests.actual_of(round_.id), round_.spec.prediction
    if actual is None or prediction is None:
        return None
    return gettext("Số phải dự đoán: %(value)s", value=guess_text(prediction, actual))


def _by(at: datetime | None, who: str | None) -> str | None:
    return f"{who}, {moment(at)}" if at is not None and who is not None else None
