"""Lists made in a spreadsheet and uploaded as CSV: rows by the names of their columns, every mistake with its line.

    rows, source = csv_file.read(data, name="danh-sach.csv", columns={"score": ("Điểm",)})
    source.report((), "mark_invalid", place=source.place_at(rows[0].line, 1), points=100)
    source.refuse_problems()                                      # RefusedFile with all of it, in the file's order

Cells may be separated by commas, semicolons (what a spreadsheet with Vietnamese settings writes) or tabs. Columns are
told by the names in the first line, whatever their order, case and marks; columns that nobody asked for are left out.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from quizapp import text
from quizapp.strict_yaml import MAX_BYTES, SourceMap, decode

MAX_LINES = 200_000
MAX_COLUMNS = 1000
_SEPARATORS = ";\t,"


@dataclass(frozen=True)
class Row:
    """A row: the line where it begins (from 1), and its cells by column, cleaned; "" for a cell that is not there."""

    line: int
    cells: Mapping[str, str]


def read(
    data: bytes,
    *,
    name: str,
    columns: Mapping[str, Sequence[str]],
    optional: Sequence[str] = (),
    max_bytes: int = MAX_BYTES,
    max_lines: int = MAX_LINES,
) -> tuple[list[Row], SourceMap]:
    """The rows that are not empty, and the map that takes further problems.

    `columns`: key -> other names by which the first line may call the column; all must be there but the `optional`
    ones. Raises RefusedFile when the bytes are no text, or the rows cannot be told apart.
    """
    typed, source = decode(data, name, max_bytes)
    lines = list(StringIO(typed, newline=""))
    reader = csv.reader(lines, delimiter=_separator(lines), strict=True)
    rows: list[Row] = []
    found: dict[str, int] | None = None
    for line, cells in _records(reader, source):
        if found is None:
            found = _columns(list(map(text.clean, cells)), columns, optional, source, line)
            source.refuse_problems()
            continue
        if len(rows) == max_lines:
            source.report((), "too_many_lines", place=source.place_at(line, 1), maximum=max_lines)
            break
        rows.append(Row(line, {key: text.clean(cells[at]) if at < len(cells) else "" for key, at in found.items()}))
    if not rows:
        source.report((), "empty_file")
        source.refuse_problems()
    return rows, source


def value_in(cell: str) -> str:
    """The cell without the apostrophe that a table of ours, or a spreadsheet, puts before what must stay text."""
    return cell.removeprefix("'")


def _separator(lines: Sequence[str]) -> str:
    """What the first line that is not empty holds most of; a file of one column needs none."""
    head = next((line for line in lines if line.strip()), "")
    return max(_SEPARATORS, key=head.count)


def _records(reader: Iterator[list[str]], source: SourceMap) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells) of every row in which anything is to be seen."""
    line = 1
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                source.report((), "too_many_columns", place=source.place_at(line, 1), maximum=MAX_COLUMNS)
                source.refuse_problems()
            if any(text.clean(cell) for cell in cells if cell.strip()):
                yield line, cells
            line = reader.line_num + 1  # type: ignore[attr-defined]
    except csv.Error:
        source.report((), "bad_csv", place=source.place_at(line, 1))
        source.refuse_problems()


def _columns(
    head: Sequence[str], columns: Mapping[str, Sequence[str]], optional: Sequence[str], source: SourceMap, line: int
) -> dict[str, int]:
    """Column -> its place in a row, by the names in the first line."""
    known = {text.fold(name): key for key, names in columns.items() for name in (key, *names)}
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        key = known.get(text.fold(value_in(cell)))
        if key is not None and key in found:
            source.report((), "column_twice", place=source.place_at(line, 1), column=cell)
        elif key is not None:
            found[key] = at
    for key, names in columns.items():
        if key not in found and key not in optional:
            source.report((), "column_missing", place=source.place_at(line, 1), column=names[0] if names else key)
    return found
