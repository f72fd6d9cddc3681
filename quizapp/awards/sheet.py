"""The sheet of awards of a contest: worked out from finalized results and decisions, and written down for good."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from quizapp.areas import queries as areas
from quizapp.areas.rules import Tree
from quizapp.awards import area_ranking, collectives, lineups
from quizapp.awards.area_ranking import AreaCandidate
from quizapp.awards.decisions import Decisions
from quizapp.awards.models import Award
from quizapp.awards.parts import Part, list_parts
from quizapp.awards.rules import Candidate, Cap, Contender, OpenLot, Passed, Place, Value, allocate
from quizapp.clock import rfc3339
from quizapp.contests.queries import ContestInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results import versions
from quizapp.results.versions import ResultInfo

# Of people between whom a lot is to be drawn, the sheet names so many; all of them are counted.
TIED_NAMED = 50


@dataclass(frozen=True)
class Section:
    """A ranking with its places; without any while results that it needs are not finalized (`is_pending`).

    `standings`: every area of a collective with its figures.
    """

    part: Part
    is_pending: bool
    places: tuple[Place, ...] = ()
    standings: tuple[AreaCandidate, ...] = ()

    def open_lots(self) -> list[OpenLot]:
        """The lots that can be drawn here now."""
        found = {place.open_lot: None for place in self.places if place.open_lot is not None}
        return [lot for lot in found if lot.ranking == self.part.name]


@dataclass(frozen=True)
class Sheet:
    """All rankings of a contest. `results`: the finalized versions that it is made from, by round key."""

    results: Mapping[str, ResultInfo]
    is_complete: bool
    sections: tuple[Section, ...]


def work_out(contest: ContestInfo, decisions: Decisions) -> Sheet:
    """The sheet as it follows from the latest finalized results and the decisions that hold."""
    found = {round_.key: versions.finalized(round_.id) for round_ in contest.rounds}
    results = {key: result for key, result in found.items() if result is not None}
    parts = list_parts(contest)
    ready = [part for part in parts if all(each.key in results for each in part.needed_rounds(contest))]
    tree = areas.get_tree_by_id(contest.tree_id)
    places = _persons(contest, [part for part in ready if part.is_of_people], results, decisions, tree)
    won = _prizes_by_area(ready, places)
    standings = {}
    reader = collectives.Reader(contest)
    for part in ready:
        if part.collective is not None:
            prizes = won[part.round.key] if part.round else won[None]
            order = collectives.standings(contest, part.collective, part.round, prizes, reader=reader)
            places |= _areas(contest, part, [each for each in order if each.rank is not None], decisions, tree)
            standings[part.name] = tuple(order)
    return Sheet(
        results,
        len(results) == len(contest.rounds),
        tuple(
            Section(part, part not in ready, places.get(part.name, ()), standings.get(part.name, ())) for part in parts
        ),
    )


def _persons(
    contest: ContestInfo, parts: Sequence[Part], results: Mapping[str, ResultInfo], decisions: Decisions, tree: Tree
) -> dict[str, tuple[Place, ...]]:
    contenders = [
        Contender(
            part.name,
            part.order,
            part.prizes,
            _candidates(contest, part, results),
            round_key=part.round.key if part.round else None,
            nominees=decisions.nominees(part, tree),
            lots=decisions.drawn(part),
            refused=decisions.refused(part),
        )
        for part in parts
    ]
    return allocate(contenders, Cap(contest.spec.prize_cap))


def _candidates(contest: ContestInfo, part: Part, results: Mapping[str, ResultInfo]) -> Iterator[Candidate]:
    if part.round is not None:
        return lineups.of_round(part.round, results[part.round.key], part.group)
    assert contest.spec.overall is not None  # noqa: S101 - there is such a part
    return lineups.of_overall(contest.spec.overall, results, part.group)


def _areas(
    contest: ContestInfo, part: Part, ranked: list[AreaCandidate], decisions: Decisions, tree: Tree
) -> dict[str, tuple[Place, ...]]:
    """A cap is about persons, so each collective is given away by itself."""
    assert part.collective is not None  # noqa: S101 - asked of collectives alone
    candidates = lineups.of_areas(contest.spec.collectives[part.collective], ranked, tree)
    nominees, lots = decisions.nominees(part, tree), decisions.drawn(part)
    contender = Contender(part.name, part.order, part.prizes, candidates, nominees=nominees, lots=lots, capped=False)
    return allocate([contender], Cap.NONE)


def _prizes_by_area(
    parts: Sequence[Part], places: Mapping[str, Sequence[Place]]
) -> dict[str | None, dict[int | None, list[str]]]:
    """Names of the prizes that people of an area have: by round key, and (None) over the whole contest."""
    winners = {place.winner_id for given in places.values() for place in given if place.winner_id is not None}
    area_of = dict(_area_ids(sorted(winners)))
    won: defaultdict[str | None, defaultdict[int | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for part in parts:
        for place in places.get(part.name, ()):
            if place.winner_id is not None:
                area_id = area_of[place.winner_id]
                won[None][area_id].append(place.prize)
                if part.round is not None:
                    won[part.round.key][area_id].append(place.prize)
    return won  # type: ignore[return-value]


def _area_ids(participant_ids: Sequence[int]) -> Iterator[tuple[int, int | None]]:
    for start in range(0, len(participant_ids), 500):
        some = participant_ids[start : start + 500]
        found = db.session.execute(select(Participant.id, Participant.area_id).where(Participant.id.in_(some)))
        yield from ((row.id, row.area_id) for row in found)


# --- written down ---------------------------------------------------------------------------------------------------


def rows(sheet_id: int, sheet: Sheet) -> Iterator[Award]:
    """One row a place."""
    for section in sheet.sections:
        part = section.part
        for place in section.places:
            yield Award(
                sheet_id=sheet_id,
                kind=part.kind,
                round_id=part.round.id if part.round else None,
                collective=part.collective,
                group_key=part.group,
                place=place.number,
                prize=place.prize,
                amount=place.amount,
                state=str(place.state),
                rank=place.rank,
                participant_id=place.winner_id if part.is_of_people else None,
                area_id=None if part.is_of_people else place.winner_id,
            )


def content(contest: ContestInfo, sheet: Sheet, decisions: Decisions) -> dict[str, Any]:
    """The whole sheet as data for canonical JSON. People are named by their public codes alone."""
    used = {place.lot.label for section in sheet.sections for place in section.places if place.lot}
    return {
        "contest": contest.slug,
        "cap": contest.spec.prize_cap,
        "complete": sheet.is_complete,
        "results": {
            key: {"version": found.version, "actual": found.actual, "ranking_hash": found.ranking_hash}
            for key, found in sheet.results.items()
        },
        "rankings": [_section_out(section, decisions) for section in sheet.sections],
        "lots": [
            {
                "label": lot.label, "ranking": lot.ranking, "rank": lot.rank, "seed": lot.seed,
                "people": len(lot.order), "first": list(lot.order[:TIED_NAMED]), "reason": lot.reason,
                "actor": lot.actor, "at": rfc3339(lot.at),
            }
            for lot in decisions.lots
            if lot.label in used
        ],
    }  # fmt: skip


def _section_out(section: Section, decisions: Decisions) -> dict[str, Any]:
    part = section.part
    return {
        "ranking": part.name,
        "kind": part.kind,
        "round": part.round.key if part.round else None,
        "collective": part.collective,
        "group": part.group,
        "pending": section.is_pending,
        "places": [_place_out(part, place, decisions) for place in section.places],
        "standings": [area_ranking.to_data(each) for each in section.standings],
    }


def _place_out(part: Part, place: Place, decisions: Decisions) -> dict[str, Any]:
    given = next((each for each in decisions.given if each.id == place.decision), None)
    decided, lot = place.decided, place.open_lot
    return {
        "number": place.number,
        "prize": place.prize,
        "amount": place.amount,
        "by": "hand" if place.by_hand else "ranking",
        "state": str(place.state),
        "winner": place.winner_code,
        "rank": place.rank,
        "keys": [[key, _value_out(value)] for key, value in place.keys],
        "decided": decided and {
            "key": decided.key, "won": _value_out(decided.won), "next": _value_out(decided.next),
            "who": decided.next_code, "rank": decided.next_rank,
        },
        "lot": place.lot.label if place.lot else None,
        "open_lot": lot and {
            "ranking": lot.ranking, "rank": lot.rank, "people": len(lot.tied), "first": list(lot.tied[:TIED_NAMED]),
        },
        "given": given and {"reason": given.reason, "actor": given.actor, "at": rfc3339(given.at), "id": given.id},
        "passed": [_passed_out(part, each, decisions) for each in place.passed],
    }  # fmt: skip


def _passed_out(part: Part, each: Passed, decisions: Decisions) -> dict[str, Any]:
    return {
        "who": each.code,
        "rank": each.rank,
        "why": str(each.why),
        "detail": each.detail,
        "reason": decisions.reason(part, each.id) if each.detail else "",
        "higher": [each.higher.ranking, each.higher.number] if each.higher else None,
    }


def _value_out(value: Value) -> int | str | None:
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def value_in(value: int | str | None) -> Value:
    """A key's value as `content` has it."""
    return Fraction(value) if isinstance(value, str) else value
