import fcntl
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from quizapp.cli import service as service_module
from quizapp.cli.child import Child
from quizapp.cli.data_dir import DataDir, hold_data_dir
from quizapp.cli.service import Service


@pytest.fixture
def data(tmp_path: Path) -> DataDir:
    return hold_data_dir(tmp_path / "data", lambda: None, 0)


def python(data: DataDir, program: str, **settings: str) -> Child:
    return Child("thing", [sys.executable, "-c", program], settings, data)


def tend_until_dead(service: Service) -> int:
    give_up_at = time.monotonic() + 30
    while (exit_code := service.tend()) is None:
        assert time.monotonic() < give_up_at
        time.sleep(0.01)
    return exit_code


def test_a_child_that_refuses_to_run_is_started_again_and_counted(
    data: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "FIRST_PAUSE_SECONDS", 0.0)
    told: list[int] = []
    service = Service(python(data, "print('hỏng'); raise SystemExit(3)", PYTHONIOENCODING="utf-8"), told.append)

    service.start()
    exit_codes = [tend_until_dead(service) for _ in range(3)]

    assert exit_codes == [3, 3, 3]
    assert told == [0, 1, 2]
    assert service.quick_deaths == 3
    assert service.child.last_lines() == "hỏng", "of its last start only"


def test_a_child_that_somebody_killed_has_not_refused(data: DataDir) -> None:
    service = Service(python(data, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"))

    service.start()

    assert tend_until_dead(service) == -signal.SIGKILL
    assert (service.quick_deaths, service.refusals) == (1, 0)


def test_a_long_life_is_no_quick_death(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "QUICK_SECONDS", 0.0)
    service = Service(python(data, "raise SystemExit(3)"))

    service.start()
    tend_until_dead(service)

    assert (service.quick_deaths, service.refusals) == (0, 0)


def test_it_is_not_started_again_before_the_pause_is_over(data: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "FIRST_PAUSE_SECONDS", 3600.0)
    monkeypatch.setattr(service_module, "LONGEST_PAUSE_SECONDS", 3600.0)
    service = Service(python(data, "raise SystemExit(3)"))

    service.start()
    tend_until_dead(service)

    assert service.tend() is None
    assert service.child.exit_code() is None
    assert not (data.run_dir / "thing.pid").exists()


def test_a_child_that_ignores_the_polite_signal_is_killed_with_its_own_children(data: DataDir) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); "
    program = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {stubborn + 'time.sleep(600)'!r}]); "
    child = python(data, program + stubborn + "time.sleep(600)")
    child.start()
    give_up_at = time.monotonic() + 30
    while child.last_lines().count("ready") < 2:
        assert time.monotonic() < give_up_at
        time.sleep(0.01)

    child.ask_to_stop()
    child.finish(time.monotonic() + 0.2)

    assert not is_held_by_others(data)


def is_held_by_others(data: DataDir) -> bool:
    """Whether a descendant still holds the children's lock; ours is given back first."""
    os.close(data.children_lock)
    descriptor = os.open(data.run_dir / "children.lock", os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
