"""What stands in the way of a round's result becoming final and public, and what should be looked at before it does."""

from collections.abc import Iterator, Mapping

from flask import url_for
from flask_babel import gettext, ngettext

from quizapp.accounts.rules import Actor
from quizapp.attempts import late, rulings
from quizapp.attempts import queries as attempts
from quizapp.awards import queries as awards
from quizapp.contests import queries as contests
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.results import sealing
from quizapp.results.anomalies import Sign
from quizapp.results.rules import Stage
from quizapp.results.versions import ResultInfo
from quizapp.web.filters import moment
from quizapp.web.organize.checks import Check
from quizapp.web.ranking_words import guess_text


def result_checks(
    contest: ContestInfo,
    round_: RoundInfo,
    stage: Stage,
    version: ResultInfo | None,
    flags: Mapping[Sign, int],
    actor: Actor,
) -> list[Check]:
    """Each condition with its verdict, for the stages between the close and the publication; none for the others."""
    if stage in (Stage.UPCOMING, Stage.OPEN, Stage.PUBLISHED):
        return []
    return [
        _papers(contest, round_),
        *_guess(round_),
        *_rulings(contest, round_),
        *_late(contest, round_, stage),
        *_signs(flags),
        *_second_person(stage, version, actor),
        *_lots(contest, round_, stage),
    ]


def _papers(contest: ContestInfo, round_: RoundInfo) -> Check:
    """Also of the other rounds, where the guess is about all of them."""
    waits_for = sealing.decided_by(contest, round_)
    count, last = attempts.unsubmitted([each.id for each in waits_for])
    if not count or last is None:
        return Check("done", gettext("Mọi bài thi đã kết thúc"))
    text = ngettext("Còn %(num)d bài thi chưa kết thúc", "Còn %(num)d bài thi chưa kết thúc", count)
    return Check("blocked", text, gettext("Bài cuối cùng hết giờ lúc %(moment)s.", moment=moment(last)))


def _guess(round_: RoundInfo) -> Iterator[Check]:
    prediction, actual = round_.spec.prediction, contests.actual_of(round_.id)
    if prediction is None:
        return
    if actual is not None:
        value = guess_text(prediction, actual)
        yield Check("done", gettext("Đã chốt số phải dự đoán: %(value)s", value=value))
        return
    why = gettext("Số này được chốt một lần, ngay sau khi bài cuối cùng của vòng thi kết thúc.")
    if prediction.scope == "contest":
        why = gettext("Câu dự đoán là về cả cuộc thi, nên số này chỉ chốt được khi mọi vòng thi có làm bài đã đóng.")
    yield Check("blocked", gettext("Chưa chốt số phải dự đoán"), why)


def _rulings(contest: ContestInfo, round_: RoundInfo) -> Iterator[Check]:
    if rulings.find_staged(round_.id) is not None:
        yield Check(
            "blocked",
            gettext("Có một phán quyết về câu hỏi đang chờ áp dụng hoặc hủy bỏ"),
            gettext("Kết quả chỉ duyệt được khi phán quyết này đã được quyết định."),
            url_for("organize.rulings", slug=contest.slug, key=round_.key),
        )
        return
    applied = len(rulings.list_applied(round_.id))
    if applied:
        yield Check(
            "done",
            ngettext("Đã áp dụng %(num)d phán quyết về câu hỏi", "Đã áp dụng %(num)d phán quyết về câu hỏi", applied),
        )


def _late(contest: ContestInfo, round_: RoundInfo, stage: Stage) -> Iterator[Check]:
    """Answers that came late can be accepted until somebody confirms the result."""
    papers, waiting = late.count_papers(round_.id)
    url = url_for("organize.late_papers", slug=contest.slug, key=round_.key)
    if waiting and stage in (Stage.CLOSING, Stage.REVIEW):
        text = ngettext(
            "%(num)d bài có câu trả lời đến muộn chưa được quyết định",
            "%(num)d bài có câu trả lời đến muộn chưa được quyết định",
            waiting,
        )
        yield Check("warning", text, gettext("Duyệt kết quả rồi thì không chấp nhận được nữa."), url)
    elif papers and not waiting:
        yield Check("done", gettext("Đã xem những câu trả lời đến muộn"))


def _signs(flags: Mapping[Sign, int]) -> Iterator[Check]:
    if not flags:
        yield Check("done", gettext("Không có dấu hiệu nào cần xem xét"))
        return
    kinds = ngettext("Có %(num)d loại dấu hiệu cần xem xét", "Có %(num)d loại dấu hiệu cần xem xét", len(flags))
    yield Check("warning", kinds, gettext("Dấu hiệu không phải là kết luận; xem danh sách ở cuối trang."))


def _second_person(stage: Stage, version: ResultInfo | None, actor: Actor) -> Iterator[Check]:
    if stage is Stage.PROPOSED and version is not None and version.proposed_by == actor.login:
        why = gettext("Đồng chí đã đề nghị kết quả này; một tài khoản khác của Ban Tổ chức phải duyệt.")
        yield Check("blocked", gettext("Cần người thứ hai"), why)


def _lots(contest: ContestInfo, round_: RoundInfo, stage: Stage) -> Iterator[Check]:
    sheet = awards.latest(contest.id)
    if stage is not Stage.FINALIZED or sheet is None:
        return
    waiting = {line.rank for line in awards.list_awards(sheet, round_id=round_.id) if line.state == "lot_needed"}
    if waiting:
        why = gettext(
            "Những người cùng hạng đứng ngang nhau ở suất cuối cùng của một giải; phải bốc thăm rồi mới công bố."
        )
        yield Check("blocked", gettext("Cần bốc thăm"), why, url_for("organize.awards", slug=contest.slug))
    else:
        yield Check("done", gettext("Không có giải nào phải bốc thăm"))
