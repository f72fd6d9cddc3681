"""Slowing down: in Redis over all processes, in this process without it."""

import threading

import pytest

from quizapp.errors import TooMany
from quizapp.web import throttle
from quizapp.web.limits import Limit
from quizapp.web.throttle import LocalCounter


@pytest.fixture(autouse=True)
def nothing_counted():
    throttle.forget_local()


ENTRIES, CODES = (Limit(name, 5, 60, "address", "a test") for name in ("entries", "resume"))


def tries_until_refused(limit, key, most=50):
    for count in range(1, most):
        try:
            throttle.hold(limit, key)
        except TooMany:
            return count
    return None


def test_who_is_refused_is_told_how_long_to_wait(app):
    for _ in range(5):
        throttle.hold(ENTRIES, "10.0.0.1")
    with pytest.raises(TooMany) as refusal:
        throttle.hold(ENTRIES, "10.0.0.1")
    assert (refusal.value.code, refusal.value.details) == ("too_many_requests", {"retry_after": 60})


def test_without_redis_this_process_counts(app):
    assert tries_until_refused(ENTRIES, "10.0.0.1") == 6
    assert tries_until_refused(ENTRIES, "10.0.0.1") == 1
    assert tries_until_refused(ENTRIES, "10.0.0.2") == 6
    assert tries_until_refused(CODES, "10.0.0.1") == 6


@pytest.mark.redis
def test_with_redis_the_count_is_there(redis_app):
    assert tries_until_refused(ENTRIES, "10.0.0.1") == 6
    throttle.forget_local()
    assert tries_until_refused(ENTRIES, "10.0.0.1") == 1
    assert tries_until_refused(ENTRIES, "10.0.0.2") == 6


def test_a_window_ends_and_begins_anew():
    counter = LocalCounter()
    assert [counter.hit("k", window_seconds=10, at=at) for at in (0, 5, 9.9)] == [1, 2, 3]
    assert counter.hit("k", window_seconds=10, at=10) == 1
    assert counter.hit("other", window_seconds=10, at=10) == 1


def test_new_keys_without_end_do_not_fill_the_memory():
    counter = LocalCounter(most_keys=100)
    for number in range(1000):
        counter.hit(f"k{number}", window_seconds=60, at=0)
    assert len(counter._windows) == 100
    # The windows that are over go first.
    counter.hit("late", window_seconds=60, at=61)
    assert set(counter._windows) == {"late"}


def test_threads_are_all_counted():
    counter = LocalCounter()
    barrier = threading.Barrier(8)

    def work():
        barrier.wait()
        for _ in range(200):
            counter.hit("k", window_seconds=60, at=0)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.hit("k", window_seconds=60, at=0) == 1601
