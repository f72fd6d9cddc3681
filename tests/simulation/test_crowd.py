import asyncio
import random

import pytest

from simulation.crowd import arrivals, run_crowd
from simulation.history import History


class Visitor:
    stage = "submitted"


def test_a_rush_at_the_opening_and_one_at_the_close():
    opening = arrivals(1000, "opening", 60.0, random.Random(1))
    closing = arrivals(1000, "closing", 60.0, random.Random(1))
    even = arrivals(1000, "even", 60.0, random.Random(1))

    assert opening == sorted(opening)
    assert all(0 <= at <= 60 for at in [*opening, *closing, *even])
    assert opening[500] < 10
    assert closing[500] > 50
    assert 25 < even[500] < 35


def test_the_same_seed_gives_the_same_arrivals():
    assert arrivals(50, "opening", 60.0, random.Random(3)) == arrivals(50, "opening", 60.0, random.Random(3))


def test_no_more_than_so_many_are_under_way_at_once():
    now = most = 0
    told = []

    async def act(visitor):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1

    people = [Visitor() for _ in range(20)]
    asyncio.run(run_crowd(people, [0.0] * 20, History(), at_once=4, tell=told.append, act=act))

    assert most == 4
    assert (told[-1].come, told[-1].done, told[-1].submitted) == (20, 20, 20)


def test_an_error_of_one_is_no_secret():
    async def act(visitor):
        raise ValueError

    with pytest.raises(ExceptionGroup):
        asyncio.run(run_crowd([Visitor()], [0.0], History(), at_once=1, act=act))
