"""Run the fault drills and print one line for each; see --help."""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from faults import record, sabotage
from faults.drills import all_drills
from faults.product import ROOT
from faults.stage import BOTH, Drill, Report, run_drill


def main() -> int:
    """The exit status: 0 = every drill is green (with --sabotage: every saboteur was found), 1 = not so."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default="", help="codes of the matrix, separated by commas: F1,F5")
    parser.add_argument("--database", choices=BOTH, help="one of the two; both by default")
    parser.add_argument("--short", action="store_true", help="the short form; without --only, of the short set alone")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9), help="for the same random contest again")
    parser.add_argument(
        "--repeat", type=int, default=1, help="so many runs of each, with seeds that follow one another"
    )
    parser.add_argument(
        "--sabotage", action="store_true", help="run each drill on its broken variants: all must be red"
    )
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout of the product")
    parser.add_argument("--jobs", type=int, default=1, help="so many drills at the same time")
    parser.add_argument("--keep", action="store_true", help="keep the folders of green runs as well")
    parser.add_argument("--record", action="store_true", help="renew docs/faults.json and the table of docs/faults.md")
    options = parser.parse_args()
    drills = _chosen(options.only)
    home = Path(tempfile.mkdtemp(prefix="quiz-faults-"))
    home.chmod(0o755)
    print(f"seed {options.seed}, folders in {home}", flush=True)
    if options.sabotage:
        found = sabotage.run(drills, options.database, home, options.seed, options.tree, kept=options.record)
        return asyncio.run(found)
    return _closing(asyncio.run(_run(drills, options, home)))


def _chosen(only: str) -> list[Drill]:
    wanted = {code.strip().upper() for code in only.split(",") if code.strip()}
    drills = all_drills()
    known = {drill.code.upper() for drill in drills}
    if unknown := wanted - known:
        raise SystemExit(f"no such drill: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    return [drill for drill in drills if not wanted or drill.code.upper() in wanted]


def _databases(drill: Drill, options: argparse.Namespace) -> list[str]:
    short_set = options.short and not options.only
    kinds = drill.short_on if short_set else drill.databases
    return [kind for kind in kinds if options.database in (None, kind)]


async def _run(drills: list[Drill], options: argparse.Namespace, home: Path) -> list[Report]:
    places = asyncio.Semaphore(options.jobs)

    async def one(drill: Drill, kind: str, number: int) -> Report:
        async with places:
            folder, seed = home / f"{drill.code}-{kind}-{number}", options.seed + number
            for _ in range(2):
                report = await run_drill(
                    drill, kind, folder, seed, short=options.short, tree=options.tree, keep=options.keep
                )
                print(report.line(), flush=True)
                # A run that proves nothing is done once more; one that was judged stands.
                if not report.is_void:
                    break
                folder = folder.with_name(f"{folder.name}-again")
        if options.record:
            kept = record.read()
            kept.add_run(report, short=options.short, day=datetime.now(UTC).date())
            record.write(kept)
        return report

    return await asyncio.gather(
        *(
            one(drill, kind, number)
            for drill in drills
            for kind in _databases(drill, options)
            for number in range(options.repeat)
        )
    )


def _closing(reports: list[Report]) -> int:
    red = sum(bool(report.red) for report in reports)
    missing = [report for report in reports if report.missing]
    # In CI everything must run.
    failed = red + (len(missing) if os.environ.get("CI") == "true" else 0)
    away = f", {len(missing)} could not run" if missing else ""
    print(f"fault drills: {len(reports) - red - len(missing)} green, {red} red{away}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
