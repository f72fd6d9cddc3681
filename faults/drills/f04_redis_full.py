"""F4: Redis has no memory left: it refuses writes, or makes room by throwing keys away."""

import asyncio
from typing import Any

from faults import redis_server
from faults.nemesis import Spell
from faults.stage import Drill, Stage, harm


async def refuses(stage: Stage) -> None:
    """noeviction: reads go on, writes are refused; the boards say that they are catching up."""
    await _full(stage, "noeviction", "1")


async def throws_away(stage: Stage) -> None:
    """allkeys-lru: any key may be gone at any moment, a board among them."""
    await _full(stage, "allkeys-lru", "3mb")


async def _full(stage: Stage, policy: str, memory: str) -> None:
    await stage.open()
    async with harm(stage, f"Redis is full ({policy})") as spell:
        await _config(stage, "maxmemory-policy", policy)
        await _config(stage, "maxmemory", memory)
        await _fill(stage, spell, policy)
        await stage.work_for(stage.seconds(4, 20))
        await _config(stage, "maxmemory", "0")
        spell.lift()
    await stage.judge()


async def _config(stage: Stage, name: str, value: str) -> None:
    await _ask(stage, "CONFIG", "SET", name, value)


async def _ask(stage: Stage, *words: Any) -> str:
    return await asyncio.to_thread(redis_server.command, stage.redis_address, *words)


async def _fill(stage: Stage, spell: Spell, policy: str) -> None:
    """Somebody else's keys take the room; what was there is refused more, or thrown away."""
    said = ""
    for number in range(800):
        said = await _ask(stage, "SET", f"other:{number}", "x" * 8000)
        if "OOM" in said:
            break
    first = await _ask(stage, "EXISTS", "other:0")
    spell.observe("OOM" in said if policy == "noeviction" else first == ":0", f"{said[:40]}, the first key: {first}")


DRILLS = (
    Drill("F4a", "Redis is full and refuses (noeviction)", refuses),
    Drill("F4b", "Redis is full and throws keys away (allkeys-lru)", throws_away),
)
