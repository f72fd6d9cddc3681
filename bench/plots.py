"""The page of figures: `python -m bench.plots` draws docs/performance/*.svg and renews docs/performance.md.

Both come out of bench/results.json (or `--results FILE`), so that they are as new as the last run of the benches.
Equal figures give equal files.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench import growth, machine

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: renewed by `python -m bench.plots` -->", "<!-- end of the figures -->"
CALLS = {
    "start": "Start",
    "save": "Save",
    "submit": "Submit",
    "board": "Board, with own rank",
    "breakdown": "Breakdown",
}
ACTS = {"finalize": "Finalize", "csv": "CSV of all papers", "xlsx": "Workbook of all papers"}
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
# What is drawn: file, which figures, their names, what the axis says, and how a figure becomes a number of it.
PICTURES = (
    ("calls", "us", CALLS, "milliseconds of one call (median)", 1 / 1000),
    ("acts", "seconds", ACTS, "seconds", 1.0),
    ("memory", "kib", ACTS, "MiB by which the process grew", 1 / 1024),
)
_STYLES = ("o-", "s-", "^-", "D-", "v-")


def draw(found: Mapping[str, Any], folder: Path) -> list[Path]:
    """The pictures of `growth`'s figures; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    mpl.rcParams["svg.hashsalt"] = "quiz"
    measured = {kind: sizes for kind, sizes in found.items() if "missing" not in sizes}
    written = []
    for name, figures, paths, axis, unit in PICTURES:
        figure = Figure(figsize=(5.2 * len(measured), 4), layout="constrained")
        axes: Any = figure.subplots(1, len(measured), sharey=True, squeeze=False)[0]
        for each, (kind, sizes) in zip(axes, measured.items(), strict=True):
            _draw_paths(each, sizes, figures, paths, unit)
            each.set(xscale="log", yscale="log", title=NAMES[kind], xlabel="people in the round")
            each.grid(visible=True, which="major", alpha=0.3)
        axes[0].set_ylabel(axis)
        axes[-1].legend(fontsize="small")
        path = folder / f"{name}.svg"
        figure.savefig(path, metadata={"Date": None})
        written.append(path)
    return written


def _draw_paths(axes: Axes, sizes: Mapping[str, Any], figures: str, paths: Mapping[str, str], unit: float) -> None:
    people = sorted(int(size) for size in sizes)
    for (path, label), style in zip(paths.items(), _STYLES, strict=False):
        # A process that did not grow at all has no place on a logarithmic scale.
        values = [max(sizes[str(size)][figures][path] * unit, 0.01) for size in people]
        axes.plot(people, values, style, label=label, markersize=4)
    if figures == "seconds" and len(people) > 1:
        last = max(sizes[str(people[-1])][figures].values())
        bound = [last * size * log2(size) / (people[-1] * log2(people[-1])) for size in people]
        axes.plot(people, bound, "k:", label="n log n", linewidth=1)


def tables(results: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the page's figures."""
    for kind, sizes in results.get("growth", {}).items():
        if "missing" in sizes:
            continue
        people = sorted(int(size) for size in sizes)
        grown = growth.growth(sizes) if len(people) > 1 else {}
        yield f"### {NAMES[kind]}"
        yield ""
        yield "| path | " + " | ".join(f"{size:,} people" for size in people) + " | against n log n |"
        yield "| --- |" + " --- |" * (len(people) + 1)
        for path, label in CALLS.items():
            yield _row(label, [f"{sizes[str(size)]['us'][path] / 1000:.2f} ms" for size in people], grown.get(path))
        for path, label in ACTS.items():
            cells = [f"{sizes[str(size)]['seconds'][path]:.1f} s, {_mib(sizes[str(size)], path)}" for size in people]
            yield _row(label, cells, grown.get(path))
        yield ""
    for bench in (name for name in ("breakdown", "boards", "exports") if name in results):
        yield f"### {bench.capitalize()}"
        yield ""
        yield from (f"- {line}" for line in _module(bench).lines(results[bench]))
        yield ""


def _row(label: str, cells: Sequence[str], grown: float | None) -> str:
    return f"| {label} | " + " | ".join(cells) + f" | {'–' if grown is None else grown} |"


def _mib(one: Mapping[str, Any], path: str) -> str:
    return f"{max(0, one['kib'][path]) / 1024:.0f} MiB"


def _module(name: str) -> Any:
    return __import__(f"bench.{name}", fromlist=["lines"])


def renew(page: Path, results: Mapping[str, Any]) -> None:
    """Put the figures into the page, between the marks that are there."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    body = "\n".join([BEGIN, "", f"Machine: {_machine(results)}.", "", *tables(results), END])
    page.write_text(before + body + after, encoding="utf-8")


def _machine(results: Mapping[str, Any]) -> str:
    described = results.get("machine") or machine.describe()
    return ", ".join(f"{name} {value}" for name, value in described.items())


def main() -> None:
    """See `--help`."""
    parser = argparse.ArgumentParser(prog="python -m bench.plots", description=__doc__)
    parser.add_argument("--results", type=Path, default=ROOT / "bench" / "results.json")
    options = parser.parse_args()
    results = json.loads(options.results.read_text(encoding="utf-8"))
    for path in draw(results["growth"], PAGE.parent / "performance"):
        print(path.relative_to(ROOT))
    renew(PAGE, results)
    print(PAGE.relative_to(ROOT))


if __name__ == "__main__":
    main()
