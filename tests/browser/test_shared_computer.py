"""A computer that many people use: whoever left it is nowhere on it, neither for the Back button nor in its storage."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests import factories
from tests.browser.conftest import ADMIN, DESK, Site
from tests.browser.sitting import SAVING, choose, journal, open_paper, saving, sit
from tests.plugins.browsers import QUIET

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium_path: str) -> Iterator[Browser]:
    """A Chromium as people have it: pages that were left may come back as they were (for tests that is turned off)."""
    browser = playwright.chromium.launch(
        executable_path=chromium_path, args=QUIET, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield browser
    browser.close()


# Everything that the site keeps in a browser.
STORED = """async () => ({
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
})"""
NOTHING = {"databases": [], "caches": [], "workers": 0, "local": [], "session": []}
NAME = "Đinh Thị Thử"


def leave(page: Page, contest: str) -> None:
    page.goto(f"/cuoc-thi/{contest}")
    expect(page.get_by_text(NAME)).to_be_visible()
    page.get_by_role("button", name="Thoát khỏi máy này").click()
    page.wait_for_url(re.compile("/$"))


def goes_back_to_nothing(page: Page, secrets: list[str]) -> None:
    """Step by step through the whole history, none of it shows any of the secrets."""
    for _ in range(page.evaluate("history.length")):
        if page.evaluate("navigation.canGoBack"):
            page.evaluate("void setTimeout(() => history.back())")
        page.wait_for_timeout(700)
        page.wait_for_load_state()
        html = page.content()
        assert not [secret for secret in secrets if secret in html], page.url


def test_after_leaving_nothing_of_the_person_is_left(contest: str, person: Callable[..., Page]) -> None:
    page = person(DESK)
    paper = sit(page, contest)
    expect(page.locator(".paper")).to_have_attribute("data-offline", "", timeout=30_000)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    asked = page.locator("#q-1 legend, #q-1 h2").first.inner_text().splitlines()[-1]
    assert asked in page.content()
    page.goto(f"/cuoc-thi/{contest}")
    code = page.get_by_text(re.compile("^[0-9A-Z]{5}-[0-9A-Z]{5}$")).first.inner_text()
    stored = page.evaluate(STORED)
    assert stored["databases"] == ["papers"], "there was something to forget"
    assert stored["workers"] == 1
    leave(page, contest)
    assert page.evaluate(STORED) == NOTHING
    expect(page.locator(".flash")).not_to_contain_text("chưa gửi")
    goes_back_to_nothing(page, [NAME, code, asked])
    # Nor is it there without a line.
    page.goto("/")
    page.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(paper)


def test_what_is_unsent_stays_for_its_owner_alone(contest: str, person: Callable[..., Page]) -> None:
    page = person(DESK)
    paper = sit(page, contest)
    choose(page, 1, 0)
    saving(page, "Đã lưu 1/4 câu")
    page.get_by_text("Làm tiếp trên máy khác").click()
    code = page.locator("details .code").inner_text()
    page.route("**/answers", lambda route: route.abort())
    choose(page, 2, 1)
    expect(page.locator(SAVING)).to_contain_text("chưa gửi")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    leave(page, contest)
    expect(page.locator(".flash")).to_contain_text("còn câu trả lời chưa gửi được")
    assert journal(page) == ["tu-tuong/tt-002"]
    assert page.evaluate("caches.keys()") == []

    # The next person sees none of it and sends none of it, and leaving it again does not take it away.
    page.unroute("**/answers")
    sit(page, contest)
    expect(page.locator(SAVING)).to_have_text("Đã lưu 0/4 câu")
    leave(page, contest)
    assert journal(page) == ["tu-tuong/tt-002"]

    # The owner comes back with the code.
    page.goto(f"/cuoc-thi/{contest}/tiep-tuc")
    page.get_by_label(re.compile("^Mã dự thi")).fill(code)
    page.locator("main form").get_by_role("button").first.click()
    open_paper(page, paper)
    saving(page, "Đã lưu 2/4 câu")
    assert journal(page) == []


def test_staff_who_sign_out_are_gone(site: Site, person: Callable[..., Page]) -> None:
    page = person(DESK)
    page.goto("/tai-khoan/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(ADMIN[0])
    page.get_by_label("Mật khẩu").fill(ADMIN[1])
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url("**/to-chuc/")
    page.evaluate("localStorage.setItem('of somebody', '1')")
    expect(page.get_by_text(ADMIN[0])).to_be_visible()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/dang-nhap")
    assert page.evaluate(STORED) == NOTHING
    goes_back_to_nothing(page, [ADMIN[0], "Đăng xuất"])


def test_a_paper_that_was_left_is_not_offered_to_who_enters_next(contest: str, person: Callable[..., Page]) -> None:
    page = person(DESK)
    mothers = sit(page, contest)
    leave(page, contest)
    page.goto(f"/cuoc-thi/{contest}/dang-ky")
    for field in page.locator("main form input:not([type=hidden]):not([type=checkbox]):not([type=radio])").all():
        assert field.input_value() == ""
    assert page.goto(mothers).status == 401
    number = factories.new_number()
    assert f"{number:08d}" not in page.content()
