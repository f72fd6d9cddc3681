import importlib.util
import json
import sys
from types import ModuleType

import pytest

from quizapp.config import ROOT


@pytest.fixture(scope="module")
def scaling() -> ModuleType:
    """scripts/scaling.py, which is a program and no package."""
    spec = importlib.util.spec_from_file_location("scaling", ROOT / "scripts" / "scaling.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["scaling"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def measured(scaling: ModuleType) -> dict[str, object]:
    cost = {**dict.fromkeys(scaling.PROGRAMS, 0), "web": 1000, "database": 500, "sent_bytes": 300}
    return {
        "people": 240,
        "questions": 30,
        "operations": dict.fromkeys(scaling.Assumed().operations, cost),
        "bytes_a_person": {"disk": 5000, "log": 20000, "redis": -3},
        "bytes_a_web_worker": 100_000_000,
    }


def test_a_core_does_what_fits_into_it(scaling: ModuleType, measured: dict[str, object]) -> None:
    once = scaling.Assumed(operations={"save": 1}, share_of_cpu=0.5)
    # 1,000 saves a second of 1 ms each fill a core, and half of it may be filled.
    found = scaling.need(measured, 3_600_000, [{"save": 1}], once)
    assert dict(found.rates) == {"save": 1000}
    assert (found.cores["web"], found.cores["database"], found.workers) == (2, 1, 2)
    assert found.commits == 1000
    assert found.kept == {"disk": 18e9, "log": 72e9, "redis": 0}


def test_the_busiest_phase_counts(scaling: ModuleType, measured: dict[str, object]) -> None:
    once = scaling.Assumed(operations={"save": 1, "start": 1})
    phases = [{"save": 1, "start": 9}, {"save": 5, "start": 1}]
    found = scaling.need(measured, 3600, phases, once)
    assert dict(found.rates) == {"save": 5, "start": 9}
    assert found.commits == 10


@pytest.mark.parametrize("profile", ["HOUR", "BELL"])
def test_everything_grows_with_the_people(scaling: ModuleType, measured: dict[str, object], profile: str) -> None:
    small, large = (scaling.need(measured, people, getattr(scaling, profile)) for people in (100_000, 1_000_000))
    assert large.cores["web"] == pytest.approx(10 * small.cores["web"])
    assert large.cores["nginx"] == pytest.approx(10 * small.cores["nginx"])
    assert large.sent == pytest.approx(10 * small.sent)
    assert large.kept["disk"] == 10 * small.kept["disk"]


def test_the_page_has_the_tables_of_the_last_measurement(scaling: ModuleType) -> None:
    figures = json.loads((ROOT / "docs" / "scaling.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    assert scaling.fill(page, figures) == page


def test_a_page_without_a_place_is_refused(scaling: ModuleType, measured: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        scaling.fill("", measured)
