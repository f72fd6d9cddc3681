"""Why somebody has the rank that a published result gives them, told to that person alone.

Of others it holds nothing but the value that decided, and how many share a rank: no name, unit, guess or code.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from quizapp.areas import queries as areas
from quizapp.attempts import queries as attempts
from quizapp.attempts.queries import AttemptInfo
from quizapp.attempts.rules import duration_ms
from quizapp.contests.queries import ContestInfo, RoundInfo
from quizapp.entries import queries as entries
from quizapp.entries.queries import ParticipantInfo
from quizapp.ranking.rules import Chain, Gate, Key, Performance, passes
from quizapp.results import published_board, versions
from quizapp.results.explaining import Point, deciding_point, point_for_counted, points
from quizapp.results.versions import ResultInfo, ResultRow
from quizapp.web.play.my_prize import MyPrize, my_prizes
from quizapp.web.ranking_words import POINTS, guess_text, value_text

Outcome = Literal["ranked", "absent", "refused", "unranked", "below_gate", "unlisted"]


@dataclass(frozen=True)
class Comparison:
    """What separates the person from the next one: the point, both values, and the rank of the other. No more."""

    rank: int
    point: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Place:
    """A rank among people of one kind: everybody (`name` ""), a group, an area."""

    rank: int
    of: int
    name: str = ""


@dataclass(frozen=True)
class OwnAttempt:
    """One of the person's finished attempts in the round; `behind` tells in what the counted one was before it."""

    attempt: AttemptInfo
    counts: bool
    values: tuple[tuple[str, str], ...]
    behind: Comparison | None = None


@dataclass(frozen=True)
class MyRank:
    """The page. Everything below `outcome` is for people who are ranked, but for `reason`, the refusal's."""

    outcome: Outcome
    reason: str = ""
    place: Place | None = None
    shared: int = 0
    area: Place | None = None
    guess: str | None = None
    actual: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    above: Comparison | None = None
    below: Comparison | None = None
    attempts: tuple[OwnAttempt, ...] = ()
    under_review: bool = False
    prizes: tuple[MyPrize, ...] = ()


def my_rank(contest: ContestInfo, round_: RoundInfo, result: ResultInfo, me: ParticipantInfo) -> MyRank:
    """The explanation for one participant, out of the published version."""
    own = [each for each in attempts.list_attempts(me.id) if each.round_id == round_.id and each.submitted_at]
    row = versions.line_of(result.id, me.id)
    if row is None:
        return _without_rank(round_, me, own)
    newest = versions.latest(round_.id)
    under_review = newest is not None and newest.id != result.id
    performance = performance_of(row)
    prediction = round_.spec.prediction
    return MyRank(
        outcome="ranked",
        place=Place(row.rank, published_board.ranked_in_group(row), _group_label(contest, row.group_key)),
        shared=published_board.shared_by(row),
        area=_area_place(contest, row),
        guess=guess_text(prediction, row.prediction) if prediction and row.prediction is not None else None,
        actual=guess_text(prediction, result.actual) if prediction and result.actual is not None else None,
        values=_values(round_, performance, result.actual),
        above=_comparison(round_, result, performance, published_board.next_better(row)),
        below=_comparison(round_, result, performance, published_board.next_worse(row)),
        attempts=_own_attempts(round_, result, row, own, compared=not under_review),
        under_review=under_review,
        prizes=my_prizes(contest, round_, me),
    )


def performance_of(row: ResultRow) -> Performance:
    """A line as the ranking rules look at it."""
    return Performance(
        score=row.score,
        perfect=row.is_perfect,
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        duration_ms=row.duration_ms,
        prediction=row.prediction,
        perfect_attempts=row.perfect_attempts,
    )


def _without_rank(round_: RoundInfo, me: ParticipantInfo, own: Sequence[AttemptInfo]) -> MyRank:
    """Why somebody is not in the list."""
    if not own:
        return MyRank("absent")
    refusal = next(iter(entries.list_refusals(me.id)), None)
    if refusal is not None and refusal.lifted_at is None:
        return MyRank("refused", reason=refusal.reason)
    if me.is_unranked:
        return MyRank("unranked")
    chain = round_.spec.ranking.chain()
    if chain.leaves_out and not any(passes(chain, _performance(each)) for each in own):
        return MyRank("below_gate")
    return MyRank("unlisted")


def _group_label(contest: ContestInfo, key: str) -> str:
    return next((group.label for group in contest.spec.groups if group.key == key), key)


