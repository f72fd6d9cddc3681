"""Tables of figures: round by round, area by area, score by score."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from flask_babel import gettext

from quizapp.awards import queries as awards
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import GRACE, questions_in
from quizapp.results import participation, queries
from quizapp.results.rules import Breakdown, Figures, Line, LineKind, break_down
from quizapp.results.tables import Column, Table
from quizapp.web.reports.selection import Selection, definitions, seal_note


def figures(chosen: Selection, round_: RoundInfo | None) -> Figures:
    """The sums over everybody who counts in the selection, in one round or (None) over the whole contest."""
    return sum(_by_area(chosen, round_).values(), Figures())


def breakdown(chosen: Selection, *, with_prizes: bool = False) -> Breakdown:
    """The figures of the selection by the areas of its level.

    A contest of one district is held on its province's tree: areas elsewhere that have nothing at all are left out.
    The total has a target when the area itself has one or every line does; the sum over some lines would be compared
    with the people of all.
    """
    targets = contests.targets(chosen.contest.id)
    found = break_down(
        chosen.tree,
        chosen.shown_level,
        _by_area(chosen, chosen.round_),
        scope=chosen.area,
        targets=targets,
        prizes=_prizes_by_area(chosen) if with_prizes else None,
    )
    owner = chosen.contest.owner_area_id
    lines = [
        line
        for line in found.lines
        if line.area is None
        or line.figures.people
        or line.target
        or chosen.tree.subtree_contains(owner, line.area.id)
        or not chosen.tree.subtree_contains(chosen.area.id, owner)
    ]
    complete = chosen.area.id in targets or all(line.target for line in lines if line.area is not None)
    return replace(found, lines=tuple(lines), target=found.target if complete else None)


def line_title(chosen: Selection, line: Line) -> str:
    """What a line of a breakdown is called."""
    if line.area is not None:
        return line.area.name
    if line.kind is LineKind.HERE:
        return gettext("Trực thuộc %(name)s", name=chosen.area.name)
    if line.kind is LineKind.OUTSIDE:
        return gettext("Ngoài %(kind)s", kind=chosen.tree.root.kind)
    return gettext("Chưa rõ đơn vị")


def summary(chosen: Selection) -> Table:
    """T1: each round that has begun, with running totals; the total is the whole contest's, people counted once."""
    notes = definitions(whole_contest=chosen.round_ is None)
    return Table(
        name=gettext("Tổng hợp"),
        title=gettext("Kết quả tổng hợp số người, số lượt dự thi"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("round", gettext("Vòng thi"), width=18),
            Column("opens_at", gettext("Mở lúc"), "moment"),
            Column("closes_at", gettext("Đóng lúc"), "moment"),
            Column("entered", gettext("Số người đã đăng ký"), "int"),
            Column("people", gettext("Số người dự thi"), "int"),
            Column("attempts", gettext("Số lượt thi"), "int"),
            Column("people_all_correct", gettext("Số người đúng tất cả"), "int"),
            Column("all_correct_share", gettext("Tỷ lệ đúng tất cả"), "percent"),
            Column("people_not_all_correct", gettext("Số người chưa đúng tất cả"), "int"),
            Column("not_all_correct_share", gettext("Tỷ lệ chưa đúng tất cả"), "percent"),
            Column("people_so_far", gettext("Lũy kế số người"), "int"),
            Column("attempts_so_far", gettext("Lũy kế số lượt"), "int"),
        ),
        rows=list(_summary_rows(chosen)),
        total=_summary_total(chosen) if chosen.round_ is None else None,
        notes=(*notes, seal_note()) if chosen.is_sealed else notes,
        letterhead=chosen.letterhead(),
    )


def areas(chosen: Selection) -> Table:
    """T3: one line for each area of the level, then whoever belongs to none of them, so that the lines add up."""
    found = breakdown(chosen, with_prizes=True)
    sealed = chosen.is_sealed
    notes = definitions(whole_contest=chosen.round_ is None)
    return Table(
        name=gettext("Theo đơn vị"),
        title=gettext("Biểu thống kê số người dự thi theo đơn vị"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("number", gettext("STT"), "int", 6),
            Column("area", chosen.tree.level_label(found.level), width=34),
            Column("people", gettext("Số người dự thi"), "int"),
            Column("attempts", gettext("Số lượt thi"), "int"),
            Column("people_all_correct", gettext("Số người đúng tất cả"), "int"),
            Column("all_correct_share", gettext("Tỷ lệ đúng tất cả"), "percent"),
            Column("mean_score", gettext("Điểm trung bình"), "decimal"),
            Column("best_score", gettext("Điểm cao nhất"), "int"),
            Column("target", gettext("Chỉ tiêu (người)"), "int"),
            Column("rate", gettext("Tỷ lệ so với chỉ tiêu"), "percent"),
            Column("prizes", gettext("Số giải"), "int"),
        ),
        rows=list(_area_rows(chosen, found, sealed=sealed)),
        total=(None, gettext("Tổng cộng"), *_cells(found.total, found.target, sealed), found.prizes),
        notes=(*notes, seal_note()) if sealed else notes,
        letterhead=chosen.letterhead(),
    )


