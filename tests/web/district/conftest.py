"""The contest of staff_scene with its staff, for the pages of district staff."""

import pytest

from tests.web import staff_scene


@pytest.fixture
def scene(app, now):
    made = staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    return made


@pytest.fixture
def people(scene, actors):
    """Sign somebody in by login, once a test; None is a stranger."""
    signed_in = {}

    def get(login):
        if login not in signed_in:
            signed_in[login] = actors.staff(login) if login else actors.stranger()
        return signed_in[login]

    return get
