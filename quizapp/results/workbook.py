"""Workbooks of tables, ready to print: letterhead, title, repeated header row, total, notes.

The rows pass through; only the current one is in memory. Equal tables give equal bytes.
"""

import os
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice, zip_longest
from math import ceil
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from quizapp.results.cells import date_text, places, plain, value_of
from quizapp.results.sheet_rows import Cell, SheetRows
from quizapp.results.tables import Column, Letterhead, Table

# Excel ends at 1,048,576 rows; what stands above and below the rows needs a few.
ROWS_PER_SHEET = 1_048_000
_FONT = {"font_name": "Times New Roman", "font_size": 12}
# A workbook carries the moment of its making; a fixed one keeps the bytes equal.
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
# Excel's calendar has a 29 February 1900; before that its dates are not ours.
_FIRST_MONTH = (1900, 3)
_MS_PER_DAY = 86_400_000
_A4 = 9
_HIGHEST_ROW = 409.0

_SHEET_NAME_MAX = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")

_WIDTHS = {"text": 24, "int": 10, "decimal": 10, "percent": 10, "date": 12, "moment": 20, "duration": 12}
_CELL: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "text_wrap": True},
    "int": {"num_format": "#,##0"},
    "decimal": {},
    "percent": {"num_format": "0.00%"},
    "date": {"num_format": "dd/mm/yyyy", "align": "center"},
    "moment": {"num_format": "dd/mm/yyyy hh:mm:ss", "align": "center"},
    "duration": {"num_format": "[mm]:ss.000"},
}
_CENTRED = {"align": "center", "valign": "vcenter", "text_wrap": True, "num_format": "@"}
_PLAIN, _BOLD, _ITALIC = {"font_size": 13}, {"font_size": 13, "bold": True}, {"font_size": 13, "italic": True}

# A text and how it looks.
_Line = tuple[str, dict[str, Any]]

# Prescribed words and type of the heads: Hướng dẫn 36-HD/VPTW for the Party, Nghị định 30/2020/NĐ-CP for the state.
_NATIONAL: dict[str, list[_Line]] = {
    "party": [("ĐẢNG CỘNG SẢN VIỆT NAM", {"font_size": 15, "bold": True, "underline": 1})],
    "state": [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", _BOLD),
        ("Độc lập - Tự do - Hạnh phúc", {"font_size": 14, "bold": True, "underline": 1}),
    ],
    "custom": [],
}
_BELOW_ORGANIZER = {"party": "*", "state": "───────", "custom": None}


