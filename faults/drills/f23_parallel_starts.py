"""F23: fifty starts at once by one person, each time a paper is begun; all of them get the same one."""

import asyncio

from faults.sitters import Sitter
from faults.stage import SQLITE, Drill, Stage
from simulation.site import Reply

AT_ONCE = 50


class Impatient(Sitter):
    """Presses the button fifty times, in as many connections."""

    starts: list[list[Reply]]

    async def begin(self) -> None:
        """All starts leave before any answer is read."""
        replies = await asyncio.gather(
            *(self.site.start(self.material.slug, self.material.round) for _ in range(AT_ONCE))
        )
        self.starts = [*getattr(self, "starts", []), list(replies)]
        await super().begin()


async def run(stage: Stage) -> None:
    """A crowd works beside them, so that the starts meet saves and submissions."""
    await stage.open()
    with stage.nemesis.fault(f"{AT_ONCE} starts at once") as spell:
        impatient = await stage.crowd(stage.times(3, 8), kind=Impatient, hands_in=0.2)
        await stage.work_for(stage.seconds(4, 15))
        volleys = [volley for sitter in impatient for volley in sitter.starts]
        overlap = min(_at_once(volley) for volley in volleys)
        spell.observe(overlap >= AT_ONCE // 2, f"{AT_ONCE // 2} starts of a person were under way together")
    await stage.rest()
    volleys = [volley for sitter in impatient for volley in sitter.starts]
    for volley in volleys:
        papers = {reply.body["attempt"] for reply in volley if reply.ok}
        made = sum(reply.status == 201 for reply in volley)
        refused = [f"{reply.status} {reply.code}" for reply in volley if reply.outcome == "refused"]
        stage.demand(len(papers) <= 1, f"D4: {len(papers)} papers came of {AT_ONCE} starts at once")
        stage.demand(made <= 1, f"D4: {made} of {AT_ONCE} starts say that they made the paper")
        stage.demand(not refused, f"{len(refused)} of {AT_ONCE} starts were refused: {', '.join(sorted(set(refused)))}")
    unknown = sum(reply.outcome == "unknown" for volley in volleys for reply in volley)
    served = any(reply.ok for volley in volleys for reply in volley)
    stage.demand(served, "none of the starts was served")
    stage.report.notes.append(f"{len(volleys)} times {AT_ONCE} starts, {unknown} of them to be tried again")
    await stage.judge()


def _at_once(volley: list[Reply]) -> int:
    """How many were under way before the first answer came."""
    first = min(reply.operation.done_at or 0.0 for reply in volley)
    return sum(reply.operation.at <= first for reply in volley)


DRILLS = (Drill("F23", "50 starts at once by one person", run, people=(10, 20), short_on=(SQLITE,)),)
