"""F6: kill -9 of one PostgreSQL backend, whereupon the server drops every session."""

import asyncio
import signal

from faults.processes import is_alive, send
from faults.stage import POSTGRESQL, Drill, Stage, harm, until


async def run(stage: Stage) -> None:
    """In-flight operations may fail; the next request of each client is served once the server accepts again."""
    await stage.open()
    for _ in range(stage.times(3, 10)):
        async with harm(stage, "a backend is killed") as spell:
            pid = stage.rng.choice(await asyncio.to_thread(stage.postgres.backends))
            send([pid], signal.SIGKILL)
            spell.observe(await until(lambda pid=pid: not is_alive(pid), 5), "the backend is gone")
            await until(stage.postgres.accepts, 20)
            spell.lift()
        await stage.work_for(stage.seconds(0.5, 2))
    await stage.judge()


DRILLS = (Drill("F6", "one PostgreSQL backend is killed (kill -9)", run, (POSTGRESQL,)),)
