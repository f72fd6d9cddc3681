"""Run the benches, print what they found, write results.json and add a line to history.jsonl."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import boards, breakdown, exports, finalize, machine, slow3g
from bench.http import closing, profile, run, viewing
from bench.http.cells import CELLS
from bench.sizes import SIZES

HERE = Path(__file__).resolve().parent
# Each has `run(options)`, which gives what goes into results.json, and `lines(found)`, the same in words.
BENCHES = {
    "finalize": finalize,
    "http": run,
    "closing": closing,
    "viewers": viewing,
    "breakdown": breakdown,
    "boards": boards,
    "exports": exports,
    "slow3g": slow3g,
}
PARTS = [f"http.{cell.name}" for cell in CELLS]


def main(arguments: Sequence[str] | None = None) -> int:
    """See `--help`. The exit status: 0 = measured, or shown where the time goes; 1 = what is needed is missing."""
    options = _options(arguments)
    if options.profile:
        return profile.main(options)
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "size": options.size,
    }
    for name, bench in BENCHES.items():
        if name in options.benches:
            results[name] = bench.run(options)
            print(*bench.lines(results[name]), sep="\n", flush=True)
    _keep(results, options.folder)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*BENCHES, *PARTS], help="this bench, or this part of it")
    parser.add_argument("--kind", dest="kinds", action="append", choices=machine.KINDS, help="this database")
    parser.add_argument("--size", choices=SIZES, default="full")
    for name, value in vars(SIZES["full"]).items():
        if not isinstance(value, bool):
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--hasty", action="store_true", default=None, help="do not wait for a quiet machine")
    parser.add_argument("--profile", choices=[cell.name for cell in CELLS], help="where a web worker's time goes")
    parser.add_argument("--folder", type=Path, default=HERE, help="where results.json and history.jsonl go")
    options = parser.parse_args(arguments)
    for name, value in vars(SIZES[options.size]).items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    options.kinds = options.kinds or list(machine.KINDS)
    wanted = options.only or list(BENCHES)
    options.benches = {name.partition(".")[0] for name in wanted}
    options.cells = [name.partition(".")[2] for name in wanted if "." in name]
    return options


def _keep(results: dict[str, Any], folder: Path) -> None:
    """One line of history a run; of each bench the latest figures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(results, separators=(",", ":")) + "\n")
    path = folder / "results.json"
    latest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**latest, **results}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
