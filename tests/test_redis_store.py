"""The boards and the throttle, on a real server; what happens when it fails is in test_redis_failures.py."""

import threading
import time
from collections.abc import Iterator, Mapping

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from quizapp import redis_store

pytestmark = pytest.mark.redis

CONTEST = 7
TOP_SCORE = 2**53 - 1


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    """A plain client of the emptied server that the store uses."""
    redis_store.init_store(redis_url)
    with redis.Redis.from_url(redis_url, decode_responses=True) as plain:
        yield plain


def replace(boards: Mapping[str, Mapping[str, int]], generation: str) -> None:
    redis_store.boards_replace(CONTEST, boards.items(), generation)


# ---- boards ----


def test_scores_up_to_the_limit_come_back_exactly_and_in_order(client: redis.Redis) -> None:
    for below in range(50):
        redis_store.boards_add(CONTEST, {"all": {f"p{below:02}": TOP_SCORE - below}})

    top = redis_store.board_window(CONTEST, "all", 0, 100)

    assert top == [(f"p{below:02}", TOP_SCORE - below) for below in range(50)]
    assert redis_store.board_score(CONTEST, "all", "p49") == TOP_SCORE - 49


@pytest.mark.parametrize("score", [-1, 2**53])
def test_a_score_that_a_double_cannot_hold_is_refused(client: redis.Redis, score: int) -> None:
    with pytest.raises(ValueError, match="packed score"):
        redis_store.boards_add(CONTEST, {"all": {"p1": score}})
    with pytest.raises(ValueError, match="packed score"):
        replace({"all": {"p1": score}}, "g1")


def test_a_member_is_written_to_every_named_board_and_the_last_score_stands(client: redis.Redis) -> None:
    redis_store.boards_add(CONTEST, {"all": {"p1": 10}, "area:64": {"p1": 10}})
    redis_store.boards_add(CONTEST, {"all": {"p1": 5}})

    assert redis_store.board_score(CONTEST, "all", "p1") == 5
    assert redis_store.board_score(CONTEST, "area:64", "p1") == 10


def test_questions_about_places(client: redis.Redis) -> None:
    replace({"all": {"a": 30, "b": 20, "c": 20, "d": 10}}, "g1")

    assert redis_store.board_size(CONTEST, "all") == 4
    assert redis_store.board_count_above(CONTEST, "all", 20) == 1
    assert redis_store.board_count_above(CONTEST, "all", 9) == 4
    assert sorted(redis_store.board_members_with(CONTEST, "all", 20, 10)) == ["b", "c"]
    assert len(redis_store.board_members_with(CONTEST, "all", 20, 1)) == 1
    assert redis_store.board_window(CONTEST, "all", 0, 1) == [("a", 30)]
    assert redis_store.board_window(CONTEST, "all", 3, 9) == [("d", 10)]
    assert redis_store.board_window(CONTEST, "all", 2, 2) == []


def test_places_are_counted_among_the_others_by_the_score_given(client: redis.Redis) -> None:
    replace({"all": {"a": 30, "b": 20, "c": 20, "d": 10}, "few": {"d": 10}}, "g1")

    marker, places = redis_store.board_places(
        CONTEST, [("all", "b", 20), ("all", "a", 20), ("all", "d", 40), ("all", "new", 20), ("few", "d", 10)]
    )

    assert marker == "g1"
    assert places == [(1, 1, True), (0, 2, True), (0, 0, True), (1, 2, False), (0, 0, True)]


def test_places_are_exact_up_to_the_limit(client: redis.Redis) -> None:
    replace({"all": {f"p{below}": TOP_SCORE - below for below in range(4)}}, "g1")

    asked = [("all", f"p{below}", TOP_SCORE - below) for below in range(4)]
    assert redis_store.board_places(CONTEST, asked)[1] == [(below, 0, True) for below in range(4)]


def test_a_board_that_does_not_exist_is_empty(client: redis.Redis) -> None:
    assert redis_store.board_window(CONTEST, "none", 0, 10) == []
    assert redis_store.board_size(CONTEST, "none") == 0
    assert redis_store.board_score(CONTEST, "none", "p1") is None
    assert redis_store.board_places(CONTEST, [("none", "p1", 5)]) == (None, [(0, 0, False)])


@given(scores=st.dictionaries(st.text("abcđ:{}*\n", min_size=1), st.integers(0, TOP_SCORE), min_size=1, max_size=30))
def test_a_board_agrees_with_sorting_in_python(redis_server: str, scores: dict[str, int]) -> None:
    redis_store.init_store(redis_server)
    replace({"any": scores}, "g1")

    top = redis_store.board_window(CONTEST, "any", 0, len(scores) + 1)

    assert top == sorted(scores.items(), key=lambda row: (row[1], row[0].encode()), reverse=True)
    for _, score in top:
        assert redis_store.board_count_above(CONTEST, "any", score) == sum(other > score for other in scores.values())


# ---- replacing them all ----


