"""F14: no worker runs; whoever reads first makes final what time has ended, whichever door it is."""

import asyncio
import json
import signal

from faults.checker import GRACE
from faults.contest import Contest
from faults.insight import open_papers
from faults.material import Wishes
from faults.processes import send, state_of
from faults.readings import read_csv
from faults.stage import Drill, Stage, harm, until


async def run(stage: Stage) -> None:
    """Three contests end; a participant, the board and an export are the first to look at one of them."""
    await stage.open()
    count = stage.times(12, 60)
    sides = [await stage.side_contest(Wishes(attempts=1), count, leaves=True) for _ in range(3)]
    async with harm(stage, "no worker runs") as spell:
        worker = stage.product.expect_pid("worker")
        send([worker], signal.SIGSTOP)
        spell.observe(await until(lambda: state_of(worker) == "T", 5), "the worker is stopped")
        for side in sides:
            await side.close()
        await stage.work_for(GRACE.total_seconds() + 1)
        waiting = [await asyncio.to_thread(open_papers, stage, side.material.slug) for side in sides]
        spell.observe(waiting == [count] * 3, f"{waiting} papers wait to be made final")
        await _a_participant_looks(stage, sides[0])
        await _the_board_is_read(stage, sides[1], count)
        await _an_export_is_read(stage, sides[2], count)
        for side in sides:
            await side.look_back()
            await side.check(stage.tree)
        send([worker], signal.SIGCONT)
    await stage.judge()


async def _a_participant_looks(stage: Stage, side: Contest) -> None:
    sitter = side.people[0]
    reply = await sitter.site.read(sitter.attempt or "")
    state = reply.body.get("state") if reply.ok else reply.status
    stage.demand(state == "final", f"D6: the first look of a participant shows a paper that is {state}")


async def _the_board_is_read(stage: Stage, side: Contest, count: int) -> None:
    board = await asyncio.to_thread(stage.organizer.board, side.material)
    stage.demand(board["total"] == count, f"D6: the board, read first, has {board['total']} people of {count}")


async def _an_export_is_read(stage: Stage, side: Contest, count: int) -> None:
    table = await asyncio.to_thread(
        lambda: stage.organizer.download(side.material, "attempts.csv", round=side.material.round)
    )
    found = len(read_csv(table))
    stage.demand(found == count, f"D6: the export, read first, has {found} papers of {count}")
    raw = await asyncio.to_thread(stage.organizer.raw, side.material)
    states = {line["state"] for line in raw}
    stage.demand(states == {"final"}, f"D6: the records have papers that are {json.dumps(sorted(states))}")


DRILLS = (Drill("F14", "no worker runs", run, people=(12, 30)),)
