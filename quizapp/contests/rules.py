"""What a contest and its rounds are at a moment, and which settings cannot work together. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from quizapp.banks.rules import Image
from quizapp.contests.spec import FIELD_NAMES, ContestSpec, RoundSpec
from quizapp.ranking.rules import MAX_SCORE

# What was sent before a deadline may arrive a little after it; it then counts as finished at the deadline.
GRACE = timedelta(seconds=3)


class ContestState(StrEnum):
    """Where a contest stands in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"


class RoundState(StrEnum):
    """Where a round stands: before, inside or after [opens, closes)."""

    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


def round_state(opens_at: datetime, closes_at: datetime, now: datetime) -> RoundState:
    """The state of a round that runs over the half-open interval [opens_at, closes_at)."""
    if now < opens_at:
        return RoundState.UPCOMING
    return RoundState.OPEN if now < closes_at else RoundState.CLOSED


def contest_state(
    *,
    launched_at: datetime | None,
    published_at: datetime | None,
    first_opens_at: datetime,
    last_closes_at: datetime,
    now: datetime,
) -> ContestState:
    """The state that follows from acts (launch, publication) and times; a gap between rounds counts as open."""
    if launched_at is None:
        return ContestState.DRAFT
    if published_at is not None:
        return ContestState.PUBLISHED
    if now < first_opens_at:
        return ContestState.SCHEDULED
    return ContestState.OPEN if now < last_closes_at else ContestState.CLOSED


@dataclass(frozen=True)
class SnapshotQuestion:
    """A question as a launched contest holds it; `ref` is `bank/id`, options are (key, text) in the bank's order."""

    ref: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: frozenset[str]
    pinned: frozenset[str]
    keep_order: bool
    topic: str
    difficulty: str
    explanation: str
    source_title: str
    source_url: str
    image: Image | None = None

    @property
    def is_multiple(self) -> bool:
        """True when several options are right: all and only these must be chosen."""
        return len(self.answer) > 1


@dataclass(frozen=True)
class Stratum:
    """One line of a blueprint: draw `count` out of `pool` (refs in order; sorted for a draw, as listed when fixed)."""

    pool: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Snapshot:
    """Everything that a launched contest is run by; it never changes, and `content_hash` names it."""

    content_hash: str
    rules_version: int
    spec: ContestSpec
    questions: Mapping[str, SnapshotQuestion]
    blueprints: Mapping[str, tuple[Stratum, ...]]


def questions_in(paper_round: RoundSpec) -> int:
    """How many questions a paper of this round has."""
    if paper_round.paper.mode == "fixed":
        return len(paper_round.paper.questions or [])
    return sum(line.count for line in paper_round.paper.draw or [])


def full_score(paper_round: RoundSpec) -> int:
    """The points of an all-correct paper of this round."""
    return questions_in(paper_round) * paper_round.paper.points


def hides_results(spec: ContestSpec) -> bool:
    """True when nothing that is counted or scored may be seen by the public while a round is open."""
    return spec.publication.live == "hidden_until_close"


# --- what cannot work together ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpecProblem:
    """A contradiction at `path` of the file; `code` names the sentence, `params` fills it."""

    path: tuple[str | int, ...]
    code: str
    params: Mapping[str, Any]


def check_spec(spec: ContestSpec, levels: tuple[str, ...]) -> list[SpecProblem]:
    """Every contradiction inside a contest file; `levels` are the level keys of its tree, top down."""
    problems = [*_check_areas(spec, levels), *_check_entry(spec), *_check_groups(spec)]
    seen: set[str] = set()
    for index, round_ in enumerate(spec.rounds):
        path = ("rounds", index)
        if round_.key in seen:
            problems.append(SpecProblem((*path, "key"), "round_key_twice", {"key": round_.key}))
        seen.add(round_.key)
        problems.extend(_check_round(spec, round_, path))
    return problems