def _area_place(contest: ContestInfo, row: ResultRow) -> Place | None:
    """The rank within the area of the ranked level; None for people from elsewhere or of no area there."""
    tree = areas.get_tree_by_id(contest.tree_id)
    if row.area_id is None or not tree.subtree_contains(tree.root.id, row.area_id):
        return None
    area = tree.ancestor_at(row.area_id, contest.spec.areas.ranked_level)
    if area is None:
        return None
    return Place(*published_board.place_within(row, tree.descendant_ids(area) | {area.id}), area.name)


def _values(round_: RoundInfo, mine: Performance, actual: int | None) -> tuple[tuple[str, str], ...]:
    """(name, value) of everything that the ranking looked at, in its order."""
    shown = _looked_at(round_.spec.ranking.chain(), mine, actual)
    return tuple((str(POINTS[point]), value_text(point, mine, round_, actual)) for point in shown)


def _looked_at(chain: Chain, mine: Performance, actual: int | None) -> Iterable[Point]:
    """The points of a chain for one performance, each once: who has passed the gate is not compared by score first."""
    below_gate = chain.gate is not Gate.NONE and not passes(chain, mine)
    wanted = points(chain) if below_gate or chain.gate is Gate.NONE else (chain.gate, *chain.keys)
    return dict.fromkeys(point for point in wanted if point is not Key.PREDICTION_GAP or actual is not None)


def _comparison(round_: RoundInfo, result: ResultInfo, mine: Performance, other: ResultRow | None) -> Comparison | None:
    """What came first of all that differs; None when nobody is there."""
    if other is None:
        return None
    theirs = performance_of(other)
    point = deciding_point(round_.spec.ranking.chain(), mine, theirs, result.actual)
    return _between(round_, result, point, mine, theirs, other.rank) if point else None


def _between(
    round_: RoundInfo, result: ResultInfo, point: Point, mine: Performance, theirs: Performance, rank: int
) -> Comparison:
    values = [value_text(point, each, round_, result.actual) for each in (mine, theirs)]
    return Comparison(rank, str(POINTS[point]), *values)


def _own_attempts(
    round_: RoundInfo, result: ResultInfo, row: ResultRow, own: Sequence[AttemptInfo], *, compared: bool
) -> tuple[OwnAttempt, ...]:
    """The person's attempts, in the order of their numbers; while a new version is worked on, the counted one alone.

    The scores of others may be changed by then, and would not explain what was published.
    """
    counted = next((each for each in own if each.id == row.attempt_id), None)
    if counted is None:
        return ()
    chosen = performance_of(row)
    found = [OwnAttempt(counted, True, _attempt_values(round_, chosen, result.actual))]
    if compared:
        found += [_set_aside(round_, result, _performance(counted), each) for each in own if each is not counted]
    return tuple(sorted(found, key=lambda each: each.attempt.number))


def _set_aside(round_: RoundInfo, result: ResultInfo, chosen: Performance, attempt: AttemptInfo) -> OwnAttempt:
    mine = _performance(attempt)
    point = point_for_counted(round_.spec.counted, round_.spec.ranking.chain(), chosen, mine, result.actual)
    behind = _between(round_, result, point, chosen, mine, 0) if point else None
    return OwnAttempt(attempt, False, _attempt_values(round_, mine, result.actual), behind)


def _attempt_values(round_: RoundInfo, mine: Performance, actual: int | None) -> tuple[tuple[str, str], ...]:
    """What the attempts of one person are compared by: the score, and the keys that belong to one attempt."""
    keys = dict.fromkeys((Key.SCORE, *_looked_at(round_.spec.ranking.chain(), mine, actual), Key.SUBMITTED_AT))
    shown = [point for point in keys if isinstance(point, Key) and point is not Key.PERFECT_ATTEMPTS]
    return tuple((str(POINTS[point]), value_text(point, mine, round_, actual)) for point in shown)


def _performance(attempt: AttemptInfo) -> Performance:
    """A finished attempt alone; how many are perfect belongs to the person and plays no part between their attempts."""
    assert attempt.submitted_at is not None  # noqa: S101 - only finished ones are looked at
    return Performance(
        score=attempt.score or 0,
        perfect=bool(attempt.is_perfect),
        started_at=attempt.started_at,
        submitted_at=attempt.submitted_at,
        duration_ms=duration_ms(attempt.started_at, attempt.submitted_at),
        prediction=attempt.prediction,
    )
