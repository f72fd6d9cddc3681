"""Fixtures of the API's tests: callers, and the usual contest."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from quizapp.contests.queries import ContestInfo
from quizapp.web import throttle
from tests.factories import make_contest
from tests.web.api.callers import Caller


@pytest.fixture(autouse=True)
def _fresh_throttles() -> None:
    """No test pays for the tries of another."""
    throttle.forget_local()


@pytest.fixture
def caller(app: Flask) -> Caller:
    """One browser."""
    return Caller(app)


@pytest.fixture
def another(app: Flask) -> Callable[[], Caller]:
    """Makes further browsers."""
    return lambda: Caller(app)


@pytest.fixture
def contest(app: Flask, now: datetime) -> ContestInfo:
    """A launched contest with one open round of five questions and a live board."""
    return make_contest(now)
