"""The contest of staff_scene with its staff, for the pages of organizers."""

import pytest

from tests import factories
from tests.web import staff_scene


@pytest.fixture
def scene(app, now):
    made = staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    return made


@pytest.fixture
def draft(scene, now):
    """A draft of the province beside the running contest."""
    return factories.make_contest(now, launched=False, contest="nhap", title="Bản nháp của tỉnh")


@pytest.fixture
def people(scene, actors):
    """Sign somebody in by login, once a test; None is a stranger."""
    signed_in = {}

    def get(login):
        if login not in signed_in:
            signed_in[login] = actors.staff(login) if login else actors.stranger()
        return signed_in[login]

    return get


@pytest.fixture
def only_for_organizers(people):
    """Check that a page of the province does not exist for anybody else."""

    def check(path, *, also_hidden_from=("to-chuc-ia",)):
        for login in ("dak-mau", "ia-thu", *also_hidden_from):
            people(login).get(path, status=404)
        answer = people(None).client.get(path)
        assert answer.status_code == 302
        assert "/tai-khoan/dang-nhap" in answer.headers["Location"]

    return check
