"""The product started, ended and ill-treated as `make run` does it, with real processes."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.product import START_SECONDS, Product, free_port, is_alive, until

# One after another on one worker: each start uses both cores for some seconds.
pytestmark = [pytest.mark.redis, pytest.mark.xdist_group("serve")]

CHILDREN = ("redis", "gunicorn", "worker")


@pytest.fixture
def start(redis_server: str, tmp_path: Path) -> Iterator[Callable[..., Product]]:
    """Start the product in a folder of this test; `redis_server` only tells that this machine has a Redis."""
    products: list[Product] = []

    def start(folder: str, port: int, **settings: str) -> Product:
        products.append(Product(tmp_path / folder, port, **settings))
        return products[-1]

    yield start
    for product in products:
        if product.process.poll() is None:
            product.end(signal.SIGTERM)


def test_it_serves_refuses_a_second_start_heals_and_leaves_nothing_behind(start: Callable[..., Product]) -> None:
    product = start("data", free_port()).started()
    assert product.is_healthy()
    told_paths = re.findall(rf"http://127\.0\.0\.1:{product.port}(/\S*)", product.told())
    assert {path: product.status(path) for path in told_paths} == dict.fromkeys(told_paths, 200)
    assert len(told_paths) == 3
    assert product.data_dir.stat().st_mode & 0o777 == 0o700
    assert (product.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600

    same_folder = start("data", free_port())
    same_port = start("other", product.port)
    assert same_folder.process.wait(START_SECONDS) == 1
    assert "đang chạy" in same_folder.told()
    assert same_port.process.wait(START_SECONDS) == 1
    assert f"Cổng {product.port}" in same_port.told()

    before = {name: product.pid(name) for name in CHILDREN}
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    until(lambda: all(is_new(product, name, before[name]) for name in CHILDREN), START_SECONDS)
    until(product.is_healthy, START_SECONDS)

    until(lambda: len(product.pids()) >= 6, START_SECONDS)  # supervisor, Redis, gunicorn with two workers, worker
    pids = product.pids()
    assert product.end(signal.SIGINT) == 0
    assert not {pid for pid in pids if is_alive(pid)}
    assert list((product.data_dir / "run").glob("*.pid")) == []


def test_nothing_outlives_a_supervisor_that_is_killed_and_the_next_start_keeps_the_data(
    start: Callable[..., Product],
) -> None:
    port = free_port()
    product = start("data", port).started()
    secret_key = (product.data_dir / "secret_key").read_bytes()
    pids = product.pids()

    assert product.end(signal.SIGKILL) == -signal.SIGKILL
    again = start("data", port).started()

    assert not {pid for pid in pids if is_alive(pid)}
    assert again.is_healthy()
    assert (again.data_dir / "secret_key").read_bytes() == secret_key
    assert again.end(signal.SIGTERM) == 0


def test_stopping_in_the_middle_of_the_start_leaves_nothing_behind(start: Callable[..., Product]) -> None:
    product = start("data", free_port())
    until(lambda: (product.data_dir / "run" / "prepare.pid").exists(), START_SECONDS)
    pids = product.pids()

    assert product.end(signal.SIGINT) == 0
    assert not {pid for pid in pids if is_alive(pid)}


def test_a_database_that_cannot_be_reached_ends_the_start(start: Callable[..., Product]) -> None:
    product = start("data", free_port(), DATABASE_URL="postgresql+psycopg://quiz@127.0.0.1:1/quiz")

    assert product.process.wait(START_SECONDS) == 1
    assert "Chưa chuẩn bị được dữ liệu" in product.told()
    assert list((product.data_dir / "run").glob("*.pid")) == []


def test_a_port_that_is_no_port_is_wrong_usage(start: Callable[..., Product]) -> None:
    product = start("data", 70000)

    assert product.process.wait(START_SECONDS) == 2
    assert "PORT" in product.told()


def is_new(product: Product, name: str, old_pid: int) -> bool:
    try:
        return product.pid(name) != old_pid
    except (FileNotFoundError, ValueError):  # not written again yet
        return False
