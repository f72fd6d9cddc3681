"""Somebody who sits a contest: enters, starts, answers question by question, saves in the background, submits.

Does what the page does: every choice goes into a journal first, the journal is sent in small batches with backoff and
jitter, and is emptied by acknowledgements alone. All chances come from one seeded generator.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from simulation.site import Reply, Site

Stage = Literal["outside", "entered", "sitting", "submitted", "gave_up"]
Options = tuple[str, ...]

_GIVE_UP_SECONDS = 180.0
# How long after the deadline somebody still asks for the receipt; the product owes one within a minute.
_AFTER_DEADLINE_SECONDS = 90.0
_READ_BACK_SECONDS = 30.0


@dataclass(frozen=True)
class Habits:
    """How somebody takes a paper. Seconds are those of a real contest; `pace` 10 = ten times as fast.

    `change`: the share of questions that are answered once more; `board`: the chance to look at the board afterwards.
    """

    think: tuple[float, float] = (4.0, 18.0)
    change: float = 0.15
    board: float = 0.5
    right: float = 0.6
    batch: int = 20
    pace: float = 1.0


@dataclass
class Sent:
    """A choice under its revision, and what became of its saving."""

    question: str
    options: Options
    rev: int
    acknowledged: bool = False


@dataclass
class Person:
    """One participant at one browser. `fields` is the entry form; `key` the right options, when somebody knows them."""

    site: Site
    slug: str
    round_key: str
    fields: Mapping[str, Any]
    rng: random.Random
    habits: Habits = Habits()
    key: Mapping[str, Sequence[str]] | None = None
    stage: Stage = "outside"
    attempt: str | None = None
    started: Mapping[str, Any] | None = None
    receipt: bytes | None = None
    trouble: list[str] = field(default_factory=list)
    # Every choice ever made, the newest of each question, what is not acknowledged yet; the guess as it is sent; the
    # highest revision of them all.
    made: list[Sent] = field(default_factory=list)
    newest: dict[str, Sent] = field(default_factory=dict)
    journal: dict[str, Sent] = field(default_factory=dict)
    guess: Mapping[str, Any] | None = None
    guess_acknowledged: bool = False
    last_rev: int = 0
    _deadline: float = float("inf")
    _closed: bool = False
    _is_sitting: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def who(self) -> str:
        """The name in the history."""
        return self.site.who

    @property
    def questions(self) -> Sequence[Mapping[str, Any]]:
        """The paper, in the order shown."""
        return self.started["paper"]["questions"] if self.started else []

    async def run(self) -> None:
        """The whole way from the entry to the receipt."""
        if await self.enter() and await self.start():
            await self.answer()
            await self.submit()
            if self.rng.random() < self.habits.board:
                await self.site.board(self.slug, self.round_key)
        if self.stage != "submitted":
            self.stage = "gave_up"

    async def enter(self) -> bool:
        """Fill in the entry form."""
        reply = await self._insist(lambda: self.site.enter(self.slug, self.fields), _GIVE_UP_SECONDS)
        if reply.ok:
            self.stage = "entered"
        return reply.ok

    async def start(self) -> bool:
        """Take a paper, or the one that is open."""
        reply = await self._insist(lambda: self.site.start(self.slug, self.round_key), _GIVE_UP_SECONDS)
        if reply.ok and isinstance(reply.body, dict):
            self.started, self.attempt, self.stage = reply.body, reply.body["attempt"], "sitting"
            self._deadline = _now() + reply.body["remaining_ms"] / 1000
        return self.stage == "sitting"

    async def answer(self) -> None:
        """Question by question, with second thoughts; what is chosen is saved while the next one is read."""
        self._is_sitting = True
        async with asyncio.TaskGroup() as group:
            group.create_task(self._save_while_sitting())
            questions = list(self.questions)
            again = [one for one in questions if self.rng.random() < self.habits.change]
            for question in [*questions, *again]:
                await self._think()
                if self._closed or _now() >= self._deadline:
                    break
                self.choose(question["question"], self._pick(question))
            self._make_guess()
            self._is_sitting = False
            self._wake.set()

    def choose(self, question: str, options: Sequence[str]) -> Sent:
        """Put a choice into the journal under the next revision."""
        self.last_rev += 1
        made = Sent(question, tuple(options), self.last_rev)
        self.made.append(made)
        self.newest[question] = self.journal[question] = made
        self._wake.set()
        return made

    async def drain(self, seconds: float | None = None) -> bool:
        """Send the journal until it is empty; False when the paper was closed or `seconds` went by before."""
        give_up_at = self._give_up_at(seconds)
        failures = 0
        while self._is_unsaved() and not self._closed and _now() < give_up_at:
            reply = await self.save_some()
            failures = 0 if reply.ok else failures + 1
            if failures:
                await self._back_off(reply, failures)
        return not self._is_unsaved()

    async def save_some(self) -> Reply:
        """One batch from the journal, the oldest revisions first."""
        batch = sorted(self.journal.values(), key=lambda made: made.rev)[: self.habits.batch]
        items = [{"question": made.question, "options": list(made.options), "rev": made.rev} for made in batch]
        guess = None if self.guess_acknowledged else self.guess
        reply = await self.site.save(self._own(), items, guess)
        if reply.ok:
            self.guess_acknowledged = guess is not None or self.guess_acknowledged
            for made in batch:
                made.acknowledged = True
                if self.journal.get(made.question) is made:
                    del self.journal[made.question]
        elif reply.code == "attempt_closed":
            self._closed = True
        elif reply.outcome == "refused" and not _is_passing(reply):
            self._closed = True
            self._note(f"save refused: {reply.status} {reply.code}")
        return reply

    async def submit(self) -> bool:
        """Hand in when everything is saved; until there is a receipt, or none can be had."""
        give_up_at = self._give_up_at(None)
        failures = 0
        while _now() < give_up_at:
            await self.drain()
            reply = await self.site.submit(self._own(), self.last_rev)
            if reply.ok:
                self.receipt, self.stage = reply.raw, "submitted"
                return True
            if reply.code == "answers_missing":
                # What was acknowledged is gone, so everything is sent once more; the verdict will tell.
                self._note("answers_missing although everything had been acknowledged")
                self.journal.update(self.newest)
                self.guess_acknowledged = False
            elif reply.outcome == "refused" and not _is_passing(reply):
                self._note(f"submission refused: {reply.status} {reply.code}")
                return False
            failures += 1
            await self._back_off(reply, failures)
        return False

    async def read_back(self) -> Reply:
        """The paper as the server has it in the end, over a good network."""
        self.site.mend()
        return await self._insist(lambda: self.site.read(self._own()), _READ_BACK_SECONDS)

    async def _save_while_sitting(self) -> None:
        while self._is_sitting and not self._closed:
            await self._wake.wait()
            self._wake.clear()
            await self.drain()

    async def _insist(self, call: Callable[[], Awaitable[Reply]], seconds: float) -> Reply:
        """Try again what may yet succeed."""
        give_up_at = _now() + seconds
        failures = 0
        while True:
            reply = await call()
            if reply.ok or _now() >= give_up_at or (reply.outcome == "refused" and not _is_passing(reply)):
                if not reply.ok:
                    self._note(f"{reply.operation.kind}: {reply.status} {reply.code}")
                return reply
            failures += 1
            await self._back_off(reply, failures)

    async def _back_off(self, reply: Reply, failures: int) -> None:
        """Wait longer each time, never all at once, and at least as long as the server asks."""
        most = min(15.0, 0.5 * 2.0 ** min(failures, 6)) / self.habits.pace
        await asyncio.sleep((reply.retry_after or 0.0) + self.rng.uniform(0.1, 1.0) * most)

    async def _think(self) -> None:
        await asyncio.sleep(self.rng.uniform(*self.habits.think) / self.habits.pace)

    def _pick(self, question: Mapping[str, Any]) -> Options:
        shown = [option["option"] for option in question["options"]]
        right = (self.key or {}).get(question["question"])
        if right and self.rng.random() < self.habits.right:
            return tuple(right)
        count = self.rng.randint(1, len(shown)) if question["multiple"] else 1
        return tuple(self.rng.sample(shown, count))

    def _make_guess(self) -> None:
        """The number that goes with the paper, where one is asked."""
        if self.started is None or self.started["paper"]["prediction"] is None or self._closed:
            return
        percent = self.started["paper"]["prediction"]["metric"] == "percent_all_correct"
        self.last_rev += 1
        value = f"{self.rng.randint(0, 99)},{self.rng.randint(1, 9)}" if percent else self.rng.randint(0, 10_000)
        self.guess = {"value": value, "rev": self.last_rev}
        self._wake.set()

    def _is_unsaved(self) -> bool:
        return bool(self.journal) or (self.guess is not None and not self.guess_acknowledged)

    def _give_up_at(self, seconds: float | None) -> float:
        if seconds is not None:
            return _now() + seconds
        return min(self._deadline, _now() + 86_400) + _AFTER_DEADLINE_SECONDS

    def _own(self) -> str:
        if self.attempt is None:
            raise RuntimeError("nothing is started")
        return self.attempt

    def _note(self, what: str) -> None:
        self.trouble.append(what)


def _is_passing(reply: Reply) -> bool:
    """A refusal that a later try may not meet."""
    return reply.status == 429 or reply.code in ("csrf_failed", "answers_missing", "attempts_changed")


def _now() -> float:
    return asyncio.get_running_loop().time()
