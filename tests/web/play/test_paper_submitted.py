"""After the paper: the receipt, and how much of the result may be seen when."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from quizapp.ids import code_groups
from tests import factories
from tests.clients import Page, text_in
from tests.web.play.sitting import Sitter, sitter

At = Callable[[datetime], object]
CLOSED = timedelta(hours=1, seconds=4)


def _submitted(app: Flask, now: datetime, *, right: int = 5, **changes: object) -> tuple[Sitter, str]:
    """Somebody who has submitted a paper with so many right answers; the address of the receipt."""
    contest = factories.make_contest(now, **changes)
    one = sitter(app, contest, now)
    guess = "3200" if contest.rounds[0].spec.prediction else None
    attempt = factories.sit(contest, one.person, now, right=right, seconds=65, prediction=guess)
    return one, f"/bai-thi/{attempt.public_id}/da-nop"


def _shows_result(page: Page) -> bool:
    return bool(page.all("dl", class_="figures"))


def _shows_key(page: Page) -> bool:
    return "Vì Đúng 1 là đúng." in page.text


def test_the_receipt_tells_what_was_received_and_when(app: Flask, now: datetime) -> None:
    guessed = factories.round_dict(now, prediction={"metric": "people", "scope": "round"})
    one, url = _submitted(app, now, rounds=[guessed], publication={"live": "hidden_until_close"})
    page = one.browser.get(url)
    attempt = one.attempt(url.removesuffix("/da-nop"))
    names, values = page.all("dt"), page.all("dd")
    assert {text_in(name): text_in(value) for name, value in zip(names, values, strict=True)} == {
        "Mã biên nhận": code_groups(attempt.receipt_code),
        "Họ và tên": one.person.participant.full_name,
        "Vòng thi": "Tuần 1, lượt 1",
        "Bắt đầu lúc": "15:00 ngày 19/05/2025",
        "Nộp bài lúc": "15:01:05 ngày 19/05/2025",
        "Thời gian làm bài": "1 phút 5 giây",
        "Số câu đã trả lời": "5/5",
        "Số dự đoán": "3.200",
    }
    link = next(a for a in page.all("a") if (a.get("href") or "").endswith("/bien-nhan.json"))
    assert one.browser.client.get(link.get("href")).get_data(as_text=True) == attempt.receipt


@pytest.mark.parametrize(
    ("live", "key_public", "while_open", "after_close"),
    [
        ("hidden_until_close", "after_close", (False, False), (True, True)),
        ("hidden_until_close", "never", (False, False), (True, False)),
        ("full", "after_close", (True, False), (True, True)),
        ("coarse", "never", (True, False), (True, False)),
    ],
)
def test_results_and_keys_are_shown_when_they_may_be(
    app: Flask,
    now: datetime,
    at: At,
    live: str,
    key_public: str,
    while_open: tuple[bool, bool],
    after_close: tuple[bool, bool],
) -> None:
    one, url = _submitted(
        app, now, right=3, rounds=[factories.round_dict(now, key_public=key_public)], publication={"live": live}
    )
    page = one.browser.get(url)
    assert (_shows_result(page), _shows_key(page)) == while_open
    assert ("được công bố sau khi Tuần 1 kết thúc, lúc 16:00 ngày 19/05/2025" in page.text) is not while_open[0]
    # What is sent within the grace after the end still counts, so nothing is told before it is over.
    with at(now + timedelta(hours=1, seconds=2)):  # type: ignore[attr-defined]
        page = one.browser.get(url)
        assert (_shows_result(page), _shows_key(page)) == while_open
    with at(now + CLOSED):  # type: ignore[attr-defined]
        page = one.browser.get(url)
        assert (_shows_result(page), _shows_key(page)) == after_close


def test_the_score_and_the_review_are_the_attempts_own(app: Flask, now: datetime, at: At) -> None:
    one, url = _submitted(app, now, right=3)
    with at(now + CLOSED):  # type: ignore[attr-defined]
        page = one.browser.get(url)
    assert text_in(page.one("dl", class_="figures")) == "Điểm 30/50 Số câu đúng 3/5"
    first, fourth = (page.one("section", aria_labelledby=f"a-{number}") for number in (1, 4))
    assert "Đúng 1 Đã chọn, đúng" in text_in(first)
    assert "Sai 4 Đã chọn, chưa đúng" in text_in(fourth)
    assert "Đúng 4 Phương án đúng" in text_in(fourth)
    assert page.all("a", href="https://example.org/mau")


def test_an_all_correct_paper_is_told_so(app: Flask, now: datetime) -> None:
    one, url = _submitted(app, now)
    assert "Đúng tất cả các câu" in one.browser.get(url).text


def test_another_attempt_is_offered_while_there_is_one(app: Flask, now: datetime, at: At) -> None:
    twice = factories.round_dict(now, attempts={"max": 2, "per": "round"})
    one, url = _submitted(app, now, rounds=[twice])
    page = one.browser.get(url)
    assert "Làm bài lần nữa" in page.text
    assert "còn 1 lượt thi" in page.text
    paper = one.browser.redirected("/cuoc-thi/cuoc-thi-mau/tuan-1/bat-dau")
    assert paper not in url
    assert "Tiếp tục bài đang làm" in one.browser.get(url).text
    one.browser.post(f"{paper}/nop-bai")
    page = one.browser.get(url)
    assert "Làm bài lần nữa" not in page.text
    with at(now + CLOSED):  # type: ignore[attr-defined]
        assert "Làm bài lần nữa" not in one.browser.get(url).text


def test_a_paper_that_nobody_submitted_is_final_without_the_worker(app: Flask, now: datetime, at: At) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    attempt = one.attempt(url)
    factories.save(one.person, attempt, factories.right_choices(contest, attempt, right=2)[:2], now)
    with at(now + timedelta(days=2)):  # type: ignore[attr-defined]
        page = one.browser.get(f"{url}/da-nop")
    assert "Hết giờ lúc 15:10 ngày 19/05/2025, bài thi được tự động nộp" in page.text
    assert "Số câu đã trả lời 2/5" in page.text
    assert "Điểm 20/50" in page.text
