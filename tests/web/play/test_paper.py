"""Answering over plain forms: what a browser without JavaScript does and sees."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from flask import Flask

from quizapp.attempts.rules import Choice
from tests import factories
from tests.clients import Actors, text_in
from tests.web.play.conftest import QueryCount
from tests.web.play.sitting import form_of, notices, sitter

At = Callable[[datetime], object]
GUESSED = {"prediction": {"metric": "people_all_correct", "scope": "round"}}


def test_a_whole_journey_without_javascript(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)

    page = one.browser.get(url)
    assert text_in(page.one("h1")) == "Bài thi Tuần 1"
    assert len(page.all("fieldset")) == 5
    assert "Đã lưu 0/5 câu" in page.text

    page = one.browser.post(url, {**form_of(page), "q-1": "A", "q-2": "B", "then": "paper"})
    assert notices(page) == ["Đã lưu 2/5 câu."]
    assert one.stored(url) == {1: "A", 2: "B"}

    page = one.browser.post(url, {**form_of(page), "q-3": "C", "flag-3": "1", "then": "review"})
    assert text_in(page.one("h1")) == "Xem lại bài thi Tuần 1"
    assert "Còn 2 câu chưa trả lời" in page.text
    assert "Đã đánh dấu để xem lại" in page.text

    page = one.browser.post(f"{url}/nop-bai")
    assert text_in(page.one("h1")) == "Đã nộp bài thi Tuần 1"
    assert one.attempt(url).finished_by == "participant"


def test_starting_again_leads_back_to_the_open_paper(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    assert one.start(contest) == one.start(contest)


def test_starting_needs_an_entry_in_this_contest(app: Flask, now: datetime, actors: Actors) -> None:
    contest = factories.make_contest(now)
    other = factories.make_contest(now, contest="cuoc-thi-khac")
    one = sitter(app, other, now)
    page = one.browser.post(f"/cuoc-thi/{contest.slug}/tuan-1/bat-dau", status=401)
    assert "phiếu dự thi hoặc mã dự thi" in page.text
    actors.stranger().post(f"/cuoc-thi/{contest.slug}/tuan-1/bat-dau", status=401)


def test_a_start_that_is_not_possible_says_why(app: Flask, now: datetime, at: At) -> None:
    once = factories.round_dict(now, attempts={"max": 1, "per": "round"})
    contest = factories.make_contest(now, rounds=[once])
    one = sitter(app, contest, now)
    url = one.start(contest)
    one.browser.post(f"{url}/nop-bai")
    start = f"/cuoc-thi/{contest.slug}/tuan-1/bat-dau"
    assert "hết số lượt thi" in one.browser.post(start, status=409).text
    with at(now + timedelta(hours=2)):  # type: ignore[attr-defined]
        assert "không mở" in one.browser.post(start, status=409).text
    one.browser.post(f"/cuoc-thi/{contest.slug}/tuan-9/bat-dau", status=404)


def test_a_reload_shows_what_is_stored(app: Flask, now: datetime, at: At) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    factories.save(one.person, one.attempt(url), [Choice("mau/mau-002", ("C",), 4)], now)
    with at(now + timedelta(seconds=200)):  # type: ignore[attr-defined]
        page = one.browser.get(url)
    sent = form_of(page)
    assert sent["q-2"] == ["C"]
    assert sent["rev"] == "4"
    assert "q-1" not in sent
    assert page.one("div", class_="countdown").get("data-remaining-ms") == "400000"
    assert page.one("fieldset", id="q-2").get("data-rev") == "4"


def test_the_paper_asks_the_database_a_fixed_number_of_times(
    app: Flask, now: datetime, query_count: Callable[[], AbstractContextManager[QueryCount]]
) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    one.browser.get(url)
    with query_count() as first:
        one.browser.get(url)
    attempt = one.attempt(url)
    factories.save(one.person, attempt, factories.right_choices(contest, attempt), now)
    with query_count() as second:
        one.browser.get(url)
    with query_count() as third:
        one.browser.get(f"{url}?long-way")
    # The paper with all that belongs to it; the long way asks for the session first.
    assert (first.count, second.count, third.count) == (1, 1, 2), third.statements


def test_the_paper_tells_nothing_of_what_is_right(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    page = one.browser.get(one.start(contest))
    assert "Vì Đúng 1 là đúng" not in page.html
    assert "Tài liệu mẫu" not in page.html


def test_for_everybody_else_the_paper_does_not_exist(app: Flask, now: datetime, actors: Actors) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    neighbour = sitter(app, contest, now).browser
    for path in (url, f"{url}/xem-lai", f"{url}/da-nop"):
        neighbour.get(path, status=404)
        actors.stranger().get(path, status=401)
    for path in (url, f"{url}/nop-bai"):
        neighbour.post(path, {"q-1": "A"}, status=404)
    assert one.stored(url) == {}
    assert one.attempt(url).submitted_at is None


def test_an_old_page_adds_answers_but_replaces_no_newer_ones(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    old = form_of(one.browser.get(url))
    one.browser.post(url, {**old, "q-1": "A", "q-2": "A"})

    page = one.browser.post(url, {**old, "q-1": "D", "q-2": "A", "q-3": "B"})
    assert one.stored(url) == {1: "A", 2: "A", 3: "B"}
    assert notices(page) == [
        "Câu 1 đã được trả lời ở một trang khác sau khi mở trang này; hệ thống giữ câu trả lời đó.",
        "Đã lưu 3/5 câu.",
    ]


def test_a_page_without_a_readable_revision_counts_as_the_oldest(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    factories.save(one.person, one.attempt(url), [Choice("mau/mau-001", ("A",), 3)], now)
    for rev in ("", "x", "-1", "1.5", "9007199254740991", "9" * 400, "٣"):
        one.browser.post(url, {"rev": rev, "q-1": "B"})
        assert one.stored(url) == {1: "A"}


def test_a_changed_choice_of_the_newest_page_wins(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    page = one.browser.post(url, {**form_of(one.browser.get(url)), "q-1": "A"})
    page = one.browser.post(url, {**form_of(page), "q-1": "B"})
    assert one.stored(url) == {1: "B"}
    assert form_of(page)["rev"] == "2"


def test_sending_a_page_unchanged_stores_nothing_new(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    page = one.browser.post(url, {**form_of(one.browser.get(url)), "q-1": "A"})
    page = one.browser.post(url, form_of(page))
    assert form_of(page)["rev"] == "1"


def test_several_right_options_are_ticked_and_taken_back(app: Flask, now: datetime) -> None:
    paper = {"mode": "fixed", "questions": ["mau-001", "mau-010"]}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])
    one = sitter(app, contest, now)
    url = one.start(contest)
    page = one.browser.get(url)
    assert "Chọn tất cả phương án đúng" in text_in(page.one("fieldset", id="q-2"))
    old = form_of(page)
    page = one.browser.post(url, {**old, "q-2": ["C", "A"]})
    assert one.stored(url) == {2: "AC"}
    assert form_of(page)["q-2"] == ["A", "C"]

    # The old page showed nothing ticked, so that nothing ticked on it is no choice.
    one.browser.post(url, {**old, "q-1": "A"})
    assert one.stored(url) == {1: "A", 2: "AC"}

    fresh = form_of(one.browser.get(url))
    one.browser.post(url, {**fresh, "q-2": []})
    assert one.stored(url) == {1: "A"}


def test_a_forged_choice_is_refused_and_nothing_is_stored(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    sent = form_of(one.browser.get(url))
    one.browser.post(url, {**sent, "q-1": "A", "q-2": "Z"}, status=422)
    one.browser.post(url, {**sent, "q-1": ["A", "B"]}, status=422)
    assert one.stored(url) == {}


def test_a_page_of_another_site_cannot_save_or_submit(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    assert one.browser.client.post(url, data={"rev": "0", "q-1": "A"}).status_code == 403
    assert one.browser.client.post(f"{url}/nop-bai").status_code == 403
    assert one.stored(url) == {}


def test_flags_stay_with_their_paper(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    page = one.browser.post(url, {**form_of(one.browser.get(url)), "flag-2": "1"})
    assert form_of(page)["flag-2"] == ["1"]
    assert "flag-3" not in form_of(page)
    assert text_in(page.one("a", href="#q-2")) == "Câu 2, chưa trả lời, đã đánh dấu"
    one.browser.post(f"{url}/nop-bai")
    assert "flag-2" not in form_of(one.browser.get(one.start(contest)))


def test_a_guess_is_asked_in_words_and_stored(app: Flask, now: datetime) -> None:
    hidden = {"live": "hidden_until_close"}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=hidden)
    one = sitter(app, contest, now)
    url = one.start(contest)
    page = one.browser.get(url)
    question = "Theo đồng chí, có bao nhiêu người trả lời đúng tất cả các câu hỏi của Tuần 1?"
    assert question in text_in(page.one("label", for_="prediction"))
    page = one.browser.post(url, {**form_of(page), "prediction": " 3.200 "})
    assert form_of(page)["prediction"] == "3200"
    assert one.attempt(url).prediction == 3200
    # Left blank later, it stays: a guess is changed, not taken back.
    one.browser.post(url, {**form_of(page), "prediction": ""})
    assert one.attempt(url).prediction == 3200


def test_a_guess_that_is_no_number_stays_as_typed_and_the_choices_are_saved(app: Flask, now: datetime) -> None:
    hidden = {"live": "hidden_until_close"}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=hidden)
    one = sitter(app, contest, now)
    url = one.start(contest)
    sent = {**form_of(one.browser.get(url)), "q-1": "A", "prediction": "ba nghìn <b>", "then": "review"}
    page = one.browser.post(url, sent, status=422)
    assert form_of(page)["prediction"] == "ba nghìn <b>"
    assert page.one("input", id="prediction").get("aria-invalid") == "true"
    assert page.all("a", href="#prediction")
    assert one.stored(url) == {1: "A"}
    assert one.attempt(url).prediction is None


def test_an_old_page_replaces_no_newer_guess(app: Flask, now: datetime) -> None:
    hidden = {"live": "hidden_until_close"}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **GUESSED)], publication=hidden)
    one = sitter(app, contest, now)
    url = one.start(contest)
    old = form_of(one.browser.get(url))
    one.browser.post(url, {**old, "prediction": "100"})
    page = one.browser.post(url, {**old, "prediction": "200"})
    assert one.attempt(url).prediction == 100
    assert "Số dự đoán đã được ghi ở một trang khác" in notices(page)[0]


def test_after_the_deadline_the_pages_lead_to_the_receipt(app: Flask, now: datetime, at: At) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    sent = form_of(one.browser.get(url))
    with at(now + timedelta(seconds=604)):  # type: ignore[attr-defined]
        for path in (url, f"{url}/xem-lai"):
            assert one.browser.client.get(path).headers["Location"] == f"{url}/da-nop"
        page = one.browser.post(url, {**sent, "q-1": "A"})
        assert text_in(page.one("h1")) == "Đã nộp bài thi Tuần 1"
        assert notices(page) == [
            "Đã hết giờ làm bài; những lựa chọn gửi sau giờ không được tính. "
            "Hệ thống đã giữ lại để Ban Tổ chức xem xét."
        ]
        # Nothing that is new: nothing is kept.
        assert notices(one.browser.post(url, sent)) == [
            "Đã hết giờ làm bài; những lựa chọn gửi sau giờ không được tính."
        ]
    assert one.stored(url) == {}
    assert one.attempt(url).finished_by == "deadline"


def test_what_arrives_within_the_grace_is_saved(app: Flask, now: datetime, at: At) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    sent = form_of(one.browser.get(url))
    with at(now + timedelta(seconds=602)):  # type: ignore[attr-defined]
        one.browser.post(url, {**sent, "q-1": "A"})
    assert one.stored(url) == {1: "A"}


def test_days_are_told_as_a_date_not_counted_down(app: Flask, now: datetime) -> None:
    closes = (now + timedelta(days=7)).isoformat()
    paper = {"mode": "fixed", "questions": ["mau-001"]}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper, closes_at=closes)])
    one = sitter(app, contest, now)
    page = one.browser.get(one.start(contest))
    assert not page.all("div", class_="countdown")
    assert "Nộp bài trước 15:00 ngày 26/05/2025" in page.text
