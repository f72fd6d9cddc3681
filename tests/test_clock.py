"""The one clock."""

from datetime import UTC, date, datetime, timedelta, timezone

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