def test_replacing_drops_what_is_gone_and_marks_the_rest_complete(client: redis.Redis) -> None:
    redis_store.boards_add(CONTEST, {"all": {"p1": 1}, "area:old": {"p1": 1}})
    redis_store.boards_add(CONTEST + 1, {"all": {"p1": 1}})
    assert redis_store.board_generation(CONTEST) is None

    replace({"all": {"p2": 2}, "area:empty": {}}, "g1")

    assert redis_store.board_generation(CONTEST) == "g1"
    assert redis_store.board_window(CONTEST, "all", 0, 10) == [("p2", 2)]
    assert redis_store.board_size(CONTEST, "area:old") == 0
    assert redis_store.board_window(CONTEST + 1, "all", 0, 10) == [("p1", 1)]
    assert len(client.keys()) == 6, "two boards, two lists of names, one marker and its run, and nothing aside"
    assert {client.ttl(key) for key in client.scan_iter()} == {-1}


def test_a_large_board_may_come_in_parts(client: redis.Redis) -> None:
    parts = [("all", {f"p{n}": n for n in range(start, start + 1500)}) for start in (0, 1500)]

    redis_store.boards_replace(CONTEST, parts, "g1")

    assert redis_store.board_size(CONTEST, "all") == 3000
    assert redis_store.board_window(CONTEST, "all", 0, 1) == [("p2999", 2999)]


def test_a_replacement_that_breaks_off_changes_nothing(client: redis.Redis) -> None:
    replace({"all": {"p1": 1}}, "g1")

    def broken() -> Iterator[tuple[str, dict[str, int]]]:
        yield "all", {f"p{n}": n for n in range(1000)}
        raise LookupError("the database went away")

    with pytest.raises(LookupError):
        redis_store.boards_replace(CONTEST, broken(), "g2")

    assert redis_store.board_generation(CONTEST) == "g1"
    assert redis_store.board_window(CONTEST, "all", 0, 10) == [("p1", 1)]
    (left_aside,) = (key for key in client.scan_iter() if ":aside:" in key)
    assert client.ttl(left_aside) > 0


def test_a_replacement_whose_parts_were_lost_leaves_no_marker(client: redis.Redis) -> None:
    replace({"all": {"p1": 1}}, "g1")

    def flushed_meanwhile() -> Iterator[tuple[str, dict[str, int]]]:
        yield "all", {f"p{n}": n for n in range(1000)}
        client.flushall()
        yield "area:64", {"p1": 1}

    with pytest.raises(redis_store.StoreDown):
        redis_store.boards_replace(CONTEST, flushed_meanwhile(), "g2")

    assert redis_store.board_generation(CONTEST) is None


def test_a_reader_never_sees_a_marker_with_a_half_filled_board(client: redis.Redis) -> None:
    size = 2500
    replace({"all": {f"p{n}": 0 for n in range(size)}}, "0")
    done = threading.Event()
    seen: list[tuple[str | None, int, str | None]] = []

    def read() -> None:
        while not done.is_set():
            before = redis_store.board_generation(CONTEST)
            board_size = redis_store.board_size(CONTEST, "all")
            seen.append((before, board_size, redis_store.board_generation(CONTEST)))

    reader = threading.Thread(target=read)
    reader.start()
    for generation in range(1, 8):
        replace({"all": {f"p{n}": generation for n in range(size)}}, str(generation))
    done.set()
    reader.join()

    assert seen
    assert {board_size for before, board_size, after in seen if before is not None and after is not None} == {size}


def test_an_emptied_server_has_no_marker(client: redis.Redis) -> None:
    replace({"all": {"p1": 1}}, "g1")

    client.flushall()

    assert redis_store.board_generation(CONTEST) is None
    redis_store.boards_add(CONTEST, {"all": {"p2": 1}})
    assert redis_store.board_generation(CONTEST) is None, "one new result does not make the board complete"


# ---- throttles ----


def test_tries_are_counted_in_a_window_and_not_far_beyond_the_limit(client: redis.Redis) -> None:
    counts = [redis_store.hit("login:bt01", limit=3, window_seconds=60) for _ in range(6)]

    assert counts == [1, 2, 3, 4, 4, 4]
    assert redis_store.hit("login:bt02", limit=3, window_seconds=60) == 1
    assert 0 < client.ttl("quiz:hits:login:bt01") <= 60


def test_the_window_ends(client: redis.Redis) -> None:
    redis_store.hit("k", limit=1, window_seconds=60)
    client.pexpire("quiz:hits:k", 1)
    give_up_at = time.monotonic() + 30
    while client.exists("quiz:hits:k"):
        assert time.monotonic() < give_up_at

    assert redis_store.hit("k", limit=1, window_seconds=60) == 1


def test_counting_survives_a_server_that_forgot_its_scripts(client: redis.Redis) -> None:
    redis_store.hit("k", limit=5, window_seconds=60)
    client.script_flush()

    assert redis_store.hit("k", limit=5, window_seconds=60) == 2


def test_tries_at_the_same_time_are_all_counted(client: redis.Redis) -> None:
    barrier = threading.Barrier(8)
    counts: list[int] = []

    def tries() -> None:
        barrier.wait()
        for _ in range(25):
            counts.append(redis_store.hit("k", limit=1000, window_seconds=60))

    threads = [threading.Thread(target=tries) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == list(range(1, 201))
