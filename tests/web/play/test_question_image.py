"""Pictures of questions: on the paper, with the key, and as files that caches may keep."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from quizapp.banks.rules import Image
from quizapp.web.pictures import picture_url
from tests import factories, pictures
from tests.clients import CheckedClient, Page
from tests.web.play.sitting import sitter

At = Callable[[datetime], object]
PICTURE = pictures.png(6, 4)
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture
def address(app: Flask) -> str:
    """Where the picture is."""
    with app.test_request_context():
        return picture_url(Image("ban-do.png", "Bản đồ", DIGEST, "png", 6, 4))


def _shows_the_picture(page: Page, address: str) -> bool:
    image = page.one("img", class_="question__image")
    return dict(image.attrib) == {
        "class": "question__image",
        "src": address,
        "alt": "Bản đồ huyện Thử",
        "width": "6",
        "height": "4",
    }


def test_a_paper_shows_the_picture_and_keeps_its_place(app: Flask, now: datetime, address: str) -> None:
    contest = pictures.make_contest(now, PICTURE)
    one = sitter(app, contest, now)
    page = one.browser.get(one.start(contest))
    first, second = page.all("fieldset")
    assert _shows_the_picture(page, address)
    assert first.find(".//*[@class='question__image']") is not None
    assert second.find(".//*[@class='question__image']") is None


def test_the_key_shows_the_picture(app: Flask, now: datetime, at: At, address: str) -> None:
    contest = pictures.make_contest(now, PICTURE)
    one = sitter(app, contest, now)
    attempt = factories.sit(contest, one.person, now)
    with at(now + timedelta(hours=1, seconds=4)):  # type: ignore[attr-defined]
        assert _shows_the_picture(one.browser.get(f"/bai-thi/{attempt.public_id}/da-nop"), address)


def test_whoever_was_told_the_address_gets_the_picture_and_caches_may_keep_it(
    app: Flask, now: datetime, address: str
) -> None:
    contest = pictures.make_contest(now, PICTURE)
    for browser in (CheckedClient(app), sitter(app, contest, now).browser):
        with browser.client.session_transaction() as cookie:
            cookie.permanent = True
        answer = browser.client.get(address)
        assert (answer.status_code, answer.data) == (200, pictures.shown(PICTURE))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


def test_it_can_be_nothing_but_a_picture(app: Flask, now: datetime, address: str) -> None:
    """Whatever the bytes might look like to a browser, and also when it is opened by itself."""
    pictures.make_bank(now, PICTURE)
    headers = app.test_client().get(address).headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith(f'attachment; filename="{DIGEST}.png"')
    assert headers.getlist("Content-Security-Policy") == ["default-src 'none'; sandbox"]


def test_nobody_can_ask_whether_a_picture_that_he_has_is_in_a_paper(app: Flask, now: datetime, address: str) -> None:
    """The name alone follows from the file; the seal beside it from nothing that is known outside."""
    pictures.make_bank(now, PICTURE)
    seal = address.removesuffix(".png").rpartition("-")[2]
    for guessed in (f"/hinh/{DIGEST}.png", f"/hinh/{DIGEST}-.png", f"/hinh/{DIGEST}-{'0' * 32}.png"):
        assert app.test_client().get(guessed).status_code == 404
    with app.test_request_context():
        other = picture_url(Image("a.png", "A", "0" * 64, "png", 6, 4))
    assert len(seal) == 32
    assert seal not in other


def test_another_installation_has_other_addresses(app: Flask, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key for tests only")
    with app.test_request_context():
        assert picture_url(Image("ban-do.png", "Bản đồ", DIGEST, "png", 6, 4)) != address


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace(DIGEST, "0" * 64),
        lambda address: address.replace(".png", ".webp"),
        lambda address: address.replace(".png", ".svg"),
        lambda address: address.upper().replace("/HINH", "/hinh").replace(".PNG", ".png"),
        lambda address: address.removesuffix(".png"),
        lambda _: "/hinh/-.png",
    ],
)
def test_every_other_address_is_not_found(
    app: Flask, now: datetime, address: str, change: Callable[[str], str]
) -> None:
    pictures.make_bank(now, PICTURE)
    answer = app.test_client().get(change(address))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
