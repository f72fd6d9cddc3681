"""How each question was answered, once nothing can change any more. For organizers, and where the key is public."""

from collections.abc import Iterator, Mapping

from flask_babel import gettext

from quizapp.attempts import regrading, rulings
from quizapp.attempts.rules import Marking
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import SnapshotQuestion
from quizapp.messages.rulings import VERDICTS, VOIDS
from quizapp.results import sealing
from quizapp.results.question_figures import question_figures
from quizapp.results.statistics import ItemFigures
from quizapp.results.tables import Column, Table
from quizapp.web.reports.selection import Selection

_LETTERS = "ABCDEFGH"


def may_see(chosen: Selection, round_: RoundInfo) -> bool:
    """True when this member of staff may see how the questions of the round were answered."""
    if chosen.contest.launched_at is None or round_.spec.paper.mode == "marked":
        return False
    if chosen.view.is_organizer:
        return sealing.is_settled(round_, chosen.now)
    return round_.spec.key_public == "after_close" and sealing.has_result(chosen.contest, round_, chosen.now)


def table(chosen: Selection) -> Table:
    """One line a question, round by round; rounds of which it may not be seen are named in a note."""
    rounds = [round_ for round_ in chosen.chosen_rounds if may_see(chosen, round_)]
    hidden = [round_.label for round_ in chosen.chosen_rounds if round_ not in rounds]
    letters = _LETTERS[: max((_options(chosen, round_) for round_ in rounds), default=0)]
    notes = list(definitions())
    if hidden:
        notes.append(gettext("Chưa xem được thống kê câu hỏi của: %(rounds)s.", rounds=", ".join(hidden)))
    return Table(
        name=gettext("Câu hỏi"),
        title=gettext("Thống kê câu hỏi"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("number", gettext("STT"), "int", 6),
            Column("round", gettext("Vòng thi"), width=18),
            Column("question", gettext("Mã câu hỏi"), width=24),
            Column("text", gettext("Nội dung"), width=48),
            Column("shown", gettext("Số lần có trong đề"), "int"),
            Column("answered", gettext("Số lần trả lời"), "int"),
            Column("right", gettext("Số lần trả lời đúng"), "int"),
            Column("right_share", gettext("Tỷ lệ trả lời đúng"), "percent"),
            Column("facility", gettext("Chỉ số độ dễ"), "decimal"),
            Column("discrimination", gettext("Chỉ số phân biệt"), "decimal"),
            *(Column(f"option_{key}", gettext("Chọn %(letter)s", letter=key), "int", 10) for key in letters),
            Column("key", gettext("Đáp án"), width=12),
            Column("marking", gettext("Cách chấm khác"), width=28),
            Column("verdict", gettext("Nhận xét"), width=20),
        ),
        rows=_rows(chosen, rounds, letters),
        notes=tuple(notes),
        letterhead=chosen.letterhead(),
    )


def definitions() -> tuple[str, ...]:
    """What the indices mean."""
    return (
        gettext("Tính trên mọi bài đã hoàn thành có câu hỏi đó, theo đáp án và các quyết định đang áp dụng."),
        gettext("Tỷ lệ trả lời đúng: số lần trả lời đúng so với số lần trả lời."),
        gettext("Chỉ số độ dễ: điểm trung bình của câu so với điểm tối đa, từ 0 (rất khó) đến 1 (rất dễ)."),
        gettext(
            "Chỉ số phân biệt: hệ số tương quan (nhân 100) giữa điểm của câu và tổng điểm các câu còn lại; "
            "số âm nghĩa là người làm tốt các câu khác lại không được điểm câu này, nên cần xem lại đáp án."
        ),
        gettext("Phương án ghi theo thứ tự trong bộ câu hỏi, dù trên đề có thể đã đảo."),
    )


def _options(chosen: Selection, round_: RoundInfo) -> int:
    """The most options that a question of the round has."""
    found = regrading.questions_of(regrading.snapshot_of(chosen.contest, round_), round_)
    return max((len(question.options) for question in found.values()), default=0)


def _rows(chosen: Selection, rounds: list[RoundInfo], letters: str) -> Iterator[tuple[object, ...]]:
    number = 0
    for round_ in rounds:
        snapshot = regrading.snapshot_of(chosen.contest, round_)
        markings = rulings.markings(round_.id, snapshot)
        for ref, figures in question_figures(chosen.contest, round_, chosen.area_ids).items():
            number += 1
            question = snapshot.questions[ref]
            yield number, round_.label, ref, question.text, *_cells(question, figures, markings, letters)


def _cells(
    question: SnapshotQuestion, figures: ItemFigures, markings: Mapping[str, Marking], letters: str
) -> tuple[object, ...]:
    marking = markings[question.ref]
    own = {key for key, _ in question.options}
    return (
        figures.shown,
        figures.answered,
        figures.right,
        figures.right_share,
        figures.facility,
        figures.discrimination,
        *(figures.chosen.get(key, 0) if key in own else None for key in letters),
        answer_text(marking),
        str(VOIDS[marking.void]) if marking.void else None,
        str(VERDICTS[figures.verdict]),
    )


def answer_text(marking: Marking) -> str:
    """The right sets by their letters: "A", "A, C", or "A / B" where either is right."""
    return " / ".join(sorted(", ".join(sorted(options)) for options in marking.right))
