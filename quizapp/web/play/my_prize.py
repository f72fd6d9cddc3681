"""What the published sheet of awards gives one person in a round, or why it passed them over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quizapp.awards import queries as awards
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries.queries import ParticipantInfo
from quizapp.results import versions


@dataclass(frozen=True)
class MyPrize:
    """A prize (`why` None), or one that went to somebody behind: refused (`reason` says why), higher_prize, lost_lot.

    `higher`: the name of the prize that was kept instead, "" while that one is not public.
    """

    prize: str
    amount: int | None = None
    why: str | None = None
    reason: str = ""
    higher: str = ""


def my_prizes(contest: ContestInfo, round_: RoundInfo, me: ParticipantInfo) -> tuple[MyPrize, ...]:
    """The prizes of the person in the round and, where there is none, why they were passed over."""
    sheet = awards.published(contest.id)
    if sheet is None:
        return ()
    won = [each for each in awards.prizes_of(sheet, me.id) if each.round_id == round_.id]
    given = tuple(MyPrize(each.prize, each.amount) for each in won)
    return given or tuple(_passed_over(contest, awards.content_of(sheet.id), round_, me))[:1]


def _passed_over(
    contest: ContestInfo, content: Mapping[str, Any], round_: RoundInfo, me: ParticipantInfo
) -> Iterator[MyPrize]:
    published = versions.published_of_contest(contest.id)
    public = {each.key for each in contest.rounds if each.id in published}
    # A prize that is not public yet keeps its name to itself.
    prizes = {
        (each["ranking"], place["number"]): place["prize"]
        for each, place in _places(content)
        if (contest.published_at is not None if each["round"] is None else each["round"] in public)
    }
    for ranking, place in _places(content):
        if ranking["kind"] != "round" or ranking["round"] != round_.key:
            continue
        for passed in place["passed"]:
            if passed["who"] == me.public_id:
                higher = prizes.get(tuple(passed["higher"]), "") if passed["higher"] else ""
                yield MyPrize(place["prize"], why=passed["why"], reason=passed["reason"], higher=higher)


def _places(content: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for ranking in content["rankings"]:
        for place in ranking["places"]:
            yield ranking, place
