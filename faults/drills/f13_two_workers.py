"""F13: several workers run at once, on one database."""

import asyncio
import subprocess
import sys
import time
from contextlib import ExitStack

from faults.material import Wishes
from faults.product import Product
from faults.sitters import Sitter
from faults.stage import Drill, Stage, harm

ASKED_FOR_SECONDS = 8.0


async def run(stage: Stage) -> None:
    """Rounds end while three workers and everybody's reading settle the same papers."""
    await stage.open()
    async with harm(stage, "three workers run") as spell:
        with ExitStack() as extra:
            workers = [extra.enter_context(_worker(stage.product)) for _ in range(2)]
            await stage.work_for(stage.seconds(4, 10))
            for _ in range(stage.times(1, 4)):
                await _end_a_round(stage)
            running = [worker.poll() is None for worker in workers]
            spell.observe(all(running) and stage.product.pid("worker") is not None, "three workers were running")
            for worker in workers:
                worker.terminate()
    await stage.judge()


async def _end_a_round(stage: Stage) -> None:
    count = stage.times(40, 200)
    side = await stage.side_contest(Wishes(attempts=1), count, leaves=True)
    await side.close()
    # Everybody asks for the receipt all the time: it must be the same from the first moment on.
    asking = [asyncio.create_task(_ask_for_receipt(sitter)) for sitter in side.people]
    await side.wait_until_final()
    await asyncio.gather(*asking)
    await side.look_back()
    await side.check(stage.tree)
    stage.demand(len(side.readings.raw) == count, f"D3: {len(side.readings.raw)} papers of {count} are in the records")


async def _ask_for_receipt(sitter: Sitter) -> None:
    give_up_at = time.monotonic() + ASKED_FOR_SECONDS
    while time.monotonic() < give_up_at:
        reply = await sitter.site.receipt(sitter.attempt or "")
        if reply.ok:
            sitter.receipts.setdefault(sitter.attempt or "", []).append(reply.raw)
        await asyncio.sleep(0.3)


class _worker(subprocess.Popen[bytes]):
    """Another worker beside the product's own, as an administrator would start it."""

    def __init__(self, product: Product) -> None:
        env = dict(product.env)
        socket = product.redis_socket()
        if socket is not None and "REDIS_URL" not in env:
            env["REDIS_URL"] = f"unix://{socket}"
        super().__init__(
            [sys.executable, "-m", "flask", "--app", "wsgi", "quiz", "worker"],
            cwd=product.tree,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


DRILLS = (Drill("F13", "three workers at once", run, people=(12, 30)),)
