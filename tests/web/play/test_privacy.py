"""The notice of how personal data is used, in every version that somebody has agreed to."""

from hashlib import sha256

import pytest

from quizapp.config import ROOT
from quizapp.entries.service import CONSENT_VERSION
from quizapp.web.filters import dated
from quizapp.web.play.privacy import VERSIONS
from tests.clients import text_in


def test_the_notice_says_what_for_whom_how_long_and_which_rights(actors, app, now):
    page = actors.stranger().get("/quyen-rieng-tu")
    assert [text_in(heading) for heading in page.all("h2")] == [
        "Thu thập những gì",
        "Dùng để làm gì",
        "Ai xem được",
        "Giữ trong bao lâu",
        "Quyền của đồng chí",
        "Người chưa đủ 16 tuổi",
        "Cookie",
    ]
    assert dated(CONSENT_VERSION) in page.text


def test_every_public_page_leads_to_it(actors, app, now):
    page = actors.stranger().get("/")
    assert [link for link in page.all("a") if link.get("href") == "/quyen-rieng-tu"]


# A text that people have agreed to stays as it is: a changed one is a new version, and gets its line here.
TEXTS = {
    "2026-11": "13e3ccd783fbe0c3c76e0c9acc09b42a6bb9b16bb7e3807b496358882733adf1",
    "2026-11-22": "cc951e41409a5c5538e1b95334d0abae60c8f29094bb17b05f47ed5d3ec12814",
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_text_that_was_agreed_to_is_never_changed(version):
    text = (ROOT / "templates" / "play" / "notices" / f"{version}.html").read_bytes()
    assert sha256(text).hexdigest() == TEXTS[version]


def test_every_version_is_shown_as_it_was(actors, app, now):
    page = actors.stranger().get("/quyen-rieng-tu/2026-11")
    assert "Bản cũ" in page.text
    assert "kèm mã dự thi. Yêu cầu được trả lời trong 15 ngày" in page.text
    assert "12 tháng sau khi công bố" in actors.stranger().get(f"/quyen-rieng-tu/{CONSENT_VERSION}").text
    actors.stranger().get("/quyen-rieng-tu/2025-01", status=404)
