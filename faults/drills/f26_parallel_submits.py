"""F26: twenty submissions at once, and saves that race them: the save is in the paper, or it was refused."""

import asyncio

from faults.material import Wishes
from faults.sitters import Sitter
from faults.stage import SQLITE, Drill, Stage

SUBMITS = 20
SAVES = 6


class Hasty(Sitter):
    """Hands in twenty times at once, while choices are still on their way."""

    races = 0

    async def hand_in(self) -> None:
        """Half of the submissions wait for the last revision, the others take the paper as it is."""
        attempt = self.attempt or ""
        questions = self.rng.sample(self._paper, min(SAVES, len(self._paper)))
        calls = [self._late_choice(question) for question in questions]
        calls += [self._press(attempt, self._rev if number % 2 else None) for number in range(SUBMITS)]
        self.rng.shuffle(calls)
        await asyncio.gather(*calls)
        self.races += 1
        # What was refused was too late, by this person's own doing.
        self._unsent.clear()
        await super().hand_in()

    async def _late_choice(self, question: dict[str, object]) -> None:
        self._rev += 1
        item = {"question": question["question"], "options": self._choose(question), "rev": self._rev}
        await self.site.save(self.attempt or "", [item])

    async def _press(self, attempt: str, last_rev: int | None) -> None:
        self._keep_receipt(attempt, await self.site.submit(attempt, last_rev))


async def run(stage: Stage) -> None:
    """Everybody hands in often; each time is a race."""
    with stage.nemesis.fault(f"{SUBMITS} submissions and {SAVES} saves at once") as spell:
        await stage.open(kind=Hasty, hands_in=0.25)
        await stage.work_for(stage.seconds(6, 40))
        await stage.rest()
        races = sum(sitter.races for sitter in stage.people if isinstance(sitter, Hasty))
        spell.observe(races >= len(stage.people), "everybody raced")
    closed = sum(operation.kind == "save" and operation.outcome == "refused" for operation in stage.history.operations)
    stage.report.notes.append(f"{races} races, {closed} saves came too late")
    await stage.judge()


DRILLS = (
    Drill(
        "F26",
        "20 submissions at once, racing saves",
        run,
        wishes=Wishes(attempts=60),
        people=(8, 16),
        short_on=(SQLITE,),
    ),
)
