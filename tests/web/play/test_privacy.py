"""The notice of how personal data is used."""

from quizapp.entries.service import CONSENT_VERSION
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
    assert CONSENT_VERSION in page.text


def test_every_public_page_leads_to_it(actors, app, now):
    page = actors.stranger().get("/")
    assert [link for link in page.all("a") if link.get("href") == "/quyen-rieng-tu"]
