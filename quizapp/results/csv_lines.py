"""The lines of a long CSV file, written by the database: several times as fast as cell by cell, in the same bytes.

For each kind of column the database is told how `cells.csv_text` writes it, and of which values it must not judge: a
text that is not plainly a name, a word or a number, a value outside of what is known. A line with such a value comes as
it is stored, marked, and is written here, cell by cell, as in any other table.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    null,
    type_coerce,
)

from quizapp.bulk_read import stream_rows
from quizapp.results.cells import MAX_EXACT, csv_text
from quizapp.results.listing import Field, Listing
from quizapp.row_set import SQLITE, dialect_name, encode, row_set
from quizapp.sealed import PREFIX

Separator = Literal[",", ";"]

# In front of a line that is still to be written: no text that the database may write holds it.
_MARK = "\x01"
# Around a sealed text, which is opened here, and between the number of its field and the text.
_SEALED, _SEALED_AT = "\x02", "\x03"
# More values than so are looked up in a table; fewer are distinguished one by one.
_FEW = 20
# Letters but e and E, which also stand in numbers; then what else may stand in a text that is plainly no formula and
# no number. Nothing here is escaped in CSV but the comma; what a comma leads on to matters only before a hyphen.
_LETTERS = "A-DF-Za-df-zÀ-ɏḀ-ỹ"
_SIGNS = " .,()/'’-"
_LONGEST = 16_000
_MOST = literal(MAX_EXACT - 1, BigInteger)


def csv_lines(listing: Listing, separator: Separator) -> Iterator[str]:
    """The lines below the titles, ended by CR LF, in blocks."""
    first = 1
    for rows in stream_rows(_lines(listing, separator), days_first=True):
        lines = (_finished(listing, line, separator) for (line,) in rows)
        yield "".join([f"{place}{separator}{line}\r\n" for place, line in enumerate(lines, start=first)])
        first += len(rows)


def _finished(listing: Listing, line: str, separator: Separator) -> str:
    """A line as it goes into the file."""
    if line.startswith(_MARK):
        return _by_hand(listing, line, separator)
    if _SEALED not in line:
        return line
    parts = line.split(_SEALED)
    for place in range(1, len(parts), 2):
        number, _, stored = parts[place].partition(_SEALED_AT)
        parts[place] = _shown(listing.fields[int(number)], stored, separator)
    return "".join(parts)


def _by_hand(listing: Listing, line: str, separator: Separator) -> str:
    """A marked line, written."""
    values = [
        read(value) if (read := _OUT_OF_JSON.get(field.columns[0].kind)) and value is not None else value
        for field, value in zip(listing.fields, json.loads(line[len(_MARK) :]), strict=True)
    ]
    shown = zip(listing.fields, values, strict=True)
    return separator.join(_shown(field, value, separator) for field, value in shown)


def _moment(told: str) -> datetime:
    found = datetime.fromisoformat(told)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


_OUT_OF_JSON: dict[str, Callable[[str], Any]] = {"moment": _moment, "date": date.fromisoformat}


def _lines(listing: Listing, separator: Separator) -> Select[Any]:
    """One text a row: the line without its number, or the mark and the stored values as JSON."""
    dialect = dialect_name()
    query = listing.query
    cells: list[ColumnElement[Any]] = []
    for number, (field, stored) in enumerate(zip(listing.fields, listing.stored, strict=True)):
        if len(field.known) > _FEW:
            names = row_set(dialect, f"known_{number}", {"id": Integer(), "cells": Text()})
            shown = [{"id": each, "cells": _shown(field, each, separator)} for each in field.known]
            query = query.outerjoin(names, names.c.id == stored).params({f"known_{number}": encode(dialect, shown)})
        if field.sealed:
            cell = _sealed(number, stored)
        else:
            cell = names.c.cells if len(field.known) > _FEW else _cell(dialect, field, stored, separator)
        cells.append(case((stored.is_(None), _shown(field, None, separator)), else_=cell))
    line: ColumnElement[Any] = reduce(lambda before, cell: before + separator + cell, cells)
    array = func.json_array if dialect == SQLITE else func.json_build_array
    marked = literal(_MARK) + cast(array(*listing.stored), Text)
    # A cell of which the database must not judge is NULL, and so is its line.
    return query.with_only_columns(func.coalesce(line, marked), maintain_column_froms=True)


def _shown(field: Field, value: Any, separator: Separator) -> str:
    """The cells of the field as they stand in a line, quoted where they have to be."""
    cells = zip(field.columns, field.cells(value), strict=True)
    texts = [csv_text(column, cell, separator) for column, cell in cells]
    return separator.join(
        '"' + text.replace('"', '""') + '"' if separator in text or '"' in text or "\n" in text else text
        for text in texts
    )


def _cell(dialect: str, field: Field, stored: ColumnElement[Any], separator: Separator) -> ColumnElement[Any]:
    """The cells of a field whose value is not NULL; NULL where they are to be written by us."""
    if field.show is not None and field.columns[0].kind != "decimal":
        if not field.known:
            return null()
        return case(*((stored == each, _shown(field, each, separator)) for each in field.known))
    return _KINDS[field.columns[0].kind](dialect, stored, separator)


def _sealed(number: int, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The stored text with its field's number; NULL for what is still plain, so that such a line is written by us."""
    stored: ColumnElement[str] = type_coerce(column, Text)
    return case((stored.like(f"{PREFIX}%"), f"{_SEALED}{number}{_SEALED_AT}" + stored + _SEALED))


