"""What stands in the way of a launch, and what should be looked at before it."""

from datetime import datetime
from typing import NamedTuple

from flask import url_for
from flask_babel import gettext, ngettext

from quizapp.contests import loader, queries
from quizapp.contests.queries import ContestInfo
from quizapp.contests.rules import questions_in
from quizapp.entries import queries as entries
from quizapp.messages import text_of
from quizapp.strict_yaml import RefusedFile
from quizapp.web.filters import moment, number


class Check(NamedTuple):
    """One line of components/checklist.html; `verdict` is done, warning or blocked."""

    verdict: str
    text: str
    help: str | None = None
    url: str | None = None


def launch_checks(contest: ContestInfo, now: datetime) -> list[Check]:
    """Every condition of a launch with its verdict; nothing is blocked when the contest can be launched."""
    return [*_file_checks(contest), *_obstacles(contest, now), *_round_checks(contest, now), _targets_check(contest)]


def is_ready(checks: list[Check]) -> bool:
    """True when nothing stands in the way."""
    return all(check.verdict != "blocked" for check in checks)


def _file_checks(contest: ContestInfo) -> list[Check]:
    """The file may have been sound once and not fit any more, because a bank has changed since."""
    try:
        file, name = queries.source_of(contest.slug).encode(), f"{contest.slug}.yaml"
        loader.parse_contest(file, name=name, owner_area_id=contest.owner_area_id)
    except RefusedFile as refused:
        problems = len(refused.problems)
        text = ngettext("Tệp cuộc thi có %(num)d lỗi", "Tệp cuộc thi có %(num)d lỗi", problems)
        why = gettext("Có thể bộ câu hỏi hoặc danh mục đơn vị đã thay đổi sau khi nhập tệp.")
        return [Check("blocked", text, why, url_for("organize.edit", slug=contest.slug))]
    return [Check("done", gettext("Thể lệ, danh mục đơn vị và các bộ câu hỏi khớp với nhau"))]


def _obstacles(contest: ContestInfo, now: datetime) -> list[Check]:
    found = []
    for problem in loader.launch_problems(contest.spec, now=now, listed=entries.count_roster(contest.id)):
        params = {name: value for name, value in problem.items() if name != "code"}
        sentence = text_of(str(problem["code"]), **params)
        found.append(Check("blocked", sentence, url=url_for("organize.edit", slug=contest.slug)))
    return found or [Check("done", gettext("Cách đăng ký và thời gian thi thực hiện được"))]


def _round_checks(contest: ContestInfo, now: datetime) -> list[Check]:
    checks = []
    for round_ in contest.rounds:
        questions = number(questions_in(round_.spec))
        text = gettext("%(round)s: mỗi bài có %(questions)s câu hỏi", round=round_.label, questions=questions)
        if round_.opens_at <= now:
            late = gettext("Giờ mở %(moment)s đã qua: thi được ngay khi khởi động.", moment=moment(round_.opens_at))
            checks.append(Check("warning", text, late))
        elif not round_.spec.prizes:
            checks.append(Check("warning", text, gettext("Vòng thi này chưa nêu giải thưởng.")))
        else:
            checks.append(Check("done", text))
    return checks


def _targets_check(contest: ContestInfo) -> Check:
    if queries.targets(contest.id):
        return Check("done", gettext("Đã giao chỉ tiêu cho các đơn vị"))
    url = url_for("district.targets", slug=contest.slug)
    help_ = gettext("Không bắt buộc; có thể giao sau khi khởi động.")
    return Check("warning", gettext("Chưa giao chỉ tiêu cho đơn vị nào"), help_, url)
