"""F7: PostgreSQL is away: refused, hung (SIGSTOP), out of connections."""

import asyncio
import signal
import time
from contextlib import ExitStack

import psycopg

from faults.processes import send, state_of
from faults.stage import POSTGRESQL, Drill, Stage, harm, until
from simulation.site import Site

ANSWERED_WITHIN_SECONDS = 12.0


async def refused(stage: Stage) -> None:
    """Nobody listens where the database was."""
    await stage.open()
    async with harm(stage, "PostgreSQL is stopped") as spell:
        await asyncio.to_thread(stage.postgres.stop)
        spell.observe(not stage.postgres.accepts(), "it does not accept")
        await _look(stage, stage.seconds(3, 60))
        await asyncio.to_thread(stage.postgres.start)
        spell.lift()
    await stage.judge()


async def hung(stage: Stage) -> None:
    """Every process of the database is stopped: connections stay open and never answer."""
    await stage.open()
    async with harm(stage, "PostgreSQL hangs") as spell:
        pids = stage.postgres.pids()
        send(pids, signal.SIGSTOP)
        stopped = await until(lambda: all(state_of(pid) in ("T", "") for pid in pids), 5)
        spell.observe(stopped, f"{len(pids)} processes are stopped")
        await _look(stage, stage.seconds(8, 60))
        send(stage.postgres.pids(), signal.SIGCONT)
        spell.lift()
    await stage.judge()


async def exhausted(stage: Stage) -> None:
    """Somebody else has taken every connection, and the product's own were cut."""
    await stage.open()
    async with harm(stage, "no connection is left") as spell:
        with ExitStack() as held:
            left = await asyncio.to_thread(_take_all, stage, held)
            spell.observe(not left and not stage.postgres.accepts(), "it accepts no further connection")
            await _look(stage, stage.seconds(3, 60))
        spell.lift()
    await stage.judge()


def _take_all(stage: Stage, held: ExitStack) -> int:
    """End the product's sessions and take their places, until it has none; how many it has left."""
    first = held.enter_context(stage.postgres.connect())
    mine = [first]
    left = 0
    for _ in range(30):
        pids = [connection.info.backend_pid for connection in mine]
        others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> ALL (%s)"
        first.execute(f"SELECT pg_terminate_backend(pid) {others}", (pids,))
        try:
            while True:
                mine.append(held.enter_context(stage.postgres.connect()))
        except psycopg.OperationalError:
            pass
        pids = [connection.info.backend_pid for connection in mine]
        (left,) = first.execute(f"SELECT count(*) {others}", (pids,)).fetchone() or (0,)
        if not left:
            break
    return left


async def _look(stage: Stage, seconds: float) -> None:
    """While the database is away: a save is answered with 503 and Retry-After, and nobody waits for ever."""
    looked_at = time.time()
    site = Site(stage.product.url, stage.history, who="looker", timeout=ANSWERED_WITHIN_SECONDS + 3)
    waiting = asyncio.create_task(stage.work_for(seconds))
    paper = stage.people[0]
    path = f"/api/v1/attempts/{paper.attempt}/answers"
    # With that person's own session, so that only the database stands between the save and its place.
    site.client.cookie_jar.update_cookies(paper.site.cookies())
    site.csrf_token = paper.site.csrf_token
    reply = await site.write("look", "PUT", path, {"batch": []})
    took = reply.operation.seconds or 0.0
    await waiting
    stage.demand(took <= ANSWERED_WITHIN_SECONDS, f"a save waited {took:.0f} s for the database")
    stage.demand(reply.status == 503, f"a save was answered with {reply.status} while the database was away")
    stage.demand("Retry-After" in reply.headers, "the 503 of a save has no Retry-After")
    stage.demand(await asyncio.to_thread(stage.product.status, "/healthz") == 200, "/healthz is not 200")
    acknowledged = [
        operation
        for operation in stage.history.operations
        if operation.kind == "save" and operation.at > looked_at and operation.outcome == "acknowledged"
    ]
    stage.demand(not acknowledged, f"{len(acknowledged)} saves were acknowledged without a database")
    await site.close()


DRILLS = (
    Drill("F7a", "PostgreSQL is away (refused)", refused, (POSTGRESQL,)),
    Drill("F7b", "PostgreSQL is away (hung, SIGSTOP)", hung, (POSTGRESQL,), short_on=(POSTGRESQL,)),
    Drill("F7c", "PostgreSQL has no connection left", exhausted, (POSTGRESQL,)),
)
