"""Big tables are written by a process of their own: seconds of work in a web process would stop everybody's saving.

The web process asks (`write_apart`), having checked who may see what, and waits, which lets others go on; the other
process (`flask write-table`) makes the same table again and writes it. The file is there when it is complete, and not
before; it ends with the web process that asked for it.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app, g
from flask.cli import with_appcontext
from flask_babel import force_locale, get_locale

from quizapp.areas import queries as areas
from quizapp.config import ROOT
from quizapp.contests import queries as contests
from quizapp.db import fresh_snapshot
from quizapp.results import participation
from quizapp.results.files import write_csv, write_xlsx
from quizapp.results.tables import Table
from quizapp.web.access import StaffView
from quizapp.web.reports import Selection, report
from quizapp.web.reports.totals import figures

# Tables with a line for each person or paper; from so many lines on they are written apart.
BIG = ("participants", "attempts")
LINES = 5000
# The machine has other things to do.
_AT_ONCE = threading.BoundedSemaphore(2)
_PR_SET_PDEATHSIG = 1


def is_big(table: str, chosen: Selection) -> bool:
    """Whether the table of that name would hold a web process up."""
    if table not in BIG:
        return False
    if table == "attempts":
        return figures(chosen, chosen.round_).attempts >= LINES
    return sum(participation.count_entered(chosen.contest.id, chosen.area_ids, [chosen.now])) >= LINES


def write_table(table: Table, path: Path, ext: str) -> None:
    """The table as a file; `ext` is csv or xlsx."""
    if ext == "xlsx":
        write_xlsx(table, path)
        return
    with path.open("wb") as written:
        written.writelines(write_csv(table))


def write_apart(chosen: Selection, table: str, path: Path, ext: str) -> None:
    """The same for the table of that name, by another process. Raises RuntimeError when that process fails."""
    job = {
        "contest": chosen.contest.slug,
        "scope": chosen.view.scope.id,
        "is_organizer": chosen.view.is_organizer,
        "round": chosen.round_.key if chosen.round_ else None,
        "area": chosen.area.id,
        "level": chosen.level,
        "now": chosen.now.isoformat(),
        "locale": str(get_locale()),
        "table": table,
        "ext": ext,
        "path": str(path),
    }
    # No reading stays open while the other process works.
    fresh_snapshot()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "write-table"]
    with _AT_ONCE:
        done = subprocess.run(  # noqa: S603  (a command of our own making)
            command, input=json.dumps(job).encode(), cwd=ROOT, env=_environment(), capture_output=True, check=False
        )
    if done.returncode or not path.is_file():
        raise RuntimeError(f"the table was not written: {done.stderr.decode('utf-8', 'replace')[-2000:]}")


def _environment() -> dict[str, str]:
    """What the other process needs to be of the same installation."""
    settings = current_app.config["QUIZ"]
    own = {
        "QUIZ_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
    }
    return {**os.environ, **own}


@click.command("write-table", hidden=True)
@with_appcontext
def write_table_command() -> None:
    """Write a table as the web process says on the standard input."""
    _end_with_parent()
    # Answers to people come first.
    os.nice(10)
    job = json.load(sys.stdin)
    path = Path(job["path"])
    unfinished = path.with_name(path.name + ".unfinished")
    with current_app.test_request_context(), force_locale(job["locale"]):
        g.now = datetime.fromisoformat(job["now"])
        write_table(report(job["table"], _selection(job)), unfinished, job["ext"])
    unfinished.replace(path)


def _selection(job: dict[str, Any]) -> Selection:
    contest = contests.get_contest(job["contest"])
    tree = areas.get_tree_by_id(contest.tree_id)
    view = StaffView(contest, tree, tree.node(job["scope"]), job["is_organizer"])
    round_ = contest.round(job["round"]) if job["round"] else None
    return Selection(view, round_, tree.node(job["area"]), g.now, job["level"])


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
