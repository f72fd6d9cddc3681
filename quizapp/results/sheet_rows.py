"""The rows of a sheet written straight into its file, several times as fast as cell by cell, in the same bytes.

What a cell looks like in the file is asked of the library once for each column and kind of value, with a mark in place
of what differs; from then on the row number and the value are put in. Whatever needs escaping goes the library's way.
What stands behind the row number in a cell is kept for values that come again and again.
"""

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
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

from quizapp.results.tables import Column

# Text that stands in the file as it is: nothing for XML or Excel to escape, no blanks at its ends.
_AS_IT_IS = re.compile(
    r"[^\s&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff](?:[^&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff]*[^\s&<>\"_\x00-\x1f\x7f-\x9f\ufffe\uffff])?"
)
_MARK_ROW, _MARK_TEXT, _MARK_NUMBER = 1_048_575, "MARK", 7_654_321
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel knows no zones
# A cell in the form in which `cells.value_of` gives it, and how it is to look.
Cell = tuple[str | int | float | date | Decimal | None, Format]
# Kept of each column: so many values of these types, no longer than this in the file. Equal values of other types may
# look different: 5 and 5.00, True and 1.
_KEPT, _KEPT_TYPES, _KEPT_LENGTH = 2000, {str, int, type(None)}, 200


class SheetRows:
    """Rows of these columns, from `first` on, of an open sheet in constant-memory mode.

    `look` brings a value of a column into the form in which it is written. The sheet may be gone on with afterwards.
    """

    def __init__(
        self, sheet: Worksheet, first: int, columns: Sequence[Column], look: Callable[[Column, object], Cell]
    ) -> None:
        self._sheet: Any = sheet
        # What is waiting in memory, the header, goes into the file first.
        self._sheet._write_single_row(first)
        self._opening = self._written(lambda: self._sheet._write_row(_MARK_ROW - 1, None)).split(str(_MARK_ROW))
        self._columns = [_SheetColumn(index, column) for index, column in enumerate(columns)]
        self._look = look
        self._patterns: dict[tuple[int, str, int], tuple[str, str]] = {}
        self._next = first

    def write(self, values: Sequence[object]) -> None:
        """One row. Raises ValueError when there is not one value for each column."""
        number = str(self._next + 1)
        parts = [number.join(self._opening)]
        for column, value in zip(self._columns, values, strict=True):
            rest = column.kept.get(value) if type(value) in _KEPT_TYPES else None
            parts.append(f"{column.opening}{number}{rest or self._rest(column, value)}")
        parts.append("</row>")
        self._sheet.fh.write("".join(parts))
        self._next += 1
        self._sheet.previous_row = self._next

    def close(self) -> None:
        """Tell the sheet how far it goes."""
        if self._columns:
            self._sheet._check_dimensions(self._next - 1, len(self._columns) - 1)
            self._sheet._check_dimensions(self._next - 1, 0)

    def _rest(self, column: "_SheetColumn", value: object) -> str:
        """What stands behind the row number in the cell of that value."""
        shown, look = self._look(column.column, value)
        rest = self._made(column.index, shown, look)
        if type(value) in _KEPT_TYPES and len(column.kept) < _KEPT and len(rest) <= _KEPT_LENGTH:
            column.kept[value] = rest
        return rest

    def _made(self, index: int, value: Any, look: Format) -> str:
        if isinstance(value, str):
            if not _AS_IT_IS.fullmatch(value):
                return self._behind_number(index, CellStringTuple(value, look))
            before, after = self._pattern(index, "text", look)
            return f"{before}{value}{after}"
        if value is None:
            return self._pattern(index, "blank", look)[0]
        if isinstance(value, date):
            value = _days(value)
        before, after = self._pattern(index, "number", look)
        return f"{before}{value:.16G}{after}"

    def _pattern(self, index: int, kind: str, look: Format) -> tuple[str, str]:
        """What stands behind the row number, before and after the value."""
        key = (index, kind, id(look))
        if key not in self._patterns:
            cell: Any = {
                "text": CellStringTuple(_MARK_TEXT, look),
                "number": CellNumberTuple(_MARK_NUMBER, look),
                "blank": CellBlankTuple(look),
            }[kind]
            mark = {"text": _MARK_TEXT, "number": str(_MARK_NUMBER)}.get(kind, "\0")
            before, _, after = self._behind_number(index, cell).partition(mark)
            self._patterns[key] = before, after
        return self._patterns[key]

    def _behind_number(self, index: int, cell: Any) -> str:
        """What the library writes for the cell, from the row number on."""
        text = self._written(lambda: self._sheet._write_cell(_MARK_ROW - 1, index, cell))
        return text.split(f"{xl_col_to_name(index)}{_MARK_ROW}", 1)[1]

    def _written(self, write: Callable[[], None]) -> str:
        """What the library writes."""
        file, self._sheet.fh = self._sheet.fh, io.StringIO()
        try:
            write()
            return str(self._sheet.fh.getvalue())
        finally:
            self._sheet.fh = file


def _days(value: date) -> float:
    """A day or a moment from March 1900 on as Excel counts it."""
    since = value - (_EPOCH if isinstance(value, datetime) else _EPOCH.date())
    return since.days + since.seconds / 86_400


class _SheetColumn:
    """A column of the sheet: how its cells begin, and what follows the row number for values that were there before."""

    def __init__(self, index: int, column: Column) -> None:
        self.index = index
        self.column = column
        self.opening = f'<c r="{xl_col_to_name(index)}'
        self.kept: dict[Any, str] = {}
