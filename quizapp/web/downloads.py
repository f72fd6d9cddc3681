"""Tables as files for a browser to keep."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from flask import Response

from quizapp.accounts.rules import Actor
from quizapp.contests import service as contests
from quizapp.db import transaction
from quizapp.results.files import download_name
from quizapp.results.tables import Table
from quizapp.web import asking_again
from quizapp.web.big_tables import is_big, write_apart, write_table
from quizapp.web.reports import Selection, report
from quizapp.web.reports.people import gives_phones

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"csv": CSV, "xlsx": XLSX}
# Tables in which there are people by name: who takes one has typed the password a short while ago.
WITH_PEOPLE = frozenset({"participants", "attempts", "winners", "anomalies"})
_CHUNK = 64 * 1024


def send_report(chosen: Selection, table: str, ext: str, *, actor: Actor) -> Response:
    """The table of that name as a file (`ext` csv or xlsx); that it was taken stands in the contest's history.

    The contest has been settled. Raises NotFound for an unknown table, Forbidden("recent_sign_in_required").
    """
    if table in WITH_PEOPLE:
        asking_again.make_sure()
    built = report(table, chosen)
    area = None if chosen.is_whole else chosen.area.name
    # The history tells whether telephone numbers were among it whole.
    told = f"{table}, đủ số điện thoại" if gives_phones(table, chosen) else table
    with transaction():
        contests.record_export(chosen.contest, actor=actor.login, table=told, area=area, now=chosen.now)
    what = f"{table} {chosen.round_.key}" if chosen.round_ else table
    name = download_name(chosen.contest.slug, what, area, chosen.now, ext)
    if not is_big(table, chosen):
        return send_table(built, name, ext)
    return send_file(lambda path: write_apart(chosen, table, path, ext), name, _TYPES[ext])


def send_table(table: Table, name: str, ext: str) -> Response:
    """The table as an attachment called `name`; `ext` is csv or xlsx.

    Written as `send_file` does it.
    """

    return send_file(lambda path: write_table(table, path, ext), name, _TYPES[ext])


def send_file(write: Callable[[Path], None], name: str, content_type: str) -> Response:
    """What `write` puts into a file, as an attachment called `name`.

    Written before the answer begins: a slow line must not keep the database's reading open, and what fails must not
    look like a shorter file.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        # An open file outlives its name, so nothing is left to be removed after the answer.
        return send_kept_file(path, name, content_type)


def send_kept_file(path: Path, name: str, content_type: str) -> Response:
    """A file that exists, as an attachment called `name`."""
    file, size = path.open("rb"), path.stat().st_size
    answer = Response(_chunks(file), content_type=content_type)
    answer.content_length = size
    answer.call_on_close(file.close)
    answer.headers["Content-Disposition"] = disposition(name)
    return answer


def disposition(name: str) -> str:
    """The header that makes a browser save under `name` (ASCII without quotes), in both forms that browsers read."""
    return f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
