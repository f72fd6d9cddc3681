"""F32: everybody saves until the last second and hands in around the end; what was sent in time counts."""

import asyncio
import time

from faults.checker import GRACE
from faults.material import Wishes
from faults.sitters import Sitter
from faults.stage import SQLITE, Drill, Stage

_OPEN_SECONDS = 30
_RUSH_SECONDS = 5.0
_SURELY_IN_TIME = 1.0


async def run(stage: Stage) -> None:
    """The round itself ends, so that everybody's paper ends in the same second."""
    await stage.open()
    end = stage.material.closes_at.timestamp()
    await stage.work_for(max(0.0, end - _RUSH_SECONDS - 1 - time.time()))
    await stage.rest()
    with stage.nemesis.fault("the last seconds") as spell:
        await asyncio.gather(*(_rush(sitter, end) for sitter in stage.people))
    rush = [one for one in stage.history.operations if end - _RUSH_SECONDS <= one.at <= end + GRACE.total_seconds()]
    spell.observe(len(rush) >= 3 * len(stage.people), "everybody was busy in the last seconds")
    in_time = [one for one in rush if one.kind == "save" and one.at <= end - _SURELY_IN_TIME]
    refused = [one for one in in_time if one.outcome == "refused"]
    stage.demand(not refused, f"D5: {len(refused)} of {len(in_time)} saves that were sent in time were refused")
    submits = sorted((one.seconds or 0.0) for one in rush if one.kind == "submit")
    slowest = submits[int(len(submits) * 0.99)] if submits else 0.0
    stage.demand(slowest <= GRACE.total_seconds(), f"p99 of the submissions is {slowest:.1f} s, longer than the grace")
    stage.report.notes.append(f"{len(in_time)} saves in time, {len(submits)} submissions, p99 {slowest:.2f} s")
    stage.contest.closed_at = stage.material.closes_at
    await stage.contest.wait_until_final()
    await stage.contest.look_back()
    await stage.contest.check(stage.tree)


async def _rush(sitter: Sitter, end: float) -> None:
    """Save until a moment before the end, then hand in while it passes; who leaves hands nothing in."""
    over = asyncio.Event()
    working = asyncio.create_task(sitter.work(over))
    await asyncio.sleep(max(0.0, end - _SURELY_IN_TIME - 0.1 - time.time()))
    over.set()
    await working
    if not sitter.leaves:
        await asyncio.sleep(max(0.0, end - sitter.rng.uniform(-0.5, 1.0) - time.time()))
        await sitter.hand_in()


DRILLS = (
    Drill(
        "F32",
        "the last seconds of a round",
        run,
        wishes=Wishes(limit_seconds=3600, open_seconds=_OPEN_SECONDS, attempts=1),
        short_on=(SQLITE,),
    ),
)
