"""The rankings of a contest that have prizes, by name: each round, the overall sums, the collectives. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from quizapp.awards.rules import PrizeLine
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.contests.spec import Prize
from quizapp.errors import NotFound

Kind = Literal["round", "overall", "collective"]


@dataclass(frozen=True)
class Part:
    """A ranking with its prizes. `order`: where it stands when prizes are equally high (overall, then rounds in time).

    `round` None for the overall ranking and for collectives over the whole contest; `group` "" without groups.
    """

    name: str
    kind: Kind
    prizes: tuple[PrizeLine, ...]
    order: int
    group: str = ""
    round: RoundInfo | None = None
    collective: int | None = None

    @property
    def is_of_people(self) -> bool:
        """True for prizes of persons, False for those of areas."""
        return self.kind != "collective"

    def needed_rounds(self, contest: ContestInfo) -> tuple[RoundInfo, ...]:
        """The rounds that must be finalized before there are prizes here."""
        if self.round is not None:
            return (self.round,)
        chosen = contest.spec.overall.rounds if self.kind == "overall" and contest.spec.overall else None
        return tuple(each for each in contest.rounds if chosen is None or each.key in chosen)


def list_parts(contest: ContestInfo) -> list[Part]:
    """All of them as people read them: round by round, then overall, then the collectives."""
    return [*_rounds(contest), *_overall(contest), *_collectives(contest)]


def get_part(contest: ContestInfo, name: str) -> Part:
    """The ranking of that name. Raises NotFound("ranking_not_found")."""
    for part in list_parts(contest):
        if part.name == name:
            return part
    raise NotFound("ranking_not_found")


def _groups(contest: ContestInfo) -> list[str]:
    return [group.key for group in contest.spec.groups] or [""]


def _rounds(contest: ContestInfo) -> Iterator[Part]:
    for position, each in enumerate(contest.rounds, start=1):
        for group in _groups(contest):
            if each.spec.prizes:
                name = f"round:{each.key}:{group}"
                yield Part(name, "round", _lines(each.spec.prizes), position, group=group, round=each)


def _overall(contest: ContestInfo) -> Iterator[Part]:
    if contest.spec.overall is not None:
        for group in _groups(contest):
            yield Part(f"overall:{group}", "overall", _lines(contest.spec.overall.prizes), 0, group=group)


def _collectives(contest: ContestInfo) -> Iterator[Part]:
    for index, each in enumerate(contest.spec.collectives):
        if not each.prizes:
            continue
        lines = _lines(each.prizes, all_by_hand=each.metric == "manual")
        if each.scope == "contest":
            yield Part(f"collective:{index}", "collective", lines, 0, collective=index)
            continue
        for position, round_ in enumerate(contest.rounds, start=1):
            name = f"collective:{index}:{round_.key}"
            yield Part(name, "collective", lines, position, round=round_, collective=index)


def _lines(prizes: list[Prize], *, all_by_hand: bool = False) -> tuple[PrizeLine, ...]:
    return tuple(
        PrizeLine(prize.name, prize.count, prize.amount, all_by_hand or prize.by == "hand") for prize in prizes
    )
