"""The browser's modules, tested by node: tests/js/*.test.mjs."""

import subprocess
from pathlib import Path

TESTS = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def test_the_browser_modules(node_path: str) -> None:
    assert TESTS

    run = subprocess.run([node_path, "--test", *TESTS], capture_output=True, text=True, encoding="utf-8", timeout=300)

    assert run.returncode == 0, run.stdout + run.stderr
