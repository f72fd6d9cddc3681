"""What a cell may hold: values brought to one form, and text that no spreadsheet executes or alters. Pure.

A workbook knows text from numbers. A CSV file does not: there a spreadsheet guesses, runs what looks like a formula,
and turns 0905… into 905…, 10/1947 into a date, 1234E5 into 123400000. So a text that could be guessed wrong gets an
apostrophe in front, which spreadsheets themselves use to say "text follows". Unlike a tab or an ="…" it is harmless
wherever it is pasted; a program that reads the file takes one leading apostrophe away and has the value again (a text
that begins with an apostrophe is given another).
"""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from quizapp.clock import VIETNAM
from quizapp.results.tables import Column

# Excel's limit for the text of a cell, in UTF-16 units.
MAX_CELL = 32_767
# Beyond 15 digits a spreadsheet rounds whole numbers.
MAX_EXACT = 10**15
# A percentage guess has five decimals; more than that only comes from a division.
_MAX_PLACES = 5

# Not allowed in XML, or without a meaning: controls but tab and newline, half surrogates, noncharacters.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | low) for plane in range(1, 17) for low in (0xFFFE, 0xFFFF))
    + "]"
)
_FORMULA = "=+@＝＋－＠-"
_STARTS_FORMULA = re.compile(rf"""[^\S\t\n]*[\t\n]|[\s,;|"]*[{_FORMULA}]""")
# Whoever opens the file with the other separator sees cells begin inside of this one.
_INNER_FORMULA = re.compile(rf"""([,;|\t\n"][^\S\t\n]*)(?=[{_FORMULA}])""")
# Together: what a spreadsheet might take for a number, a date or a time.
_NUMBER_SIGNS = re.compile(r"[\s\d.,:/()%₫$€eE+-]+")
_DIGIT = re.compile(r"\d")

# None is an empty cell; a Decimal keeps the places it is to be shown with.
Value = str | int | Decimal | date | datetime | None


def value_of(column: Column, value: object) -> Value:
    """`value` in the form in which the column's kind is written.

    text -> str · int, duration -> int · decimal, percent (a ratio) -> Decimal · date -> date · moment -> naive
    datetime in Vietnamese time, whole seconds. A str stays text in any column, and what a spreadsheet could not hold
    exactly (a whole number of 16 digits, a negative duration) becomes text.
    Raises TypeError for a value that is not of the kind, ValueError for a naive moment.
    """
    if value is None:
        return None
    if column.kind == "text" or isinstance(value, str):
        return plain(str(value))
    if column.kind in ("decimal", "percent") and isinstance(value, int | float | Decimal | Fraction):
        return _decimal(value, column.kind)
    if column.kind == "int" and isinstance(value, int):
        return int(value) if abs(value) < MAX_EXACT else str(value)
    if column.kind == "duration" and isinstance(value, int):
        return value if 0 <= value < MAX_EXACT else duration_text(value)
    if column.kind == "moment" and isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"column {column.key}: a moment needs a zone")
        return value.astimezone(VIETNAM).replace(tzinfo=None, microsecond=0)
    if column.kind == "date" and isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise TypeError(f"column {column.key}: {value!r} is not of the kind {column.kind}")


def plain(text: str) -> str:
    """The text without characters that a file cannot carry, lines ended by newline; cut, visibly, at Excel's limit."""
    return _cut(_NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _cut(text: str) -> str:
    if len(text) <= MAX_CELL // 2 or len(units := text.encode("utf-16-le")) <= 2 * MAX_CELL:
        return text
    return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def csv_text(column: Column, value: object, separator: Literal[",", ";"] = ",") -> str:
    """The cell of a CSV file; decimals have a comma where the separator is a semicolon."""
    found = value_of(column, value)
    if found is None:
        return ""
    if isinstance(found, str):
        return guarded(found)
    if isinstance(found, date):
        return date_text(found)
    if isinstance(found, Decimal):
        number = f"{found * 100:.2f}%" if column.kind == "percent" else f"{found:f}"
    else:
        number = duration_text(found) if column.kind == "duration" else str(found)
    return number.replace(".", ",") if separator == ";" else number


def guarded(text: str) -> str:
    """The text as a CSV cell that stays text: what this changes is told at the top of the module."""
    safe = _INNER_FORMULA.sub(r"\1'", text)
    if text.startswith("'") or _STARTS_FORMULA.match(text) or _looks_counted(text):
        safe = "'" + safe
    return _cut(safe)


def _looks_counted(text: str) -> bool:
    return _NUMBER_SIGNS.fullmatch(text) is not None and _DIGIT.search(text) is not None


def date_text(value: date) -> str:
    """dd/mm/yyyy, and HH:MM:SS behind it for a datetime."""
    day = f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    return f"{day} {value:%H:%M:%S}" if isinstance(value, datetime) else day


def duration_text(milliseconds: int) -> str:
    """mm:ss.mmm, with more than 59 minutes where it must be; "-" in front of a negative one."""
    seconds, rest = divmod(abs(milliseconds), 1000)
    return f"{'-' if milliseconds < 0 else ''}{seconds // 60:02d}:{seconds % 60:02d}.{rest:03d}"


def places(number: Decimal) -> int:
    """How many decimals the number is to be shown with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _decimal(value: float | Decimal | Fraction, kind: str) -> Decimal | None:
    """The value with the places of its kind; None for "not a number" and the infinite."""
    if isinstance(value, Fraction):
        number = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return None
    if kind == "decimal" and isinstance(value, Decimal) and places(value) <= _MAX_PLACES:
        return number
    return number.quantize(Decimal("0.0001" if kind == "percent" else "0.01"), ROUND_HALF_UP)
