import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from quizapp.cli import service as service_module
from quizapp.cli.child import Child
from quizapp.cli.data_dir import hold_data_dir
from quizapp.cli.embedded_redis import EmbeddedRedis, find_redis_server
from quizapp.cli.service import Service
from quizapp.config import read_settings

pytestmark = pytest.mark.redis


@pytest.fixture
def binary(redis_server: str) -> Path:
    """`redis_server` tells that this machine has one."""
    found = find_redis_server(os.environ)
    assert found is not None
    return found


@pytest.fixture
def run(binary: Path) -> Iterator[Callable[[EmbeddedRedis, Path], Service]]:
    """Start a server as a service; ended with the test."""
    services: list[Service] = []

    def run(server: EmbeddedRedis, data_dir: Path) -> Service:
        data = hold_data_dir(data_dir, lambda: None, 0)
        services.append(Service(Child("redis", server.command, os.environ, data), server.before_start))
        services[-1].start()
        return services[-1]

    yield run
    for service in services:
        service.child.ask_to_stop()
        service.child.finish(time.monotonic() + 10)


def tend_until(reached: Callable[[], bool], service: Service) -> None:
    give_up_at = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < give_up_at, service.child.last_lines()
        service.tend()
        time.sleep(0.01)


def test_a_server_on_the_path_comes_before_the_packaged_one(tmp_path: Path, binary: Path) -> None:
    installed = tmp_path / "valkey-server"
    shutil.copy(sys.executable, installed)

    assert find_redis_server({"PATH": str(tmp_path)}) == installed
    assert find_redis_server({"PATH": ""}) != installed


def test_it_keeps_what_was_written_when_it_is_killed(run: Callable[..., Service], tmp_path: Path, binary: Path) -> None:
    data_dir = tmp_path / "data"
    server = EmbeddedRedis(binary, data_dir / "redis", tmp_path)
    service = run(server, data_dir)
    tend_until(server.answers, service)
    with redis.Redis.from_url(server.url) as client:
        client.set("k", "v")

    os.kill(int((data_dir / "run" / "redis.pid").read_text(encoding="ascii")), 9)
    tend_until(lambda: service.quick_deaths == 1, service)
    tend_until(server.answers, service)

    with redis.Redis.from_url(server.url) as client:
        assert client.get("k") == b"v"


def test_files_that_it_cannot_load_are_put_aside(
    run: Callable[..., Service], tmp_path: Path, binary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_module, "FIRST_PAUSE_SECONDS", 0.0)
    data_dir = tmp_path / "data"
    broken = data_dir / "redis" / "appendonlydir"
    broken.mkdir(parents=True)
    (broken / "appendonly.aof.manifest").write_text("not a manifest\n", encoding="ascii")
    server = EmbeddedRedis(binary, data_dir / "redis", tmp_path)

    service = run(server, data_dir)
    tend_until(server.answers, service)

    with redis.Redis.from_url(server.url) as client:
        assert client.dbsize() == 0
    assert (data_dir / "redis.refused" / "appendonlydir" / "appendonly.aof.manifest").exists()


def test_a_folder_with_a_long_or_odd_name_has_a_working_address(
    run: Callable[..., Service], tmp_path: Path, binary: Path
) -> None:
    for name in ("thư mục #1 50%", "rất-dài-" * 15):
        home = tmp_path / name
        home.mkdir()
        server = EmbeddedRedis(binary, home / "redis", home)
        service = run(server, home)
        tend_until(server.answers, service)

        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
        service.child.ask_to_stop()
        service.child.finish(time.monotonic() + 10)
        server.clear_away()
        assert not server.answers()


def test_the_settings_find_the_server_that_is_running(tmp_path: Path) -> None:
    env = {"QUIZ_DATA_DIR": str(tmp_path), "SECRET_KEY": "x"}
    assert read_settings(env).redis_url == f"unix://{tmp_path}/run/redis.sock"

    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "redis.url").write_text("unix:///elsewhere/redis.sock\n", encoding="ascii")

    assert read_settings(env).redis_url == "unix:///elsewhere/redis.sock"
    assert read_settings({**env, "REDIS_URL": "redis://h:1"}).redis_url == "redis://h:1"
