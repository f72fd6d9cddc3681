"""What tests of the account pages share."""

import pytest

from quizapp.web import throttle


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """No throttle of an earlier test."""
    throttle.forget_local()
