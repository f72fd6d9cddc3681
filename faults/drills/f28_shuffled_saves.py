"""F28: one stream of saves, delivered in any order, doubled and late: the paper is the same each time."""

import asyncio
from typing import Any

from faults.sitters import Sitter
from faults.stage import SQLITE, Drill, Stage

CHANGES = 40
_LATE_SECONDS = (0.5, 3.0)


class Shuffler(Sitter):
    """Somebody whose network keeps no order."""

    async def deliver(self, steps: list[tuple[float, float]]) -> list[str]:
        """The stream in batches: shuffled, some twice, some late, several at once; the questions wrong in the end."""
        items = [self._step(*step) for step in steps]
        final = {item["question"]: item["options"] for item in items}
        order = [*items, *self.rng.sample(items, len(items) // 4)]
        self.rng.shuffle(order)
        batches = []
        while order:
            size = self.rng.randint(1, 4)
            batch, order = sorted(order[:size], key=lambda item: item["rev"]), order[size:]
            # Of a question that is twice in a batch the page would send the newest alone.
            batches.append(list({item["question"]: item for item in batch}.values()))
        await asyncio.gather(*(self._send(batch) for batch in batches))
        look = await self.site.read(self.attempt or "")
        stored = {answer["question"]: answer["options"] for answer in look.body["answers"]}
        return [question for question, options in final.items() if stored.get(question) != options]

    def _step(self, question: float, option: float) -> dict[str, Any]:
        """The same step on anybody's paper, whatever is drawn and shuffled there."""
        asked = self._paper[int(question * len(self._paper))]
        shown = asked["options"]
        self._rev += 1
        return {
            "question": asked["question"],
            "options": [shown[int(option * len(shown))]["option"]],
            "rev": self._rev,
        }

    async def _send(self, batch: list[dict[str, Any]]) -> None:
        await asyncio.sleep(self.rng.uniform(*_LATE_SECONDS) if self.rng.random() < 0.1 else self.rng.uniform(0, 0.3))
        while not (await self.site.save(self.attempt or "", batch)).ok:
            await asyncio.sleep(0.2)


async def run(stage: Stage) -> None:
    """Each person gets the stream in an order of its own; what stands in the end follows from the revisions alone."""
    await stage.open(kind=Shuffler)
    await stage.rest()
    steps = [(stage.rng.random(), stage.rng.random()) for _ in range(CHANGES)]
    with stage.nemesis.fault("saves arrive out of order, twice and late") as spell:
        for _ in range(stage.times(2, 8)):
            people = [sitter for sitter in stage.people if isinstance(sitter, Shuffler)]
            for sitter, wrong in zip(
                people, await asyncio.gather(*(one.deliver(steps) for one in people)), strict=True
            ):
                stage.demand(not wrong, f"D2: {sitter.who}: not the highest revision of {', '.join(wrong[:3])}")
        disordered = _disordered(stage)
        spell.observe(disordered >= len(stage.people), "older revisions arrived after newer ones")
    stage.report.notes.append(f"{disordered} saves came behind a newer one")
    await stage.judge()


def _disordered(stage: Stage) -> int:
    """How many saves came to an end although a newer revision had been acknowledged before they were sent."""
    newest: dict[str, int] = {}
    found = 0
    for operation in sorted(stage.history.operations, key=lambda one: one.at):
        if operation.kind != "save" or not operation.sent:
            continue
        revisions = [item["rev"] for item in operation.sent["batch"]]
        found += max(revisions) < newest.get(operation.attempt or "", 0)
        newest[operation.attempt or ""] = max(*revisions, newest.get(operation.attempt or "", 0))
    return found


DRILLS = (Drill("F28", "saves out of order, twice, late", run, people=(10, 20), short_on=(SQLITE,)),)
