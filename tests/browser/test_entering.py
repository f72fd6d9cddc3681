"""Entering with the script's picker and without any script, and where a browser lands after a hostile link."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.conftest import DESK, PHONE, Site, axe, fits
from tests.web.test_safe_next import FOREIGN

pytestmark = pytest.mark.browser

CONTEST = "/cuoc-thi/gia-lai-2022-hcm-demo"


def fill_in(page: Page, name: str) -> None:
    """Everything but the area."""
    page.goto(f"{CONTEST}/dang-ky", wait_until="networkidle")
    page.locator("#full_name").fill(name)
    page.get_by_label("Ngày sinh").fill("19051990")
    page.get_by_label("Số điện thoại").fill(f"09{factories.new_number():08d}")
    page.get_by_role("checkbox", name="Tôi đã đọc thông báo").check()


def test_the_picker_opens_level_by_level_and_keeps_its_place_after_a_mistake(person: Callable[..., Page]) -> None:
    page = person(PHONE)
    fill_in(page, "12345")
    page.locator("#area").select_option(label="Huyện Đăk Pơ")
    page.get_by_label("Xã, phường, thị trấn", exact=True).select_option(label="Xã Hà Tam")
    page.get_by_role("button", name="Gửi phiếu dự thi").click()
    expect(page.get_by_role("alert")).to_contain_text("Họ và tên phải có chữ cái")
    axe(page)
    fits(page)
    page.get_by_role("link", name="Họ và tên phải có chữ cái").click()
    expect(page.locator("#full_name")).to_be_focused()
    expect(page.get_by_label("Xã, phường, thị trấn", exact=True)).to_have_value("23989")
    page.locator("#full_name").fill("Nguyễn Thị Hồng Phượng Thanh Nguyệt")
    page.get_by_role("button", name="Gửi phiếu dự thi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự thi")
    expect(page.locator("#entry-code")).to_have_text(re.compile("^[0-9A-Z]{5}-[0-9A-Z]{5}$"))
    axe(page)
    fits(page)
    page.goto(CONTEST)
    expect(page.get_by_text("Xã Hà Tam, Huyện Đăk Pơ")).to_be_visible()
    axe(page)
    fits(page)


def test_the_code_is_copied_by_one_touch(person: Callable[..., Page]) -> None:
    page = person(PHONE, permissions=["clipboard-read", "clipboard-write"])
    fill_in(page, "Lê Thị Sao Chép")
    page.locator("#area").select_option(label="Huyện Đăk Pơ")
    page.get_by_role("button", name="Gửi phiếu dự thi").click()
    page.get_by_role("button", name="Sao chép mã").click()
    expect(page.get_by_text("Đã sao chép.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#entry-code").inner_text()


def test_without_a_script_the_search_finds_the_area_and_nothing_typed_is_lost(person: Callable[..., Page]) -> None:
    page = person(PHONE, java_script_enabled=False)
    fill_in(page, "Trần Văn Không Máy")
    page.get_by_text("Tìm đơn vị theo tên").click()
    page.locator("#area_search").fill("chi bo thon 1")
    page.get_by_role("button", name="Tìm", exact=True).click()
    page.wait_for_load_state("load")  # until then the page may still move under the finger
    page.locator("label", has_text="Chi bộ thôn 1, Xã Hà Tam, Huyện Đăk Pơ").click()
    expect(page.get_by_label("Chi bộ thôn 1, Xã Hà Tam, Huyện Đăk Pơ")).to_be_checked()
    expect(page.locator("#full_name")).to_have_value("Trần Văn Không Máy")
    # The key Enter sends the form, though the button of the search comes first.
    page.locator("#full_name").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự thi")
    page.goto(CONTEST)
    expect(page.get_by_text("Chi bộ thôn 1, Xã Hà Tam, Huyện Đăk Pơ")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        CONTEST,
        f"{CONTEST}/dang-ky",
        f"{CONTEST}/tiep-tuc",
        "/quyen-rieng-tu",
        "/tai-khoan/dang-nhap",
        "/cuoc-thi/luyen-tap-demo/luyen-tap/bang-xep-hang",
    ],
)
def test_public_pages_are_clean_on_a_phone_and_on_a_desk(person: Callable[..., Page], path: str) -> None:
    for size in (PHONE, DESK):
        page = person(size)
        page.goto(path)
        page.wait_for_load_state("networkidle")
        axe(page)
        fits(page)


def test_no_hostile_link_takes_a_browser_to_another_host(site: Site, person: Callable[..., Page]) -> None:
    page = person(DESK)
    own = urlsplit(site.url).netloc
    for wanted in FOREIGN:
        if not wanted or len(wanted) > 1000:
            continue
        page.goto("/")
        page.locator("form[action^='/ngon-ngu/'] input[name=next]").evaluate("(input, to) => input.value = to", wanted)
        page.locator("form[action^='/ngon-ngu/'] button").click()
        page.wait_for_load_state()
        assert urlsplit(page.url).netloc == own, (wanted, page.url)
        page.goto(f"/tai-khoan/dang-nhap?next={quote(wanted)}")
        assert urlsplit(page.url).netloc == own, (wanted, page.url)
