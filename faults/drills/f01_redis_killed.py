"""F1: kill -9 of Redis while people save and hand in; the supervisor starts it again."""

import signal

from faults.processes import is_alive, send
from faults.stage import SQLITE, Drill, Stage, harm, until


async def run(stage: Stage) -> None:
    """Several times, so that any moment of a save or a submission may be met."""
    await stage.open()
    for _ in range(stage.times(2, 6)):
        async with harm(stage, "Redis is killed") as spell:
            pid = stage.product.expect_pid("redis")
            send([pid], signal.SIGKILL)
            spell.observe(await until(lambda pid=pid: not is_alive(pid), 5), "the process is gone")
            await stage.work_for(stage.seconds(1, 4))
            back = await until(lambda: stage.product.pid("redis") is not None, 10)
            stage.demand(back, "the supervisor did not start Redis again within 10 s")
        await stage.work_for(stage.seconds(0.5, 2))
    await stage.judge()


DRILLS = (Drill("F1", "Redis is killed (kill -9)", run, short_on=(SQLITE,)),)
