"""What a contest and its rounds are at a moment, and what a launched contest is run by. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quizapp.banks.rules import Image
from quizapp.contests.spec import ContestSpec, RoundSpec

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
    """Everything that the rounds of one version of the rules are run by; it never changes, `content_hash` names it.

    Questions and blueprints are those of the rounds that had not opened when the version was made.
    """

    content_hash: str
    rules_version: int
    spec: ContestSpec
    questions: Mapping[str, SnapshotQuestion]
    blueprints: Mapping[str, tuple[Stratum, ...]]


def questions_in(paper_round: RoundSpec) -> int:
    """How many questions a paper of this round has; 0 in a round that is marked by hand."""
    if paper_round.paper.mode == "fixed":
        return len(paper_round.paper.questions or [])
    return sum(line.count for line in paper_round.paper.draw or [])


def full_score(paper_round: RoundSpec) -> int:
    """The points of an all-correct paper of this round; the highest mark of one that is marked by hand."""
    paper = paper_round.paper
    return paper.points if paper.mode == "marked" else questions_in(paper_round) * paper.points


def shows_questions(round_: RoundSpec, state: RoundState) -> bool:
    """True when everybody may read the questions of a launched contest's round (never the key)."""
    if round_.paper.mode != "fixed" or round_.questions_public == "no":
        return False
    return round_.questions_public == "before" or state is not RoundState.UPCOMING


def hides_results(spec: ContestSpec) -> bool:
    """True when nothing that is counted or scored may be seen by the public while a round is open."""
    return spec.publication.live == "hidden_until_close"
