"""The bench runs, at a size that says nothing about speed, and writes down what it found."""

import json
import subprocess
import sys

from quizapp.config import ROOT


def test_the_bench_writes_results_and_a_line_of_history(tmp_path):
    command = [sys.executable, "-m", "bench", "--people", "60", "--attempts", "140", "--repeats", "1"]
    options = ["--only", "sqlite", "--folder", str(tmp_path)]
    for runs in (1, 2):
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "140 attempts of 60 people" in done.stdout
        history = (tmp_path / "history.jsonl").read_text().splitlines()
        assert len(history) == runs
        assert json.loads(history[-1]) == json.loads((tmp_path / "results.json").read_text())
    found = json.loads(history[-1])["finalize"]["sqlite"]
    assert found["ratio"] == round(found["seconds"]["finalize"][0] / found["seconds"]["floor"][0], 2)
    assert set(found["peak_kib"]) == {"14", "140"}
