"""F2: Redis is emptied in mid-contest; begins empty after the contest; refuses the password that the product has."""

import asyncio

from faults import redis_server
from faults.stage import Drill, Stage, harm


async def emptied(stage: Stage) -> None:
    """FLUSHALL, again and again: boards are rebuilt, rate limits begin anew, nothing else changes."""
    await stage.open()
    for _ in range(stage.times(2, 8)):
        async with harm(stage, "FLUSHALL") as spell:
            await asyncio.to_thread(redis_server.flush, stage.redis_address)
            size = await asyncio.to_thread(redis_server.command, stage.redis_address, "DBSIZE")
            spell.observe(size.startswith(":"), f"it is empty ({size})")
            await stage.work_for(stage.seconds(0.5, 2))
    await stage.judge()


async def begins_empty(stage: Stage) -> None:
    """The product is started again beside an empty Redis: boards and totals are as before, and everybody goes on."""
    await stage.open()
    await stage.rest()
    await stage.compare_live_board()
    stage.set_to_work()
    async with harm(stage, "the product is started again with an empty Redis") as spell:
        stopping = asyncio.create_task(asyncio.to_thread(stage.product.stop))
        while not stopping.done():
            await stage.work_for(0.1)
        await stopping
        spell.observe(stage.product.status("/healthz") == 0, "nobody answers")
        _empty_store(stage)
        await asyncio.to_thread(stage.product.start)
        spell.lift()
    await stage.judge()


async def wrong_password(stage: Stage) -> None:
    """Redis is there but refuses the product for a while: papers go on without it."""
    await stage.open()
    async with harm(stage, "Redis has another password") as spell:
        await asyncio.to_thread(redis_server.command, stage.own_redis.port, "CONFIG", "SET", "requirepass", "khac")
        # Open connections stay trusted, so they are cut.
        stage.own_redis.stop()
        stage.own_redis.password = "khac"
        await asyncio.to_thread(stage.own_redis.start)
        said = await asyncio.to_thread(redis_server.command, stage.own_redis.port, "PING")
        spell.observe("NOAUTH" in said, f"it says {said}")
        await stage.work_for(stage.seconds(2, 10))
        saves = [operation for operation in stage.history.operations if operation.kind == "save"]
        since = [operation for operation in saves if operation.at >= spell.began_at and operation.done_at is not None]
        stage.demand(any(each.outcome == "acknowledged" for each in since), "no save was stored without Redis")
        stage.own_redis.stop()
        stage.own_redis.password = None
        await asyncio.to_thread(stage.own_redis.start)
    await stage.judge()


def _empty_store(stage: Stage) -> None:
    for path in (stage.product.data_dir / "redis").rglob("*"):
        if path.is_file():
            path.unlink()


DRILLS = (
    Drill("F2", "Redis is emptied (FLUSHALL) in mid-contest", emptied),
    Drill("F2b", "the product begins with an empty Redis", begins_empty),
    Drill("F2c", "Redis refuses the password", wrong_password, own_redis=True),
)
