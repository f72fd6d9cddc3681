"""The live boards: exact, rebuilt to the same content, and never the truth."""

from datetime import timedelta

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizapp import redis_store
from quizapp.areas import queries as areas
from quizapp.attempts import standings
from quizapp.leaderboard import boards
from quizapp.results import board
from tests import factories

pytestmark = pytest.mark.redis


def content(url):
    """Every sorted set with its members and numbers."""
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return {
            key: client.zrange(key, 0, -1, withscores=True)
            for key in client.scan_iter("*board*")
            if client.type(key) == "zset"
        }


@pytest.fixture
def contest(redis_app, now):
    contest = factories.make_contest(now)
    standings.rebuild_boards(contest)
    return contest


def test_submissions_reach_the_boards_of_the_round_and_of_each_area(contest, now, redis_url):
    person = factories.enter(contest, now, area="101")
    factories.sit(contest, person, now)
    tree = areas.get_tree("tinh-mau")
    round_id = contest.round("tuan-1").id
    for name in [boards.everyone(round_id), *(boards.of_area(round_id, tree.get(code).id) for code in ("10", "101"))]:
        assert redis_store.board_size(contest.id, name) == 1
    assert redis_store.board_size(contest.id, boards.of_area(round_id, tree.get("11").id)) == 0


def test_a_rebuild_gives_the_same_content(contest, now, redis_url):
    for number in range(8):
        person = factories.enter(contest, now, area=("101", "111", "121", "02")[number % 4] if number % 4 < 3 else "")
        factories.sit(contest, person, now, right=number % 6, seconds=40 + number)
    before = content(redis_url)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    assert not boards.is_complete(contest.id)
    standings.rebuild_boards(contest)
    assert boards.is_complete(contest.id)
    assert content(redis_url) == before


def test_an_emptied_redis_changes_no_page_but_the_note_that_it_is_catching_up(contest, now, redis_url):
    people = [factories.enter(contest, now) for _ in range(9)]
    for number, person in enumerate(people):
        factories.sit(contest, person, now, right=number % 4, seconds=30 + number % 3)
    round_ = contest.round("tuan-1")
    me = people[4].participant.id
    full = board.read_board(contest, round_, limit=5, me=me)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    without = board.read_board(contest, round_, limit=5, me=me)
    assert (full.catching_up, without.catching_up) == (False, True)
    assert (full.rows, full.me, full.around, full.total) == (without.rows, without.me, without.around, without.total)


def test_a_write_that_redis_missed_makes_the_boards_catch_up(contest, now, redis_url):
    redis_store.init_store("unix:///nowhere/redis.sock")
    factories.sit(contest, factories.enter(contest, now), now)
    redis_store.init_store(redis_url)
    assert not boards.is_complete(contest.id)
    assert board.read_board(contest, contest.round("tuan-1")).total == 1
    standings.rebuild_boards(contest)
    assert boards.is_complete(contest.id)
    assert redis_store.board_size(contest.id, boards.everyone(contest.round("tuan-1").id)) == 1


def test_people_who_are_not_ranked_are_on_no_board(redis_app, now, redis_url):
    listed = {"full_name": "Lê Thị Giám Khảo", "phone": "0912222222"}
    entry = {**factories.contest_dict(now)["entry"], "excluded": {"mode": "unranked", "people": [listed]}}
    contest = factories.make_contest(now, entry=entry)
    standings.rebuild_boards(contest)
    factories.sit(contest, factories.enter(contest, now, **listed), now)
    assert board.read_board(contest, contest.round("tuan-1")).total == 0


def test_equal_on_all_keys_shares_a_rank_and_the_next_is_skipped(contest, now):
    for right in (5, 4, 4, 3):
        factories.sit(contest, factories.enter(contest, now), now, right=right, seconds=60)
    ranks = [row.rank for row in board.read_board(contest, contest.round("tuan-1")).rows]
    assert ranks == [1, 2, 2, 4]


def test_what_the_packed_number_cannot_hold_is_settled_from_the_database(redis_app, now):
    chain = {"gate": "none", "keys": ["score", "perfect_attempts", "duration", "submitted_at"]}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, ranking=chain)])
    standings.rebuild_boards(contest)
    names = {}
    for seconds in (70, 50, 60):
        person = factories.enter(contest, now)
        names[person.participant.public_id] = seconds
        factories.sit(contest, person, now, seconds=seconds)
    rows = board.read_board(contest, contest.round("tuan-1")).rows
    assert [names[row.participant] for row in rows] == [50, 60, 70]
    assert [row.rank for row in rows] == [1, 2, 3]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    results=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), min_size=1, max_size=14), me=st.integers(0, 13)
)
def test_every_page_is_a_window_of_the_exact_order(redis_app, now, results, me):
    slug = f"cuoc-thi-{factories.new_number()}"
    contest = factories.make_contest(now, contest=slug)
    standings.rebuild_boards(contest)
    people = []
    for right, seconds in results:
        person = factories.enter(contest, now)
        factories.sit(contest, person, now, right=right, seconds=seconds)
        people.append(person)
    round_ = contest.round("tuan-1")
    whole = board.read_board(contest, round_, limit=100).rows
    keys = sorted((-10 * right, seconds * 1000) for right, seconds in results)
    assert [(-row.score, row.duration_ms) for row in whole] == keys
    assert [row.rank for row in whole] == [1 + keys.index(key) for key in keys]
    page = board.read_board(contest, round_, limit=3, me=people[me % len(people)].participant.id)
    assert [row.participant for row in page.rows] == [row.participant for row in whole[:3]]
    mine = next(row for row in whole if row.participant == people[me % len(people)].participant.public_id)
    assert page.me == mine
    assert set(page.around) <= set(whole)


def test_a_round_knows_its_neighbours(contest, now):
    people = [factories.enter(contest, now) for _ in range(12)]
    for number, person in enumerate(people):
        factories.sit(contest, person, now + timedelta(milliseconds=number), right=5, seconds=30 + number)
    page = board.read_board(contest, contest.round("tuan-1"), limit=2, me=people[6].participant.id)
    assert [row.rank for row in page.around] == [4, 5, 6, 7, 8, 9, 10]
    assert page.me.rank == 7


@pytest.mark.parametrize("rebuilt", [True, False])
def test_a_crowd_that_shares_one_number_is_put_in_order_all_the_same(redis_app, now, monkeypatch, rebuilt):
    """With few all-correct attempts a person the second key parts nobody, and the third decides."""
    monkeypatch.setattr(board, "_TIES", 3)
    ranking = {"gate": "none", "keys": ["score", "perfect_attempts", "submitted_at"]}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, ranking=ranking)])
    people = [factories.enter(contest, now) for _ in range(8)]
    for place, person in enumerate(people):
        # The last who entered submits first.
        factories.sit(contest, person, now, seconds=100 - place)
    if rebuilt:
        standings.rebuild_boards(contest)
    round_ = contest.round("tuan-1")
    wanted = [(place, person.participant.public_id) for place, person in enumerate(reversed(people), start=1)]
    page = board.read_board(contest, round_, limit=4, me=people[1].participant.id)
    assert [(row.rank, row.participant) for row in page.rows] == wanted[:4]
    assert (page.me.rank, page.total) == (7, 8)
    assert [(row.rank, row.participant) for row in page.around] == wanted[3:]
