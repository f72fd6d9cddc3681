"""Who would have which prize by a ranking of a round that is not finalized: as it stands, or after a staged ruling."""

from collections.abc import Iterator

from sqlalchemy import Subquery, select

from quizapp.areas import queries as areas
from quizapp.awards import lineups
from quizapp.awards.decisions import Decisions
from quizapp.awards.parts import Part, list_parts
from quizapp.awards.rules import Candidate, Cap, Contender, allocate
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.db import db
from quizapp.entries.models import Participant
from quizapp.results import versions
from quizapp.results.ordering import ranked

# The ranking is worked out for each reading; nearly always one reading reaches further than the prizes.
_AT_ONCE = 1000


def prizes_of(
    contest: ContestInfo, round_: RoundInfo, *, actual: int | None, regrade_id: int | None = None
) -> dict[int, list[str]]:
    """The persons' prizes of rounds as "round key: prize", by participant id, as the decisions made so far give them.

    Other rounds take part as they are finalized, because a cap may move their prizes as well; sums over rounds are
    made once all of them are final. Where a lot is needed, nobody has the prize yet.
    """
    decisions = Decisions(contest)
    tree = areas.get_tree_by_id(contest.tree_id)
    whole = ranked(round_, actual=actual, regrade_id=regrade_id)
    parts = {part.name: part for part in list_parts(contest) if part.kind == "round"}
    contenders = [
        Contender(
            part.name,
            part.order,
            part.prizes,
            _candidates(part, round_, whole),
            round_key=part.round.key if part.round else None,
            nominees=decisions.nominees(part, tree),
            lots=decisions.drawn(part),
            refused=decisions.refused(part),
        )
        for part in parts.values()
    ]
    won: dict[int, list[str]] = {}
    for name, places in allocate(contenders, Cap(contest.spec.prize_cap)).items():
        of_round = parts[name].round
        for place in places:
            if place.winner_id is not None and of_round is not None:
                won.setdefault(place.winner_id, []).append(f"{of_round.key}: {place.prize}")
    return won


def _candidates(part: Part, round_: RoundInfo, whole: Subquery) -> Iterator[Candidate]:
    """The people of a ranking, best first: of `round_` from `whole`, of another round as it is finalized."""
    if part.round is None or part.round.id == round_.id:
        yield from _ranked(whole, part.group)
    elif (result := versions.finalized(part.round.id)) is not None:
        yield from lineups.of_round(part.round, result, part.group)


def _ranked(whole: Subquery, group: str) -> Iterator[Candidate]:
    """Read as far as prizes reach, some at a time; what decided a place is not asked here, so there are no keys."""
    first = 1
    while True:
        query = (
            select(whole.c.participant_id, Participant.public_id, whole.c.rank)
            .join(Participant, Participant.id == whole.c.participant_id)
            .where(whole.c.group_key == group, whole.c.line.between(first, first + _AT_ONCE - 1))
            .order_by(whole.c.line)
        )
        rows = db.session.execute(query).all()
        for row in rows:
            yield Candidate(row.participant_id, row.public_id, row.rank)
        if len(rows) < _AT_ONCE:
            return
        first += _AT_ONCE
