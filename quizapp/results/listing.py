"""Long tables: a line for each person or paper. What stands in their columns is said once and read in two ways.

Row by row, as any table (`Listing` is what `Table.rows` wants), for pages and workbooks; or as lines of text that the
database writes (`csv_lines`), for files of a million lines.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Select

from quizapp.bulk_read import stream_rows
from quizapp.results.tables import Column
from quizapp.sealed import ring

Listed = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Field:
    """One or more columns that are made of one stored value, the query's column of the name `key`.

    `show` makes the cells of the stored value, one for each column; None = the value itself is the only cell. Of the
    values in `known` the database may be told beforehand what is shown. A decimal is stored as the text of it. What is
    stored `sealed` is opened by `show`, whoever has read it.
    """

    key: str
    columns: tuple[Column, ...]
    show: Callable[[Any], Sequence[object]] | None = None
    known: Collection[Any] = ()
    sealed: bool = False

    def cells(self, value: Any) -> Sequence[object]:
        """What stands in the columns for the stored value."""
        return (value,) if self.show is None else self.show(value)


def stored(key: str, column: Column) -> Field:
    """A column that shows the stored value."""
    return Field(key, (column,))


def sealed_text(key: str, column: Column, place: str, show: Callable[[str], str | None] = lambda text: text) -> Field:
    """A column of texts that are stored sealed (`place` as in the model's `Sealed`); `show` may mask them."""

    def cells(stored: str | None) -> Sequence[object]:
        opened = None if stored is None else ring().open(stored, place)
        return (None if opened is None else show(opened),)

    return Field(key, (column,), cells, sealed=True)


def in_words(key: str, column: Column, words: Mapping[Any, str]) -> Field:
    """A column of words that stand for stored values; nothing for others."""
    return Field(key, (column,), lambda value: (words.get(value),), tuple(words))


class Listing:
    """The rows of a query: their number in the list, from 1, then the cells of the fields.

    Iterated any number of times, each time read anew from the database.
    """

    def __init__(self, number: Column, fields: Sequence[Field], query: Listed) -> None:
        self.fields = tuple(fields)
        self.columns = (number, *(column for field in fields for column in field.columns))
        # What is stored for each field, as the query finds it.
        self.stored: tuple[ColumnElement[Any], ...] = tuple(query.selected_columns[field.key] for field in fields)
        self.query = query.with_only_columns(*self.stored)

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        found = chain.from_iterable(stream_rows(self.query))
        for place, values in enumerate(found, start=1):
            yield self.row(place, values)

    def row(self, place: int, values: Sequence[Any]) -> tuple[object, ...]:
        """The cells of what is stored for the fields."""
        cells: list[object] = [place]
        for field, value in zip(self.fields, values, strict=True):
            if field.show is None:
                cells.append(value)
            else:
                cells.extend(field.show(value))
        return tuple(cells)
