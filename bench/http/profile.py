"""Where the time of a web worker goes while one cell is sent to it, as py-spy sees it."""

import shutil
import subprocess
import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.http import load, run, servers
from bench.http.cells import CELLS, check, load_of
from quizapp.config import ROOT
from tests.product import descendants

_SECONDS = 8
# Only whoever holds the interpreter: threads that wait cost nothing.
_HOW = ("--gil", "--rate", "200", "--duration", str(_SECONDS), "--format", "raw")
_LINES = 45
_SITE = "site-packages/"


def main(options: Namespace) -> int:
    """Print the functions in which the samples ended, and those that they went through; 1 when something is missing."""
    try:
        load.require()
        spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
        if spy is None:
            raise LookupError("py-spy")
        for kind in options.kinds:
            _profile(kind, options, spy)
    except LookupError as missing:
        print(f"could not be profiled: {missing}")
        return 1
    return 0


def _profile(kind: str, options: Namespace, spy: str) -> None:
    cell = next(cell for cell in CELLS if cell.name == options.profile)
    with TemporaryDirectory(prefix="quiz-bench-") as folder, servers.product(kind) as product:
        run.prepare(product, Path(folder), options)
        check(cell, product.port, Path(folder))
        # The first second makes caches and plans, and uses up its own people.
        warm = load.run(product.port, load_of(cell, Path(folder), 1, 1), 1)
        used = warm.requests + load.CONNECTIONS + 2
        sending = load.start(product.port, load_of(cell, Path(folder), 2, used), _SECONDS + 2)
        samples = [
            subprocess.Popen(
                [spy, "record", "--pid", str(pid), "--output", f"{folder}/{pid}.raw", *_HOW],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for pid in sorted(descendants(product.app[0]))
        ]
        for sample in samples:
            sample.wait()
        found = load.finish(sending)
        stacks = [line for path in Path(folder).glob("*.raw") for line in path.read_text(encoding="utf-8").splitlines()]
    print(f"{cell.name}, {kind}: {found.rate:.0f}/s while sampled, {found.errors} errors")
    print("\n".join(told(stacks)))


def told(stacks: list[str]) -> list[str]:
    """Shares of the samples by the function they ended in and by the functions they went through."""
    ended: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        frames = [_short(frame) for frame in stack.split(";")]
        ended[frames[-1]] += int(count)
        through.update(dict.fromkeys(frames, int(count)))
    total = sum(ended.values()) or 1
    lines = ["ended in:", *(f"  {count / total:6.1%} {name}" for name, count in ended.most_common(_LINES))]
    return [
        *lines,
        "went through:",
        *(f"  {count / total:6.1%} {name}" for name, count in through.most_common(2 * _LINES)),
    ]


def _short(frame: str) -> str:
    """The function and its file; without the line, so that samples of one function add up."""
    name, _, place = frame.partition(" (")
    path = place.rpartition(":")[0] or place.rstrip(")")
    return f"{name} ({path.replace(str(ROOT) + '/', '').rpartition(_SITE)[2]})"
