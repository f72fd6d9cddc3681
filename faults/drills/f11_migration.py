"""F11: the schema is brought up to date in a running round, with the older product beside it; then that is replaced."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

from faults.postgres import Missing
from faults.product import ROOT
from faults.stage import Drill, Red, Stage, harm

_VERSIONS = "migrations/versions"


def older_product(stage: Stage) -> None:
    """Start with the code as it was before the newest migration was added."""
    older = stage.home / "older"
    older.mkdir()
    archive = _git("archive", _before_newest_migration(), binary=True)
    subprocess.run(["tar", "-x", "-C", str(older)], input=archive, check=True)
    for compiled in ROOT.glob("quizapp/translations/*/LC_MESSAGES/*.mo"):
        shutil.copy(compiled, older / compiled.relative_to(ROOT))
    stage.tools["newer"], stage.tree = stage.tree, older


def _before_newest_migration() -> str:
    known = _git("ls-tree", "--name-only", "HEAD", f"{_VERSIONS}/").decode().split()
    newest = max(path for path in (f"{_VERSIONS}/{each.name}" for each in (ROOT / _VERSIONS).glob("0*.py")))
    if newest not in known:
        return "HEAD"
    return _git("log", "--diff-filter=A", "--format=%H", "-1", "--", newest).decode().strip() + "^"


def _git(*words: str, binary: bool = False) -> bytes:
    try:
        return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Missing("the history of the code (git)") from error


async def migrated(stage: Stage) -> None:
    """People go on before the migration, while it runs, after it on the old code, and on the new code."""
    await stage.open()
    async with harm(stage, "the schema is migrated under the running older product") as spell:
        done = await asyncio.to_thread(_migrate, stage)
        if done.returncode:
            raise Red(f"the migration failed: {done.stderr[-500:]}")
        spell.observe(True, "the schema is the new one")
    await stage.work_for(stage.seconds(3, 20))
    async with harm(stage, "the product is replaced by the new one") as spell:
        stopping = asyncio.create_task(asyncio.to_thread(stage.product.stop))
        while not stopping.done():
            await stage.work_for(0.1)
        await stopping
        spell.observe(stage.product.status("/healthz") == 0, "nobody answers")
        stage.tree = stage.product.tree = stage.tools["newer"]
        await asyncio.to_thread(stage.product.start)
        spell.lift()
    await stage.work_for(stage.seconds(2, 20))
    await stage.judge()


def _migrate(stage: Stage) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade", "--directory", str(Path("migrations"))]
    newer: Path = stage.tools["newer"]
    return subprocess.run(command, cwd=newer, env=stage.product.env, capture_output=True, text=True, check=False)


DRILLS = (Drill("F11", "a migration in a running round, old and new code", migrated, prepare=older_product),)
