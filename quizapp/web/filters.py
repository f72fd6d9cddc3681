"""Jinja filters: moments in Vietnam's time, numbers as the reader's language writes them."""

from datetime import date, datetime, timedelta
from fractions import Fraction

from flask import Flask
from flask_babel import get_locale, gettext, ngettext
from jinja2 import StrictUndefined

from quizapp.clock import VIETNAM
from quizapp.ids import code_groups
from quizapp.web.pictures import picture_url


class QuietUndefined(StrictUndefined):
    """Raises when a missing name is shown or looped over, but `{% if name %}` is allowed."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


def init_filters(app: Flask) -> None:
    """Register the filters and the strict undefined."""
    app.jinja_env.undefined = QuietUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["get_locale"] = get_locale
    for name in ("day", "moment", "closing", "clock_time", "duration", "number", "money", "decimal", "percent"):
        app.jinja_env.filters[name] = globals()[name]
    app.jinja_env.filters["dated"] = dated
    app.jinja_env.filters["code_groups"] = code_groups
    app.jinja_env.filters["picture_url"] = picture_url


def day(value: date | datetime) -> str:
    """19/05/2025."""
    return (value.astimezone(VIETNAM) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def dated(version: str) -> str:
    """A version that is named by when it was made: 2026-11-22 as 22/11/2026, 2026-11 as 11/2026."""
    return "/".join(reversed(version.split("-")))


def clock_time(value: datetime) -> str:
    """15:00, or 15:00:07 when there are seconds."""
    local = value.astimezone(VIETNAM)
    return local.strftime("%H:%M:%S" if local.second else "%H:%M")


def moment(value: datetime) -> str:
    """15:00 ngày 19/05/2025, in Vietnam's time."""
    return moment_text(clock_time(value), day(value))


def moment_text(time: str, date_: str) -> str:
    """A time of day and a date, as `clock_time` and `day` write them, in the words of a moment."""
    return gettext("%(time)s ngày %(day)s", time=time, day=date_)


def closing(value: datetime) -> str:
    """A moment at which something ends; midnight as the end of the day before: hết ngày 24/04/2022."""
    local = value.astimezone(VIETNAM)
    if (local.hour, local.minute, local.second) != (0, 0, 0):
        return moment(value)
    return gettext("hết ngày %(day)s", day=day(local.date() - timedelta(days=1)))


def duration(milliseconds: int) -> str:
    """7 phút 05 giây; with hours when there are any, whole seconds, cut."""
    seconds = milliseconds // 1000
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    parts = []
    if hours:
        parts.append(ngettext("%(num)d giờ", "%(num)d giờ", hours))
    if hours or minutes:
        parts.append(ngettext("%(num)d phút", "%(num)d phút", minutes))
    parts.append(ngettext("%(num)d giây", "%(num)d giây", rest))
    return " ".join(parts)


def number(value: int) -> str:
    """8.664 in Vietnamese, 8,664 in English."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if _vietnamese() else grouped


def money(value: int) -> str:
    """1.500.000 đồng."""
    return gettext("%(amount)s đồng", amount=number(value))


def decimal(value: Fraction | None, places: int = 2) -> str:
    """A fraction rounded half up: 7,25; a dash for None. Trailing zeros stay, so that columns line up."""
    if value is None:
        return "–"
    scale = 10**places
    scaled = (abs(value) * scale * 2 + 1) // 2
    whole, part = divmod(int(scaled), scale)
    sign = "-" if value < 0 and scaled else ""
    text = number(whole) + (("," if _vietnamese() else ".") + f"{part:0{places}d}" if places else "")
    return sign + text


def percent(value: Fraction | None, places: int = 2) -> str:
    """A share as a percentage: 36,88 %; a dash for None."""
    return "–" if value is None else f"{decimal(value * 100, places)} %"


def _vietnamese() -> bool:
    return str(get_locale() or "vi").startswith("vi")
