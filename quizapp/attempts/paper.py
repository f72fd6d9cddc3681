"""Drawing a paper: deterministic from the contest's secret seed, so that after the reveal anyone can redraw it.

The stream of random words is HMAC-SHA256(seed, label || "|" || block number as four bytes), read as 32-bit big-endian
words; integers below n come from it by rejection, samples by a partial Fisher-Yates shuffle.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import TypeVar

from quizapp.contests.rules import SnapshotQuestion, Stratum
from quizapp.contests.spec import Shuffle

T = TypeVar("T")

# One line of a paper: the question's ref and its option keys in the order shown.
PaperLine = tuple[str, tuple[str, ...]]


class SeededStream:
    """Unbiased integers from a seed and a label; equal inputs give equal streams, on any machine."""

    def __init__(self, seed: bytes, label: str) -> None:
        self._words = _words(seed, label)

    def below(self, limit: int) -> int:
        """An integer from 0 to limit - 1 (1 <= limit <= 2^32), each equally likely."""
        accept_below = (1 << 32) - (1 << 32) % limit
        word = next(self._words)
        while word >= accept_below:
            word = next(self._words)
        return word % limit

    def sample(self, items: Sequence[T], size: int) -> list[T]:
        """`size` different items in random order. ValueError when there are fewer."""
        if size > len(items):
            raise ValueError(f"cannot draw {size} of {len(items)}")
        pool = list(items)
        for index in range(size):
            chosen = index + self.below(len(pool) - index)
            pool[index], pool[chosen] = pool[chosen], pool[index]
        return pool[:size]


# A digest as eight words.
_WORDS = struct.Struct(">8I")


def _words(seed: bytes, label: str) -> Iterator[int]:
    keyed = hmac.new(seed, label.encode() + b"|", hashlib.sha256)
    for block in count():
        of_block = keyed.copy()
        of_block.update(block.to_bytes(4, "big"))
        yield from _WORDS.unpack(of_block.digest())


def stream_label(contest: str, participant: str, round_key: str, number: int) -> str:
    """The public name of one attempt's stream: contest slug, participant's code, round and attempt number."""
    return f"{contest}|{participant}|{round_key}.{number}"


def draw_paper(
    stream: SeededStream,
    blueprint: Sequence[Stratum],
    questions: Mapping[str, SnapshotQuestion],
    shuffle: Shuffle,
) -> tuple[PaperLine, ...]:
    """The paper: each stratum's share of questions, in order or mixed, with each question's options in order or mixed.

    A question drawn for one stratum is not drawn again for a later one that shares its pool.
    ValueError when that leaves too few.
    """
    chosen: list[str] = []
    for stratum in blueprint:
        taken = set(chosen)
        pool = [ref for ref in stratum.pool if ref not in taken] if taken else stratum.pool
        whole = stratum.count == len(stratum.pool) == len(pool)
        chosen.extend(pool if whole else stream.sample(pool, stratum.count))
    if shuffle.questions:
        chosen = stream.sample(chosen, len(chosen))
    return tuple((ref, _option_order(stream, questions[ref], shuffle.options)) for ref in chosen)


def _option_order(stream: SeededStream, question: SnapshotQuestion, mixed: bool) -> tuple[str, ...]:
    """Option keys as shown; "Cả A, B, C" and the like keep their place, and what names single letters is not mixed."""
    keys = [key for key, _ in question.options]
    if not mixed or question.keep_order:
        return tuple(keys)
    if not question.pinned:
        return tuple(stream.sample(keys, len(keys)))
    free = iter(stream.sample([key for key in keys if key not in question.pinned], len(keys) - len(question.pinned)))
    return tuple(key if key in question.pinned else next(free) for key in keys)
