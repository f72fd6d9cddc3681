"""The bench runs, at a size that says nothing about speed, and writes down what it found."""

import json
import subprocess
import sys
from argparse import Namespace

import pytest

from bench import exports
from bench.__main__ import BENCHES, PARTS, main
from bench.sizes import SIZES
from quizapp.config import ROOT


def test_the_bench_writes_results_and_a_line_of_history(tmp_path):
    command = [sys.executable, "-m", "bench", "--size", "tiny", "--only", "finalize", "--kind", "sqlite"]
    for runs in (1, 2):
        done = subprocess.run(
            [*command, "--folder", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "140 attempts of 60 people" in done.stdout
        history = (tmp_path / "history.jsonl").read_text().splitlines()
        assert len(history) == runs
        assert json.loads(history[-1]) == json.loads((tmp_path / "results.json").read_text())
    found = json.loads(history[-1])["finalize"]["sqlite"]
    assert found["ratio"] == round(found["seconds"]["finalize"][0] / found["seconds"]["floor"][0], 2)
    assert set(found["peak_kib"]) == {"14", "140"}


def test_the_files_are_compared_with_what_is_stored_before_they_are_timed(tmp_path, monkeypatch):
    done = Namespace(kinds=["sqlite"], people=60, repeats=1)
    found = exports.run(done)["sqlite"]
    assert set(found["ratio"]) == set(found["kib"]) == {"csv", "xlsx"}
    assert len(exports.lines({"sqlite": found})) == 2
    monkeypatch.setattr(exports, "_took", lambda span: "00:00.000")
    with pytest.raises(SystemExit, match="stored is"):
        exports.run(done)


class _Bench:
    """A bench that finds what it was asked to measure."""

    def run(self, options):
        return {"kinds": options.kinds, "cells": options.cells, "people": options.people}

    def lines(self, found):
        return [f"found {found['people']}"]


def test_a_run_of_one_bench_leaves_the_latest_figures_of_the_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("bench.__main__.BENCHES", {"one": _Bench(), "http": _Bench()})
    assert main(["--size", "tiny", "--only", "one", "--people", "7", "--folder", str(tmp_path)]) == 0
    assert main(["--size", "quick", "--only", "http.save", "--kind", "sqlite", "--folder", str(tmp_path)]) == 0
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["one"] == {"kinds": ["sqlite", "postgres"], "cells": [], "people": 7}
    assert results["http"] == {"kinds": ["sqlite"], "cells": ["save"], "people": SIZES["quick"].people}
    assert results["size"] == "quick"
    first, second = (json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines())
    assert "http" not in first
    assert "one" not in second
    assert capsys.readouterr().out.splitlines() == ["found 7", f"found {SIZES['quick'].people}"]


def test_every_part_belongs_to_a_bench():
    assert {part.partition(".")[0] for part in PARTS} <= set(BENCHES)
