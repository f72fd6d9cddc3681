"""Collective rankings for everybody: not a number before the publication, then what was published."""

import io

import pytest

from quizapp.awards import service as awards
from quizapp.contests import queries
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in
from tests.web import collective_scene

PATH = "/cuoc-thi/cuoc-thi-mau/ket-qua/tap-the"


@pytest.fixture
def contest(app, now):
    return collective_scene.make(now)


def names(page):
    return [text_in(cell) for cell in page.all("th", scope="row")]


def test_before_the_publication_there_is_nothing(contest, actors, now):
    for step in (lambda: None, lambda: collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)):
        step()
        page = actors.stranger().get(PATH)
        assert "sẽ có ở đây sau khi Ban Tổ chức công bố" in page.text
        assert page.all("table") == []
        assert actors.stranger().get("/cuoc-thi/cuoc-thi-mau/ket-qua").all("a", href=PATH) == []


def test_after_the_publication_ranks_figures_and_prizes_are_seen(contest, actors, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    collective_scene.publish(contest, now)
    page = actors.stranger().get(PATH)
    first = page.one("table", id="ranking-0")
    assert "1Huyện Đak Mẫu33Cờ thi đua 2Huyện Ia Thử21Bằng khen" in text_in(first)
    # Areas without rank and prize are not named; a collective judged by hand names those with a prize alone.
    assert "Thị xã An Nghiệm" not in page.text
    assert page.all("table", id="ranking-2") == []
    assert page.all("table", id="ranking-3")
    assert actors.stranger().get("/cuoc-thi/cuoc-thi-mau/ket-qua").all("a", href=PATH)


def test_a_published_round_shows_its_rankings_before_the_contest_is_published(contest, actors, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    with transaction():
        awards.publish_round(queries.get_contest(contest.slug), "tuan-2", actor="tinh", now=now)
    assert names(actors.stranger().get(f"{PATH}?round=tuan-2")) == ["Huyện Ia Thử", "Huyện Đak Mẫu"]
    for other in (PATH, f"{PATH}?round=tuan-1"):
        assert actors.stranger().get(other).all("table") == []


def test_what_is_decided_later_is_not_seen_until_it_is_published(contest, actors, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    collective_scene.publish(contest, now)
    sent = {"upload": (io.BytesIO("Mã,Số người\n10,1\n11,100\n".encode()), "quy-mo.csv"), "mode": "update"}
    actors.staff("tinh").post("/to-chuc/cuoc-thi-mau/quy-mo", sent)
    assert names(actors.stranger().get(f"{PATH}?round=tuan-2")) == ["Huyện Ia Thử", "Huyện Đak Mẫu"]
    collective_scene.publish(contest, now)
    assert names(actors.stranger().get(f"{PATH}?round=tuan-2")) == ["Huyện Đak Mẫu", "Huyện Ia Thử"]


def test_a_contest_without_collectives_has_no_such_page(app, now, actors):
    factories.make_contest(now)
    actors.stranger().get(PATH, status=404)
    actors.stranger().get("/cuoc-thi/khong-co/ket-qua/tap-the", status=404)
