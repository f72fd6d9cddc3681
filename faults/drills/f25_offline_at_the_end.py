"""F25: offline from before the deadline until after it: what came in time is graded, the rest is kept as evidence."""

import asyncio
import time
from datetime import datetime
from typing import Any

from faults.checker import GRACE
from faults.link import Link
from faults.material import Wishes
from faults.sitters import Sitter
from faults.stage import Drill, Stage

_LIMIT_SECONDS = 20
_CUT_SECONDS_BEFORE = 6
_BACK_SECONDS_AFTER = GRACE.total_seconds() + 2


class Cut(Sitter):
    """Somebody at a paper with a short limit; `kept` is what could not be sent in time."""

    in_time: dict[str, list[str]]
    kept: list[dict[str, Any]]
    end: float

    async def sit_down(self) -> None:
        """Some choices while there is a network."""
        look = await self.site.read(self.attempt or "")
        self.end = datetime.fromisoformat(look.body["deadline"]).timestamp()
        await self._until_saved(self._paper[:4])
        self.in_time = await self.stored()

    async def go_on(self) -> bool:
        """Choices that cannot be sent any more, other ones among them. Whether it was so."""
        self.kept = [self._different(question) for question in self._paper[2:6]]
        reply = await self.site.save(self.attempt or "", self.kept)
        return reply.outcome == "unknown"

    async def stored(self) -> dict[str, list[str]]:
        """What the server has of the paper."""
        look = await self.site.read(self.attempt or "")
        return {one["question"]: one["options"] for one in look.body["answers"]}

    def _different(self, question: dict[str, Any]) -> dict[str, Any]:
        self._rev += 1
        before = self.in_time.get(question["question"])
        options = [option["option"] for option in question["options"]]
        return {
            "question": question["question"],
            "options": [next(option for option in options if [option] != before)],
            "rev": self._rev,
        }


async def run(stage: Stage) -> None:
    """A contest with short papers behind a wire, beside the crowd's."""
    await stage.open()
    link = Link(stage.product.port)
    await link.mend()
    wishes = Wishes(limit_seconds=_LIMIT_SECONDS, attempts=1)
    side = await stage.side_contest(wishes, stage.times(6, 20), url=link.url, kind=Cut, leaves=True, timeout=2.0)
    people = [sitter for sitter in side.people if isinstance(sitter, Cut)]
    await asyncio.gather(*(sitter.sit_down() for sitter in people))
    await _work_until(stage, min(sitter.end for sitter in people) - _CUT_SECONDS_BEFORE)
    with stage.nemesis.fault("the wire is cut until after the deadline") as spell:
        await link.cut()
        cut_off = await asyncio.gather(*(sitter.go_on() for sitter in people))
        spell.observe(all(cut_off), "nobody's choices arrived")
        await _work_until(stage, max(sitter.end for sitter in people) + _BACK_SECONDS_AFTER)
        await link.mend()
    for sitter in people:
        await _too_late(stage, sitter)
    listed = await asyncio.to_thread(
        stage.organizer.page, f"/to-chuc/{side.material.slug}/vong/{side.material.round}/den-muon"
    )
    missing = [sitter.who for sitter in people if (sitter.attempt or "?") not in listed]
    stage.demand(not missing, f"what came late from {', '.join(missing)} is not shown to the organizer")
    stage.report.notes.append(f"{len(people)} people, {len(people) - len(missing)} listed as late")
    await side.close()
    await side.wait_until_final()
    await side.look_back()
    await side.check(stage.tree)
    await link.cut()
    await stage.judge()


async def _too_late(stage: Stage, sitter: Cut) -> None:
    reply = await sitter.site.save(sitter.attempt or "", sitter.kept)
    body = reply.body if isinstance(reply.body, dict) else {}
    stage.demand(reply.code == "attempt_closed", f"D5: a save after the deadline: {reply.status} {reply.code}")
    stage.demand(body.get("kept_as_evidence") is True, f"what {sitter.who} sent late is not kept as evidence")
    now = await sitter.stored()
    stage.demand(now == sitter.in_time, f"D5: {sitter.who}: {sitter.in_time} came in time, {now} counts")


async def _work_until(stage: Stage, moment: float) -> None:
    await stage.work_for(max(0.0, moment - time.time()))


DRILLS = (Drill("F25", "offline from before the deadline until after it", run, people=(10, 20)),)
