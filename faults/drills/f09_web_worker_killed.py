"""F9: kill -9 of web workers in the middle of saves and submissions."""

import signal

from faults.processes import is_alive, send
from faults.stage import SQLITE, Drill, Stage, harm, until


async def run(stage: Stage) -> None:
    """One worker after another, at random moments; what was in flight there is unknown, and nothing else is."""
    await stage.open()
    for _ in range(stage.times(5, 50)):
        async with harm(stage, "a web worker is killed") as spell:
            await until(lambda: len(stage.product.web_workers()) > 0, 10)
            pid = stage.rng.choice(stage.product.web_workers())
            send([pid], signal.SIGKILL)
            spell.observe(await until(lambda pid=pid: not is_alive(pid), 5), "the process is gone")
        await stage.work_for(stage.rng.uniform(0.1, 0.8))
    await stage.judge()


DRILLS = (Drill("F9", "web workers are killed (kill -9)", run, short_on=(SQLITE,)),)
