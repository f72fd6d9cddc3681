"""Bulk files of tables: CSV here, workbooks in `workbook`, and the names under which both are downloaded."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Literal

from quizapp.clock import VIETNAM
from quizapp.results.cells import csv_text, guarded, plain
from quizapp.results.csv_lines import csv_lines
from quizapp.results.listing import Listing
from quizapp.results.tables import Table
from quizapp.results.workbook import write_xlsx
from quizapp.text import fold

__all__ = ["download_name", "write_csv", "write_xlsx"]

_BOM = b"\xef\xbb\xbf"
_ROWS_AT_ONCE = 500
_NOT_NAME = re.compile(r"[^a-z0-9]+")


def write_csv(table: Table, *, separator: Literal[",", ";"] = ",") -> Iterator[bytes]:
    """The table as chunks of a CSV file: UTF-8 with BOM, a line of titles, then the rows and nothing else.

    Letterhead, title, total and notes are for people and stay out, so that sums over a column are right. `;` suits a
    spreadsheet with Vietnamese settings, which separates lists by it, and brings the decimal comma. Rows are taken
    from the table as the chunks are. What happens to text: see `cells`.
    Raises ValueError for another separator; while it is read, what `cells.value_of` raises.
    """
    if separator not in (",", ";"):
        raise ValueError(f"no such separator: {separator!r}")
    return _csv_chunks(table, separator)


def _csv_chunks(table: Table, separator: Literal[",", ";"]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(guarded(plain(column.title)) for column in table.columns)
    yield _BOM + buffer.getvalue().encode()
    if isinstance(table.rows, Listing):
        for lines in csv_lines(table.rows, separator):
            yield lines.encode()
        return
    rows = iter(table.rows)
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        buffer.seek(0)
        buffer.truncate()
        for row in some:
            cells = zip(table.columns, row, strict=True)
            writer.writerow([csv_text(column, value, separator) for column, value in cells])
        yield buffer.getvalue().encode()


def download_name(contest_slug: str, table_name: str, area_name: str | None, moment: datetime, ext: str) -> str:
    """`contest_table_area_20220425-0930.xlsx`: ASCII letters, digits and hyphens; the time is Vietnamese."""
    parts = [_ascii(contest_slug, 80), _ascii(table_name, 40), _ascii(area_name or "", 60)]
    stamp = f"{moment.astimezone(VIETNAM):%Y%m%d-%H%M}"
    return "_".join([part for part in parts if part] + [stamp]) + "." + _ascii(ext, 8)


def _ascii(text: str, length: int) -> str:
    return _NOT_NAME.sub("-", fold(text))[:length].strip("-")
