"""A fault that met nothing proves nothing."""

import json
from pathlib import Path

import pytest

from faults.nemesis import Nemesis, NoOverlap, p95
from simulation.history import History


def test_a_fault_counts_what_was_under_way() -> None:
    history = History()
    nemesis = Nemesis(history)
    before = history.begin("a", "save")
    with nemesis.fault("cut") as spell:
        history.end(before, 200)
        for _ in range(20):
            history.lose(history.begin("a", "save"))
        spell.observe(True, "it was cut")
    history.end(history.begin("a", "save"), 200)
    assert nemesis.assert_overlap(20) == 21


def test_too_few_operations_are_an_error() -> None:
    history = History()
    nemesis = Nemesis(history)
    with nemesis.fault("cut") as spell:
        spell.observe(True, "it was cut")
        for _ in range(19):
            history.begin("a", "save")
    with pytest.raises(NoOverlap, match="19"):
        nemesis.assert_overlap(20)


def test_a_fault_that_was_not_observed_is_an_error() -> None:
    nemesis = Nemesis(History())
    with nemesis.fault("cut"):
        pass
    with pytest.raises(NoOverlap, match="not observed: cut"):
        nemesis.assert_overlap(0)
    with nemesis.fault("kill") as spell, pytest.raises(NoOverlap, match="it is gone"):
        spell.observe(False, "it is gone")


def test_no_fault_at_all_is_an_error() -> None:
    with pytest.raises(NoOverlap):
        Nemesis(History()).assert_overlap(0)


def test_the_log_says_when_it_began_and_ended(tmp_path: Path) -> None:
    nemesis = Nemesis(History(), tmp_path / "log")
    with nemesis.fault("cut") as spell:
        spell.observe(True, "seen")
        spell.lift()
    begun, ended = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert (begun["begun"], ended["ended"], ended["observed"]) == ("cut", "cut", ["seen"])
    assert spell.began_at <= (spell.lifted_at or 0) <= (spell.ended_at or 0)


def test_the_95th_percentile() -> None:
    assert p95([]) == 0
    assert p95([0.1] * 99 + [9.0]) == 0.1
    assert p95([0.1] * 9 + [9.0]) == 9.0