def _text(dialect: str, stored: ColumnElement[Any], separator: Separator) -> ColumnElement[Any]:
    """As it is when it plainly is a name or words, with an apostrophe in front when it is a number."""
    number: ColumnElement[bool]
    words: list[ColumnElement[bool]] = [stored.not_like("%,%-%"), func.length(stored) < _LONGEST]
    if dialect == SQLITE:
        glob = stored.op("GLOB", is_comparison=True)
        words += [
            glob(f"[0-9eE{_LETTERS}]*"),
            glob(f"*[{_LETTERS}]*"),
            ~glob(f"*[^0-9eE{_LETTERS}{_SIGNS}]*"),
            func.instr(stored, func.char(0)) == 0,
        ]
        number = (stored != "") & ~glob("*[^0-9]*")
    else:
        matches = collate(stored, "C").op("~", is_comparison=True)
        words.append(matches(f"^([0-9eE][0-9eE{_SIGNS}]*)?[{_LETTERS}][0-9eE{_LETTERS}{_SIGNS}]*$"))
        number = matches("^[0-9]+$")
    quoted = case((stored.like("%,%"), '"' + stored + '"'), else_=stored) if separator == "," else stored
    return case((and_(*words), quoted), (number & (func.length(stored) < _LONGEST), "'" + stored), (stored == "", ""))


def _int(_dialect: str, stored: ColumnElement[Any], _separator: Separator) -> ColumnElement[Any]:
    return case((stored.between(-_MOST, _MOST), cast(stored, Text)))


def _decimal(_dialect: str, stored: ColumnElement[Any], separator: Separator) -> ColumnElement[Any]:
    return _with_point(stored, separator)


def _day(dialect: str, stored: ColumnElement[Any], _separator: Separator) -> ColumnElement[Any]:
    if dialect == SQLITE:
        return func.strftime("%d/%m/%Y", stored)
    return cast(stored, Text)


def _moment_cell(dialect: str, stored: ColumnElement[Any], _separator: Separator) -> ColumnElement[Any]:
    if dialect == SQLITE:
        # The seconds are cut, not rounded.
        return func.strftime("%d/%m/%Y %H:%M:%S", func.substr(stored, 1, 19), "+7 hours")
    return cast(func.date_trunc("second", func.timezone("Asia/Ho_Chi_Minh", stored)), Text)


def _duration(_dialect: str, stored: ColumnElement[Any], separator: Separator) -> ColumnElement[Any]:
    minutes = stored // 60_000
    two_places = case((minutes < 100, func.substr(cast(100 + minutes, Text), 2)), else_=cast(minutes, Text))
    seconds = func.substr(cast(100 + stored // 1000 % 60, Text), 2)
    thousandths = func.substr(cast(1000 + stored % 1000, Text), 2)
    point = "," if separator == ";" else "."
    return case((stored.between(0, _MOST), two_places + ":" + seconds + point + thousandths))


def _with_point(number: ColumnElement[Any], separator: Separator) -> ColumnElement[Any]:
    return func.replace(number, ".", ",") if separator == ";" else number


_KINDS: dict[str, Callable[[str, ColumnElement[Any], Separator], ColumnElement[Any]]] = {
    "text": _text,
    "int": _int,
    "decimal": _decimal,
    "date": _day,
    "moment": _moment_cell,
    "duration": _duration,
}
