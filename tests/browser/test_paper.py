"""The paper in a real browser: what is chosen is stored, whatever happens to the line, the page or the time."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ADMIN, DESK, PHONE, axe, fits
from tests.browser.sitting import SAVING, SLUG, choose, chosen, journal, open_paper, post, saving, sit

pytestmark = pytest.mark.browser


def test_choices_made_without_a_connection_outlive_the_page(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    url = sit(page, contest)
    page.context.set_offline(True)
    choose(page, 1, 0)
    choose(page, 2, 1)
    saving(page, "Mất mạng, 2 câu chưa gửi")
    page.get_by_role("button", name="Xem lại và nộp bài").click()
    expect(page.locator("#paper-waiting")).to_contain_text("đang được giữ trên máy này")
    before, after = page, page.context.new_page()
    kept = chosen(before)
    assert len(journal(before)) == 2
    before.close()
    after.context.set_offline(False)
    open_paper(after, url)
    saving(after, "Đã lưu 2/4 câu")
    assert chosen(after) == kept
    assert journal(after) == []


def test_a_choice_made_before_the_script_came_is_saved(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    url = sit(page, contest)
    page.route("**/modules/paper.js", lambda route: None)  # held until the route is taken away
    page.goto(url, wait_until="commit")
    choose(page, 3, 2)
    page.unroute("**/modules/paper.js")
    saving(page, "Đã lưu 1/4 câu")


def test_what_is_unsent_goes_with_the_page(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    url = sit(page, contest)
    stuck = "const real = fetch; window.fetch = (to, how) => how.keepalive ? real(to, how) : new Promise(() => {});"
    page.evaluate(f"() => {{ {stuck} }}")
    choose(page, 1, 3)
    page.goto("/healthz")
    page.evaluate("indexedDB.deleteDatabase('papers')")
    elsewhere = page.context.new_page()
    expect(elsewhere.locator(SAVING)).to_have_count(0)
    open_paper(elsewhere, url)
    saving(elsewhere, "Đã lưu 1/4 câu")


def test_two_tabs_and_another_device_come_to_the_same(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    url = sit(page, contest)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    tab = page.context.new_page()
    open_paper(tab, url)
    choose(tab, 2, 2)
    saving(page, "Đã lưu 2/4 câu")
    assert chosen(page) == chosen(tab)

    page.get_by_text("Làm tiếp trên máy khác").click()
    code = page.locator("details .code").inner_text()
    desk = person(DESK)
    desk.goto(f"/cuoc-thi/{contest}/tiep-tuc")
    desk.get_by_label(re.compile("^Mã dự thi")).fill(code)
    desk.locator("main form").get_by_role("button").first.click()
    open_paper(desk, url)
    assert chosen(desk) == chosen(page)

    # The desk goes on; the old tab's older choice loses, and its page says so; choosing again wins.
    for place in (0, 1, 2, 3):
        choose(desk, 3, place)
    saving(desk, "Đã lưu 3/4 câu")
    choose(page, 3, 0)
    expect(page.locator("#paper-replaced")).to_contain_text("Câu 3")
    assert chosen(page) == chosen(desk)
    choose(page, 3, 0)
    expect(page.locator("#paper-replaced")).to_be_hidden()
    saving(page, "Đã lưu 3/4 câu")
    desk.reload()
    assert chosen(desk) == chosen(page)


def test_a_guess_is_read_back_as_it_was_understood(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    sit(page, contest)
    guess = page.locator("#prediction")
    guess.fill("khoảng 300")
    guess.blur()
    expect(page.locator("[data-part=prediction-error]")).to_contain_text("Số dự đoán chưa đúng")
    expect(guess).to_have_value("khoảng 300")
    guess.fill("3.200")
    guess.blur()
    expect(guess).to_have_value("3200")
    expect(page.locator("[data-part=prediction-error]")).to_be_hidden()


def test_a_busy_server_is_asked_again(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    sit(page, contest)
    busy = {"status": 503, "headers": {"Retry-After": "1"}, "json": {"code": "unavailable"}}
    page.route("**/answers", lambda route: route.fulfill(**busy))
    choose(page, 1, 0)
    saving(page, "Máy chủ bận, 1 câu chưa gửi")
    page.unroute("**/answers")
    saving(page, "Đã lưu 1/4 câu")


def test_a_lost_session_says_how_to_go_on(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    sit(page, contest)
    page.context.clear_cookies()
    choose(page, 1, 0)
    expect(page.get_by_role("link", name="Nhập mã dự thi để làm tiếp")).to_be_visible()
    assert len(journal(page)) == 1


def test_a_paper_submitted_elsewhere_leads_to_its_receipt(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    url = sit(page, contest)
    tab = page.context.new_page()
    tab.goto(f"{url}/xem-lai")
    page.route("**/answers", lambda route: route.abort())
    choose(page, 1, 0)
    saving(page, "Mất mạng, 1 câu chưa gửi")
    tab.get_by_role("button", name="Nộp bài").click()
    tab.wait_for_url("**/da-nop")
    page.unroute("**/answers")
    page.wait_for_url("**/da-nop")
    # What was not sent before the submission is not hidden from the person who made it.
    expect(page.get_by_text("chưa gửi được trước khi bài kết thúc")).to_be_visible()
    assert journal(page) == ["tu-tuong/tt-001"]


def test_at_the_end_of_the_time_the_paper_submits_itself(contest: str, person: Callable[..., Page]) -> None:
    page, reviewing = person(PHONE), person(DESK)
    sit(page, contest, "ngan")
    choose(page, 1, 0)
    reviewing.goto(f"{sit(reviewing, contest, 'ngan')}/xem-lai")
    page.wait_for_url("**/da-nop")
    expect(page.locator("main")).to_contain_text("1/4")
    reviewing.wait_for_url("**/da-nop")


def test_a_paper_that_is_given_more_time_goes_on(contest: str, person: Callable[..., Page]) -> None:
    """Its page hears of it, also while somebody looks through the answers."""
    staff, paper, review = person(DESK), person(PHONE), person(DESK)
    post(staff, "/api/v1/session", {"login": ADMIN[0], "password": ADMIN[1]})
    for page in (paper, review):
        url = sit(page, contest, "vua")
        if page is review:
            page.goto(f"{url}/xem-lai")
        staff.goto(f"/to-chuc/{SLUG}/luot-thi/{url.rsplit('/', 1)[1]}/them-gio")
        staff.fill("#minutes", "1")
        staff.fill("#reason", "Mất điện")
        staff.get_by_role("button", name="Thêm giờ").click()
        expect(staff.locator(".flash")).to_contain_text("Đã thêm giờ")
    for page in (paper, review):
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"1:00|0:5\d"), timeout=60_000)
    expect(paper.locator("#paper-extended")).to_be_visible()
    fits(paper)
    choose(paper, 1, 0)
    saving(paper, "Đã lưu 1/4 câu")


def test_without_a_connection_at_the_end_what_was_stored_counts(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    sit(page, contest, "ngan")
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    page.context.set_offline(True)
    choose(page, 2, 0)
    saving(page, "Đang chờ kết nối để nộp bài")
    expect(page.locator("#q-1")).to_have_attribute("disabled", "")
    page.wait_for_timeout(3500)  # the grace after the deadline
    page.context.set_offline(False)
    page.wait_for_url("**/da-nop*", timeout=60_000)
    expect(page.locator("main")).to_contain_text("bài thi được tự động nộp")
    expect(page.locator("main")).to_contain_text("1/4")


def test_the_keyboard_is_enough_and_nothing_in_focus_is_covered(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE, reduced_motion="reduce")
    sit(page, contest)
    fits(page)
    axe(page)
    covered = """() => {
      const at = document.activeElement.closest("label") ?? document.activeElement;
      const bar = document.querySelector(".paper-bar");
      return !bar.contains(at) && at.getBoundingClientRect().bottom > bar.getBoundingClientRect().top + 1;
    }"""
    page.locator("#q-1 input").first.focus()
    for _ in range(16):
        assert not page.evaluate(covered), page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
    page.locator("#q-1 input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    saving(page, "Đã lưu 1/4 câu")
    page.locator(".question-map a").nth(3).press("Enter")
    expect(page.locator("#q-4 input").first).to_be_focused()
