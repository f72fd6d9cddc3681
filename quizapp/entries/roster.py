"""The list of people whom a contest lets in (`entry.mode: roster`): its file, and putting it in place as one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert

from quizapp import csv_file
from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import record_act
from quizapp.contests.spec import ContestSpec
from quizapp.db import db
from quizapp.entries import identities, rules
from quizapp.entries.models import RosterEntry
from quizapp.entries.rules import Details
from quizapp.errors import Conflict
from quizapp.strict_yaml import SourceMap

# What the columns of the file are called in Vietnamese; the names of the fields themselves are understood as well.
COLUMNS = {
    "full_name": "Họ và tên",
    "date_of_birth": "Ngày sinh",
    "phone": "Số điện thoại",
    "email": "Thư điện tử",
    "citizen_id": "Số căn cước công dân",
    "area": "Đơn vị, địa phương",
    "unit": "Nơi công tác, học tập",
}
# Spreadsheets take the zero in front of what looks like a number: so many digits are left of the field.
_WITHOUT_ZERO = {"phone": 9, "citizen_id": 11}


@dataclass(frozen=True)
class Listed:
    """Somebody on the list: the identity by which an entry is compared, and the name ("" where the list has none)."""

    identity_hash: str
    full_name: str


def columns_of(spec: ContestSpec) -> dict[str, str]:
    """field -> title of the columns that the contest's list must have: the identity fields, in the file's order."""
    return {name: title for name, title in COLUMNS.items() if name in spec.entry.identity}


def parse_roster(data: bytes, spec: ContestSpec, *, name: str, today: date) -> list[Listed]:
    """The people of an uploaded list. Raises RefusedFile with everything that is wrong, each at its line."""
    wanted = columns_of(spec)
    columns = {field: (title,) for field, title in {**wanted, "full_name": COLUMNS["full_name"]}.items()}
    rows, source = csv_file.read(
        data, name=name, columns=columns, optional=[field for field in columns if field not in wanted]
    )
    people: list[Listed] = []
    first_lines: dict[str, int] = {}
    for row in rows:
        details = _details(row, wanted, spec, today, source)
        if details is None:
            continue
        identity = rules.identity_hash(spec, details)
        if first_lines.setdefault(identity, row.line) != row.line:
            place = source.place_at(row.line, 1)
            source.report((), "listed_twice", place=place, first_line=first_lines[identity])
        people.append(Listed(identity, details.full_name))
    source.refuse_problems()
    return people


def _details(
    row: csv_file.Row, wanted: dict[str, str], spec: ContestSpec, today: date, source: SourceMap
) -> Details | None:
    """The identity of a row in the form of an entry; None when something of it is wrong."""
    values: dict[str, Any] = {
        "full_name": csv_file.value_in(row.cells.get("full_name", ""))[: rules.MAX_LENGTH["full_name"]]
    }
    wrong = False
    for field, title in wanted.items():
        typed = _restored(field, csv_file.value_in(row.cells[field]))
        values[field], code = rules.check_field(field, typed, spec, today) if typed else (None, "cell_missing")
        if code:
            source.report((title,), code, place=source.place_at(row.line, 1), column=title)
            wrong = True
    return None if wrong else Details(**values)


def _restored(field: str, typed: str) -> str:
    digits = _WITHOUT_ZERO.get(field)
    return "0" + typed if len(typed) == digits and typed.isascii() and typed.isdigit() else typed


def replace_roster(contest: ContestInfo, people: Sequence[Listed], *, actor: str, now: datetime) -> None:
    """Put these people (`parse_roster`: at least one) in the place of the list there is. Flushes; the edge commits.

    Whoever has entered already stays in the contest. A long file is read before the transaction begins: nobody's
    answers wait for it. Raises Conflict("roster_not_used") where people enter without a list.
    """
    if contest.spec.entry.mode != "roster":
        raise Conflict("roster_not_used")
    _store(contest.id, people, now)
    record_act(contest.id, "import_roster", actor=actor, now=now, reason=str(len(people)))
    db.session.flush()


def _store(contest_id: int, people: Sequence[Listed], now: datetime) -> None:
    key = identities.key_for(contest_id)
    db.session.execute(delete(RosterEntry).where(RosterEntry.contest_id == contest_id))
    db.session.execute(
        insert(RosterEntry),
        [
            {
                "contest_id": contest_id,
                "identity_hash": identities.stored_form(person.identity_hash, key),
                "full_name": person.full_name,
                "listed_at": now,
            }
            for person in people
        ],
    )
