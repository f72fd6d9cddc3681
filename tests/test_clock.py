"""The one clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp import clock

LUNCH = datetime(2022, 4, 18, 5, 0, tzinfo=UTC)


def test_the_present_is_aware_utc_and_in_whole_milliseconds() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    after = datetime.now(UTC)
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert before - timedelta(milliseconds=1) < now <= after


def test_a_frozen_clock_stands_still_and_goes_on_afterwards() -> None:
    with clock.frozen_at(LUNCH):
        assert clock.now() == LUNCH
        with clock.frozen_at(LUNCH + timedelta(hours=1)):
            assert clock.now() == LUNCH + timedelta(hours=1)
        assert clock.now() == LUNCH
    assert clock.now() > datetime(2024, 1, 1, tzinfo=UTC)


def test_a_failure_inside_unfreezes_the_clock() -> None:
    with pytest.raises(RuntimeError, match="inside"), clock.frozen_at(LUNCH):
        raise RuntimeError("inside")
    assert clock.now() > datetime(2024, 1, 1, tzinfo=UTC)


def test_a_frozen_moment_is_told_in_utc() -> None:
    with clock.frozen_at(LUNCH.astimezone(clock.VIETNAM)):
        assert clock.now() == LUNCH
        assert clock.now().tzinfo is UTC


def test_a_moment_without_zone_cannot_be_frozen() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen_at(LUNCH.replace(tzinfo=None)):
        pass


@given(st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_milliseconds_are_cut_never_rounded_up(moment: datetime) -> None:
    with clock.frozen_at(moment):
        assert timedelta(0) <= moment - clock.now() < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2022, 4, 17, 16, 59, 59, 999999, UTC), date(2022, 4, 17)),
        (datetime(2022, 4, 17, 17, 0, tzinfo=UTC), date(2022, 4, 18)),
        (datetime(2022, 4, 18, 0, 0, tzinfo=timezone(timedelta(hours=9))), date(2022, 4, 17)),
    ],
)
def test_the_day_is_the_one_in_vietnam(moment: datetime, day: date) -> None:
    assert clock.local_date(moment) == day


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """A machine whose wall clock can be set: [wall, ticks] in seconds. Afterwards time is counted as before."""
    clocks = [1_700_000_000.0, 500.0]
    kept = dict(vars(clock._Steady))
    monkeypatch.setattr(clock.time, "time", lambda: clocks[0])
    monkeypatch.setattr(clock.time, "clock_gettime", lambda _which: clocks[1])
    yield clocks
    for name in ("offset", "correction", "reported"):
        setattr(clock._Steady, name, kept[name])


def test_setting_the_clock_of_the_machine_changes_nothing(machine: list[float], tmp_path: Path) -> None:
    clock.keep_steady(tmp_path / "run" / "clock")
    machine[0] += 3600
    machine[1] += 2
    assert clock.now() == datetime.fromtimestamp(1_700_000_002, UTC)


def test_a_process_that_starts_later_counts_from_the_same_reading(machine: list[float], tmp_path: Path) -> None:
    clock.keep_steady(tmp_path / "clock")
    machine[0] -= 600
    clock.keep_steady(tmp_path / "clock")
    assert clock.now() == datetime.fromtimestamp(1_700_000_000, UTC)


def test_a_reading_of_another_boot_or_of_nothing_is_replaced(machine: list[float], tmp_path: Path) -> None:
    for left in ("another-boot 12345.0\n", "", "nonsense"):
        (tmp_path / "clock").write_text(left)
        clock.keep_steady(tmp_path / "clock")
        assert clock.now() == datetime.fromtimestamp(machine[0], UTC)
        machine[0] += 10


def test_without_a_place_to_keep_it_the_own_reading_counts(machine: list[float], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    clock.keep_steady(tmp_path / "file" / "clock")
    assert clock.now() == datetime.fromtimestamp(machine[0], UTC)


@pytest.mark.parametrize("apart", [-30.0, 30.0])
def test_the_clock_of_the_database_is_followed(machine: list[float], tmp_path: Path, apart: float) -> None:
    clock.keep_steady(tmp_path / "clock")
    for _ in range(2):
        clock.follow(lambda: machine[0] + apart)
        assert clock.now() == datetime.fromtimestamp(machine[0] + apart, UTC)


def test_small_differences_and_slow_answers_tell_nothing(machine: list[float], tmp_path: Path) -> None:
    clock.keep_steady(tmp_path / "clock")
    clock.follow(lambda: machine[0] + 0.4)

    def slow() -> float:
        machine[1] += 1
        machine[0] += 1
        return machine[0] + 30

    clock.follow(slow)
    assert clock.now() == datetime.fromtimestamp(machine[0], UTC)


def test_that_the_clock_was_set_is_logged_once(
    machine: list[float], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock.keep_steady(tmp_path / "clock")
    clock.tell_if_set()
    machine[0] += 3600
    clock.tell_if_set()
    clock.tell_if_set()
    assert [record.getMessage() for record in caplog.records] == [
        "this machine's clock was set by +3600 s; it counts when the product is started anew"
    ]
