"""How the worker notices that live boards have lost something, and builds them anew."""

from datetime import timedelta

import pytest
import redis

from quizapp import redis_store
from quizapp.attempts import standings
from quizapp.cli import board_mending
from quizapp.cli.board_mending import BoardMender
from quizapp.leaderboard import boards
from quizapp.results import board
from tests import factories

pytestmark = pytest.mark.redis


@pytest.fixture
def contest(redis_app, now):
    contest = factories.make_contest(now)
    standings.rebuild_boards(contest)
    for _ in range(3):
        factories.sit(contest, factories.enter(contest, now), now)
    return contest


@pytest.fixture
def server(redis_url):
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def size(contest):
    return redis_store.board_size(contest.id, boards.everyone(contest.round("tuan-1").id))


def key(contest, name):
    return f"quiz:{{c{contest.id}}}:{name}"


def tend(contest, now, times=1):
    mender = BoardMender()
    for _ in range(times):
        mender.tend(contest, now)


def test_whole_boards_are_left_alone(contest, now, monkeypatch):
    monkeypatch.setattr(standings, "rebuild_boards", lambda _contest: 1 / 0)
    tend(contest, now, times=3)


@pytest.mark.parametrize("lost", ["board:r{}", "names", "run", "generation"])
def test_a_key_that_was_thrown_away_is_noticed(contest, now, server, lost):
    server.delete(key(contest, lost.format(contest.round("tuan-1").id)))
    tend(contest, now)
    assert (boards.is_complete(contest.id), size(contest)) == (True, 3)


def test_another_run_of_the_server_is_not_believed(contest, now, server):
    server.zrem(key(contest, f"board:r{contest.round('tuan-1').id}"), *server.zrange(
        key(contest, f"board:r{contest.round('tuan-1').id}"), 0, 0))  # fmt: skip
    server.set(key(contest, "run"), "an earlier run, with an older copy of the data")
    tend(contest, now)
    assert size(contest) == 3


def test_somebody_who_is_missing_is_noticed_at_the_second_look(contest, now, server):
    member = server.zrange(key(contest, f"board:r{contest.round('tuan-1').id}"), 0, 0)[0]
    server.zrem(key(contest, f"board:r{contest.round('tuan-1').id}"), member)
    mender = BoardMender()
    mender.tend(contest, now)
    assert size(contest) == 2
    mender.tend(contest, now)
    assert size(contest) == 3


def test_people_are_not_counted_once_the_round_is_long_over(contest, now, monkeypatch):
    monkeypatch.setattr(board_mending.queries, "count_ranked", lambda _contest_id: 1 / 0)
    tend(contest, now + timedelta(days=1), times=2)


def test_a_server_that_cannot_keep_the_boards_is_not_asked_all_the_time(contest, now, server, monkeypatch):
    builds = []

    def rebuild(of):
        builds.append(of)
        raise redis_store.StoreDown("OOM")

    server.flushall()
    monkeypatch.setattr(standings, "rebuild_boards", rebuild)
    tend(contest, now, times=5)
    assert len(builds) == 1


def test_a_board_that_vanished_is_not_taken_for_an_empty_one(contest, now, server):
    round_ = contest.round("tuan-1")
    server.delete(key(contest, f"board:r{round_.id}"))
    assert board.read_board(contest, round_).total == 3
    factories.sit(contest, factories.enter(contest, now), now)
    page = board.read_board(contest, round_)
    assert (page.total, page.catching_up) == (4, True)
