"""F38: a backup while people work, one at rest; the second is restored on another machine's data, and they go on."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from faults.postgres import Cluster
from faults.product import Product
from faults.stage import POSTGRESQL, Drill, Stage

_SECONDS = 120


async def run(stage: Stage) -> None:
    """What the records say before and after is the same, people stay signed in, and nothing acknowledged is gone."""
    await stage.open()
    busy, quiet = stage.home / "busy.backup", stage.home / "quiet.backup"
    with stage.nemesis.fault("a backup is made while people save") as spell:
        backup = asyncio.create_task(asyncio.to_thread(_quiz, stage.product, "backup", str(busy)))
        while not backup.done():
            await stage.work_for(0.1)
        spell.observe(await backup == "" and busy.stat().st_size > 0, f"the backup was made {backup.result()}")
    await stage.rest()
    before = await _records(stage)
    failed = await asyncio.to_thread(_quiz, stage.product, "backup", str(quiet))
    stage.demand(not failed, f"no backup: {failed}")
    elsewhere, cluster = await asyncio.to_thread(_other_place, stage)
    first, first_cluster = stage.product, stage.cluster
    # The busy one has to be a whole as well, although nobody goes on from it.
    for file, more in ((busy, ()), (quiet, ("--replace",))):
        failed = await asyncio.to_thread(_quiz, elsewhere, "restore", str(file), *more)
        stage.demand(not failed, f"{file.stem}: not restored: {failed}")
    await asyncio.to_thread(first.stop)
    await asyncio.to_thread(elsewhere.start)
    await stage.move_to(elsewhere)
    if first_cluster is not None:
        stage.cluster = cluster
        await asyncio.to_thread(first_cluster.stop)
    stage.demand(await _records(stage) == before, "D13: the records are not what they were before the restore")
    await stage.work_for(stage.seconds(2, 6))
    await stage.judge()


def _other_place(stage: Stage) -> tuple[Product, Cluster | None]:
    """An installation with data of its own, and with nothing in it."""
    cluster = None
    settings = dict(stage.product.settings)
    if stage.database == POSTGRESQL:
        cluster = Cluster(stage.home / "postgres-elsewhere")
        cluster.start()
        settings["DATABASE_URL"] = cluster.url
    place = Product(stage.home / "elsewhere", stage.product.password, settings, tree=stage.tree)
    place.data_dir.mkdir(parents=True)
    return place, cluster


def _quiz(product: Product, *words: str) -> str:
    """Run `flask quiz …` with the settings of that installation; "" or why it failed."""
    done = subprocess.run(
        [str(Path(sys.executable)), "-m", "flask", "--app", "wsgi", "quiz", *words],
        cwd=product.tree,
        env=product.env,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return "" if done.returncode == 0 else (done.stderr or done.stdout)[-400:] or f"exit status {done.returncode}"


async def _records(stage: Stage) -> list[Any]:
    """Every paper as the organizer's records have it, and the figures of the areas."""
    raw = await asyncio.to_thread(stage.organizer.raw, stage.material)
    figures = await asyncio.to_thread(stage.organizer.area_results, stage.material)
    return [sorted(json.dumps(line, sort_keys=True) for line in raw), figures["lines"], figures["totals"]]


DRILLS = (Drill("F38", "backup while people work, restored elsewhere, gone on", run, people=(10, 20)),)
