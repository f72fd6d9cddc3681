"""The list of how many people areas have, as organizers keep it in a spreadsheet.

    Mã;Đơn vị;Số người
    634;Huyện Đak Pơ;41160

An area of any level is told by its code, or by its name where there is no code; a line without a number says nothing.
"""

from collections.abc import Iterable

from quizapp import csv_file
from quizapp.areas.rules import AreaNode, Tree
from quizapp.contests.sizes import MAX_PEOPLE
from quizapp.csv_file import Row
from quizapp.strict_yaml import SourceMap, nearest
from quizapp.text import clean, fold

COLUMNS = {
    "code": ("Mã", "Mã đơn vị"),
    "area": ("Đơn vị", "Tên đơn vị", "Tên", "Name"),
    "people": ("Số người", "Quy mô", "Tổng số"),
}
_CODES_NAMED = 5


def read_sizes(data: bytes, tree: Tree, *, name: str) -> dict[int, int]:
    """People by area id. Raises RefusedFile with every mistake and its line: columns, areas that are unknown, that
    share their name with others or stand there twice, numbers that are none."""
    rows, source = csv_file.read(data, name=name, columns=COLUMNS, optional=("code", "area"))
    if not {"code", "area"} & set(rows[0].cells):
        source.report((), "column_missing", place=source.place_at(1, 1), column=COLUMNS["area"][0])
    source.refuse_problems()
    finder = AreaFinder(tree)
    people: dict[int, int] = {}
    first: dict[int, int] = {}
    for row in rows:
        area = _area(row, finder, source)
        number = _number(row, source)
        if area is None or number is None:
            continue
        if area.id in first:
            place = source.place_at(row.line, 1)
            source.report((), "size_twice", place=place, area=area.name, first_line=first[area.id])
        first.setdefault(area.id, row.line)
        people[area.id] = number
    source.refuse_problems()
    return people


class AreaFinder:
    """Areas of one tree by what people type: a code, or a name as it is written, else as it sounds without marks."""

    def __init__(self, tree: Tree) -> None:
        self._codes = {node.code: node for node in tree.nodes}
        self._written: dict[str, list[AreaNode]] = {}
        self._folded: dict[str, list[AreaNode]] = {}
        for node in tree.nodes:
            for known in {node.name, *node.aliases}:
                self._written.setdefault(clean(known).casefold(), []).append(node)
                self._folded.setdefault(fold(known), []).append(node)
        self._is_active = tree.is_active

    def by_code(self, code: str) -> AreaNode | None:
        """The area of that code, retired or not."""
        return self._codes.get(code)

    def by_name(self, typed: str) -> list[AreaNode]:
        """The areas that may be meant; retired ones only where no other has the name."""
        found = self._written.get(clean(typed).casefold()) or self._folded.get(fold(typed)) or []
        return [node for node in found if self._is_active(node)] or found

    def nearest(self, typed: str, *, code: bool) -> str | None:
        """The code (or name) that is most like what was typed."""
        names: Iterable[str] = self._codes if code else {node.name for node in self._codes.values()}
        return nearest(typed, names)


def _area(row: Row, finder: AreaFinder, source: SourceMap) -> AreaNode | None:
    """The area of a row; a problem is reported when there is not exactly one."""
    place = source.place_at(row.line, 1)
    code, name = csv_file.value_in(row.cells.get("code", "")), csv_file.value_in(row.cells.get("area", ""))
    if code and (area := finder.by_code(code)):
        return area
    found = [] if code else finder.by_name(name)
    if len(found) == 1:
        return found[0]
    if found:
        choices = ", ".join(sorted(node.code for node in found)[:_CODES_NAMED])
        source.report((), "size_area_ambiguous", place=place, value=name, choices=choices)
    elif code or name:
        hint = None if source.is_full else finder.nearest(code or name, code=bool(code))
        source.report((), "size_area_unknown", place=place, hint=hint, value=code or name)
    else:
        source.report((), "size_area_missing", place=place)
    return None


def _number(row: Row, source: SourceMap) -> int | None:
    """The people of a row, None for an empty cell; typed 41160, 41.160, 41,160 or 41 160."""
    typed = csv_file.value_in(row.cells["people"])
    number = read_number(typed)
    if typed and number is None:
        source.report((), "size_not_a_number", place=source.place_at(row.line, 1), value=typed, maximum=MAX_PEOPLE)
    return number


def read_number(typed: str) -> int | None:
    """A number of people from 1 to 100 million as it is typed, thousands grouped or not; None for anything else."""
    for sign in (" ", "\u00a0", ".", ","):
        head, *groups = typed.split(sign)
        if groups and 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups):
            typed = "".join([head, *groups])
            break
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MAX_PEOPLE)) else 0
    return number if 1 <= number <= MAX_PEOPLE else None
