"""T15: what an organizer should look at before a result is final. For organizers only."""

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import RoundState, questions_in
from quizapp.entries.rules import mask_citizen_id, mask_phone
from quizapp.errors import NotFound
from quizapp.messages.anomalies import SIGN_RULES, SIGNS
from quizapp.results import anomalies
from quizapp.results.anomalies import LIMITS, Flag, Sign
from quizapp.results.cells import duration_text
from quizapp.results.lookalikes import odd_letters
from quizapp.results.tables import Column, Table
from quizapp.web.filters import number
from quizapp.web.reports.selection import AreaNames, Selection


def table(chosen: Selection) -> Table:
    """One line for each sign on each person, round by round. Raises NotFound for anybody but organizers."""
    if not chosen.view.is_organizer:
        raise NotFound("table_not_found")
    return Table(
        name=gettext("Cần xem xét"),
        title=gettext("Danh sách những dấu hiệu cần xem xét"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("number", gettext("STT"), "int", 6),
            Column("round", gettext("Vòng thi"), width=18),
            Column("sign", gettext("Dấu hiệu"), width=34),
            Column("group", gettext("Nhóm"), "int", 8),
            Column("full_name", gettext("Họ và tên"), width=28),
            Column("area", gettext("Đơn vị"), width=34),
            Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28),
            Column("rank", gettext("Hạng"), "int", 8),
            Column("seen", gettext("Chi tiết"), width=48),
            Column("participant", gettext("Mã người dự thi"), width=26),
        ),
        rows=_rows(chosen),
        notes=(caution(), *(f"{SIGNS[sign]}: {sign_rule(sign)}" for sign in Sign)),
        letterhead=chosen.letterhead(),
    )


def caution() -> str:
    """What the list is, and what it is not."""
    return gettext(
        "Đây là những điều cần xem xét, không phải kết luận về ai. Không dấu hiệu nào tự làm thay đổi điểm, thứ hạng "
        "hay giải thưởng; người có trách nhiệm xem xét rồi mới quyết định, có ghi lý do."
    )


def sign_rule(sign: Sign) -> str:
    """From where on something is a sign, in words."""
    return str(SIGN_RULES[sign.value]) % {
        "places": LIMITS.first_places,
        "people": LIMITS.people_of_one_phone,
        "browser": LIMITS.people_of_one_browser,
        "pace": LIMITS.people_of_one_pace,
        "seconds": LIMITS.ms_a_question // 1000,
        "guesses": LIMITS.guesses,
        "attempts": LIMITS.attempts,
    }


def _rows(chosen: Selection) -> Iterator[tuple[object, ...]]:
    names, ids, place = AreaNames(chosen.tree), chosen.area_ids, 0
    for round_ in chosen.chosen_rounds:
        if round_.state(chosen.now) is RoundState.UPCOMING:
            continue
        for flag in anomalies.stream_flags(round_):
            if ids is not None and flag.area_id not in ids:
                continue
            place += 1
            yield (
                place,
                round_.label,
                str(SIGNS[flag.sign.value]),
                flag.group,
                flag.full_name,
                names.in_one_line(flag.area_id),
                flag.unit,
                flag.rank,
                _seen(round_, flag),
                flag.public_id,
            )


def _masked(flag: Flag) -> str:
    """The number that is shared, as staff see numbers; "–" when it has been erased."""
    mask = mask_phone if flag.sign is Sign.SAME_PHONE else mask_citizen_id
    return mask(flag.shared) if flag.shared else "–"


def _seen(round_: RoundInfo, flag: Flag) -> str:
    amount = number(flag.amount)
    if flag.sign is Sign.UNRANKED_IN_FRONT:
        return gettext("Nếu xếp hạng sẽ đứng thứ %(place)s", place=amount)
    if flag.sign in (Sign.SAME_PHONE, Sign.SAME_CITIZEN_ID):
        return gettext("Số %(number)s: %(people)s người", number=_masked(flag), people=amount)
    if flag.sign is Sign.SHARED_BROWSER:
        return gettext("%(people)s người trên cùng một trình duyệt", people=amount)
    if flag.sign is Sign.SAME_PACE:
        return gettext("%(people)s bài cùng một nhịp", people=amount)
    if flag.sign is Sign.FAST_PAPER:
        time = duration_text(flag.amount)
        return gettext("%(time)s cho %(questions)s câu", time=time, questions=questions_in(round_.spec))
    if flag.sign is Sign.ODD_LETTERS:
        odd = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in odd_letters(flag.full_name))
        return gettext("Chữ cần xem: %(letters)s", letters=odd)
    if flag.sign is Sign.MANY_GUESSES:
        return ngettext("%(num)d số dự đoán khác nhau", "%(num)d số dự đoán khác nhau", flag.amount)
    return ngettext("%(num)d lượt thi", "%(num)d lượt thi", flag.amount)
