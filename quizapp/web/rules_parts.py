"""What the rules in words are made of: sections of parts, and how rounds of equal settings share one part."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from quizapp.contests.spec import ContestSpec, RoundSpec

# What of a round a section tells: rounds that are equal in it share one part of the section.
Aspect = Callable[[RoundSpec], Hashable]


@dataclass(frozen=True)
class Part:
    """Sentences, then a list (numbered when `ordered`), then closing sentences; `heading` names the rounds meant."""

    sentences: tuple[str, ...]
    items: tuple[str, ...] = ()
    ordered: bool = False
    after: tuple[str, ...] = ()
    heading: str | None = None


@dataclass(frozen=True)
class Section:
    """One heading of the rules."""

    key: str
    title: str
    parts: tuple[Part, ...]


def by_rounds(spec: ContestSpec, aspect: Aspect, describe: Callable[[RoundSpec], Part]) -> tuple[Part, ...]:
    """One part for all rounds with equal settings; with several parts, each names its rounds."""
    groups: dict[Hashable, list[RoundSpec]] = {}
    for round_ in in_time(spec):
        groups.setdefault(aspect(round_), []).append(round_)
    if len(groups) == 1:
        return (describe(in_time(spec)[0]),)
    return tuple(
        replace(describe(rounds[0]), heading=", ".join(round_.label for round_ in rounds)) for rounds in groups.values()
    )


def in_time(spec: ContestSpec) -> list[RoundSpec]:
    """The rounds in the order of their opening."""
    return sorted(spec.rounds, key=lambda round_: round_.opens_at)


def settings(*blocks: object) -> Hashable:
    """Blocks of a spec in a form that can be compared."""
    return tuple(block.model_dump_json() if hasattr(block, "model_dump_json") else block for block in blocks)


def joined(words: Sequence[str]) -> str:
    """A list inside of a sentence."""
    return ", ".join(words)