def _check_areas(spec: ContestSpec, levels: tuple[str, ...]) -> Iterator[SpecProblem]:
    known = ", ".join(levels)
    if levels and spec.areas.ranked_level not in levels:
        yield SpecProblem(
            ("areas", "ranked_level"), "unknown_level", {"level": spec.areas.ranked_level, "levels": known}
        )
    for index, collective in enumerate(spec.collectives):
        if levels and collective.level not in levels:
            path = ("collectives", index, "level")
            yield SpecProblem(path, "unknown_level", {"level": collective.level, "levels": known})


def _check_entry(spec: ContestSpec) -> Iterator[SpecProblem]:
    entry = spec.entry
    for index, name in enumerate(entry.identity):
        if entry.fields.rule(name) != "required":
            yield SpecProblem(("entry", "identity", index), "identity_not_required", {"field": name})
    if entry.resume == "details" and entry.fields.date_of_birth != "required":
        yield SpecProblem(("entry", "resume"), "resume_needs_birth_date", {})
    asks_age = entry.age.min is not None or entry.age.max is not None or any(_has_age(g.age) for g in spec.groups)
    if asks_age and entry.fields.date_of_birth != "required":
        yield SpecProblem(("entry", "fields", "date_of_birth"), "age_needs_birth_date", {})
    yield from _check_age(("entry", "age"), entry.age.min, entry.age.max)
    for index, person in enumerate(entry.excluded.people):
        for name in entry.identity:
            if name not in person:
                path = ("entry", "excluded", "people", index)
                yield SpecProblem(path, "excluded_without_identity", {"field": name})
        for typed in person:
            if typed not in FIELD_NAMES:
                yield SpecProblem(("entry", "excluded", "people", index, typed), "unknown_field", {"field": typed})


def _check_groups(spec: ContestSpec) -> Iterator[SpecProblem]:
    if spec.groups and spec.entry.fields.group != "required":
        yield SpecProblem(("entry", "fields", "group"), "groups_need_the_field", {})
    keys = [group.key for group in spec.groups]
    for index, group in enumerate(spec.groups):
        if keys.index(group.key) != index:
            yield SpecProblem(("groups", index, "key"), "group_key_twice", {"key": group.key})
        yield from _check_age(("groups", index, "age"), group.age.min, group.age.max)


def _check_round(spec: ContestSpec, round_: RoundSpec, path: tuple[str | int, ...]) -> Iterator[SpecProblem]:
    if round_.closes_at <= round_.opens_at:
        yield SpecProblem((*path, "closes_at"), "closes_before_opening", {"key": round_.key})
    paper = round_.paper
    if paper.mode == "fixed" and (not paper.questions or paper.draw is not None):
        yield SpecProblem((*path, "paper"), "fixed_needs_questions", {})
    if paper.mode == "random" and (not paper.draw or paper.questions is not None):
        yield SpecProblem((*path, "paper"), "random_needs_draw", {})
    if full_score(round_) > MAX_SCORE:
        yield SpecProblem((*path, "paper", "points"), "score_too_large", {"max": MAX_SCORE})
    yield from _check_ranking(spec, round_, path)


def _check_ranking(spec: ContestSpec, round_: RoundSpec, path: tuple[str | int, ...]) -> Iterator[SpecProblem]:
    keys = round_.ranking.keys
    if len(set(keys)) != len(keys):
        yield SpecProblem((*path, "ranking", "keys"), "ranking_key_twice", {})
    if "prediction_gap" in keys and round_.prediction is None:
        yield SpecProblem((*path, "ranking", "keys"), "gap_without_prediction", {})
    if round_.ranking.gate == "none" and keys[0] not in ("score", "prediction_gap"):
        yield SpecProblem((*path, "ranking", "keys"), "score_must_lead", {"key": keys[0]})
    if round_.prediction is not None and not hides_results(spec):
        yield SpecProblem(("publication", "live"), "live_leaks_prediction", {"live": spec.publication.live})


def _check_age(path: tuple[str | int, ...], low: int | None, high: int | None) -> Iterator[SpecProblem]:
    if low is not None and high is not None and low > high:
        yield SpecProblem(path, "age_range_empty", {"min": low, "max": high})


def _has_age(age: object) -> bool:
    return getattr(age, "min", None) is not None or getattr(age, "max", None) is not None
