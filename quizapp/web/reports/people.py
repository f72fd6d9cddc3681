"""Tables of persons: who takes part, every finished paper, who has a prize so far. Rows are streamed."""

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext, ngettext

from quizapp.attempts.rules import duration_ms, show_prediction
from quizapp.awards import queries as awards
from quizapp.awards.queries import AwardLine, SheetInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.entries.rules import mask_phone
from quizapp.results import queries, versions
from quizapp.results.tables import Column, Table
from quizapp.web.filters import number
from quizapp.web.reports.selection import AreaNames, Selection, seal_note


def participants(chosen: Selection) -> Table:
    """T8: everybody who entered, whether or not they have finished a paper; only what the entry form asks."""
    fields = chosen.contest.spec.entry.fields
    asked = {name for name in ("date_of_birth", "gender", "phone", "unit", "group") if fields.rule(name) != "off"}
    columns = (
        Column("number", gettext("STT"), "int", 6),
        Column("full_name", gettext("Họ và tên"), width=28),
        *_when("date_of_birth" in asked, Column("date_of_birth", gettext("Ngày sinh"), "date")),
        *_when("gender" in asked, Column("gender", gettext("Giới tính"), width=10)),
        *_when("phone" in asked, Column("phone", gettext("Điện thoại"), width=16)),
        *_area_columns(chosen),
        *_when("unit" in asked, Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28)),
        *_when("group" in asked, Column("group", gettext("Bảng"), width=14)),
        Column("finished", gettext("Đã thi"), width=10),
        Column("attempts", gettext("Số lượt thi"), "int"),
        Column("best_score", gettext("Điểm cao nhất"), "int"),
    )
    return Table(
        name=gettext("Người dự thi"),
        title=gettext("Danh sách người dự thi"),
        subtitle_lines=chosen.subtitle(),
        columns=columns,
        rows=_participant_rows(chosen, {column.key for column in columns}),
        notes=(seal_note(),) if chosen.is_sealed else (),
        letterhead=chosen.letterhead(),
    )


def attempts(chosen: Selection) -> Table:
    """Every finished paper in the order of submission."""
    sealed = any(chosen.seals(round_) for round_ in chosen.chosen_rounds)
    return Table(
        name=gettext("Lượt thi"),
        title=gettext("Danh sách lượt thi"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("number", gettext("STT"), "int", 6),
            Column("round", gettext("Vòng thi"), width=18),
            Column("full_name", gettext("Họ và tên"), width=28),
            *_area_columns(chosen),
            Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28),
            Column("attempt_number", gettext("Lượt thứ"), "int"),
            Column("started_at", gettext("Bắt đầu lúc"), "moment"),
            Column("submitted_at", gettext("Kết thúc lúc"), "moment"),
            Column("duration", gettext("Thời gian làm bài"), "duration"),
            Column("finished_by", gettext("Cách kết thúc"), width=14),
            Column("score", gettext("Điểm"), "int"),
            Column("all_correct", gettext("Đúng tất cả"), width=10),
            Column("prediction", gettext("Số dự đoán"), "decimal"),
            Column("receipt_code", gettext("Mã biên nhận"), width=14),
        ),
        rows=_attempt_rows(chosen),
        notes=(seal_note(),) if sealed else (),
        letterhead=chosen.letterhead(),
    )


