"""The tables that staff download and print, by name: the same for the pages and for the API's exports.

Whoever asks has a `StaffView`; a table never holds anything from outside of it, and what is sealed is left empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from flask import g

from quizapp.areas.rules import AreaNode
from quizapp.contests.queries import RoundInfo
from quizapp.errors import NotFound
from quizapp.results.tables import Table
from quizapp.web.access import StaffView
from quizapp.web.reports import anomalies, collectives, people, questions, totals
from quizapp.web.reports.selection import Selection, participation_note

__all__ = ["TABLES", "Selection", "build", "report"]

TABLES: Mapping[str, Callable[[Selection], Table]] = {
    "summary": totals.summary,
    "areas": totals.areas,
    "participants": people.participants,
    "attempts": people.attempts,
    "winners": people.winners,
    "scores": totals.scores,
    "questions": questions.table,
    "collectives": collectives.collectives,
    "anomalies": anomalies.table,
}


def build(
    name: str,
    view: StaffView,
    round_: RoundInfo | None = None,
    area: AreaNode | None = None,
    *,
    level: str | None = None,
    now: datetime | None = None,
) -> Table:
    """The table of that name. `area` comes from `view.narrowed`; `now` None = the clock reading of the request.

    The contest must have been settled. Rows may be read from the database while they are taken.
    Raises NotFound for an unknown name, and for a level that does not lie below the area.
    """
    return report(name, Selection(view, round_, area or view.scope, now or g.now, level))


def report(name: str, chosen: Selection) -> Table:
    """The same for a selection that is there already."""
    make = TABLES.get(name)
    if make is None:
        raise NotFound("table_not_found")
    table = make(chosen)
    # Every row counts people or attempts, or is one that can be counted.
    hidden = chosen.hides_entries if name == "participants" else chosen.hides_participation
    return replace(table, rows=(), total=None, notes=(participation_note(),)) if hidden else table
