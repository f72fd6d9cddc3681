"""The cells of a table as a page shows them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizapp.results.cells import duration_text, places
from quizapp.results.tables import Column
from quizapp.web.filters import day, decimal, moment, number, percent


def _decimal(value: Any) -> str:
    """A Decimal with as many places as it has, anything else with two."""
    return decimal(Fraction(value), places(value) if isinstance(value, Decimal) else 2)


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "int": number,
    "decimal": _decimal,
    "percent": lambda value: percent(Fraction(value)),
    "date": day,
    "moment": moment,
    "duration": duration_text,
}


def cell(column: Column, value: object) -> str:
    """One value for reading; "" for an empty cell, text as it is."""
    if value is None:
        return ""
    return value if isinstance(value, str) else _SHOWN.get(column.kind, str)(value)
