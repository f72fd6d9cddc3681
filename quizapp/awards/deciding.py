"""Decisions about single prizes: refuse a person's prizes, draw a lot, give a prize by name; and their reversal.

Each is a recorded act and leaves a new sheet, which is public only once it is published. All flush; the edge commits.
"""

import json
import secrets
from datetime import datetime

from sqlalchemy import func, select

from quizapp.areas import queries as areas
from quizapp.attempts.paper import SeededStream
from quizapp.awards import sheet
from quizapp.awards.decisions import Decisions
from quizapp.awards.models import HandAward, Lot, PrizeRefusal
from quizapp.awards.parts import Part, get_part
from quizapp.awards.queries import SheetInfo
from quizapp.awards.rules import OpenLot
from quizapp.awards.service import lock, refresh
from quizapp.contests.queries import ContestInfo
from quizapp.contests.service import given_reason, record_act
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.errors import Conflict, NotFound

SEED_BYTES = 32


def refuse_prize(
    contest: ContestInfo, code: str, *, round_key: str | None, actor: str, reason: str, now: datetime
) -> SheetInfo:
    """The person of that public code gets no prize in one round (None = in the contest), and keeps the rank.

    Raises NotFound("participant_not_found", "round_not_found"), Invalid("reason_missing"),
    Conflict("prize_already_refused").
    """
    lock(contest)
    why, person = given_reason(reason), _person(contest, code)
    round_ = contest.round(round_key) if round_key is not None else None
    round_id = round_.id if round_ else None
    if any((each.participant, each.round_id) == (code, round_id) for each in Decisions(contest).refusals):
        raise Conflict("prize_already_refused")
    db.session.add(
        PrizeRefusal(
            contest_id=contest.id, round_id=round_id, participant_id=person.id, reason=why, actor=actor, at=now
        )
    )
    record_act(contest.id, "refuse_prize", actor=actor, now=now, round_key=round_key, reason=f"{code}: {why}")
    return _made(contest, "refuse_prize", actor, now)


def lift_refusal(contest: ContestInfo, refusal_id: int, *, actor: str, reason: str, now: datetime) -> SheetInfo:
    """Take a refusal back. Raises NotFound("refusal_not_found"), Invalid("reason_missing")."""
    lock(contest)
    why = given_reason(reason)
    row = db.session.get(PrizeRefusal, refusal_id, populate_existing=True)
    if row is None or row.contest_id != contest.id or row.lifted_at is not None:
        raise NotFound("refusal_not_found")
    row.lifted_at, row.lifted_by, row.lifted_reason = now, actor, why
    round_key = contest.round_by_id(row.round_id).key if row.round_id is not None else None
    code = db.session.scalars(select(Participant.public_id).where(Participant.id == row.participant_id)).one()
    record_act(contest.id, "lift_prize_refusal", actor=actor, now=now, round_key=round_key, reason=f"{code}: {why}")
    return _made(contest, "lift_prize_refusal", actor, now)


def draw_lot(contest: ContestInfo, ranking: str, rank: int, *, actor: str, reason: str, now: datetime) -> SheetInfo:
    """Draw the order of those who are equal at that rank, where prizes wait for it.

    The seed is made at this moment; the order follows from it and the label, so that anyone can draw it again.
    Raises NotFound("ranking_not_found"), Invalid("reason_missing"), Conflict("no_lot_needed").
    """
    lock(contest)
    part, why = get_part(contest, ranking), given_reason(reason)
    wanted = _open_lot(contest, part, rank)
    drawn_before = select(func.count(Lot.id)).where(
        Lot.contest_id == contest.id, Lot.ranking == part.name, Lot.rank == rank
    )
    number = (db.session.scalar(drawn_before) or 0) + 1
    seed = secrets.token_bytes(SEED_BYTES)
    label = lot_label(contest.slug, part.name, rank, number)
    db.session.add(
        Lot(
            contest_id=contest.id, ranking=part.name, rank=rank, seed=seed.hex(), label=label,
            drawn=json.dumps(lot_order(seed, label, wanted.tied)), reason=why, actor=actor, at=now,
        )
    )  # fmt: skip
    round_key = part.round.key if part.round else None
    record_act(contest.id, "draw_lot", actor=actor, now=now, round_key=round_key, reason=f"{label}: {why}")
    return _made(contest, "draw_lot", actor, now)


