"""`python -m fuzz [--seconds 60] [--only bank,records] [--start N]`: every target in turn, in a process of its own."""

import argparse
import logging
import random
import subprocess
import sys
import traceback

from fuzz import running
from fuzz.site import site
from fuzz.targets import TARGETS


def main() -> int:
    """0 when nothing was found, 1 otherwise, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--only", default="", help="names of targets, with commas between them")
    parser.add_argument("--start", type=int, default=None, help="the number that gives the same inputs again")
    chosen = parser.parse_args()
    names = [name for name in chosen.only.split(",") if name] or list(TARGETS)
    if unknown := set(names) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    start = random.SystemRandom().randrange(1 << 32) if chosen.start is None else chosen.start
    if len(names) == 1:
        return _run(names[0], chosen.seconds, start)
    return int(sum(_in_process(name, chosen.seconds, start) for name in names) > 0)


def _in_process(name: str, seconds: float, start: int) -> bool:
    """Whether something was found; what kills a process is found as well."""
    command = [sys.executable, "-m", "fuzz", "--only", name, "--seconds", str(seconds), "--start", str(start)]
    status = subprocess.run(command, check=False).returncode
    if status not in (0, 1):
        print(f"{name}: the process ended with {status}")
    return status != 0


def _run(name: str, seconds: float, start: int) -> int:
    logging.disable(logging.CRITICAL)
    with site() as made:
        running.limit_memory()
        try:
            kept = running.replay(TARGETS[name], made)
            done = running.run_for(TARGETS[name], made, seconds=seconds, start=start)
        except BaseException:
            traceback.print_exc()
            print(f"{name}: FOUND, see fuzz/corpus/{name}; --start {start} gives the same inputs")
            return 1
    print(f"{name}: {done} inputs (start {start}) and {kept} kept ones, nothing found", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
