"""What organizers have decided about prizes, as the allocation takes it: refused people, named winners, drawn lots."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizapp.areas.rules import Tree
from quizapp.awards.models import HandAward, Lot, PrizeRefusal
from quizapp.awards.parts import Part
from quizapp.awards.rules import DrawnLot, Nominee
from quizapp.contests.queries import ContestInfo
from quizapp.db import db
from quizapp.entries.models import EntryRefusal, Participant


@dataclass(frozen=True)
class RefusalInfo:
    """Somebody who gets no prize: in one round, or (`round_id` None) in the contest."""

    id: int
    round_id: int | None
    participant_id: int
    participant: str
    full_name: str
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class GivenInfo:
    """A prize that was given by name, to a person or to an area."""

    id: int
    ranking: str
    prize: str
    participant_id: int | None
    area_id: int | None
    participant: str | None
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class LotInfo:
    """A drawn lot: `order` can be drawn again from `seed` (hexadecimal) and `label`."""

    id: int
    ranking: str
    rank: int
    seed: str
    label: str
    order: tuple[str, ...]
    reason: str
    actor: str
    at: datetime


class Decisions:
    """Everything that holds in a contest now, and why."""

    def __init__(self, contest: ContestInfo) -> None:
        self.refusals = list_refusals(contest.id)
        self.given = list_given(contest.id)
        self.lots = list_lots(contest.id)
        self._unranked = _unranked(contest.id)

    def refused(self, part: Part) -> Mapping[int, str]:
        """Reason codes of the people who can have no prize in this ranking."""
        if not part.is_of_people:
            return {}
        refused = {each.participant_id: "prize_refused" for each in self.refusals if _concerns(each, part)}
        return {**refused, **{person: code for person, (code, _) in self._unranked.items()}}

    def reason(self, part: Part, participant_id: int) -> str:
        """The organizer's words of a refusal; "" where the code says all."""
        for each in self.refusals:
            if each.participant_id == participant_id and _concerns(each, part):
                return each.reason
        return self._unranked.get(participant_id, ("", ""))[1]

    def nominees(self, part: Part, tree: Tree) -> list[Nominee]:
        """Whom the organizer named in this ranking, first decision first."""
        found = []
        for each in self.given:
            if each.ranking != part.name:
                continue
            if each.participant_id is not None and each.participant is not None:
                found.append(Nominee(each.id, each.prize, each.participant_id, each.participant))
            elif each.area_id is not None:
                found.append(Nominee(each.id, each.prize, each.area_id, tree.node(each.area_id).code))
        return found

    def drawn(self, part: Part) -> list[DrawnLot]:
        """The lots of this ranking, the latest last."""
        return [DrawnLot(each.label, each.rank, each.order) for each in self.lots if each.ranking == part.name]


def list_refusals(contest_id: int) -> list[RefusalInfo]:
    """The refusals of prizes that hold, the first one first."""
    rows = db.session.execute(
        select(
            PrizeRefusal.id, PrizeRefusal.round_id, PrizeRefusal.participant_id, Participant.public_id,
            Participant.full_name, PrizeRefusal.reason, PrizeRefusal.actor, PrizeRefusal.at,
        )
        .join(Participant, Participant.id == PrizeRefusal.participant_id)
        .where(PrizeRefusal.contest_id == contest_id, PrizeRefusal.lifted_at.is_(None))
        .order_by(PrizeRefusal.id)
    )  # fmt: skip
    return [RefusalInfo(*row) for row in rows]


def list_given(contest_id: int) -> list[GivenInfo]:
    """The prizes given by name that were not withdrawn, the first one first."""
    rows = db.session.execute(
        select(
            HandAward.id, HandAward.ranking, HandAward.prize, HandAward.participant_id, HandAward.area_id,
            Participant.public_id, HandAward.reason, HandAward.actor, HandAward.at,
        )
        .outerjoin(Participant, Participant.id == HandAward.participant_id)
        .where(HandAward.contest_id == contest_id, HandAward.withdrawn_at.is_(None))
        .order_by(HandAward.id)
    )  # fmt: skip
    return [GivenInfo(*row) for row in rows]


def list_lots(contest_id: int) -> list[LotInfo]:
    """All drawn lots, the first one first."""
    rows = db.session.scalars(select(Lot).where(Lot.contest_id == contest_id).order_by(Lot.id))
    return [
        LotInfo(
            row.id, row.ranking, row.rank, row.seed, row.label, tuple(json.loads(row.drawn)), row.reason, row.actor,
            row.at,
        )
        for row in rows
    ]  # fmt: skip


def _concerns(refusal: RefusalInfo, part: Part) -> bool:
    return refusal.round_id is None or (part.round is not None and part.round.id == refusal.round_id)


def _unranked(contest_id: int) -> dict[int, tuple[str, str]]:
    """(code, reason) of everybody without a rank: refused entries, and people whom the rules leave out."""
    rows = db.session.execute(
        select(Participant.id, EntryRefusal.reason)
        .outerjoin(EntryRefusal, (EntryRefusal.participant_id == Participant.id) & EntryRefusal.lifted_at.is_(None))
        .where(Participant.contest_id == contest_id, Participant.is_unranked.is_(True))
    )
    return {row.id: ("entry_refused", row.reason) if row.reason else ("unranked", "") for row in rows}
