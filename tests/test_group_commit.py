"""One piece of work for many callers, each with an answer of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from quizapp.group_commit import GroupCommit


class Lost(Exception):
    """What would meet everybody."""


def group(work, **options):
    return GroupCommit(work, gives_up=lambda error: isinstance(error, Lost), **options)


def run_together(commit, asks):
    """What each call gave or raised, of callers that all wait at the same time."""

    def call(ask):
        try:
            return commit(ask)
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(call, asks))


class Slow:
    """Work whose first run waits until all other callers have come."""

    def __init__(self, answer=lambda ask: ask * 2, others=0):
        self.batches = []
        self._answer = answer
        self._arrived = threading.Semaphore(0)
        self._others = others

    def arrive(self):
        self._arrived.release()

    def __call__(self, asks):
        if not self.batches:
            for _ in range(self._others):
                assert self._arrived.acquire(timeout=10)
        self.batches.append(list(asks))
        return [self._answer(ask) for ask in asks]


def test_one_caller_gets_the_answer_of_a_batch_of_one():
    work = Slow()
    assert group(work)(21) == 42
    assert work.batches == [[21]]


def test_whoever_comes_while_the_work_goes_on_shares_the_next_piece():
    work = Slow(others=7)
    commit = group(work)

    def call(ask):
        if ask:
            work.arrive()
        return commit(ask)

    with ThreadPoolExecutor(8) as pool:
        leader = pool.submit(call, 0)
        while not commit._is_led:
            pass
        others = [pool.submit(call, ask) for ask in range(1, 8)]
        assert leader.result(10) == 0
        assert [other.result(10) for other in others] == [2 * ask for ask in range(1, 8)]
    assert sorted(ask for batch in work.batches for ask in batch) == list(range(8))
    assert len(work.batches) < 8


def test_a_piece_of_work_has_at_most_so_many():
    work = Slow()
    assert run_together(group(work, gather_seconds=0.05, most_at_once=3), list(range(10))) == list(range(0, 20, 2))
    assert max(len(batch) for batch in work.batches) <= 3


def test_a_refusal_meets_only_whoever_asked():
    def work(asks):
        return [ValueError(ask) if ask % 2 else ask for ask in asks]

    told = run_together(group(work, gather_seconds=0.05), list(range(6)))
    assert [told[ask] for ask in (0, 2, 4)] == [0, 2, 4]
    assert [str(told[ask]) for ask in (1, 3, 5)] == ["1", "3", "5"]


def test_work_that_fails_for_one_is_tried_for_each_alone():
    def work(asks):
        if 3 in asks:
            raise ValueError("three")
        return asks

    told = run_together(group(work, gather_seconds=0.05), list(range(5)))
    assert [told[ask] for ask in (0, 1, 2, 4)] == [0, 1, 2, 4]
    assert str(told[3]) == "three"


def test_what_would_meet_everybody_is_not_tried_again_for_each():
    runs = []

    def work(asks):
        runs.append(len(asks))
        raise Lost

    told = run_together(group(work, gather_seconds=0.05), list(range(5)))
    assert all(isinstance(each, Lost) for each in told)
    assert sum(runs) == 5


def test_a_leader_that_is_ended_leaves_nobody_waiting():
    class Ended(BaseException):
        pass

    calls = []

    def work(asks):
        calls.append(asks)
        if len(calls) == 1:
            raise Ended
        return asks

    commit = group(work)
    with pytest.raises(Ended):
        commit(1)
    assert commit(2) == 2
