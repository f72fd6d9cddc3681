"""Tables of persons: who takes part, every finished paper, who has a prize so far. Rows are streamed."""

from collections.abc import Iterator
from decimal import Decimal

from flask_babel import gettext, ngettext

from quizapp.attempts.rules import show_prediction
from quizapp.awards import queries as awards
from quizapp.awards.queries import AwardLine, SheetInfo
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.entries.rules import mask_phone
from quizapp.results import queries, versions
from quizapp.results.listing import Field, Listing, in_words, sealed_text, stored
from quizapp.results.tables import Column, Table
from quizapp.web.filters import number
from quizapp.web.reports.selection import AreaNames, Selection, seal_note


def participants(chosen: Selection) -> Table:
    """T8: everybody who entered, whether or not they have finished a paper; only what the entry form asks."""
    genders = {"female": gettext("Nữ"), "male": gettext("Nam"), "other": gettext("Khác")}
    progress = {True: gettext("Đã thi"), False: gettext("Chưa thi")}
    fields = (
        stored("full_name", Column("full_name", gettext("Họ và tên"), width=28)),
        *_when_asked(chosen, stored("date_of_birth", Column("date_of_birth", gettext("Ngày sinh"), "date"))),
        *_when_asked(chosen, in_words("gender", Column("gender", gettext("Giới tính"), width=10), genders)),
        *_when_asked(chosen, _phone_field(chosen)),
        _area_field(chosen),
        *_when_asked(chosen, stored("unit", Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28))),
        *_when_asked(chosen, _group_field(chosen)),
        in_words("finished", Column("finished", gettext("Đã thi"), width=10), progress),
        stored("attempts", Column("attempts", gettext("Số lượt thi"), "int")),
        stored("best_score", Column("best_score", gettext("Điểm cao nhất"), "int")),
    )
    sealed = chosen.is_sealed
    query = queries.listed_people(chosen.contest.id, chosen.round_id, chosen.area_ids, sealed=sealed)
    rows = Listing(Column("number", gettext("STT"), "int", 6), fields, query)
    return Table(
        name=gettext("Người dự thi"),
        title=gettext("Danh sách người dự thi"),
        subtitle_lines=chosen.subtitle(),
        columns=rows.columns,
        rows=rows,
        notes=(seal_note(),) if sealed else (),
        letterhead=chosen.letterhead(),
    )


def attempts(chosen: Selection) -> Table:
    """Every finished paper in the order of submission."""
    rounds = {round_.id: round_.label for round_ in chosen.contest.rounds}
    ways = {
        "participant": gettext("Tự nộp"), "deadline": gettext("Hết giờ"), "staff": gettext("Ban Tổ chức thu"),
    }  # fmt: skip
    answers = {True: gettext("Có"), False: gettext("Không")}
    guess = Column("prediction", gettext("Số dự đoán"), "decimal")
    fields = (
        in_words("round_id", Column("round", gettext("Vòng thi"), width=18), rounds),
        stored("full_name", Column("full_name", gettext("Họ và tên"), width=28)),
        _area_field(chosen),
        stored("unit", Column("unit", gettext("Chi bộ, cơ quan, trường"), width=28)),
        stored("number", Column("attempt_number", gettext("Lượt thứ"), "int")),
        stored("started_at", Column("started_at", gettext("Bắt đầu lúc"), "moment")),
        stored("submitted_at", Column("submitted_at", gettext("Kết thúc lúc"), "moment")),
        stored("duration_ms", Column("duration", gettext("Thời gian làm bài"), "duration")),
        in_words("finished_by", Column("finished_by", gettext("Cách kết thúc"), width=14), ways),
        stored("score", Column("score", gettext("Điểm"), "int")),
        in_words("is_perfect", Column("all_correct", gettext("Đúng tất cả"), width=10), answers),
        Field("prediction", (guess,), lambda value: (None if value is None else Decimal(value),)),
        stored("receipt_code", Column("receipt_code", gettext("Mã biên nhận"), width=14)),
    )
    sealed = {round_.id for round_ in chosen.contest.rounds if chosen.seals(round_)}
    shown = [round_ for round_ in chosen.contest.rounds if round_.id not in sealed and round_.spec.prediction]
    percentages = {round_.id for round_ in shown if _guesses_percentage(round_)}
    query = queries.listed_attempts(
        chosen.contest.id,
        chosen.round_id,
        chosen.area_ids,
        sealed=sealed,
        counts={round_.id for round_ in shown} - percentages,
        percentages=percentages,
    )
    rows = Listing(Column("number", gettext("STT"), "int", 6), fields, query)
    return Table(
        name=gettext("Lượt thi"),
        title=gettext("Danh sách lượt thi"),
        subtitle_lines=chosen.subtitle(),
        columns=rows.columns,
        rows=rows,
        notes=(seal_note(),) if any(round_.id in sealed for round_ in chosen.chosen_rounds) else (),
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


def gives_phones(table: str, chosen: Selection) -> bool:
    """True when the table of that name tells whole telephone numbers."""
    return table == "participants" and chosen.contest.spec.entry.fields.phone != "off" and not _masks_phones(chosen)


def shown_phone(chosen: Selection, phone: str | None) -> str | None:
    """The number as this member of staff may see it: organizers whole, others masked where the contest says so."""
    return mask_phone(phone) if phone is not None and _masks_phones(chosen) else phone


def _masks_phones(chosen: Selection) -> bool:
    return not chosen.view.is_organizer and chosen.contest.spec.publication.mask_phone


def group_label(chosen: Selection, key: str | None) -> str | None:
    """What the division of that key is called."""
    return next((group.label for group in chosen.contest.spec.groups if group.key == key), key)


def _when(condition: bool, column: Column) -> tuple[Column, ...]:
    return (column,) if condition else ()


def _when_asked(chosen: Selection, field: Field) -> tuple[Field, ...]:
    """The field, where the entry form asks for what its column shows."""
    return () if chosen.contest.spec.entry.fields.rule(field.columns[0].key) == "off" else (field,)


def _area_field(chosen: Selection) -> Field:
    """A column for each level of the tree, the topmost first."""
    names = AreaNames(chosen.tree)
    columns = tuple(Column(f"area_{level.key}", level.label, width=26) for level in chosen.tree.levels)
    known = chosen.area_ids or {node.id for node in chosen.tree.nodes}
    return Field("area_id", columns, names.by_level, known)


def _phone_field(chosen: Selection) -> Field:
    column = Column("phone", gettext("Điện thoại"), width=16)
    return sealed_text("phone", column, "participants.phone", lambda phone: shown_phone(chosen, phone))


def _group_field(chosen: Selection) -> Field:
    known = tuple(group.key for group in chosen.contest.spec.groups)
    column = Column("group", gettext("Bảng"), width=14)
    return Field("group_key", (column,), lambda key: (group_label(chosen, key),), known)


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


def _guess(round_: RoundInfo, value: int | None) -> Decimal | None:
    """A guess or a distance as people write it: a count, or a percentage with five decimals."""
    if value is None or round_.spec.prediction is None:
        return None
    return Decimal(value).scaleb(-5) if _guesses_percentage(round_) else Decimal(value)


def _guesses_percentage(round_: RoundInfo) -> bool:
    return round_.spec.prediction is not None and round_.spec.prediction.metric == "percent_all_correct"
