"""Looking through a paper before submitting, and submitting it."""

from datetime import datetime

from flask import Flask

from quizapp.attempts.rules import Choice
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter


def test_what_is_missing_comes_first_with_links_back(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    factories.save(one.person, one.attempt(url), [Choice(f"mau/mau-00{n}", ("B",), n) for n in (1, 3, 5)], now)
    page = one.browser.get(f"{url}/xem-lai")
    warning = page.one("div", class_="notice notice--warning")
    assert text_in(warning) == "Còn 2 câu chưa trả lời Câu 2, Câu 4"
    assert [link.get("href") for link in warning.iter("{http://www.w3.org/1999/xhtml}a")] == [
        f"{url}#q-2",
        f"{url}#q-4",
    ]
    items = page.one("ol", class_="review")
    assert len(items) == 5
    assert "B. Sai 1" in text_in(items[0])
    assert "Chưa trả lời" in text_in(items[1])


def test_a_complete_paper_says_so(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    attempt = one.attempt(url)
    factories.save(one.person, attempt, factories.right_choices(contest, attempt), now)
    page = one.browser.get(f"{url}/xem-lai")
    assert "Đã trả lời đủ 5 câu." in page.text
    assert "chưa trả lời" not in page.text


def test_letters_follow_the_order_in_which_options_were_shown(app: Flask, now: datetime) -> None:
    paper = {"mode": "fixed", "questions": ["mau-001"], "shuffle": {"options": True}}
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, paper=paper)])
    one = sitter(app, contest, now)
    url = one.start(contest)
    shown = one.attempt(url).paper[0][1]
    factories.save(one.person, one.attempt(url), [Choice("mau/mau-001", (shown[2],), 1)], now)
    texts = {"A": "Đúng 1", "B": "Sai 1", "C": "Khác 1", "D": "Lạ 1"}
    paper_page = one.browser.get(url)
    labels = [text_in(label) for label in paper_page.all("span", class_="choice__label")]
    assert labels == [f"{letter}. {texts[key]}" for letter, key in zip("ABCD", shown, strict=True)]
    assert f"C. {texts[shown[2]]}" in one.browser.get(f"{url}/xem-lai").text


def test_a_missing_guess_is_pointed_out_and_a_given_one_shown(app: Flask, now: datetime) -> None:
    guessed = factories.round_dict(now, prediction={"metric": "percent_all_correct", "scope": "round"})
    contest = factories.make_contest(now, rounds=[guessed], publication={"live": "hidden_until_close"})
    one = sitter(app, contest, now)
    url = one.start(contest)
    assert "Chưa ghi số dự đoán" in one.browser.get(f"{url}/xem-lai").text
    factories.save(one.person, one.attempt(url), [], now, ("87,5", 1))
    page = one.browser.get(f"{url}/xem-lai")
    assert "Chưa ghi số dự đoán" not in page.text
    assert "87,5" in text_in(page.one("dl", class_="facts"))


def test_submitting_twice_gives_one_receipt(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    assert one.browser.redirected(f"{url}/nop-bai") == f"{url}/da-nop"
    first = one.attempt(url).receipt
    assert one.browser.redirected(f"{url}/nop-bai") == f"{url}/da-nop"
    assert one.attempt(url).receipt == first
    assert one.browser.client.get(url).headers["Location"] == f"{url}/da-nop"


def test_before_submitting_there_is_no_receipt_page(app: Flask, now: datetime) -> None:
    contest = factories.make_contest(now)
    one = sitter(app, contest, now)
    url = one.start(contest)
    assert one.browser.client.get(f"{url}/da-nop").headers["Location"] == url
