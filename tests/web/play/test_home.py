"""The first page."""

from datetime import timedelta

from quizapp.contests import service as contests
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter


def headings(page):
    return [text_in(heading) for heading in page.all("h2")]


def rounds(now, opens_in, closes_in):
    return [
        factories.round_dict(
            now,
            opens_at=(now + timedelta(hours=opens_in)).isoformat(),
            closes_at=(now + timedelta(hours=closes_in)).isoformat(),
        )
    ]


def test_an_empty_installation_says_a_kind_sentence(actors, now):
    page = actors.stranger().get("/")
    assert "Hiện chưa có cuộc thi nào" in page.text
    assert headings(page) == []


def test_open_contests_stand_before_coming_and_past_ones(actors, app, now):
    factories.make_contest(now, contest="dang-thi", title="Cuộc thi đang mở")
    factories.make_contest(now, contest="sap-thi", title="Cuộc thi sắp mở", rounds=rounds(now, 5, 9))
    past = factories.make_contest(
        now - timedelta(days=9), contest="da-thi", title="Cuộc thi đã qua", rounds=rounds(now, -99, -90)
    )
    factories.make_contest(now, contest="nhap", title="Bản nháp kín", launched=False)
    page = actors.stranger().get("/")
    assert headings(page) == ["Đang diễn ra", "Sắp diễn ra", "Đã kết thúc"]
    titles = ["Cuộc thi đang mở", "Cuộc thi sắp mở", "Cuộc thi đã qua"]
    places = [page.text.index(title) for title in titles]
    assert places == sorted(places)
    assert "Bản nháp kín" not in page.html
    assert "Tuần 1: đến 16:00 ngày 19/05/2025" in page.text
    assert "mở lúc 20:00 ngày 19/05/2025" in page.text
    with transaction():
        contests.publish(past, actor="test", now=now)
    assert "Đã công bố" in actors.stranger().get("/").text


def test_the_big_button_of_an_open_contest_leads_to_its_page(actors, app, now):
    factories.make_contest(now)
    page = actors.stranger().get("/")
    (button,) = page.all("a", class_="button")
    assert text_in(button) == "Vào thi: Cuộc thi mẫu"
    assert button.get("href") == "/cuoc-thi/cuoc-thi-mau"


def test_between_two_rounds_nothing_can_be_entered_and_the_next_opening_is_told(actors, app, now):
    first, second = rounds(now, -9, -1)[0], {**rounds(now, 3, 9)[0], "key": "tuan-2", "label": "Tuần 2"}
    factories.make_contest(now - timedelta(days=1), rounds=[first, second])
    page = actors.stranger().get("/")
    assert "Tuần 2: mở lúc 18:00 ngày 19/05/2025" in page.text
    assert "Vào thi" not in page.text


def test_an_unfinished_paper_is_offered_to_its_own_browser_alone(actors, app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    paper_url = me.start(contest)
    page = me.browser.get("/")
    assert "Tiếp tục bài đang làm" in page.text
    assert "Nộp trước 15:10 ngày 19/05/2025" in page.text
    assert [link.get("href") for link in page.all("a") if link.get("href") == paper_url]
    assert "Tiếp tục bài đang làm" not in actors.stranger().get("/").text
    assert "Tiếp tục bài đang làm" not in sitter(app, contest, now).browser.get("/").text
    with at(now + timedelta(minutes=11)):
        assert "Tiếp tục bài đang làm" not in me.browser.get("/").text


def test_two_titles_as_long_as_real_ones_have_two_buttons_that_are_told_apart(actors, app, now):
    long = "Tìm hiểu tư tưởng, đạo đức, phong cách Hồ Chí Minh về nâng cao đạo đức cách mạng"
    factories.make_contest(now, contest="mot", title=long)
    factories.make_contest(now, contest="hai", title=long + " (kỳ hai)")
    buttons = [text_in(link) for link in actors.stranger().get("/").all("a", class_="button")]
    assert sorted(buttons) == sorted([f"Vào thi: {long}", f"Vào thi: {long} (kỳ hai)"])
