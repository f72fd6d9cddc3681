"""T12: the sheet by which collective prizes are proposed, one line an area in each collective ranking."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from quizapp.awards import collective_tables
from quizapp.awards.area_ranking import AreaCandidate
from quizapp.awards.collective_tables import CollectiveTable
from quizapp.contests.contradictions import individual_prizes
from quizapp.results.tables import Column, Table
from quizapp.web.collective_view import figure_title, flags, rule, title
from quizapp.web.reports.selection import Selection, definitions


@dataclass(frozen=True)
class Shown:
    """A ranking that whoever looks may see, with ranks and prizes or with the figures alone."""

    table: CollectiveTable
    with_ranks: bool


def collectives(chosen: Selection) -> Table:
    """The rankings of the round, or of the whole contest and all its rounds; staff see their own areas' lines.

    Provisional rankings are for organizers alone. The rank among all, and the prize, are told once they are published.
    """
    shown = _shown(chosen)
    names = list(dict.fromkeys(prize.name for prize in individual_prizes(chosen.contest.spec)))
    return Table(
        name=gettext("Tập thể"),
        title=gettext("Biểu đề nghị khen thưởng tập thể"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("ranking", gettext("Bảng xếp hạng"), width=34),
            Column("round", gettext("Vòng thi"), width=18),
            Column("rank", gettext("Hạng"), "int", 8),
            Column("area", gettext("Đơn vị"), width=34),
            Column("people", gettext("Số người dự thi"), "int"),
            Column("attempts", gettext("Số lượt thi"), "int"),
            Column("size", gettext("Quy mô (người)"), "int"),
            Column("rate", gettext("Tỷ lệ so với quy mô"), "percent"),
            Column("mean_rate", gettext("Tỷ lệ bình quân các vòng"), "percent"),
            Column("people_all_correct", gettext("Số người đúng tất cả"), "int"),
            Column("mean_score", gettext("Điểm trung bình"), "decimal"),
            *(Column(f"prize_{number}", name, "int", 12) for number, name in enumerate(names, start=1)),
            Column("prize_points", figure_title("prize_points"), "int"),
            Column("points", gettext("Tổng điểm quy đổi"), "decimal"),
            Column("prize", gettext("Đề nghị giải"), width=18),
            Column("note", gettext("Ghi chú"), width=34),
        ),
        rows=[row for each in shown for row in _rows(chosen, each, names)],
        notes=_notes(chosen, shown),
        letterhead=chosen.letterhead(),
    )


def _shown(chosen: Selection) -> list[Shown]:
    """What whoever looks may see. While somebody may still guess, figures of areas are for organizers alone."""
    if chosen.view.is_organizer:
        found = [Shown(table, with_ranks=True) for table in collective_tables.list_tables(chosen.contest)]
    else:
        public = collective_tables.list_final(chosen.contest, public=True)
        known = {_key(table) for table in public}
        final = [
            table for table in collective_tables.list_final(chosen.contest, public=False) if _key(table) not in known
        ]
        every = [
            *(Shown(table, with_ranks=True) for table in public),
            *(Shown(table, with_ranks=False) for table in final),
        ]
        found = [each for each in every if not chosen.seals(each.table.round)]
    if chosen.round_ is not None:
        return [each for each in found if each.table.round is not None and each.table.round.id == chosen.round_.id]
    return found


def _key(table: CollectiveTable) -> tuple[int, str | None]:
    return table.index, table.round.key if table.round else None


def _rows(chosen: Selection, shown: Shown, names: Sequence[str]) -> Iterator[tuple[object, ...]]:
    ids, table = chosen.area_ids, shown.table
    for area in table.areas:
        if ids is not None and area.area_id not in ids:
            continue
        won = dict(area.prizes)
        yield (
            title(table, chosen.tree),
            table.round.label if table.round else None,
            area.rank if shown.with_ranks else None,
            chosen.tree.node(area.area_id).name,
            area.people,
            area.attempts,
            area.size,
            area.rate,
            area.mean_rate,
            area.people_all_correct,
            area.mean_score,
            *(won.get(name, 0) for name in names),
            area.prize_points,
            area.points,
            ", ".join(table.prizes.get(area.area_id, ())) if shown.with_ranks else None,
            _note(table, area),
        )


def _note(table: CollectiveTable, area: AreaCandidate) -> str | None:
    provisional = [] if table.is_final else [gettext("Tạm tính")]
    return "; ".join([*provisional, *flags(table.collective, area)]) or None


def _notes(chosen: Selection, shown: Sequence[Shown]) -> tuple[str, ...]:
    notes = [f"{title(each.table, chosen.tree)}: {rule(each.table.collective)}" for each in shown]
    if not chosen.contest.spec.collectives:
        notes.append(gettext("Thể lệ của cuộc thi không có giải tập thể."))
    elif not shown:
        notes.append(gettext("Chưa có bảng xếp hạng tập thể nào được chốt."))
    if not all(each.with_ranks for each in shown):
        notes.append(gettext("Thứ hạng và giải được nêu sau khi Ban Tổ chức công bố kết quả."))
    if not all(each.table.is_final for each in shown):
        notes.append(gettext("Bảng ghi “Tạm tính” chưa phải là kết quả: còn vòng thi chưa được chốt."))
    return (*notes, *definitions(whole_contest=chosen.round_ is None))
