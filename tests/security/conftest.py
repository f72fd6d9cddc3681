"""The two provinces of tests.security.world, made once; every test finds them as they were made."""

from collections.abc import Iterator

import pytest

from quizapp import clock, redis_store
from tests.conftest import NOW
from tests.security.world import World, make_world


@pytest.fixture(scope="session")
def made_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Made once in a run."""
    with clock.frozen_at(NOW):
        return make_world(tmp_path_factory.mktemp("world"), NOW)


@pytest.fixture
def world(made_world: World) -> Iterator[World]:
    """The two provinces, and the clock at their moment."""
    redis_store.init_store(made_world.app.config["QUIZ"].redis_url)
    made_world.restore()
    with clock.frozen_at(NOW):
        yield made_world