def lot_label(slug: str, ranking: str, rank: int, number: int) -> str:
    """The public name of a lot: which ranking, which rank, and the how-manieth lot drawn there."""
    return f"lot-v1|{slug}|{ranking}|{rank}|{number}"


def lot_order(seed: bytes, label: str, codes: tuple[str, ...]) -> list[str]:
    """The codes in the order drawn; in which order they are given does not matter."""
    return SeededStream(seed, label).sample(sorted(codes), len(codes))


def give_by_hand(
    contest: ContestInfo, ranking: str, prize: str, code: str, *, actor: str, reason: str, now: datetime
) -> SheetInfo:
    """Give a prize "by hand" to a person (by public code) or, in a collective, to an area (by code of the tree).

    Raises NotFound("ranking_not_found", "prize_not_found", "participant_not_found", "area_not_found"),
    Invalid("reason_missing"), Conflict("hand_prizes_given", "hand_already_given", "person_unranked").
    """
    lock(contest)
    part, why = get_part(contest, ranking), given_reason(reason)
    count = sum(line.count for line in part.prizes if line.by_hand and line.name == prize)
    if not count:
        raise NotFound("prize_not_found")
    row = HandAward(
        contest_id=contest.id, ranking=part.name, prize=prize, reason=why, actor=actor, at=now,
        **_winner(contest, part, code),
    )  # fmt: skip
    given = [each for each in Decisions(contest).given if (each.ranking, each.prize) == (part.name, prize)]
    if any((each.participant_id, each.area_id) == (row.participant_id, row.area_id) for each in given):
        raise Conflict("hand_already_given")
    if len(given) >= count:
        raise Conflict("hand_prizes_given", count=count)
    db.session.add(row)
    round_key = part.round.key if part.round else None
    told = f"{part.name} {prize}: {code}: {why}"
    record_act(contest.id, "give_award", actor=actor, now=now, round_key=round_key, reason=told)
    return _made(contest, "give_award", actor, now)


def withdraw(contest: ContestInfo, award_id: int, *, actor: str, reason: str, now: datetime) -> SheetInfo:
    """Take back a prize that was given by name. Raises NotFound("hand_award_not_found"), Invalid("reason_missing")."""
    lock(contest)
    why = given_reason(reason)
    row = db.session.get(HandAward, award_id, populate_existing=True)
    if row is None or row.contest_id != contest.id or row.withdrawn_at is not None:
        raise NotFound("hand_award_not_found")
    row.withdrawn_at, row.withdrawn_by = now, actor
    part = get_part(contest, row.ranking)
    round_key = part.round.key if part.round else None
    told = f"{row.ranking} {row.prize}: {why}"
    record_act(contest.id, "withdraw_award", actor=actor, now=now, round_key=round_key, reason=told)
    return _made(contest, "withdraw_award", actor, now)


def _made(contest: ContestInfo, cause: str, actor: str, now: datetime) -> SheetInfo:
    db.session.flush()
    return refresh(contest, cause=cause, actor=actor, now=now)


def _open_lot(contest: ContestInfo, part: Part, rank: int) -> OpenLot:
    made = sheet.work_out(contest, Decisions(contest))
    for section in made.sections:
        if section.part.name == part.name:
            for lot in section.open_lots():
                if lot.rank == rank:
                    return lot
    raise Conflict("no_lot_needed")


def _winner(contest: ContestInfo, part: Part, code: str) -> dict[str, int]:
    if not part.is_of_people:
        level = contest.spec.collectives[part.collective or 0].level
        area = areas.get_tree_by_id(contest.tree_id).get(code)
        if area.level != level:
            raise NotFound("area_not_found", tree="", area=code)
        return {"area_id": area.id}
    person = _person(contest, code)
    if person.is_unranked:
        raise Conflict("person_unranked")
    if part.group and (person.group_key or "") != part.group:
        raise NotFound("participant_not_found")
    return {"participant_id": person.id}


def _person(contest: ContestInfo, code: str) -> Participant:
    person = db.session.scalar(
        select(Participant)
        .where(Participant.contest_id == contest.id, Participant.public_id == code)
        .execution_options(populate_existing=True)
    )
    if person is None:
        raise NotFound("participant_not_found")
    return person
