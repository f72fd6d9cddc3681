"""Who stands before whom: the chain of keys, shared ranks, and the packed number of a live board.

A `Performance` is what one attempt (or one person's counted attempt) is worth; a chain is the ordered list of keys by
which two performances are compared. Everything is an integer or a moment: no float takes part in an order.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Key(StrEnum):
    """The keys of contract section 3, each with its own direction."""

    SCORE = "score"  # higher first
    PREDICTION_GAP = "prediction_gap"  # smaller first, no guess last
    SUBMITTED_AT = "submitted_at"  # earlier first, to the millisecond
    DURATION = "duration"  # shorter first, in milliseconds
    STARTED_AT = "started_at"  # earlier first
    PERFECT_ATTEMPTS = "perfect_attempts"  # more first


class Gate(StrEnum):
    """Who is ranked at all."""

    NONE = "none"
    ALL_CORRECT = "all_correct"
    MIN_SCORE = "min_score"


class Fallback(StrEnum):
    """What happens below the gate: the next scores follow, or their places stay empty."""

    NEXT_SCORE = "next_score"
    LEAVE_UNAWARDED = "leave_unawarded"


@dataclass(frozen=True)
class Performance:
    """What a ranking looks at. `score` in points, `duration_ms` in milliseconds, `prediction` as guessed or None."""

    score: int
    perfect: bool
    started_at: datetime
    submitted_at: datetime
    duration_ms: int
    prediction: int | None = None
    perfect_attempts: int = 0


@dataclass(frozen=True)
class Chain:
    """A ranking rule: gate, ordered keys, and what follows below the gate; `min_score` is the gate of that name."""

    gate: Gate
    keys: tuple[Key, ...]
    fallback: Fallback = Fallback.NEXT_SCORE
    min_score: int = 0

    @property
    def leaves_out(self) -> bool:
        """True when whoever did not pass the gate has no rank."""
        return self.gate is not Gate.NONE and self.fallback is Fallback.LEAVE_UNAWARDED


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A missing guess stands behind every possible distance.
_NO_GUESS = 1 << 62


def key_value(key: Key, performance: Performance, actual: int | None) -> int:
    """The key as an integer of which the smaller stands first.

    `actual` is the true value of the prediction; while it is unknown (None) the gap is the same for everybody, so the
    next keys decide.
    """
    if key is Key.SCORE:
        return -performance.score
    if key is Key.PREDICTION_GAP:
        if actual is None:
            return 0
        return _NO_GUESS if performance.prediction is None else abs(performance.prediction - actual)
    if key is Key.SUBMITTED_AT:
        return milliseconds(performance.submitted_at)
    if key is Key.DURATION:
        return performance.duration_ms
    if key is Key.STARTED_AT:
        return milliseconds(performance.started_at)
    return -performance.perfect_attempts


def order_key(chain: Chain, performance: Performance, actual: int | None = None) -> tuple[int, ...]:
    """A tuple to sort by, best first. Below the gate, the score comes before the chain."""
    keys = tuple(key_value(key, performance, actual) for key in chain.keys)
    if chain.gate is Gate.NONE:
        return keys
    return (0, 0, *keys) if passes(chain, performance) else (1, -performance.score, *keys)


def passes(chain: Chain, performance: Performance) -> bool:
    """True for a performance that the gate lets through."""
    if chain.gate is Gate.ALL_CORRECT:
        return performance.perfect
    return chain.gate is Gate.NONE or performance.score >= chain.min_score


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, exact (a float timestamp would not be)."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Ranked(Generic[T]):
    """One line of a ranking: the shared rank (1, 2, 2, 4) and whatever was ranked."""

    rank: int
    item: T


def rank(items: Iterable[T], key: Callable[[T], tuple[object, ...]]) -> list[Ranked[T]]:
    """All items best first, equal keys sharing a rank and the next rank skipping them (1, 2, 2, 4)."""
    ordered = sorted(items, key=key)
    lines: list[Ranked[T]] = []
    for position, item in enumerate(ordered, start=1):
        same = lines and key(lines[-1].item) == key(item)
        lines.append(Ranked(lines[-1].rank if same else position, item))
    return lines


# --- the packed number of a live board ---------------------------------------------------------------------------

# A sorted set keeps a double, exact up to 2^53: 22 bits of score and 31 bits of the second key (24.8 days in
# milliseconds). What does not fit is clamped, never wrapped, and equal numbers are settled from the database.
SCORE_BITS = 22
SECOND_BITS = 31
MAX_SCORE = (1 << SCORE_BITS) - 1
_SECOND_MAX = (1 << SECOND_BITS) - 1


def live_chain(chain: Chain) -> Chain:
    """The chain as it can be applied while the round runs: without the prediction, with the score first.

    A gate sorts by score below it and all-correct is the highest score, so score first means the same.
    """
    keys = tuple(key for key in chain.keys if key is not Key.PREDICTION_GAP)
    if Key.SCORE not in keys or keys[0] is not Key.SCORE:
        keys = (Key.SCORE, *(key for key in keys if key is not Key.SCORE))
    return Chain(Gate.NONE, keys)


def pack(chain: Chain, performance: Performance, origin: datetime) -> int:
    """The first two keys of a live chain as one integer below 2^53, higher first.

    `origin` is the round's opening, from which moments are counted. A monotone function of the keys: a better
    performance never gets a smaller number, though two different ones may share one.
    Raises ValueError for a chain that does not begin with the score, or a score that cannot be held.
    """
    if not chain.keys or chain.keys[0] is not Key.SCORE:
        raise ValueError("a live board is ordered by score first")
    if not 0 <= performance.score <= MAX_SCORE:
        raise ValueError(f"a board holds scores from 0 to {MAX_SCORE}")
    return (performance.score << SECOND_BITS) | (_SECOND_MAX - _second(chain, performance, origin))


def is_shared_by_equals(chain: Chain, packed: int) -> bool:
    """True when everybody with this number of a live chain is equal on the whole chain, so that they share a rank.

    False where a third key, or what was clamped, may part them.
    """
    second = _SECOND_MAX - (packed & _SECOND_MAX)
    return len(chain.keys) == 1 or (len(chain.keys) == 2 and 0 < second < _SECOND_MAX)


def _second(chain: Chain, performance: Performance, origin: datetime) -> int:
    """The second key as 0 (best) to 2^31 - 1."""
    if len(chain.keys) < 2:
        return 0
    key = chain.keys[1]
    value = key_value(key, performance, None)
    if key in (Key.SUBMITTED_AT, Key.STARTED_AT):
        value -= milliseconds(origin)
    elif key is Key.PERFECT_ATTEMPTS:
        value += _SECOND_MAX
    return min(max(value, 0), _SECOND_MAX)


def pick_counted(policy: str, attempts: Sequence[tuple[T, Performance]], chain: Chain, actual: int | None = None) -> T:
    """Which of one person's final attempts counts; `attempts` is not empty and may come in any order.

    `actual` is the true value of the prediction, once it is known: it may change which of several attempts with
    guesses of their own is the best.
    best: highest by the whole chain · best_earliest: highest score, then earliest · first_perfect: the first
    all-correct one, else the best score and earliest · first · last: by submission. ValueError for another policy.
    """
    if policy == "best":
        chosen = min(attempts, key=lambda a: (order_key(chain, a[1], actual), milliseconds(a[1].submitted_at)))
    elif policy in ("best_earliest", "first_perfect"):
        chosen = min(attempts, key=lambda a: (not a[1].perfect, -a[1].score, milliseconds(a[1].submitted_at)))
    elif policy == "first":
        chosen = min(attempts, key=lambda a: milliseconds(a[1].submitted_at))
    elif policy == "last":
        chosen = max(attempts, key=lambda a: milliseconds(a[1].submitted_at))
    else:
        raise ValueError(f"unknown policy {policy!r}")
    return chosen[0]
