"""Broken variants of the product: a copy of the tree with one exact text replaced. Each must make its drill red."""

import asyncio
import importlib
import os
import pkgutil
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from faults import record
from faults.product import ROOT
from faults.stage import Drill, run_drill

_LEFT_OUT = (
    ".git",
    ".venv",
    "var",
    "__pycache__",
    ".hypothesis",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    "node_modules",
)


class Mistaken(RuntimeError):
    """The saboteur's text is not there exactly once: it breaks nothing, or not what it means to."""


@dataclass(frozen=True)
class Saboteur:
    """In `file`, `old` becomes `new`; the drills that must notice, on the databases where they do (none = all).

    `more`: further (file, old, new), where the product guards the same thing twice.
    """

    name: str
    file: str
    old: str
    new: str
    drills: tuple[str, ...]
    databases: tuple[str, ...] = ()
    more: tuple[tuple[str, str, str], ...] = ()

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """Every (file, old, new)."""
        return ((self.file, self.old, self.new), *self.more)


def every_saboteur() -> list[Saboteur]:
    """All of them, from the modules `faults/saboteurs*.py`."""
    names = [each.name for each in pkgutil.iter_modules([str(ROOT / "faults")]) if each.name.startswith("saboteurs")]
    return [saboteur for name in names for saboteur in importlib.import_module(f"faults.{name}").SABOTEURS]


def break_text(text: str, old: str, new: str, name: str) -> str:
    """The text with the replacement. Raises Mistaken."""
    times = text.count(old)
    if times != 1:
        raise Mistaken(f"{name}: the text is there {times} times, not once")
    return text.replace(old, new)


def make_tree(saboteur: Saboteur, home: Path, tree: Path = ROOT) -> Path:
    """A copy of the product with the replacements. Raises Mistaken."""
    for file, old, new in saboteur.changes:
        break_text((tree / file).read_text(encoding="utf-8"), old, new, f"{saboteur.name}, {file}")
    shutil.copytree(tree, home, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    for file, old, new in saboteur.changes:
        path = home / file
        path.write_text(break_text(path.read_text(encoding="utf-8"), old, new, saboteur.name), encoding="utf-8")
    return home


async def run(
    drills: Sequence[Drill], database: str | None, home: Path, seed: int, tree: Path = ROOT, *, kept: bool = False
) -> int:
    """Every saboteur of these drills; 1 when a drill stayed green, has no saboteur, or a saboteur is mistaken.

    `kept`: what comes of it goes into the record.
    """
    failed = False
    for drill in drills:
        mine = [saboteur for saboteur in every_saboteur() if drill.code in saboteur.drills]
        if not mine:
            print(f"{drill.code:<4} has no saboteur", flush=True)
            failed = True
        for saboteur in mine:
            failed = not await _try(drill, saboteur, database, home, seed, tree, kept) or failed
    return 1 if failed else 0


async def _try(
    drill: Drill, saboteur: Saboteur, database: str | None, home: Path, seed: int, root: Path, kept: bool
) -> bool:
    kinds = [kind for kind in drill.databases if kind in (saboteur.databases or drill.databases)]
    kinds = [kind for kind in kinds if database in (None, kind)][: 1 if os.environ.get("CI") else None]
    found = True
    for kind in kinds:
        folder = Path(tempfile.mkdtemp(prefix=f"{drill.code}-{kind}-", dir=home))
        folder.chmod(0o755)
        try:
            tree = await asyncio.to_thread(make_tree, saboteur, folder / "tree", root)
        except Mistaken as mistake:
            print(f"{drill.code:<4} {kind:<10} {mistake}", flush=True)
            return False
        report = await run_drill(drill, kind, folder / "run", seed, short=True, tree=tree)
        # A copy that does not even start proves nothing.
        proven = bool(report.red) and not report.red[0].startswith(("ERROR", "the product did not start"))
        found = found and proven
        reason = report.red[0] if report.red else report.missing or "nothing was noticed"
        print(
            f"{drill.code:<4} {kind:<10} {saboteur.name}: {'red, as it must be' if proven else 'NOT FOUND'}: {reason}",
            flush=True,
        )
        if kept:
            known = record.read()
            known.add_proof(drill, kind, saboteur.name, reason if proven else None)
            record.write(known)
        shutil.rmtree(folder, ignore_errors=True)
    return found
