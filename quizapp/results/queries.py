"""Reads of results: figures by area, people and attempts for the tables. Read-mostly; nothing here writes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, case, cast, func, null, select

from quizapp.attempts import rollups
from quizapp.attempts.models import Attempt, Standing
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results.listing import Listed
from quizapp.results.rules import Figures
from quizapp.text import fold


def figures_by_area(contest_id: int, round_id: int | None) -> dict[int | None, Figures]:
    """Figures by the area that people named (None = none), in one round or over the whole contest.

    Over a contest, people are counted once, and as all-correct when any of their rounds was.
    """
    persons = (
        select(
            Standing.participant_id,
            func.sum(Standing.attempts).label("attempts"),
            func.max(case((Standing.is_perfect, 1), else_=0)).label("perfect"),
            func.sum(Standing.score).label("score_sum"),
            func.count().label("counted"),
            func.max(Standing.score).label("best"),
        )
        .where(Standing.contest_id == contest_id)
        .group_by(Standing.participant_id)
    )
    if round_id is not None:
        persons = persons.where(Standing.round_id == round_id)
    each = persons.subquery()
    rows = db.session.execute(
        select(
            Participant.area_id,
            func.count().label("people"),
            func.sum(each.c.attempts),
            func.sum(each.c.perfect),
            func.sum(each.c.score_sum),
            func.sum(each.c.counted),
            func.max(each.c.best),
        )
        .join(each, each.c.participant_id == Participant.id)
        .group_by(Participant.area_id)
    )
    return {
        area_id: Figures(int(people), int(attempts), int(perfect), int(score_sum), int(counted), best)
        for area_id, people, attempts, perfect, score_sum, counted, best in rows
    }


def kept_figures_by_area(contest_id: int, round_id: int | None) -> dict[int | None, Figures]:
    """The same out of the rollups, which are kept in step with the standings: for pages, however many take part."""
    figures: dict[int | None, Figures] = {}
    for line in rollups.read(contest_id, round_id):
        # Over a contest, somebody counts in the first round in which they took part, or had everything right.
        people, all_correct = (
            (line.newcomers, line.new_all_correct) if round_id is None else (line.people, line.people_all_correct)
        )
        area_id = None if line.area_id == rollups.NO_AREA else line.area_id
        figures[area_id] = Figures(people, line.attempts, all_correct, line.score_sum, line.people, line.best)
    return figures


@dataclass(frozen=True)
class PersonLine:
    """A participant in a table for staff: who they are, and what they did in the round (or the contest).

    `is_perfect` is 1 when a counted attempt has everything right, else 0.
    """

    public_id: str
    full_name: str
    date_of_birth: date | None
    gender: str | None
    phone: str | None
    email: str | None
    citizen_id: str | None
    address: str | None
    area_id: int | None
    unit: str | None
    group_key: str | None
    is_unranked: bool
    entered_at: datetime
    attempts: int
    best_score: int | None
    is_perfect: int


def page_of_people(
    contest_id: int,
    round_id: int | None,
    area_ids: frozenset[int] | None,
    *,
    search: str = "",
    finished: bool | None = None,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[PersonLine], int]:
    """Everybody who entered the contest, in the order of Vietnamese name lists: some of them, and how many in all.

    `search`: only people in whose names words begin with each word of it, whatever marks are typed. `finished`: only
    those who have a final attempt in the round (or the contest), or only those who have none.
    """
    query = _people(contest_id, round_id)
    for word in fold(search).split():
        begins = Participant.name_fold.startswith(word, autoescape=True)
        query = query.where(begins | Participant.name_fold.contains(f" {word}", autoescape=True))
    if finished is not None:
        done = select(Standing.participant_id).where(_in_round(contest_id, round_id))
        query = query.where(Participant.id.in_(done) if finished else Participant.id.not_in(done))
    query = _within(query, area_ids)
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    return [PersonLine(*row) for row in db.session.execute(query.offset(offset).limit(limit))], total


def _people(contest_id: int, round_id: int | None) -> Listed:
    each = (
        select(
            Standing.participant_id,
            func.sum(Standing.attempts).label("attempts"),
            func.max(Standing.score).label("best"),
            func.max(case((Standing.is_perfect, 1), else_=0)).label("perfect"),
        )
        .where(_in_round(contest_id, round_id))
        .group_by(Standing.participant_id)
        .subquery()
    )
    return (
        select(
            Participant.public_id, Participant.full_name, Participant.date_of_birth, Participant.gender,
            Participant.phone, Participant.email, Participant.citizen_id, Participant.address, Participant.area_id,
            Participant.unit, Participant.group_key, Participant.is_unranked, Participant.entered_at,
            func.coalesce(each.c.attempts, 0).label("attempts"), each.c.best.label("best_score"),
            func.coalesce(each.c.perfect, 0).label("is_perfect"),
        )
        .select_from(Participant)
        .outerjoin(each, each.c.participant_id == Participant.id)
        .where(Participant.contest_id == contest_id)
        .order_by(Participant.sort_name, Participant.id)
    )  # fmt: skip


def _in_round(contest_id: int, round_id: int | None) -> ColumnElement[bool]:
    done = Standing.contest_id == contest_id
    return done if round_id is None else done & (Standing.round_id == round_id)


def listed_people(
    contest_id: int, round_id: int | None, area_ids: frozenset[int] | None, *, sealed: bool = False
) -> Listed:
    """Everybody who entered the contest, in the order of Vietnamese name lists; `area_ids` None = from everywhere.

    The columns are those of a `PersonLine`, and `finished`, whether there is a final attempt. `sealed`: no best score.
    """
    query = _within(_people(contest_id, round_id), area_ids)
    columns = {column.key: column for column in query.selected_columns}
    if sealed:
        columns["best_score"] = cast(null(), Integer).label("best_score")
    return query.with_only_columns(*columns.values(), (columns["attempts"] > 0).label("finished"))


def listed_attempts(
    contest_id: int,
    round_id: int | None,
    area_ids: frozenset[int] | None,
    *,
    sealed: Collection[int] = (),
    counts: Collection[int] = (),
    percentages: Collection[int] = (),
) -> Listed:
    """All final attempts in the order of their submission; `area_ids` None = from everywhere.

    Score and whether all is correct are NULL in the rounds that are `sealed` (ids). The guess is a text: in the rounds
    where `counts` are guessed a whole number, in those with `percentages` one with five decimals, else NULL.
    """

    def unsealed(column: Any) -> Any:
        return case((Attempt.round_id.in_(sealed), None), else_=column) if sealed else column

    whole, rest = cast(Attempt.prediction // 100_000, Text), cast(100_000 + Attempt.prediction % 100_000, Text)
    guess = case(
        (Attempt.round_id.in_(counts), cast(Attempt.prediction, Text)),
        (Attempt.round_id.in_(percentages), whole + "." + func.substr(rest, 2)),
    )
    query = (
        select(
            Attempt.public_id, Participant.public_id.label("participant"), Participant.full_name, Participant.area_id,
            Participant.unit, Attempt.round_id, Attempt.number, Attempt.started_at, Attempt.submitted_at,
            Attempt.duration_ms, Attempt.finished_by, unsealed(Attempt.score).label("score"),
            unsealed(Attempt.is_perfect).label("is_perfect"), guess.label("prediction"),
            Attempt.receipt_code,
        )
        .select_from(Attempt)
        .join(Participant, Participant.id == Attempt.participant_id)
        .where(Attempt.contest_id == contest_id, Attempt.submitted_at.is_not(None))
        .order_by(Attempt.submitted_at, Attempt.id)
    )  # fmt: skip
    return _within(query if round_id is None else query.where(Attempt.round_id == round_id), area_ids)


def _within(query: Listed, area_ids: frozenset[int] | None) -> Listed:
    return query if area_ids is None else query.where(Participant.area_id.in_(area_ids))


@dataclass(frozen=True)
class Counts:
    """The three numbers that are never mixed, and people who entered without finishing a paper."""

    entered: int
    people: int
    attempts: int
    people_all_correct: int
    attempts_all_correct: int


def counts(contest_id: int, round_id: int | None) -> Counts:
    """The whole numbers of a round or a contest."""
    each = (
        select(
            func.sum(Standing.attempts).label("attempts"),
            func.sum(Standing.perfect_attempts).label("perfect_attempts"),
            func.max(case((Standing.is_perfect, 1), else_=0)).label("perfect"),
        )
        .where(_in_round(contest_id, round_id))
        .group_by(Standing.participant_id)
        .subquery()
    )
    sums = (func.sum(each.c.attempts), func.sum(each.c.perfect), func.sum(each.c.perfect_attempts))
    entered = select(func.count(Participant.id)).where(Participant.contest_id == contest_id)
    people, *rest = db.session.execute(select(func.count(), *sums).select_from(each)).one()
    attempts, perfect, perfect_attempts = (int(number or 0) for number in rest)
    return Counts(
        entered=db.session.scalar(entered) or 0,
        people=people,
        attempts=attempts,
        people_all_correct=perfect,
        attempts_all_correct=perfect_attempts,
    )
