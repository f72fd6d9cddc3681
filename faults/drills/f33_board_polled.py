"""F33: everybody looks at the board once a second; the saves of those who sit must not feel it."""

import asyncio
import random
import time

from faults.nemesis import p95
from faults.stage import Drill, Stage
from simulation.site import Site

ROUNDS = 3
_FACTOR = 2.0
_ALWAYS_ALLOWED_SECONDS = 0.15


async def run(stage: Stage) -> None:
    """Calm and polled spans alternate, so that a slow moment of the machine falls on both."""
    await stage.open()
    span = stage.seconds(2, 5)
    viewers = stage.times(60, 150)
    calm: list[float] = []
    polled: list[float] = []
    for _ in range(ROUNDS):
        began = time.time()
        await stage.work_for(span)
        calm += stage.save_seconds(began, time.time())
        with stage.nemesis.fault(f"{viewers} people look at the board each second") as spell:
            looking = asyncio.Event()
            tasks = [asyncio.create_task(_look(stage, number, looking)) for number in range(viewers)]
            began = time.time()
            await stage.work_for(span)
            ended = time.time()
            looking.set()
            looks = sum(await asyncio.gather(*tasks))
            # Only now the slowest ones have their answers.
            polled += stage.save_seconds(began, ended)
            spell.observe(looks >= viewers, "everybody saw the board")
    normal, under = p95(calm), p95(polled)
    stage.report.notes.append(f"p95 of a save {normal * 1000:.0f} ms, polled {under * 1000:.0f} ms")
    most = _FACTOR * normal + _ALWAYS_ALLOWED_SECONDS
    stage.demand(under <= most, f"p95 of a save is {under:.2f} s while the board is polled, {normal:.2f} s without")
    await stage.judge()


async def _look(stage: Stage, number: int, over: asyncio.Event) -> int:
    """One viewer, who asks for what has changed. How often the board came."""
    rng = random.Random(number)
    path = f"/api/v1/contests/{stage.material.slug}/rounds/{stage.material.round}/leaderboard?limit=50"
    seen, tag = 0, ""
    async with Site(stage.product.url, stage.history, who=f"viewer-{number}", timeout=30) as site:
        await asyncio.sleep(rng.uniform(0, 1))
        while not over.is_set():
            reply = await site.get(path, kind="board", headers={"If-None-Match": tag} if tag else {})
            tag = reply.headers.get("ETag", tag)
            seen += reply.ok
            await asyncio.sleep(rng.uniform(0.8, 1.2))
    return seen


DRILLS = (Drill("F33", "the board polled by everybody", run, people=(8, 16)),)
