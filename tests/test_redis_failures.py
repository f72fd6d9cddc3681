"""The store when its server stops, freezes, refuses or is a cluster: on real servers that each test ill-treats."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from quizapp import redis_store
from quizapp.cli.child import dies_with_parent
from quizapp.cli.embedded_redis import EmbeddedRedis, find_redis_server

pytestmark = pytest.mark.redis

CONTEST = 7


class Server:
    """A server of the test's own, which it may stop, freeze and start again."""

    def __init__(self, home: Path, *options: str) -> None:
        binary = find_redis_server(os.environ)
        assert binary is not None
        self.redis = EmbeddedRedis(binary, home / "store", home)
        self.options = options
        self.start()

    def start(self) -> None:
        self.redis.before_start(0)
        self.process = subprocess.Popen(
            [*self.redis.command, *self.options], stdout=subprocess.DEVNULL, preexec_fn=dies_with_parent()
        )
        until(self.redis.answers)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()


@pytest.fixture
def own_server(redis_server: str, tmp_path: Path) -> Iterator[Server]:
    """The store's server, to be ill-treated; `redis_server` only tells that this machine has one."""
    server = Server(tmp_path)
    redis_store.init_store(server.redis.url)
    yield server
    server.kill()


def until(reached: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def test_a_stopped_server_is_reported_and_used_again_when_it_is_back(own_server: Server) -> None:
    redis_store.boards_add(CONTEST, {"all": {"p1": 1}})
    own_server.kill()

    with pytest.raises(redis_store.StoreDown):
        redis_store.board_size(CONTEST, "all")
    assert not redis_store.is_up()

    own_server.start()
    until(redis_store.is_up)
    assert redis_store.board_size(CONTEST, "all") == 1


def test_a_frozen_server_is_asked_by_one_caller_and_not_by_those_who_follow(own_server: Server) -> None:
    redis_store.boards_add(CONTEST, {"all": {"p1": 1}})
    own_server.process.send_signal(signal.SIGSTOP)

    with pytest.raises(redis_store.StoreDown, match="[Tt]ime"):
        redis_store.board_size(CONTEST, "all")
    with pytest.raises(redis_store.StoreDown, match="not asked again yet"):
        redis_store.board_size(CONTEST, "all")

    own_server.process.send_signal(signal.SIGCONT)
    until(redis_store.is_up)
    assert redis_store.board_size(CONTEST, "all") == 1


def test_while_it_is_frozen_one_caller_at_a_time_tries_again(
    own_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_server.process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(redis_store, "PAUSE_SECONDS", 0.0)
    with pytest.raises(redis_store.StoreDown):
        redis_store.board_size(CONTEST, "all")
    monkeypatch.setattr(redis_store, "PAUSE_SECONDS", 60.0)
    reasons: list[str] = []

    def ask() -> None:
        with pytest.raises(redis_store.StoreDown) as down:
            redis_store.board_size(CONTEST, "all")
        reasons.append(str(down.value))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert reasons.count("not asked again yet") == 7


def test_a_server_without_memory_refuses_writes_and_still_answers_reads(own_server: Server) -> None:
    redis_store.boards_add(CONTEST, {"all": {"p1": 1}})
    with redis.Redis.from_url(own_server.redis.url) as plain:
        plain.config_set("maxmemory", "1")

    with pytest.raises(redis_store.StoreDown, match="memory"):
        redis_store.boards_add(CONTEST, {"all": {"p2": 1}})

    assert redis_store.board_size(CONTEST, "all") == 1


def test_a_wrong_password_is_a_server_that_is_down(own_server: Server) -> None:
    with redis.Redis.from_url(own_server.redis.url) as plain:
        plain.config_set("requirepass", "khac")

    assert not redis_store.is_up()
    with pytest.raises(redis_store.StoreDown):
        redis_store.board_size(CONTEST, "all")


def test_naming_a_server_does_not_ask_it() -> None:
    redis_store.init_store("redis://127.0.0.1:1")

    assert not redis_store.is_up()


# ---- a cluster ----


def test_all_keys_of_a_contest_fall_into_one_slot_and_work_on_a_cluster(redis_server: str, tmp_path: Path) -> None:
    port, bus_port = free_port(), free_port()
    server = Server(tmp_path, "--cluster-enabled", "yes", "--port", str(port), "--cluster-port", str(bus_port))
    try:
        with redis.Redis.from_url(server.redis.url, decode_responses=True) as plain:
            plain.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
            until(lambda: plain.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
        redis_store.init_store(f"redis+cluster://127.0.0.1:{port}")
        for contest_id in range(3):
            boards = {"all": {f"p{n}": n for n in range(1200)}, "area:64": {"p1": 1}}
            redis_store.boards_replace(contest_id, boards.items(), "g1")
            redis_store.boards_add(contest_id, {"all": {"p1": 5000}, "area:15": {"p1": 5000}})

            assert redis_store.board_generation(contest_id) == "g1"
            assert redis_store.board_window(contest_id, "all", 0, 2) == [("p1", 5000), ("p1199", 1199)]
            assert redis_store.board_size(contest_id, "area:15") == 1
        assert redis_store.hit("k", limit=1, window_seconds=60) == 1
    finally:
        server.kill()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
