"""People in a contest under a fault: they change their minds, resend what was not acknowledged, and hand in."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from faults.material import Material
from simulation.history import History
from simulation.site import Reply, Site

# Between two actions of one person; thirty people make some hundred saves a second, so that any moment meets some.
THINK_SECONDS = (0.02, 0.2)
PATIENCE_SECONDS = 60.0
LONGEST_WAIT_SECONDS = 1.5
# By then whatever was acknowledged and is not stored will not be.
LATE_SECONDS = 15.0
MOST_IN_A_BATCH = 4


class GaveUp(RuntimeError):
    """A person was not served within a minute."""


class Sitter:
    """One person with one browser. `leaves`: never hands in the last paper, which the round's end has to finish."""

    def __init__(
        self,
        number: int,
        url: str,
        history: History,
        material: Material,
        rng: random.Random,
        *,
        leaves: bool = False,
        hands_in: float = 0.02,
        timeout: float = 10.0,
    ) -> None:
        self.who = f"p{number}"
        self.material = material
        self.rng = rng
        self.leaves = leaves
        self.hands_in = hands_in
        self.fields = material.new_person()
        # Everybody comes from an address of his own; a school's shared one is another drill.
        address = f"10.43.{number // 250}.{number % 250 + 1}"
        self.site = Site(url, history, who=self.who, timeout=timeout, address=address)
        self.attempt: str | None = None
        self.attempts: list[str] = []
        self.receipts: dict[str, list[bytes]] = {}
        self._paper: list[dict[str, Any]] = []
        self._rev = 0
        self._stored_rev = 0
        self._unsent: dict[str, dict[str, Any]] = {}
        self._sent: list[dict[str, Any]] = []

    async def arrive(self) -> None:
        """Enter and begin the first paper."""
        contest = await self._insist(lambda: self.site.contest(self.material.slug))
        consent = {"version": contest.body["entry"]["consent_version"]}
        await self._insist(lambda: self.site.enter(self.material.slug, {**self.fields, "consent": consent}))
        await self.begin()

    async def begin(self) -> None:
        """A paper, or the one that is open."""
        reply = await self._insist(lambda: self.site.start(self.material.slug, self.material.round))
        self.attempt = reply.body["attempt"]
        if self.attempt not in self.attempts:
            self.attempts.append(reply.body["attempt"])
        self._paper = reply.body["paper"]["questions"]
        self._rev = self._stored_rev = 0
        self._unsent.clear()
        self._sent.clear()

    async def work(self, over: asyncio.Event) -> None:
        """Answer, change answers, resend, now and then hand in and begin anew, until it is `over`."""
        while not over.is_set():
            if self.rng.random() < self.hands_in and len(self.attempts) < self.material.max_attempts:
                await self.hand_in()
                await self.begin()
            elif self._sent and self.rng.random() < 0.1:
                # An old request that arrives late: a lower revision, which must not win.
                await self.site.save(self._open(), [self.rng.choice(self._sent)])
            elif self.rng.random() < 0.05:
                # A loss that a later save of the same question would hide.
                await self.site.read(self._open())
            else:
                await self._save(self.rng.sample(self._paper, self.rng.randint(1, 2)))
            await asyncio.sleep(self.rng.uniform(*THINK_SECONDS))

    async def finish(self) -> None:
        """Read back what the server has, save every question once more, read that back, and hand in."""
        await self._insist(lambda: self.site.read(self._open()))
        for question in self._paper:
            await self._until_saved([question])
        await self._insist(lambda: self.site.read(self._open()))
        if not self.leaves:
            await self.hand_in()

    async def hand_in(self) -> None:
        """Submit until there is a receipt; some submit twice, and all of them get the same bytes."""
        attempt = self._open()
        give_up_at = time.monotonic() + LATE_SECONDS

        async def submit() -> Reply:
            reply = await self.site.submit(attempt, self._rev)
            if reply.code == "answers_missing":
                have = reply.body["have_rev"]
                if have < self._stored_rev and time.monotonic() > give_up_at:
                    raise GaveUp(f"D1: {attempt} has revision {have}, acknowledged was {self._stored_rev}")
                await self._save([])
            return reply

        await self._insist(submit, {"answers_missing"})
        for _ in range(self.rng.randint(0, 1)):
            self._keep_receipt(attempt, await self.site.submit(attempt, self._rev))
        self._keep_receipt(attempt, await self.site.receipt(attempt))

    async def look_back(self) -> None:
        """After the round: every paper as it is now, and its receipt."""
        for attempt in self.attempts:
            await self._insist(lambda attempt=attempt: self.site.read(attempt))  # type: ignore[misc]
            reply = await self._insist(lambda attempt=attempt: self.site.receipt(attempt))  # type: ignore[misc]
            self._keep_receipt(attempt, reply)

    # --- inside ---------------------------------------------------------------------------------------------------

    async def _until_saved(self, questions: list[dict[str, Any]]) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        await self._save(questions)
        while self._unsent:
            if time.monotonic() > give_up_at:
                raise GaveUp(f"{self.who} could not save for {PATIENCE_SECONDS:.0f} seconds")
            await self._save([])

    async def _save(self, questions: list[dict[str, Any]]) -> None:
        """New choices for these, with what was not acknowledged before; one try."""
        for question in questions:
            self._rev += 1
            self._unsent[question["question"]] = {
                "question": question["question"],
                "options": self._choose(question),
                "rev": self._rev,
            }
        batch = list(self._unsent.values())[-MOST_IN_A_BATCH:]
        self.rng.shuffle(batch)
        if not batch:
            return
        self._sent.extend(batch)
        reply = await self.site.save(self._open(), batch)
        if reply.ok:
            self._stored_rev = max(self._stored_rev, *(item["rev"] for item in batch))
            for item in batch:
                if self._unsent.get(item["question"]) is item:
                    del self._unsent[item["question"]]
        elif reply.outcome == "refused":
            # Whether that was right is for the checker; sending it again would change nothing.
            self._unsent.clear()
        else:
            await self._pause(reply)

    def _choose(self, question: dict[str, Any]) -> list[str]:
        options = [option["option"] for option in question["options"]]
        right = sorted(self.material.right_of(question["question"]))
        if self.rng.random() < 0.6:
            return right
        if self.rng.random() < 0.05:
            return []
        return sorted(self.rng.sample(options, 2 if question["multiple"] and self.rng.random() < 0.7 else 1))

    async def _insist(
        self, call: Callable[[], Awaitable[Reply]], again: frozenset[str] | set[str] = frozenset()
    ) -> Reply:
        """Call until it is acknowledged; a refusal ends it unless its code is in `again`. Raises GaveUp."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            reply = await call()
            if reply.ok:
                if reply.operation.kind in ("submit", "receipt") and reply.operation.attempt:
                    self._keep_receipt(reply.operation.attempt, reply)
                return reply
            if reply.outcome == "refused" and reply.code not in again:
                raise GaveUp(f"{self.who} was refused: {reply.operation.kind} {reply.status} {reply.code}")
            if time.monotonic() > give_up_at:
                last = f"{reply.operation.kind} {reply.status or 'without an answer'} {reply.code or ''}".strip()
                raise GaveUp(f"{self.who} was not served for {PATIENCE_SECONDS:.0f} seconds: {last}")
            await self._pause(reply)

    async def _pause(self, reply: Reply) -> None:
        """Wait as long as the server asks, or a little; with jitter, and never so long that the fault is missed."""
        asked = min(reply.retry_after or 0.2, LONGEST_WAIT_SECONDS)
        await asyncio.sleep(asked * self.rng.uniform(0.5, 1.5))

    def _keep_receipt(self, attempt: str, reply: Reply) -> None:
        if reply.ok:
            self.receipts.setdefault(attempt, []).append(reply.raw)

    def _open(self) -> str:
        if self.attempt is None:
            raise RuntimeError(f"{self.who} has no paper")
        return self.attempt