def winners(chosen: Selection) -> Table:
    """T2: who has a prize, in the rounds whose results are final and over the contest, by the latest sheet."""
    sheet = awards.latest(chosen.contest.id)
    finalized = [round_ for round_ in chosen.chosen_rounds if versions.finalized(round_.id) is not None]
    rounds = [round_ for round_ in finalized if sheet is not None and not chosen.seals(round_)]
    lines = list(_award_lines(chosen, sheet, rounds)) if sheet is not None else []
    return Table(
        name=gettext("Đạt giải"),
        title=gettext("Danh sách cá nhân đạt giải"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("number", gettext("STT"), "int", 6),
            Column("round", gettext("Vòng thi"), width=18),
            *_when(bool(chosen.contest.spec.groups), Column("group", gettext("Bảng"), width=14)),
            Column("prize", gettext("Giải"), width=16),
            Column("rank", gettext("Hạng"), "int", 8),
            Column("full_name", gettext("Họ và tên"), width=28),
            Column("area", gettext("Đơn vị"), width=34),
            Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28),
            Column("score", gettext("Điểm"), "int"),
            Column("prediction", gettext("Số dự đoán"), "decimal"),
            Column("gap", gettext("Độ lệch"), "decimal"),
            Column("submitted_at", gettext("Nộp bài lúc"), "moment"),
            Column("duration", gettext("Thời gian làm bài"), "duration"),
            Column("amount", gettext("Tiền thưởng (đồng)"), "int", 14),
        ),
        rows=_winner_rows(chosen, lines),
        notes=tuple(_winner_notes(chosen, sheet, rounds, lines)),
        letterhead=chosen.letterhead(),
    )


def shown_phone(chosen: Selection, phone: str | None) -> str | None:
    """The number as this member of staff may see it: organizers whole, others masked where the contest says so."""
    if phone is None or chosen.view.is_organizer or not chosen.contest.spec.publication.mask_phone:
        return phone
    return mask_phone(phone)


def group_label(chosen: Selection, key: str | None) -> str | None:
    """What the division of that key is called."""
    return next((group.label for group in chosen.contest.spec.groups if group.key == key), key)


def _when(condition: bool, column: Column) -> tuple[Column, ...]:
    return (column,) if condition else ()


def _area_columns(chosen: Selection) -> tuple[Column, ...]:
    return tuple(Column(f"area_{level.key}", level.label, width=26) for level in chosen.tree.levels)


def _participant_rows(chosen: Selection, shown: set[str]) -> Iterator[tuple[object, ...]]:
    names, sealed = AreaNames(chosen.tree), chosen.is_sealed
    genders = {"female": gettext("Nữ"), "male": gettext("Nam"), "other": gettext("Khác")}
    done, not_done = gettext("Đã thi"), gettext("Chưa thi")
    found = queries.stream_people(chosen.contest.id, chosen.round_id, chosen.area_ids)
    for place, person in enumerate(found, start=1):
        yield (
            place,
            person.full_name,
            *([person.date_of_birth] if "date_of_birth" in shown else []),
            *([genders.get(person.gender or "")] if "gender" in shown else []),
            *([shown_phone(chosen, person.phone)] if "phone" in shown else []),
            *names.by_level(person.area_id),
            *([person.unit] if "unit" in shown else []),
            *([group_label(chosen, person.group_key)] if "group" in shown else []),
            done if person.attempts else not_done,
            person.attempts,
            None if sealed else person.best_score,
        )


def _attempt_rows(chosen: Selection) -> Iterator[tuple[object, ...]]:
    names = AreaNames(chosen.tree)
    rounds = {round_.id: round_ for round_ in chosen.contest.rounds}
    sealed = {round_.id for round_ in chosen.contest.rounds if chosen.seals(round_)}
    ways = {
        "participant": gettext("Tự nộp"), "deadline": gettext("Hết giờ"), "staff": gettext("Ban Tổ chức thu"),
    }  # fmt: skip
    yes, no = gettext("Có"), gettext("Không")
    found = queries.stream_attempts(chosen.contest.id, chosen.round_id, chosen.area_ids)
    for place, line in enumerate(found, start=1):
        is_sealed = line.round_id in sealed
        yield (
            place,
            rounds[line.round_id].label,
            line.full_name,
            *names.by_level(line.area_id),
            line.unit,
            line.number,
            line.started_at,
            line.submitted_at,
            duration_ms(line.started_at, line.submitted_at),
            ways[line.finished_by],
            None if is_sealed else line.score,
            None if is_sealed else yes if line.is_perfect else no,
            None if is_sealed else _guess(rounds[line.round_id], line.prediction),
            line.receipt_code,
        )


