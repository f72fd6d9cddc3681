"""What an organizer should look at before a result is final: signs, found by the database, for people to judge.

A sign is no verdict and changes nothing by itself: no score, no rank, no prize. A family shares a telephone, a school
its computers. Only organizers of the contest ever see the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    cast,
    extract,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)

from quizapp.attempts import ordering as choosing
from quizapp.attempts.models import Attempt, Standing
from quizapp.contests import queries as contests
from quizapp.contests.queries import RoundInfo
from quizapp.contests.rules import full_score, questions_in
from quizapp.db import db
from quizapp.entries.models import Participant, SessionParticipant
from quizapp.results import ordering
from quizapp.results.lookalikes import MAYBE, odd_letters


class Sign(StrEnum):
    """Kinds of signs, in the order in which they are listed."""

    UNRANKED_IN_FRONT = "unranked_in_front"  # somebody without a rank who would stand on one of the first places
    SAME_CITIZEN_ID = "same_citizen_id"
    SAME_PHONE = "same_phone"
    SHARED_BROWSER = "shared_browser"  # one browser has acted for many people
    SAME_PACE = "same_pace"  # people who began together took the same time to the half second, for the same score
    FAST_PAPER = "fast_paper"  # at least half of the points in less time than reading takes
    MANY_GUESSES = "many_guesses"  # one person, many different guesses
    MANY_ATTEMPTS = "many_attempts"
    ODD_LETTERS = "odd_letters"  # a name with letters that only look like the letters of others


@dataclass(frozen=True)
class Limits:
    """From where on something is a sign."""

    people_of_one_phone: int = 2
    people_of_one_browser: int = 3
    people_of_one_pace: int = 5
    attempts: int = 20
    guesses: int = 5
    ms_a_question: int = 2000
    first_places: int = 10


LIMITS = Limits()
# What counts as begun together, and as the same length.
_BEGUN_WITHIN_SECONDS = 600
_PACE_MS = 500


@dataclass(frozen=True)
class Flag:
    """A sign on one person. `group` counts from 1 those who share something, and is the same for all of them.

    `amount`: how many people share it, how many attempts, guesses or odd letters there are, the milliseconds of the
    fastest paper, or the place on which somebody without a rank would stand. `shared`: the number that is shared.
    `rank`: among those who are ranked, None for the others.
    """

    sign: Sign
    group: int
    amount: int
    shared: str | None
    public_id: str
    full_name: str
    area_id: int | None
    unit: str | None
    rank: int | None


def stream_flags(round_: RoundInfo, limits: Limits = LIMITS) -> Iterator[Flag]:
    """All signs in a round: sign by sign, those that concern most people (attempts, guesses) first. Read as taken."""
    found = _signs(round_, limits).subquery("signs")
    ranks = _ranks(round_, select(found.c.participant_id))
    query = (
        select(
            found.c.sign, found.c.amount, found.c.shared,
            Participant.id, Participant.public_id, Participant.full_name, Participant.area_id, Participant.unit,
            Participant.phone, Participant.citizen_id,
        )
        .join(Participant, Participant.id == found.c.participant_id)
        .order_by(found.c.position, found.c.order, found.c.shared, Participant.sort_name, Participant.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    before, group = None, 0
    with db.session.execute(query) as rows:
        for sign, amount, shared, person, code, name, area_id, unit, phone, citizen_id in rows:
            if (sign, shared) != before or not shared:
                group = group + 1 if before is not None and sign == before[0] else 1
                before = (sign, shared)
            number = {Sign.SAME_PHONE: phone, Sign.SAME_CITIZEN_ID: citizen_id}.get(sign)
            yield Flag(Sign(sign), group, amount, number, code, name, area_id, unit, ranks.get(person))
    yield from _odd_names(round_)


def _ranks(round_: RoundInfo, people: Select[Any]) -> dict[int, int]:
    """The ranks of some people. Read beside the signs: SQLite would look through the ranking once for each sign."""
    ranked = ordering.ranked(round_, actual=contests.actual_of(round_.id)).c
    rows = db.session.execute(select(ranked.participant_id, ranked.rank).where(ranked.participant_id.in_(people)))
    return {row.participant_id: row.rank for row in rows}


def count_flags(round_: RoundInfo, limits: Limits = LIMITS) -> dict[Sign, int]:
    """How many people have each sign; signs that nobody has are left out."""
    found = _signs(round_, limits).subquery("signs")
    rows = db.session.execute(
        select(found.c.sign, func.count(found.c.participant_id.distinct())).group_by(found.c.sign)
    )
    counts = {Sign(sign): people for sign, people in rows}
    names = db.session.scalars(select(Participant.full_name).where(*_maybe_odd(round_)))
    counts[Sign.ODD_LETTERS] = sum(1 for name in names if odd_letters(name))
    return {sign: counts[sign] for sign in Sign if counts.get(sign)}


def _odd_names(round_: RoundInfo) -> Iterator[Flag]:
    """The sign that no database can tell; it only says whom to look at."""
    chosen = _maybe_odd(round_)
    ranks, group = _ranks(round_, select(Participant.id).where(*chosen)), 0
    query = (
        select(Participant.id, Participant.public_id, Participant.full_name, Participant.area_id, Participant.unit)
        .where(*chosen)
        .order_by(Participant.sort_name, Participant.id)
        .execution_options(yield_per=1000)
    )
    with db.session.execute(query) as rows:
        for person, code, name, area_id, unit in rows:
            odd = odd_letters(name)
            if odd:
                group += 1
                yield Flag(Sign.ODD_LETTERS, group, len(odd), None, code, name, area_id, unit, ranks.get(person))


def _maybe_odd(round_: RoundInfo) -> tuple[ColumnElement[bool], ...]:
    return _took_part(round_), Participant.full_name.regexp_match(MAYBE)


def _took_part(round_: RoundInfo) -> ColumnElement[bool]:
    return Participant.id.in_(select(Standing.participant_id).where(Standing.round_id == round_.id))


def _signs(round_: RoundInfo, limits: Limits) -> Any:
    """(position of the sign, sign, participant, amount, what is shared, what to order by) of everybody who has one."""
    took_part = _took_part(round_)
    parts = [
        _in_front(round_, limits.first_places),
        _sharing(
            Sign.SAME_CITIZEN_ID,
            _same(Participant.citizen_id_hash, Participant.citizen_id),
            took_part,
            limits.people_of_one_phone,
        ),
        _sharing(
            Sign.SAME_PHONE, _same(Participant.phone_hash, Participant.phone), took_part, limits.people_of_one_phone
        ),
        _sharing_browser(round_, limits.people_of_one_browser),
        _same_pace(round_, limits.people_of_one_pace),
        _fast(round_, limits.ms_a_question),
        _of_person(Sign.MANY_GUESSES, round_, func.count(Attempt.prediction.distinct()), limits.guesses),
        _of_person(Sign.MANY_ATTEMPTS, round_, func.count(Attempt.id), limits.attempts + 1),
    ]
    return union_all(*parts)


def _part(sign: Sign, person: Any, amount: Any, shared: Any = None, *, least_first: bool = False) -> Select[Any]:
    """One kind of sign as rows of the union."""
    whole = cast(amount, BigInteger)
    return select(
        literal(list(Sign).index(sign)).label("position"),
        literal(sign.value).label("sign"),
        person.label("participant_id"),
        whole.label("amount"),
        (literal("") if shared is None else shared).label("shared"),
        (whole if least_first else -whole).label("order"),
    )


def _same(hashed: Any, sealed: Any) -> ColumnElement[str]:
    """What is equal for equal numbers: the keyed hash, or the number where it is still stored plain."""
    return func.coalesce(hashed, type_coerce(sealed, Text))


def _sharing(sign: Sign, column: Any, took_part: ColumnElement[bool], least: int) -> Select[Any]:
    """People of the round who gave the same number as others of the round."""
    given = (
        select(column.label("number"), func.count().label("people"))
        .where(took_part, column.is_not(None))
        .group_by(column)
        .having(func.count() >= least)
        .subquery()
    )
    part = _part(sign, Participant.id, given.c.people, given.c.number)
    return part.join_from(Participant, given, column == given.c.number).where(took_part)


def _sharing_browser(round_: RoundInfo, least: int) -> Select[Any]:
    """People of the round for whom one browser has acted together with others of the round."""
    taking_part = (
        select(SessionParticipant.session_id, SessionParticipant.participant_id)
        .join(Standing, Standing.participant_id == SessionParticipant.participant_id)
        .where(Standing.round_id == round_.id)
        .subquery()
    )
    browsers = (
        select(taking_part.c.session_id, func.count().label("people"))
        .group_by(taking_part.c.session_id)
        .having(func.count() >= least)
        .subquery()
    )
    shared = cast(browsers.c.session_id, Text)
    part = _part(Sign.SHARED_BROWSER, taking_part.c.participant_id, browsers.c.people, shared)
    return part.join_from(taking_part, browsers, browsers.c.session_id == taking_part.c.session_id)


def _same_pace(round_: RoundInfo, least: int) -> Select[Any]:
    """People whose counted papers one clock might have paced: begun within the same minutes, as long, worth as much.

    Addresses are not kept of anybody, and numbers only sealed; how papers went is what is left to compare.
    """
    began = cast(extract("epoch", Standing.started_at), BigInteger) // _BEGUN_WITHIN_SECONDS
    length = Standing.duration_ms // _PACE_MS
    shared = cast(began, Text) + literal(":") + cast(length, Text) + literal(":") + cast(Standing.score, Text)
    papers = (
        select(Standing.participant_id, shared.label("pace")).where(Standing.round_id == round_.id).subquery("papers")
    )
    paces = (
        select(papers.c.pace, func.count().label("people"))
        .group_by(papers.c.pace)
        .having(func.count() >= least)
        .subquery("paces")
    )
    part = _part(Sign.SAME_PACE, papers.c.participant_id, paces.c.people, papers.c.pace)
    return part.join_from(papers, paces, paces.c.pace == papers.c.pace)


def _of_person(sign: Sign, round_: RoundInfo, amount: Any, least: int) -> Select[Any]:
    """People who reach a number over their final attempts."""
    query = _part(sign, Attempt.participant_id, amount).where(
        Attempt.round_id == round_.id, Attempt.submitted_at.is_not(None)
    )
    return query.group_by(Attempt.participant_id).having(amount >= least)


def _fast(round_: RoundInfo, ms_a_question: int) -> Select[Any]:
    """People with a paper that earned much in little time; the fastest of each."""
    query = _part(Sign.FAST_PAPER, Attempt.participant_id, func.min(Attempt.duration_ms), least_first=True)
    return query.where(
        Attempt.round_id == round_.id,
        Attempt.submitted_at.is_not(None),
        Attempt.duration_ms < questions_in(round_.spec) * ms_a_question,
        Attempt.score * 2 >= full_score(round_.spec),
    ).group_by(Attempt.participant_id)


def _in_front(round_: RoundInfo, first_places: int) -> Select[Any]:
    """People without a rank who would stand among the first, or on a place that has a prize."""
    chain, actual = round_.spec.ranking.chain(), contests.actual_of(round_.id)
    best = choosing.counted(round_, actual=actual)
    order = choosing.chain_order(chain, actual, best.c)
    group = func.coalesce(Participant.group_key, "")
    everybody = (
        select(
            best.c.participant_id,
            Participant.is_unranked,
            func.rank().over(partition_by=group, order_by=order).label("place"),
        )
        .join(Participant, Participant.id == best.c.participant_id)
        .subquery("everybody")
    )
    last = max(first_places, sum(prize.count for prize in round_.spec.prizes))
    query = _part(Sign.UNRANKED_IN_FRONT, everybody.c.participant_id, everybody.c.place, least_first=True)
    return query.where(everybody.c.is_unranked.is_(True), everybody.c.place <= last)
