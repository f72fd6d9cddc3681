"""Pictures of questions: on the paper, with the key, and as files that caches may keep."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests import factories, pictures
from tests.clients import CheckedClient, Page
from tests.web.play.sitting import sitter

At = Callable[[datetime], object]
PICTURE = pictures.png(6, 4)
ADDRESS = f"/hinh/{hashlib.sha256(PICTURE).hexdigest()}.png"


def _shows_the_picture(page: Page) -> bool:
    image = page.one("img", class_="question__image")
    return dict(image.attrib) == {
        "class": "question__image",
        "src": ADDRESS,
        "alt": "Bản đồ huyện Thử",
        "width": "6",
        "height": "4",
    }


def test_a_paper_shows_the_picture_and_keeps_its_place(app: Flask, now: datetime) -> None:
    contest = pictures.make_contest(now, PICTURE)
    one = sitter(app, contest, now)
    page = one.browser.get(one.start(contest))
    first, second = page.all("fieldset")
    assert _shows_the_picture(page)
    assert first.find(".//*[@class='question__image']") is not None
    assert second.find(".//*[@class='question__image']") is None


def test_the_key_shows_the_picture(app: Flask, now: datetime, at: At) -> None:
    contest = pictures.make_contest(now, PICTURE)
    one = sitter(app, contest, now)
    attempt = factories.sit(contest, one.person, now)
    with at(now + timedelta(hours=1, seconds=4)):  # type: ignore[attr-defined]
        assert _shows_the_picture(one.browser.get(f"/bai-thi/{attempt.public_id}/da-nop"))


def test_anyone_who_knows_the_address_gets_the_bytes_and_caches_may_keep_them(app: Flask, now: datetime) -> None:
    contest = pictures.make_contest(now, PICTURE)
    for browser in (CheckedClient(app), sitter(app, contest, now).browser):
        with browser.client.session_transaction() as cookie:
            cookie.permanent = True
        answer = browser.client.get(ADDRESS)
        assert (answer.status_code, answer.data) == (200, PICTURE)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    "address",
    [
        f"/hinh/{'0' * 64}.png",
        ADDRESS.replace(".png", ".webp"),
        ADDRESS.replace(".png", ".svg"),
        ADDRESS.upper().replace("/HINH", "/hinh").replace(".PNG", ".png"),
        ADDRESS.removesuffix(".png"),
        "/hinh/.png",
    ],
)
def test_every_other_address_is_not_found(app: Flask, now: datetime, address: str) -> None:
    pictures.make_bank(now, PICTURE)
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