def write_xlsx(tables: Table | Sequence[Table], path: Path) -> None:
    """Write one workbook, a sheet for each table (and further ones past `ROWS_PER_SHEET` rows).

    The file appears at `path` when it is complete and not before; after an error there is none.
    Raises what `cells.value_of` raises, and OSError.
    """
    listed = [tables] if isinstance(tables, Table) else tables
    unfinished = path.with_name(path.name + ".part")
    try:
        with Workbook(str(unfinished), _options()) as book:
            book.set_properties({"created": _CREATED})
            writer = _Writer(book)
            for table in listed:
                writer.write(table)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _options() -> dict[str, Any]:
    # The library writes into what it is given; the next workbook must begin with the same.
    return {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": dict(_FONT),
    }


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel accepts for a sheet: 31 UTF-16 units, no []:*?/\\ and not in `taken`, where it is added.

    Case does not distinguish names, so `taken` holds them casefolded.
    """
    cleaned = " ".join(_NOT_IN_SHEET_NAME.sub("-", plain(wanted)).split()).strip(" '") or "Sheet"
    name, number = _cut(cleaned, _SHEET_NAME_MAX), 1
    while name.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        name = _cut(cleaned, _SHEET_NAME_MAX - len(suffix)) + suffix
    taken.add(name.casefold())
    return name


def _cut(name: str, units: int) -> str:
    return name.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip(" '")


class _Writer:
    """The open workbook with its formats and sheet names."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[str, Format] = {}
        self._cell_formats: dict[tuple[str, int, bool], Format] = {}
        # Excel keeps this name for itself.
        self._names = {"history"}

    def write(self, table: Table) -> None:
        sheet, row = self._open_sheet(table, first=True)
        rows = iter(table.rows)
        # Without any row nothing is begun, so that sheets of totals only are written as they always were.
        while some := list(islice(rows, 1)):
            row = self._rows(sheet, row, table.columns, chain(some, islice(rows, ROWS_PER_SHEET - 1)))
            if (following := next(rows, None)) is None:
                break
            sheet, row = self._open_sheet(table, first=False)
            rows = chain([following], rows)
        if table.total is not None:
            self._row(sheet, row, table.columns, table.total, bold=True)
            row += 1
        for number, note in enumerate(table.notes, start=row + 1):
            self._full_width(sheet, number, note, table, {"italic": True, "text_wrap": True, "valign": "top"})

    def _open_sheet(self, table: Table, *, first: bool) -> tuple[Worksheet, int]:
        """A new sheet up to its header row, and the number of the row that follows."""
        sheet = self._book.add_worksheet(sheet_name(table.name, self._names))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P/&N")
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, _width(column))
        row = self._letterhead(sheet, table, table.letterhead) if first and table.letterhead else 0
        self._full_width(sheet, row, table.title, table, {**_CENTRED, "bold": True, "font_size": 14})
        row += 1
        for line in table.subtitle_lines:
            self._full_width(sheet, row, line, table, {**_CENTRED, "font_size": 13})
            row += 1
        row += 1
        header = self._format({**_CENTRED, "bold": True, "border": 1, "bg_color": "#EEEEEE"})
        for index, column in enumerate(table.columns):
            sheet.write_string(row, index, plain(column.title), header)
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 0)
        return sheet, row + 1

    def _letterhead(self, sheet: Worksheet, table: Table, head: Letterhead) -> int:
        """The issuing body on the left, the national lines and the date on the right; returns the row after them."""
        left: list[_Line] = [(head.parent.upper(), _PLAIN)] if head.parent else []
        left.append((head.organizer.upper(), _BOLD))
        if below := _BELOW_ORGANIZER[head.style]:
            left.append((below, _BOLD))
        right = [*_NATIONAL[head.style], *([(head.place_date, _ITALIC)] if head.place_date else [])]
        lines: list[list[_Line | None]]
        last = len(table.columns) - 1
        if last == 0:
            lines, spans = [[line] for line in left + right], [(0, 0)]
        else:
            split = _split(table.columns)
            lines, spans = [list(pair) for pair in zip_longest(left, right)], [(0, split), (split + 1, last)]
        for row, line in enumerate(lines):
            heights = [
                self._across(sheet, row, span, part[0], table, {**_CENTRED, **part[1]})
                for span, part in zip(spans, line, strict=True)
                if part is not None
            ]
            sheet.set_row(row, max(heights))
        return len(lines) + 1

    def _full_width(self, sheet: Worksheet, row: int, text: str, table: Table, look: dict[str, Any]) -> None:
        sheet.set_row(row, self._across(sheet, row, (0, len(table.columns) - 1), text, table, look))

    def _across(
        self, sheet: Worksheet, row: int, span: tuple[int, int], text: str, table: Table, look: dict[str, Any]
    ) -> float:
        """One text over the columns of `span`; returns the height in points that it needs: merged cells do not grow."""
        first, last = span
        cell_format, shown = self._format(look), plain(text)
        if last > first:
            sheet.merge_range(row, first, row, last, "", cell_format)
        sheet.write_string(row, first, shown, cell_format)
        size = look.get("font_size", 12)
        fits = sum(_width(column) for column in table.columns[first : last + 1]) * 11 / size
        lines = sum(max(1, ceil(len(part) / fits)) for part in shown.split("\n"))
        return min(_HIGHEST_ROW, lines * size * 1.4)

    def _rows(self, sheet: Worksheet, row: int, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> int:
        """The rows from number `row` on; returns the number after them."""
        written = SheetRows(sheet, row, columns, self._look)
        for values in rows:
            written.write(values)
            row += 1
        written.close()
        return row

    def _look(self, column: Column, value: object) -> Cell:
        """The value in the form in which it is written, and how it looks."""
        found = value_of(column, value)
        if isinstance(found, date) and (found.year, found.month) < _FIRST_MONTH:
            found = date_text(found)
        if found is None or isinstance(found, str):
            return found, self._cell_format("text", 0, bold=False)
        if isinstance(found, Decimal):
            return float(found), self._cell_format(column.kind, places(found), bold=False)
        if column.kind == "duration" and isinstance(found, int):
            return found / _MS_PER_DAY, self._cell_format(column.kind, 0, bold=False)
        return found, self._cell_format(column.kind, 0, bold=False)

    def _row(
        self, sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[object], *, bold: bool = False
    ) -> None:
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            self._cell(sheet, row, index, column, value, bold)

    def _cell(self, sheet: Worksheet, row: int, index: int, column: Column, value: object, bold: bool) -> None:
        found = value_of(column, value)
        if isinstance(found, date) and (found.year, found.month) < _FIRST_MONTH:
            found = date_text(found)
        if found is None:
            sheet.write_blank(row, index, None, self._cell_format("text", 0, bold))
        elif isinstance(found, str):
            sheet.write_string(row, index, found, self._cell_format("text", 0, bold))
        elif isinstance(found, date):
            sheet.write_datetime(row, index, found, self._cell_format(column.kind, 0, bold))
        elif isinstance(found, Decimal):
            sheet.write_number(row, index, float(found), self._cell_format(column.kind, places(found), bold))
        else:
            number = found / _MS_PER_DAY if column.kind == "duration" else found
            sheet.write_number(row, index, number, self._cell_format(column.kind, 0, bold))

    def _cell_format(self, kind: str, decimals: int, bold: bool) -> Format:
        key = (kind, decimals, bold)
        if key not in self._cell_formats:
            look = {"border": 1, "valign": "top", "bold": bold, **_CELL[kind]}
            if kind == "decimal":
                look["num_format"] = "#,##0" + "." * bool(decimals) + "0" * decimals
            self._cell_formats[key] = self._book.add_format(look)
        return self._cell_formats[key]

    def _format(self, look: dict[str, Any]) -> Format:
        key = repr(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(look)
        return self._formats[key]


def _width(column: Column) -> int:
    return column.width or _WIDTHS[column.kind]


def _split(columns: Sequence[Column]) -> int:
    """The last column of the letterhead's left half: some 45 % of the width, and at least one column on each side."""
    total, left = sum(map(_width, columns)), 0
    for index, column in enumerate(columns[:-1]):
        left += _width(column)
        if left >= 0.45 * total:
            return index
    return len(columns) - 2
