"""The rows of a sheet written straight into its file, several times as fast as cell by cell, in the same bytes.

What a cell looks like in the file is asked of the library once for each column and kind of value, with a mark in place
of what differs; from then on the row number and the value are put in. Whatever needs escaping goes the library's way.
"""

import io
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

# Text that stands in the file as it is: nothing for XML or Excel to escape, no blanks at its ends.
_AS_IT_IS = re.compile(
    r"[^\s&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff](?:[^&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff]*[^\s&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff])?"
)
_MARK_ROW, _MARK_TEXT, _MARK_NUMBER = 1_048_575, "MARK", 7_654_321
# A cell in the form in which `cells.value_of` gives it, and how it is to look.
Cell = tuple[str | int | float | date | Decimal | None, Format]


class SheetRows:
    """Rows from `first` on of an open sheet in constant-memory mode; `close` gives the sheet back to the library."""

    def __init__(self, sheet: Worksheet, first: int) -> None:
        self._sheet: Any = sheet
        # What is waiting in memory, the header, goes into the file first.
        self._sheet._write_single_row(first)
        self._opening = self._written(lambda: self._sheet._write_row(_MARK_ROW - 1, None)).split(str(_MARK_ROW))
        self._patterns: dict[tuple[int, str, int], tuple[str, str, str]] = {}
        self._next = first

    def write(self, cells: Sequence[Cell]) -> None:
        """One row."""
        number = str(self._next + 1)
        parts = [number.join(self._opening)]
        for column, (value, look) in enumerate(cells):
            parts.append(self._cell(column, number, value, look))
        parts.append("</row>")
        self._sheet.fh.write("".join(parts))
        self._sheet._check_dimensions(self._next, len(cells) - 1)
        self._sheet._check_dimensions(self._next, 0)
        self._next += 1
        self._sheet.previous_row = self._next

    def _cell(self, column: int, number: str, value: Any, look: Format) -> str:
        if isinstance(value, str):
            if not _AS_IT_IS.fullmatch(value):
                return self._written(lambda: self._sheet._write_cell(self._next, column, CellStringTuple(value, look)))
            before, middle, after = self._pattern(column, "text", look)
            return f"{before}{number}{middle}{value}{after}"
        if value is None:
            before, after, _ = self._pattern(column, "blank", look)
            return f"{before}{number}{after}"
        if isinstance(value, date):
            value = self._sheet._convert_date_time(value)
        before, middle, after = self._pattern(column, "number", look)
        return f"{before}{number}{middle}{value:.16G}{after}"

    def _pattern(self, column: int, kind: str, look: Format) -> tuple[str, str, str]:
        key = (column, kind, id(look))
        if key not in self._patterns:
            cell: Any = {
                "text": CellStringTuple(_MARK_TEXT, look),
                "number": CellNumberTuple(_MARK_NUMBER, look),
                "blank": CellBlankTuple(look),
            }[kind]
            text = self._written(lambda: self._sheet._write_cell(_MARK_ROW - 1, column, cell))
            before, rest = text.split(f"{xl_col_to_name(column)}{_MARK_ROW}", 1)
            middle, _, after = rest.partition({"text": _MARK_TEXT, "number": str(_MARK_NUMBER)}.get(kind, "\0"))
            self._patterns[key] = (before + xl_col_to_name(column), middle, after)
        return self._patterns[key]

    def _written(self, write: Callable[[], None]) -> str:
        """What the library writes."""
        file, self._sheet.fh = self._sheet.fh, io.StringIO()
        try:
            write()
            return str(self._sheet.fh.getvalue())
        finally:
            self._sheet.fh = file
