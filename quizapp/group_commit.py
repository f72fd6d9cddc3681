"""One commit for many requests: what several callers ask at nearly the same time is done in one piece of work.

A durable commit costs a wait for the disk, whatever is in it. Callers that arrive while others wait are collected, one
of them does the work for all, and each gets its own answer once that work has returned. No thread of its own is needed:
whoever comes first leads, and hands on to the first of those who came meanwhile.
"""

import threading
from collections.abc import Callable, Sequence
from time import sleep
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Told = TypeVar("Told")

_MOST_AT_ONCE = 64


class _Waiting(Generic[Ask, Told]):
    """One caller's question, and later its answer."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.woken = threading.Event()
        self.answer: Told | BaseException | None = None
        self.is_answered = False

    def result(self) -> Told:
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer  # type: ignore[return-value]


class GroupCommit(Generic[Ask, Told]):
    """Calls `work` with a list of questions; it gives one answer for each, an exception where one is refused.

    `work` opens and commits the transaction. `gather_seconds` is how long the leader waits for others before it
    begins: nothing where the work itself lets others run (a database over the network), about a millisecond where it
    does not. When a piece of work for several fails as a whole, each is tried alone, so that nobody suffers for what
    another has sent; `gives_up` tells of which failures that would be no use, since they would meet everybody.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Ask]], Sequence[Told | Exception]],
        *,
        gives_up: Callable[[Exception], bool],
        gather_seconds: float = 0.0,
        most_at_once: int = _MOST_AT_ONCE,
    ) -> None:
        self._work = work
        self._gives_up = gives_up
        self._gather_seconds = gather_seconds
        self._most_at_once = most_at_once
        self._lock = threading.Lock()
        self._queue: list[_Waiting[Ask, Told]] = []
        self._is_led = False

    def __call__(self, ask: Ask) -> Told:
        """The answer to `ask`, after the work that held it has returned. Raises what `work` answered or raised."""
        own: _Waiting[Ask, Told] = _Waiting(ask)
        with self._lock:
            self._queue.append(own)
            leads, self._is_led = not self._is_led, True
        if not leads:
            own.woken.wait()
        if not own.is_answered:
            self._lead()
        return own.result()

    def _lead(self) -> None:
        """Answer everybody who waits, the caller included, and pass the lead to the first of those who came after."""
        batch: list[_Waiting[Ask, Told]] = []
        try:
            sleep(self._gather_seconds)
            with self._lock:
                batch, self._queue = self._queue[: self._most_at_once], self._queue[self._most_at_once :]
            answers = self._answers([waiting.ask for waiting in batch])
        except BaseException as error:
            # Also when this caller is being ended: nobody may wait for ever.
            answers = [error] * len(batch)
        for waiting, answer in zip(batch, answers, strict=True):
            waiting.answer, waiting.is_answered = answer, True
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._is_led = following is not None
        for waiting in batch if following is None else [*batch, following]:
            waiting.woken.set()

    def _answers(self, asks: Sequence[Ask]) -> Sequence[Told | BaseException]:
        try:
            return self._work(asks)
        except Exception as error:
            if len(asks) == 1 or self._gives_up(error):
                return [error] * len(asks)
            return [answer for ask in asks for answer in self._answers([ask])]
