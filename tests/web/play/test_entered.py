"""The page of the entry code."""

from datetime import timedelta

from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/ma-du-thi"


def test_the_code_is_large_and_can_be_copied(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Bùi Thị Ghi Nhớ")
    page = me.browser.get(URL)
    shown = page.one("p", id="entry-code")
    assert text_in(shown).replace("-", "") == me.person.participant.entry_code
    assert text_in(shown)[5] == "-"
    (copy,) = [box for box in page.all("div") if box.get("data-module") == "copy"]
    assert copy.get("data-copy") == "entry-code"
    # Without a script there is nothing to press.
    (button,) = copy.iter("{http://www.w3.org/1999/xhtml}button")
    assert button.get("hidden") is not None
    assert "Bùi Thị Ghi Nhớ" in page.text
    assert "Bài thi có 5 câu hỏi, 10 phút, không giới hạn số lượt. Đồng hồ chạy ngay khi mở đề." in page.text
    assert "Vào thi" in page.text


def test_without_a_session_one_is_told_to_enter(actors, app, now):
    factories.make_contest(now)
    actors.stranger().get(URL, status=401)


def test_somebody_of_another_contest_is_led_to_the_form(app, now):
    factories.make_contest(now)
    other = factories.make_contest(now, contest="cuoc-thi-khac")
    page = sitter(app, other, now).browser.get(URL, follow=True)
    assert text_in(page.one("h1")) == "Phiếu dự thi"


def test_before_the_opening_there_is_a_moment_and_no_start(app, now):
    opens = (now + timedelta(days=1)).isoformat()
    round_ = factories.round_dict(now, opens_at=opens, closes_at=(now + timedelta(days=2)).isoformat())
    contest = factories.make_contest(now, rounds=[round_])
    page = sitter(app, contest, now).browser.get(URL)
    assert "Tuần 1 mở lúc 15:00 ngày 20/05/2025." in page.text
    assert not [form for form in page.all("form") if form.get("action", "").endswith("/bat-dau")]
