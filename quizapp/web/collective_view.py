"""Collective rankings as pages and tables show them: what they are called, which figures decide, cells, flags."""

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext, ngettext

from quizapp.areas.rules import Tree
from quizapp.awards.area_ranking import AreaCandidate, is_unknown
from quizapp.awards.collective_tables import CollectiveTable
from quizapp.contests.spec import Collective
from quizapp.messages.collectives import METRICS
from quizapp.web.filters import decimal, number, percent

# Everything that can stand in a row, in the order of the columns.
_FIGURES = (
    "people", "attempts", "people_all_correct", "size", "rate", "mean_rate", "mean_score", "prizes", "prize_points",
    "weighted",
)  # fmt: skip


@dataclass(frozen=True)
class ShownRanking:
    """A ranking for a page: `id` tells the tables of a page apart, columns and rows are as `data_table` takes them."""

    id: str
    title: str
    rule: str
    table: CollectiveTable
    columns: list[dict[str, object]]
    rows: list[list[str]]


def show(table: CollectiveTable, tree: Tree, *, everybody: bool) -> ShownRanking:
    """The ranking; `everybody`: with the areas that have neither rank nor prize."""
    figures = shown_figures(table.collective)
    areas = [area for area in table.areas if everybody or area.rank is not None or area.area_id in table.prizes]
    notes = {area.area_id: ". ".join(flags(table.collective, area)) for area in areas}
    with_notes, with_prizes = any(notes.values()), bool(table.collective.prizes)
    return ShownRanking(
        id=f"ranking-{table.index}-{table.round.key}" if table.round else f"ranking-{table.index}",
        title=title(table, tree),
        rule=rule(table.collective),
        table=table,
        columns=[
            {"label": gettext("Hạng"), "numeric": True},
            {"label": tree.level_label(table.collective.level)},
            *({"label": figure_title(figure), "numeric": True} for figure in figures),
            *([{"label": gettext("Giải") if table.is_final else gettext("Giải dự kiến")}] if with_prizes else []),
            *([{"label": gettext("Ghi chú")}] if with_notes else []),
        ],
        rows=[
            [
                number(area.rank) if area.rank is not None else "–",
                tree.node(area.area_id).name,
                *(_cell(area, figure) for figure in figures),
                *([", ".join(table.prizes.get(area.area_id, ()))] if with_prizes else []),
                *([notes[area.area_id]] if with_notes else []),
            ]
            for area in areas
        ],
    )


def title(table: CollectiveTable, tree: Tree) -> str:
    """ "Huyện, thị xã, thành phố – Số người dự thi", and the round where it is about one."""
    name = f"{tree.level_label(table.collective.level)} – {METRICS[table.collective.metric]}"
    return f"{name} – {table.round.label}" if table.round else name


def rule(collective: Collective) -> str:
    """How areas are compared, in a few sentences."""
    if collective.metric == "manual":
        return gettext("Ban Tổ chức xét chọn; các số liệu dưới đây để tham khảo.")
    parts = [gettext("Xếp theo: %(metric)s.", metric=METRICS[collective.metric])]
    if collective.weights is not None:
        parts.append(gettext("Tổng điểm quy đổi = %(formula)s.", formula=_formula(collective)))
    if collective.prize_points:
        points = "; ".join(f"{name}: {number(each)}" for name, each in collective.prize_points.items())
        parts.append(gettext("Điểm mỗi giải cá nhân – %(points)s; giải khác: 1.", points=points))
    if collective.then:
        names = "; ".join(str(METRICS[metric]) for metric in collective.then)
        parts.append(gettext("Bằng nhau thì lần lượt xét: %(metrics)s.", metrics=names))
    if collective.min_people > 1:
        people = number(collective.min_people)
        parts.append(gettext("Chỉ xếp hạng đơn vị có từ %(people)s người dự thi.", people=people))
    return " ".join(parts)


def _formula(collective: Collective) -> str:
    """ "100 × Tỷ lệ dự thi bình quân các vòng + 1 × Điểm của các giải cá nhân"."""
    weights = collective.weights.model_dump() if collective.weights else {}
    names = {**METRICS, "prizes": figure_title("prize_points")}
    return " + ".join(f"{number(weight)} × {names[name]}" for name, weight in weights.items() if weight)


def shown_figures(collective: Collective) -> list[str]:
    """The figures that decide in this collective, and the people always; a share comes with its denominator."""
    weights = collective.weights.model_dump() if collective.weights else {}
    wanted = {"people", collective.metric, *collective.then, *(name for name, weight in weights.items() if weight)}
    if wanted & {"rate", "mean_rate"}:
        wanted.add("size")
    if weights.get("prizes"):
        wanted.add("prize_points")
    if collective.metric == "manual":
        wanted |= {"attempts", "people_all_correct", "mean_score", "prizes"}
    return [figure for figure in _FIGURES if figure in wanted]


def figure_title(figure: str) -> str:
    """The head of a column."""
    titles = {"size": gettext("Quy mô (người)"), "prize_points": gettext("Điểm của các giải cá nhân")}
    return titles.get(figure) or str(METRICS[figure])


def figure_value(area: AreaCandidate, figure: str) -> Fraction | None:
    """The exact figure of an area; None = unknown."""
    if figure == "size":
        return None if area.size is None else Fraction(area.size)
    if figure == "prize_points":
        return Fraction(area.prize_points)
    return area.value(figure)  # type: ignore[arg-type]


def flags(collective: Collective, area: AreaCandidate) -> list[str]:
    """What is to be said of an area: no size, a rate above the whole, too few people."""
    found = []
    has_size = "size" in shown_figures(collective)
    if is_unknown(collective, area) and area.rank is not None:
        found.append(gettext("Chưa có quy mô nên xếp cuối"))
    elif has_size and area.size is None:
        found.append(gettext("Chưa có quy mô"))
    if has_size and area.rate is not None and area.rate > 1:
        found.append(gettext("Số người dự thi vượt quy mô"))
    if collective.metric != "manual" and area.people < collective.min_people:
        least = collective.min_people
        found.append(ngettext("Chưa đủ %(num)d người dự thi", "Chưa đủ %(num)d người dự thi", least))
    return found


def _cell(area: AreaCandidate, figure: str) -> str:
    value = figure_value(area, figure)
    if value is None:
        return "–"
    if figure in ("rate", "mean_rate"):
        return percent(value)
    return decimal(value) if figure in ("mean_score", "weighted") else number(int(value))