def _award_lines(chosen: Selection, sheet: SheetInfo, rounds: list[RoundInfo]) -> Iterator[AwardLine]:
    """The places of persons in these rounds and, of the whole contest, in the overall ranking."""
    shown = {round_.id for round_ in rounds}
    for line in awards.list_awards(sheet, round_id=chosen.round_id):
        if (line.kind == "round" and line.round_id in shown) or (line.kind == "overall" and not chosen.is_sealed):
            yield line


def _winner_rows(chosen: Selection, lines: list[AwardLine]) -> Iterator[tuple[object, ...]]:
    names, ids = AreaNames(chosen.tree), chosen.area_ids
    rounds = {round_.id: round_ for round_ in chosen.contest.rounds}
    won = [line for line in lines if line.participant_id is not None and (ids is None or line.area_id in ids)]
    for place, line in enumerate(won, start=1):
        round_ = rounds.get(line.round_id or 0)
        yield (
            place,
            round_.label if round_ else gettext("Toàn cuộc thi"),
            *([group_label(chosen, line.group_key)] if chosen.contest.spec.groups else []),
            line.prize,
            line.rank,
            line.full_name,
            names.in_one_line(line.area_id),
            line.unit,
            line.score,
            _guess(round_, line.prediction) if round_ else None,
            _guess(round_, line.gap) if round_ else None,
            line.submitted_at,
            line.duration_ms,
            line.amount,
        )


def _winner_notes(
    chosen: Selection, sheet: SheetInfo | None, rounds: list[RoundInfo], lines: list[AwardLine]
) -> Iterator[str]:
    """Whether the list may still change, what was to be guessed, and what is not there yet."""
    public = {round_.id for round_ in rounds if versions.published(round_.id) is not None}
    if sheet is not None and (sheet.published_at is None or len(public) < len(rounds)):
        yield gettext("Danh sách tạm, chưa công bố; Ban Tổ chức còn có thể thay đổi.")
    cap = chosen.contest.spec.prize_cap
    if cap == "one_per_contest" and any(versions.finalized(each.id) is None for each in chosen.contest.rounds):
        yield gettext("Mỗi người chỉ nhận một giải, giải cao nhất; danh sách xét lại khi mọi vòng thi có kết quả.")
    for round_ in rounds:
        if round_.spec.prediction is not None:
            value = _actual(chosen, round_)
            yield gettext("%(round)s: giá trị đúng của câu dự đoán là %(value)s.", round=round_.label, value=value)
    waiting = sum(line.state in ("lot_needed", "hand_needed") for line in lines)
    if waiting:
        yield ngettext("%(num)d giải chưa có người nhận.", "%(num)d giải chưa có người nhận.", waiting)
    pending = [round_.label for round_ in chosen.chosen_rounds if round_ not in rounds]
    if pending:
        yield gettext("Chưa có kết quả: %(rounds)s.", rounds=", ".join(pending))


def _actual(chosen: Selection, round_: RoundInfo) -> str:
    prediction = round_.spec.prediction
    assert prediction is not None  # noqa: S101 - asked of rounds with a prediction only
    value = contests.actual_of(round_.id)
    if value is None:
        return "–"
    return show_prediction(prediction.metric, value) if prediction.metric == "percent_all_correct" else number(value)


def _guess(round_: RoundInfo, stored: int | None) -> Decimal | None:
    """A guess or a distance as people write it: a count, or a percentage with five decimals."""
    if stored is None or round_.spec.prediction is None:
        return None
    is_percent = round_.spec.prediction.metric == "percent_all_correct"
    return Decimal(stored).scaleb(-5) if is_percent else Decimal(stored)
