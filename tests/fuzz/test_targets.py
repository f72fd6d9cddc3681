"""Every reader of bytes from outside, on what was found before and on a few new damaged inputs."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from fuzz import running
from fuzz.site import Site, site
from fuzz.targets import TARGETS, Target
from quizapp.config import ROOT


@pytest.fixture(scope="module")
def made() -> Iterator[Site]:
    with site() as found:
        yield found


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_before_is_found_no_more(made: Site, name: str) -> None:
    running.replay(TARGETS[name], made)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_gives_a_value_or_a_refusal(made: Site, name: str) -> None:
    running.run(TARGETS[name], made, inputs=20)


def test_every_kept_input_belongs_to_a_target() -> None:
    kept = {path.name for path in running.CORPUS.iterdir() if path.is_dir()}
    assert kept <= set(TARGETS)


def test_a_failure_is_kept_with_its_smallest_input(
    made: Site, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Site, data: bytes) -> None:
        assert b"[" not in data

    monkeypatch.setattr(running, "CORPUS", tmp_path)
    target = Target("broken", TARGETS["json"].inputs, broken)
    with pytest.raises(AssertionError):
        running.run(target, made, inputs=200)
    (kept,) = (tmp_path / "broken").iterdir()  # type: ignore[operator]
    assert b"[" in kept.read_bytes()
    with pytest.raises(AssertionError):
        running.replay(target, made)


def test_an_input_that_never_ends_is_a_failure(made: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(_: Site, __: bytes) -> None:
        while True:
            pass

    monkeypatch.setattr(running, "MOST_SECONDS", 1)
    with pytest.raises(running.TooSlow), running.in_time():
        endless(made, b"")


HOARD = """
from fuzz import running
running.limit_memory()
try:
    bytearray((running.MOST_MEBIBYTES + 64) << 20)
except MemoryError:
    print("stopped")
"""


def test_an_input_that_takes_all_memory_is_a_failure() -> None:
    done = subprocess.run([sys.executable, "-c", HOARD], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "stopped\n"


def test_the_command_says_what_it_tried_and_refuses_what_it_does_not_know() -> None:
    command = [sys.executable, "-m", "fuzz", "--seconds", "0", "--only"]
    done = subprocess.run([*command, "json"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:5]) == (0, "json:")
    wrong = subprocess.run([*command, "nothing"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "bank" in wrong.stderr
