"""Run every bench, print what it found, write results.json and add a line to history.jsonl."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import finalize, machine

HERE = Path(__file__).resolve().parent


def main() -> None:
    """See `--help`."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--people", type=int, default=finalize.PEOPLE)
    parser.add_argument("--attempts", type=int, default=finalize.ATTEMPTS)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=machine.KINDS, action="append")
    parser.add_argument("--folder", type=Path, default=HERE, help="where results.json and history.jsonl go")
    options = parser.parse_args()
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.describe(),
        "finalize": {},
    }
    for kind in options.only or machine.KINDS:
        try:
            found = finalize.run(kind, options.people, options.attempts, options.repeats)
        except LookupError as missing:
            print(f"finalize, {kind}: could not be measured: {missing}")
            continue
        results["finalize"][kind] = found
        print(_line(kind, found))
    options.folder.mkdir(parents=True, exist_ok=True)
    (options.folder / "results.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    with (options.folder / "history.jsonl").open("a", encoding="utf-8") as history:
        history.write(json.dumps(results, separators=(",", ":")) + "\n")


def _line(kind: str, found: dict[str, Any]) -> str:
    return (
        f"finalize, {kind}, {found['attempts']} attempts of {found['people']} people: {found['ratio']} times one sort "
        f"by the whole chain ({found['ratio_with_commit']} with the commit; goal {found['goal']}), "
        f"{found['ratio_to_plain_sort']} times one by its plain columns; "
        f"memory grows by {found['peak_growth_kib']} KiB from a tenth of that"
    )


if __name__ == "__main__":
    main()
