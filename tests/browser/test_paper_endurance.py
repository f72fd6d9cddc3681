"""The paper where things go wrong: no line, a crash, a shared computer, a wrong clock, a browser that keeps nothing."""

import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.browser.conftest import DESK, PHONE, Site, axe, fits
from tests.browser.sitting import SAVING, choose, chosen, journal, open_paper, post, saving, sit
from tests.plugins.browsers import QUIET
from tests.product import descendants, is_alive, until

pytestmark = pytest.mark.browser

# The copy is made at once, not spread over seconds; everything else that is left to chance is in the middle.
AT_ONCE = "Math.random = () => 0"


def kept_offline(page: Page) -> None:
    """Wait until the service worker has the paper."""
    expect(page.locator(".paper")).to_have_attribute("data-offline", "")


def copies(page: Page) -> list[str]:
    """The papers of which this browser has a copy."""
    return list(page.evaluate("caches.keys()"))


def test_without_a_line_the_paper_can_be_loaded_again(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    page.add_init_script(AT_ONCE)
    url = sit(page, contest)
    kept_offline(page)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    page.context.set_offline(True)
    choose(page, 2, 1)
    saving(page, "Mất mạng, 1 câu chưa gửi")
    before = chosen(page)
    left = seconds_left(page)
    page.reload()
    page.wait_for_selector(".paper[data-ready]")
    assert chosen(page) == before, "what was acknowledged after the copy was made, and what was not"
    assert left - 15 <= seconds_left(page) <= left
    expect(page.locator("#paper-copy")).to_be_visible()
    expect(page.locator(".paper__elsewhere")).to_have_count(0)
    fits(page)
    choose(page, 3, 2)
    for way in ("xem-lai", "da-nop"):
        page.goto(f"{url}/{way}")
        page.wait_for_url(url)
        page.wait_for_selector(".paper[data-ready]")
    assert len(chosen(page)) == 3
    page.context.set_offline(False)
    saving(page, "Đã lưu 3/4 câu")
    expect(page.locator("#paper-copy")).to_be_hidden()
    assert journal(page) == []

    # A server in trouble is no reason to take the paper away either; after the submission nothing of it is left.
    page.reload()
    assert page.locator("html[data-offline-copy]").count() == 0
    saving(page, "Đã lưu 3/4 câu")
    page.get_by_role("button", name="Xem lại và nộp bài").click()
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/da-nop")
    until(lambda: not copies(page), 10)


def leave(page: Page) -> None:
    """Go away without a last word: what a page sends while it goes, Chromium sends in spite of being offline here."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    page.goto("about:blank")


def seconds_left(page: Page) -> int:
    """What the countdown shows."""
    minutes, seconds = page.get_by_role("timer").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


def test_on_a_shared_computer_nobody_finds_anothers_paper(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    page.add_init_script(AT_ONCE)
    mothers = sit(page, contest)
    kept_offline(page)
    page.context.set_offline(True)
    choose(page, 1, 0)
    saving(page, "Mất mạng, 1 câu chưa gửi")
    leave(page)
    page.context.set_offline(False)

    # Another person's paper takes the copy away; the journal stays for its owner, and is not sent for anybody else.
    page.context.clear_cookies()
    sons = sit(page, contest)
    kept_offline(page)
    assert copies(page) == [f"paper:{sons.rsplit('/', 1)[1]}"]
    assert chosen(page) == []
    expect(page.locator(SAVING)).to_have_text("Đã lưu 0/4 câu")
    assert journal(page) == ["tu-tuong/tt-001"]

    # Whose copy is opened without a line learns with it that the paper is no longer this browser's.
    page.context.set_offline(True)
    page.context.clear_cookies()
    page.reload()
    page.wait_for_selector(".paper[data-ready]")
    page.context.set_offline(False)
    expect(page.locator(".paper")).to_have_count(0, timeout=20_000)
    until(lambda: not copies(page), 10)
    assert page.goto(mothers).status == 401

    # Leaving takes it away as well.
    sit(page, contest)
    kept_offline(page)
    page.goto(f"/cuoc-thi/{contest}")
    page.get_by_role("button", name="Thoát khỏi máy này").click()
    page.wait_for_url(re.compile("/$"))
    assert copies(page) == []


@pytest.mark.parametrize("days", [-1, 1])
def test_a_wrong_clock_and_a_foreign_time_zone_change_nothing(
    contest: str, person: Callable[..., Page], days: int
) -> None:
    """The page's time zone is New York's in all of these tests."""
    page = person(PHONE)
    page.add_init_script(
        f"""const real = Date.now, wrong = () => real() + {days} * 86400000;
        Date.now = wrong;
        Date = new Proxy(Date, {{construct: (date, given) => new date(...(given.length ? given : [wrong()]))}});
        {AT_ONCE}"""
    )
    sit(page, contest)
    assert 880 <= seconds_left(page) <= 900
    deadline = page.request.get(page.locator(".paper").get_attribute("data-api")).json()["deadline"]
    hour, minute = (int(part) for part in deadline[11:16].split(":"))
    expect(page.locator(".paper > p").first).to_contain_text(f"{(hour + 7) % 24:02d}:{minute:02d}")
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    kept_offline(page)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".paper[data-ready]")
    assert 850 <= seconds_left(page) <= 900
    assert len(chosen(page)) == 1


def test_a_clock_that_was_set_during_the_paper_does_not_end_it(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    page.add_init_script(f"{AT_ONCE}; const real = Date.now; Date.now = () => real() + Number(name || 0);")
    url = sit(page, contest)
    kept_offline(page)
    page.context.set_offline(True)
    page.evaluate("name = '3600000'")  # an hour forward: by the device's clock the time is over
    page.goto(url)
    page.wait_for_selector(".paper[data-ready]")
    saving(page, "Đang chờ kết nối để nộp bài")
    page.context.set_offline(False)
    expect(page.locator("#q-1")).to_have_js_property("disabled", False, timeout=30_000)
    assert 800 <= seconds_left(page) <= 900
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    assert page.url.endswith(url)


def test_what_comes_too_late_is_kept_and_said_to_be(contest: str, person: Callable[..., Page]) -> None:
    page, closed = person(PHONE), person(DESK)
    urls = {}
    for each in (page, closed):
        urls[each] = sit(each, contest, "ngan")
        choose(each, 1, 0)
        saving(each, "Đã lưu 1/4 câu")
        each.context.set_offline(True)
        choose(each, 2, 0)
        saving(each, "Mất mạng, 1 câu chưa gửi")
    for each in (page, closed):
        saving(each, "Đang chờ kết nối để nộp bài")
    leave(closed)  # its owner comes back to the receipt alone
    expect(page.locator("#paper-waiting")).to_contain_text("Đã hết giờ")
    axe(page)
    page.wait_for_timeout(3500)  # the grace after the deadline
    for each in (page, closed):
        each.context.set_offline(False)
    closed.goto(f"{urls[closed]}/da-nop")
    for each in (page, closed):
        each.wait_for_url("**/da-nop*", timeout=60_000)
        expect(each.get_by_role("heading", name="Câu trả lời đến muộn")).to_be_visible(timeout=30_000)
        expect(each.locator(".late-note")).to_contain_text("Câu 2")
        expect(each.locator("[data-module=paper-done]")).to_be_hidden()
        assert journal(each) == []
        expect(each.locator("main")).to_contain_text("1/4")
        fits(each)


def test_a_browser_that_keeps_nothing_says_so(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    forbidden = "Object.defineProperty(window, '{}', {{get() {{ throw new DOMException('no', 'SecurityError'); }}}});"
    page.add_init_script(forbidden.format("indexedDB") + forbidden.format("localStorage"))
    sit(page, contest)
    expect(page.locator("#paper-unkept")).to_contain_text("không cho giữ lựa chọn trên máy")
    axe(page)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    page.context.set_offline(True)
    choose(page, 2, 0)
    saving(page, "Mất mạng, 1 câu chưa gửi")
    expect(page.locator("#paper-waiting")).to_contain_text("Đừng đóng hay tải lại trang này")
    fits(page)
    page.context.set_offline(False)
    saving(page, "Đã lưu 2/4 câu")


def test_without_a_database_the_other_store_of_the_browser_is_used(contest: str, person: Callable[..., Page]) -> None:
    page = person(PHONE)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('no', 'InvalidStateError'); };")
    url = sit(page, contest)
    page.context.set_offline(True)
    choose(page, 1, 0)
    saving(page, "Mất mạng, 1 câu chưa gửi")
    expect(page.locator("#paper-unkept")).to_be_hidden()
    after = page.context.new_page()
    leave(page)
    after.context.set_offline(False)
    open_paper(after, url)
    saving(after, "Đã lưu 1/4 câu")


def test_a_browser_that_is_killed_comes_back_with_everything(
    contest: str, site: Site, playwright: Playwright, chromium_path: str, tmp_path: Path
) -> None:
    def opened() -> BrowserContext:
        return playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path,
            args=QUIET,
            base_url=site.url,
            viewport=PHONE,
            locale="vi-VN",
        )

    before = opened()
    before.add_init_script(AT_ONCE)
    page = before.new_page()
    url = sit(page, contest)
    kept_offline(page)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    before.close()  # Chromium writes cookies half a minute late: this run of it has them on the disk

    running = opened()
    page = running.new_page()
    open_paper(page, url)
    running.set_offline(True)
    choose(page, 2, 1)
    choose(page, 3, 2)
    expect(page.locator(SAVING)).to_contain_text("2 câu chưa gửi")
    until(lambda: len(journal(page)) == 2, 10)  # a phone that dies in the same instant may lose the last choice
    kept = chosen(page)
    killed = [pid for pid in descendants(os.getpid()) if str(tmp_path / "profile") in command_of(pid)]
    assert killed
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(is_alive(pid) for pid in killed), 10)
    with suppress(Error):  # there is nothing left to be closed
        running.close()

    after = opened()
    page = after.new_page()
    open_paper(page, url)
    saving(page, "Đã lưu 3/4 câu")
    assert chosen(page) == kept
    until(lambda: journal(page) == [], 10)
    after.close()


def command_of(pid: int) -> str:
    """The command line of a process; "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_submission_on_another_device_and_a_rest_in_the_history(contest: str, person: Callable[..., Page]) -> None:
    """The back button brings the page as it was left; it asks at once what has become of the paper."""
    page = person(PHONE)
    url = sit(page, contest)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    page.goto(f"/cuoc-thi/{contest}")
    page.go_back()
    page.wait_for_selector(".paper[data-ready]")
    saving(page, "Đã lưu 1/4 câu")
    assert len(chosen(page)) == 1
    # The other device of the same person submits: this page learns it when it is looked at again.
    attempt = url.rsplit("/", 1)[1]
    post(page, f"/api/v1/attempts/{attempt}/submission", {"last_rev": 0})
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_url("**/da-nop")
