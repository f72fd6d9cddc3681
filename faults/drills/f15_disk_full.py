"""F15: the disk is full: that of the data folder (SQLite, Redis, logs), or that of PostgreSQL."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

from faults.postgres import Missing
from faults.stage import POSTGRESQL, Drill, Stage, harm
from simulation.site import Site

SIZES_MIB = {"sqlite": 48, "postgresql": 160}


def mount(stage: Stage) -> None:
    """A small file system where the database will be. Raises Missing."""
    path = _disk(stage)
    path.mkdir(parents=True)
    options = f"size={SIZES_MIB[stage.database]}m,mode=777"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"the right to mount a small file system ({done.stderr.strip()})")

    def unmount() -> None:
        subprocess.run(["umount", "--lazy", path], check=False, capture_output=True)

    stage.at_end.append(unmount)


async def run(stage: Stage) -> None:
    """Filled up and freed again, without a restart of anything."""
    await stage.open()
    for _ in range(stage.times(1, 3)):
        async with harm(stage, "the disk is full") as spell:
            ballast = _disk(stage) / "ballast"
            left = await asyncio.to_thread(_fill, ballast)
            spell.observe(left < 64 * 1024, f"{left} bytes are left")
            full_at = time.time()
            await stage.work_for(stage.seconds(4, 15))
            await _look(stage, full_at)
            ballast.unlink()
            spell.lift()
    await stage.judge()


async def _look(stage: Stage, full_at: float) -> None:
    """While it is full: papers can be read, /readyz tells, and something was refused honestly."""
    person = stage.people[0]
    site = Site(stage.product.url, stage.history, who="looker")
    site.client.cookie_jar.update_cookies(person.site.cookies())
    reply = await site.call("look", "GET", f"/api/v1/attempts/{person.attempt}")
    stage.demand(reply.status in (200, 404), f"a paper could not be read on a full disk: {reply.status}")
    ready = await asyncio.to_thread(stage.organizer.ready)
    if stage.database != POSTGRESQL:
        stage.demand(ready["disk_free_bytes"] < 1024 * 1024, f"/readyz tells {ready['disk_free_bytes']} free bytes")
    saves = [each for each in stage.history.operations if each.kind == "save" and each.at > full_at]
    failed = sum(each.status == 503 for each in saves)
    stage.report.notes.append(f"{failed} of {len(saves)} saves were answered with 503 while it was full")
    await site.close()


def _fill(path: Path) -> int:
    """Write until there is no room; how many bytes are left."""
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    found = os.statvfs(path.parent)
    return found.f_bavail * found.f_frsize


def _disk(stage: Stage) -> Path:
    return stage.home / "postgres" if stage.database == POSTGRESQL else stage.data_root


DRILLS = (Drill("F15", "the disk is full", run, prepare=mount),)
