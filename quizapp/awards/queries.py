"""Reads of the sheets of awards: which there are, and who has which prize by them."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from quizapp.awards.models import Award, AwardSheet
from quizapp.contests.models import Contest, Round
from quizapp.db import db
from quizapp.entries.models import Participant, name_in_public
from quizapp.results.models import ResultLine, RoundResult

_AT_ONCE = 500


@dataclass(frozen=True)
class SheetInfo:
    """One version of a contest's sheet of awards; `cause` is the act after which it was made."""

    id: int
    contest_id: int
    version: int
    cause: str
    made_at: datetime
    made_by: str
    content_hash: str
    published_at: datetime | None


@dataclass(frozen=True)
class AwardLine:
    """A place of a sheet with whoever has it, and of a round's winner the line of the result."""

    kind: str
    round_id: int | None
    collective: int | None
    group_key: str
    place: int
    prize: str
    amount: int | None
    state: str
    rank: int | None
    participant_id: int | None
    participant: str | None
    full_name: str | None
    unit: str | None
    area_id: int | None
    score: int | None
    prediction: int | None
    gap: int | None
    submitted_at: datetime | None
    duration_ms: int | None


_INFO = [getattr(AwardSheet, name) for name in SheetInfo.__dataclass_fields__]
_LINE: list[Any] = [
    Award.kind, Award.round_id, Award.collective, Award.group_key, Award.place, Award.prize, Award.amount, Award.state,
    Award.rank, Award.participant_id, Participant.public_id, Participant.full_name, Participant.unit,
    func.coalesce(Award.area_id, Participant.area_id), ResultLine.score, ResultLine.prediction, ResultLine.gap,
    ResultLine.submitted_at, ResultLine.duration_ms,
]  # fmt: skip
# Whoever is not to be named is not to be found by the school or the office either.
_PUBLIC_UNIT = case((Participant.public_name.is_(None), Participant.unit))
_IN_PUBLIC = {Participant.full_name: name_in_public(), Participant.unit: _PUBLIC_UNIT}
_PUBLIC_LINE: list[Any] = [_IN_PUBLIC.get(column, column) for column in _LINE]


def latest(contest_id: int) -> SheetInfo | None:
    """The sheet as it stands for the organizers."""
    return _first(_sheets(contest_id))


def published(contest_id: int) -> SheetInfo | None:
    """The sheet that the public sees."""
    return _first(_sheets(contest_id).where(AwardSheet.published_at.is_not(None)))


def list_versions(contest_id: int) -> list[SheetInfo]:
    """All sheets, the newest first."""
    return [SheetInfo(*row) for row in db.session.execute(_sheets(contest_id))]


def find_version(contest_id: int, version: int) -> SheetInfo | None:
    """The sheet of that number."""
    return _first(_sheets(contest_id).where(AwardSheet.version == version))


def content_of(sheet_id: int) -> dict[str, Any]:
    """The whole sheet as data (see `sheet.content`)."""
    content: dict[str, Any] = json.loads(
        db.session.scalars(select(AwardSheet.content).where(AwardSheet.id == sheet_id)).one()
    )
    return content


def list_awards(
    sheet: SheetInfo, *, round_id: int | None = None, kind: str | None = None, public: bool = False
) -> list[AwardLine]:
    """The places of a sheet as people read them; `public`: only of what was published.

    `round_id`: of one round (its collectives included). People's names and areas are the present ones; in public, names
    are shown as people agreed to.
    """
    result = aliased(RoundResult)
    query = (
        select(*(_PUBLIC_LINE if public else _LINE))
        .outerjoin(Participant, Participant.id == Award.participant_id)
        .outerjoin(result, and_(result.round_id == Award.round_id, result.id.in_(_result_ids(sheet))))
        .outerjoin(
            ResultLine, and_(ResultLine.result_id == result.id, ResultLine.participant_id == Award.participant_id)
        )
        .where(Award.sheet_id == sheet.id, *_narrowed(sheet, round_id, kind, public))
        .order_by(Award.id)
    )  # fmt: skip
    return [AwardLine(*row) for row in db.session.execute(query)]


def prizes_by_area(sheet: SheetInfo, round_id: int | None, *, public: bool = False) -> Counter[int | None]:
    """How many prizes people of each area have (by the area that they named; None = none): in one round, or in all."""
    query = (
        select(Participant.area_id)
        .join(Award, Award.participant_id == Participant.id)
        .where(Award.sheet_id == sheet.id, *_narrowed(sheet, round_id, None, public))
    )
    return Counter(db.session.scalars(query))


def prizes_of(sheet: SheetInfo, participant_id: int, *, public: bool = True) -> list[AwardLine]:
    """The prizes of one person."""
    return [each for each in list_awards(sheet, public=public) if each.participant_id == participant_id]


@dataclass(frozen=True)
class NamedPerson:
    """Whom a public code of a sheet stands for, as they are called now."""

    public_id: str
    full_name: str
    unit: str | None
    area_id: int | None


def name_people(contest_id: int, codes: Iterable[str]) -> dict[str, NamedPerson]:
    """The people of these public codes."""
    wanted = sorted(set(codes))
    found: dict[str, NamedPerson] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(Participant.public_id, Participant.full_name, Participant.unit, Participant.area_id).where(
            Participant.contest_id == contest_id, Participant.public_id.in_(wanted[start : start + _AT_ONCE])
        )
        found.update({row.public_id: NamedPerson(*row) for row in db.session.execute(query)})
    return found


def _sheets(contest_id: int) -> Select[Any]:
    return select(*_INFO).where(AwardSheet.contest_id == contest_id).order_by(AwardSheet.version.desc())


def _first(query: Select[Any]) -> SheetInfo | None:
    row = db.session.execute(query.limit(1)).first()
    return SheetInfo(*row) if row else None


def _result_ids(sheet: SheetInfo) -> list[int]:
    """The versions of results that the sheet is made from."""
    used = content_of(sheet.id)["results"]
    rows = db.session.execute(
        select(RoundResult.id, RoundResult.version, Round.key)
        .join(Round, Round.id == RoundResult.round_id)
        .where(RoundResult.contest_id == sheet.contest_id)
    )
    return [row.id for row in rows if row.key in used and used[row.key]["version"] == row.version]


def _narrowed(sheet: SheetInfo, round_id: int | None, kind: str | None, public: bool) -> Iterable[ColumnElement[bool]]:
    if round_id is not None:
        yield Award.round_id == round_id
    if kind is not None:
        yield Award.kind == kind
    if public:
        of_contest = select(Contest.id).where(Contest.id == sheet.contest_id, Contest.published_at.is_not(None))
        of_rounds = select(RoundResult.round_id).where(
            RoundResult.contest_id == sheet.contest_id, RoundResult.published_at.is_not(None)
        )
        yield or_(and_(Award.round_id.is_(None), of_contest.exists()), Award.round_id.in_(of_rounds))
