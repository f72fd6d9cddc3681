"""F5: kill -9 of every process of PostgreSQL in the middle of saves."""

import asyncio

from faults.processes import is_alive
from faults.stage import POSTGRESQL, Drill, Stage, harm

BACK_WITHIN_SECONDS = 15.0


async def run(stage: Stage) -> None:
    """What was acknowledged up to the last moment is read back; the web processes are not started again."""
    await stage.open()
    web = stage.product.pid("gunicorn")
    for _ in range(stage.times(2, 8)):
        async with harm(stage, "every process of PostgreSQL is killed") as spell:
            pids = await asyncio.to_thread(stage.postgres.kill_all)
            spell.observe(len(pids) > 3 and not is_alive(pids[0]), f"{len(pids)} processes are gone")
            await stage.work_for(stage.rng.uniform(0.2, 1.5))
            await asyncio.to_thread(stage.postgres.start)
            spell.lift()
            seconds = await stage.until_healthy(spell)
            stage.demand(
                seconds <= stage.within(BACK_WITHIN_SECONDS), f"service came back {seconds:.0f} s after the database"
            )
        await stage.work_for(stage.seconds(0.5, 2))
    stage.demand(stage.product.pid("gunicorn") == web, "the web server was started again")
    await stage.judge()


DRILLS = (Drill("F5", "all of PostgreSQL is killed (kill -9)", run, (POSTGRESQL,), short_on=(POSTGRESQL,)),)
