"""F12: kill -9 of the worker while it makes many papers final at once."""

import asyncio
import signal
import time

from faults.checker import FINAL_WITHIN, GRACE
from faults.insight import open_papers
from faults.material import Wishes
from faults.processes import is_alive, send
from faults.stage import SQLITE, Drill, Stage, harm, until


async def run(stage: Stage) -> None:
    """All papers of another contest end together; the worker is killed again and again while some are left."""
    await stage.open()
    count = stage.times(150, 1000)
    side = await stage.side_contest(Wishes(attempts=1), count, leaves=True)
    await asyncio.gather(*(sitter.finish() for sitter in side.people[: count // 5]))
    await side.close()
    ended_at = time.monotonic() + GRACE.total_seconds()
    slug = side.material.slug
    async with harm(stage, "the worker is killed while papers wait for it") as spell:
        await stage.work_for(max(0.0, ended_at - time.monotonic() - 0.3))
        for number in range(stage.times(3, 10)):
            pid = stage.product.pid("worker")
            left = await asyncio.to_thread(open_papers, stage, slug)
            if not left and number:
                break
            if pid is not None:
                send([pid], signal.SIGKILL)
                gone = await until(lambda pid=pid: not is_alive(pid), 5)
                spell.observe(gone and left > 0, f"it was killed while {left} papers were open")
            await until(lambda: stage.product.pid("worker") is not None, 35)
            # Long enough to begin its work, short enough to be killed in the middle of it.
            await stage.work_for(stage.rng.uniform(0.5, 4.0))
    within = FINAL_WITHIN.total_seconds()
    done = await until(lambda: open_papers(stage, slug) == 0, ended_at + within - time.monotonic(), 0.5)
    stage.demand(done, f"D6: {open_papers(stage, slug)} papers were open {within:.0f} s after their deadline")
    await side.look_back()
    await side.check(stage.tree)
    stage.demand(len(side.readings.raw) == count, f"D6: {len(side.readings.raw)} papers of {count} are in the records")
    await stage.judge()


DRILLS = (Drill("F12", "the worker is killed while it settles", run, short_on=(SQLITE,), people=(12, 30)),)
