"""What is kept about a person, in words: for the person's own page and for the organizers who answer requests."""

from datetime import date
from typing import Any

from flask_babel import gettext

from quizapp.areas import queries as areas
from quizapp.contests.queries import ContestInfo
from quizapp.entries.service import resolve_area
from quizapp.errors import NotFound
from quizapp.web.area_names import name_of
from quizapp.web.entry_words import FIELD_LABELS, GENDER_LABELS
from quizapp.web.filters import day


def field_label(name: str) -> str:
    """What a field of the entry form is called."""
    return str(FIELD_LABELS[name])


def shown_value(contest: ContestInfo, name: str, value: Any) -> str:
    """A field's value as people read it: as it is stored, or as it was typed in a request."""
    if value in (None, ""):
        return gettext("(để trống)")
    if isinstance(value, date):
        return day(value)
    if name == "gender":
        return str(GENDER_LABELS.get(value, value))
    if name == "group":
        return next((group.label for group in contest.spec.groups if group.key == value), str(value))
    if name == "area":
        return _area(contest, value)
    return str(value)


def _area(contest: ContestInfo, value: int | str) -> str:
    try:
        area_id = value if isinstance(value, int) else resolve_area(contest, value)
    except NotFound:
        return str(value)
    return name_of(areas.get_tree_by_id(contest.tree_id), area_id) or str(value)