def scores(chosen: Selection) -> Table:
    """T11: how many people and attempts reached each score, round by round, the highest first."""
    sealed = [round_.label for round_ in chosen.chosen_rounds if chosen.seals(round_)]
    return Table(
        name=gettext("Mức điểm"),
        title=gettext("Số người và số lượt thi theo mức điểm"),
        subtitle_lines=chosen.subtitle(),
        columns=(
            Column("round", gettext("Vòng thi"), width=18),
            Column("right", gettext("Số câu đúng"), "int"),
            Column("score", gettext("Điểm"), "int"),
            Column("people", gettext("Số người (theo bài được tính)"), "int", 16),
            Column("share", gettext("Tỷ lệ số người"), "percent"),
            Column("attempts", gettext("Số lượt thi"), "int"),
        ),
        rows=list(_score_rows(chosen)),
        notes=(seal_note(),) if sealed else (),
        letterhead=chosen.letterhead(),
    )


def _by_area(chosen: Selection, round_: RoundInfo | None) -> dict[int | None, Figures]:
    found = queries.kept_figures_by_area(chosen.contest.id, round_.id if round_ else None)
    ids = chosen.area_ids
    return found if ids is None else {area: sums for area, sums in found.items() if area in ids}


def _prizes_by_area(chosen: Selection) -> Counter[int | None]:
    """Individual prizes by the area that their winners named: of the sheet that whoever looks may see, and of it no
    round whose figures are sealed."""
    public = chosen.view.is_public
    sheet = awards.published(chosen.contest.id) if public else awards.latest(chosen.contest.id)
    won: Counter[int | None] = Counter()
    if sheet is not None and not chosen.is_sealed:
        won = awards.prizes_by_area(sheet, chosen.round_id, public=public)
    elif sheet is not None:
        for round_ in chosen.chosen_rounds:
            if not chosen.seals(round_):
                won.update(awards.prizes_by_area(sheet, round_.id, public=public))
    ids = chosen.area_ids
    return won if ids is None else Counter({area_id: number for area_id, number in won.items() if area_id in ids})


def _begun(chosen: Selection) -> list[RoundInfo]:
    return [round_ for round_ in chosen.contest.rounds if round_.opens_at <= chosen.now]


def _summary_rows(chosen: Selection) -> Iterator[tuple[object, ...]]:
    begun = _begun(chosen)
    ends = [min(round_.closes_at + GRACE, chosen.now) for round_ in begun]
    entered = participation.count_entered(chosen.contest.id, chosen.area_ids, ends)
    newcomers = participation.count_newcomers(chosen.contest.id, chosen.area_ids)
    people_so_far = attempts_so_far = 0
    for round_, entered_so_far in zip(begun, entered, strict=True):
        sums = figures(chosen, round_)
        people_so_far += newcomers.get(round_.position, 0)
        attempts_so_far += sums.attempts
        if round_ in chosen.chosen_rounds:
            yield (
                round_.label,
                round_.opens_at,
                round_.closes_at,
                entered_so_far,
                *_split(sums, sealed=chosen.seals(round_)),
                people_so_far,
                attempts_so_far,
            )


def _summary_total(chosen: Selection) -> tuple[object, ...]:
    sums = figures(chosen, None)
    (entered,) = participation.count_entered(chosen.contest.id, chosen.area_ids, [chosen.now])
    split = _split(sums, sealed=chosen.is_sealed)
    return gettext("Cả cuộc thi"), None, None, entered, *split, sums.people, sums.attempts


def _split(sums: Figures, *, sealed: bool) -> tuple[object, ...]:
    """People, attempts, then those with everything right and the others, each with their share."""
    if sealed:
        return sums.people, sums.attempts, None, None, None, None
    others = sums.people - sums.people_all_correct
    share = sums.all_correct_share
    return (
        sums.people, sums.attempts, sums.people_all_correct, share, others, None if share is None else 1 - share,
    )  # fmt: skip


def _area_rows(chosen: Selection, found: Breakdown, *, sealed: bool) -> Iterator[tuple[object, ...]]:
    for number, line in enumerate(found.lines, start=1):
        place = number if line.kind is LineKind.AREA else None
        yield place, line_title(chosen, line), *_cells(line.figures, line.target, sealed), line.prizes


def _cells(sums: Figures, target: int | None, sealed: bool) -> tuple[object, ...]:
    hidden = (None, None, None, None)
    shown = (sums.people_all_correct, sums.all_correct_share, sums.mean, sums.best)
    return sums.people, sums.attempts, *(hidden if sealed else shown), target, sums.rate(target)


def _score_rows(chosen: Selection) -> Iterator[tuple[object, ...]]:
    found = participation.spread_of_scores(chosen.contest.id, chosen.area_ids)
    for round_ in chosen.chosen_rounds:
        if chosen.seals(round_):
            continue
        lines = {line.score: line for line in found if line.round_id == round_.id}
        people = sum(line.people for line in lines.values())
        points = round_.spec.paper.points
        for right in range(questions_in(round_.spec), -1, -1):
            line = lines.get(right * points)
            if lines:
                number = line.people if line else 0
                share = Fraction(number, people) if people else None
                yield round_.label, right, right * points, number, share, line.attempts if line else 0
