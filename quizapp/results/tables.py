"""Tables as data: the same rows become a page, a workbook, a text file or a printed report. Pure.

Titles and notes are finished sentences in the reader's language; whoever builds a table has chosen them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

# What the cells of a column hold. None is an empty cell and a str is text, whatever the kind.
#   text      anything that is read and not counted with: names, phone numbers, ids, codes
#   int       a whole number
#   decimal   Decimal, Fraction, int or float; as many decimals as a Decimal has, else two
#   percent   a ratio: Fraction(1, 4) is 25 %
#   date      datetime.date
#   moment    an aware datetime, shown in Vietnamese time, to the second
#   duration  milliseconds, shown as mm:ss.mmm
Kind = Literal["text", "int", "decimal", "percent", "date", "moment", "duration"]


@dataclass(frozen=True)
class Column:
    """A column: `key` for programs, `title` for people, `width` in characters (None = what the kind needs)."""

    key: str
    title: str
    kind: Kind = "text"
    width: int | None = None


@dataclass(frozen=True)
class Letterhead:
    """Who issues the table: Party organs and state bodies have prescribed heads, others (custom) none.

    `parent` is the superior body, `place_date` the line "Đak Pơ, ngày … tháng … năm …".
    """

    style: Literal["party", "state", "custom"]
    parent: str | None
    organizer: str
    place_date: str | None = None


@dataclass(frozen=True)
class Table:
    """A table; every row, and `total`, has one value for each column. `name` is short: it goes on the sheet's tab.

    `rows` may be a generator over a database cursor: it is read once, row by row.
    """

    name: str
    title: str
    subtitle_lines: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]
    total: Sequence[object] | None = None
    notes: tuple[str, ...] = ()
    letterhead: Letterhead | None = None
