"""What a crowd asks for is computed once."""

import threading

import pytest

from quizapp.web import brief_cache
from quizapp.web.brief_cache import BriefCache


@pytest.fixture
def time(monkeypatch):
    """The cache's clock, in seconds, to be set."""
    moment = [0.0]
    monkeypatch.setattr(brief_cache, "monotonic", lambda: moment[0])
    return moment


def test_a_value_is_kept_for_its_seconds(time):
    cache, made = BriefCache[int](), []

    def make():
        made.append(1)
        return len(made)

    assert [cache.get("k", 2, make) for time[0] in (0, 1.9, 2, 3.9, 4)] == [1, 1, 2, 2, 3]
    assert cache.get("other", 2, make) == 4


def test_what_went_wrong_is_not_kept(time):
    cache = BriefCache[int]()

    def fail():
        raise LookupError

    with pytest.raises(LookupError):
        cache.get("k", 60, fail)
    assert cache.get("k", 60, lambda: 7) == 7


def test_none_is_a_value(time):
    cache = BriefCache[object]()
    assert cache.get("k", 60, lambda: None) is None
    assert cache.get("k", 60, lambda: 1) is None


def test_a_crowd_at_the_same_moment_waits_for_one(time):
    cache, made = BriefCache[str](), []
    begun, barrier = threading.Event(), threading.Barrier(6)

    def make():
        made.append(1)
        begun.wait(5)
        return "x"

    found = []

    def ask():
        barrier.wait()
        found.append(cache.get("k", 60, make))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    begun.set()
    for thread in threads:
        thread.join()
    assert found == ["x"] * 6
    assert made == [1]


def test_keys_without_end_do_not_fill_the_memory(time):
    cache = BriefCache[int](most_keys=10)
    for number in range(100):
        cache.get(number, 60, lambda: 1)
    assert len(cache._entries) == 10
