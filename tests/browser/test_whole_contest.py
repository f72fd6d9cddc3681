"""A whole contest in real browsers: an organizer, three participants, an officer of Đak Pơ and one of Pleiku."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import python_calamine
import yaml
from playwright.sync_api import Page, expect

from quizapp.config import ROOT
from tests import factories
from tests.browser.conftest import DESK, PHONE, Site, axe, fits, now, picture

pytestmark = pytest.mark.browser

SLUG = "hanh-trinh-thu"
BANK = yaml.safe_load((ROOT / "question_banks" / "phong-cach" / "bank.yaml").read_text(encoding="utf-8"))
SINGLE = [q for q in BANK["questions"] if not isinstance(q["answer"], list)]
RIGHT = {q["question"].strip(): str(q["options"][q["answer"]]).strip() for q in SINGLE}


def contest_file() -> str:
    """A contest of one open round on shipped questions, with a live board."""
    start = now() - timedelta(hours=1)
    return yaml.safe_dump(
        {
            "contest": SLUG,
            "title": "Hành trình thử: tìm hiểu phong cách Hồ Chí Minh",
            "organizer": {"name": "Ban Tuyên giáo Tỉnh ủy Mẫu", "parent": "Tỉnh ủy Mẫu", "header": "party"},
            "areas": {"tree": "gia-lai-2022", "ranked_level": "district"},
            "entry": {
                "mode": "form",
                "fields": {
                    "full_name": "required",
                    "date_of_birth": "required",
                    "phone": "required",
                    "area": "required",
                    "unit": "optional",
                },
                "identity": ["phone", "full_name"],
                "resume": "details",
            },
            "rounds": [
                {
                    "key": "tuan-1",
                    "label": "Tuần 1",
                    "opens_at": start.isoformat(timespec="seconds"),
                    "closes_at": (start + timedelta(hours=9)).isoformat(timespec="seconds"),
                    "paper": {
                        "mode": "fixed",
                        "questions": [f"phong-cach/{q['id']}" for q in SINGLE[:6]],
                        "shuffle": {"questions": True, "options": True},
                        "time_limit_seconds": 900,
                        "points": 10,
                    },
                    "attempts": {"max": 2, "per": "round"},
                    "ranking": {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
                    "prizes": [{"name": "Nhất", "count": 1, "amount": 1500000}],
                }
            ],
            "publication": {"live": "full", "mask_phone": True},
        },
        allow_unicode=True,
        sort_keys=False,
    )


def seen(page: Page, name: str) -> None:
    """The page fits its screen, axe finds nothing, and a picture is kept where one is wanted."""
    page.wait_for_load_state("load")
    fits(page)
    axe(page)
    picture(page, name)


def hand_in(page: Page, points: int) -> None:
    """From the review to the page that says what was handed in."""
    page.get_by_role("button", name=re.compile("^Nộp bài")).click()
    page.wait_for_url("**/da-nop")
    expect(page.locator("main")).to_contain_text(f"{points}")


def sign_in(page: Page, login: str) -> None:
    page.goto("/tai-khoan/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu").fill(factories.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()


def enter(page: Page, name: str, phone: str, district: str, commune: str | None = None) -> str:
    """Fill in the entry form and send it; the entry code."""
    page.goto(f"/cuoc-thi/{SLUG}/dang-ky")
    page.locator("#full_name").fill(name)
    page.get_by_label(re.compile("^Ngày sinh")).fill("19/5/1960")
    page.get_by_label(re.compile("^Số điện thoại")).fill(phone)
    page.locator("#area").select_option(label=district)
    if commune:
        below = page.locator("select").filter(has=page.locator("option", has_text=commune))
        below.select_option(label=commune)
    page.get_by_role("checkbox", name=re.compile("Tôi đã đọc thông báo")).check()
    page.get_by_role("button", name="Gửi phiếu dự thi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự thi")
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", page.inner_text("main"))
    assert found is not None
    return found.group()


def answer(page: Page, number: int, *, right: bool) -> None:
    """Choose the right (or a wrong) option of the question at place `number` of the paper."""
    box = page.locator(f"#q-{number}")
    wanted = RIGHT[box.locator(".question__text").inner_text().strip()]
    for option in box.locator(".choice").all():
        text = option.locator(".choice__label span").last.inner_text().strip()
        if (text == wanted) == right:
            option.click()
            return
    raise AssertionError(f"question {number} has no such option")


@pytest.fixture(scope="module")
def officers(site: Site) -> None:
    """Staff accounts as an administrator makes them."""
    site.staff("to-chuc", "organizer", "gia-lai-2022:64")
    site.staff("can-bo-dak-po", "district", "gia-lai-2022:634")
    site.staff("can-bo-pleiku", "district", "gia-lai-2022:622")


def test_a_whole_contest(site: Site, officers: None, person: Callable[..., Page], tmp_path: Path) -> None:
    launch(person(DESK))
    first = person(PHONE)
    code = sit_with_a_reload(first)
    sit_without_scripts(person(PHONE, java_script_enabled=False))
    sit_through_a_lost_connection(person(PHONE))
    look_at_the_board(first)
    go_on_elsewhere(person(DESK), code)
    look_at_the_district(person(DESK), tmp_path)
    stay_out_of_the_neighbours(person(DESK))
    close_and_publish(person(DESK), first)


def launch(page: Page) -> None:
    """The organizer pastes a file, mends what is wrong with it, and launches."""
    sign_in(page, "to-chuc")
    seen(page, "organize-home")
    page.goto("/to-chuc/cuoc-thi/tao-moi")
    text = page.get_by_role("textbox")
    text.fill(contest_file().replace("ranked_level: district", "ranked_level: huyen"))
    page.get_by_role("button", name=re.compile("^Lưu")).click()
    expect(page.locator("main")).to_contain_text("huyen")
    expect(text).to_have_value(re.compile("ranked_level: huyen"))
    seen(page, "organize-edit-errors")
    text.fill(contest_file())
    page.get_by_role("button", name=re.compile("^Lưu")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hành trình thử")
    seen(page, "organize-draft")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Khởi động cuộc thi").click()
    expect(page.locator("main")).to_contain_text("Đang mở")
    seen(page, "organize-contest")


def sit_with_a_reload(page: Page) -> str:
    """Everything right, with a reload in the middle that loses nothing."""
    page.goto("/")
    seen(page, "home")
    page.goto(f"/cuoc-thi/{SLUG}")
    seen(page, "contest")
    page.goto(f"/cuoc-thi/{SLUG}/dang-ky")
    seen(page, "enter")
    code = enter(page, "Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh", "0905000001", "Huyện Đăk Pơ", "Xã Hà Tam")
    seen(page, "entered")
    page.get_by_role("button", name="Vào thi").click()
    for number in (1, 2, 3):
        answer(page, number, right=True)
    expect(page.locator("[data-part=saving]")).to_contain_text("Đã lưu 3/6")
    picture(page, "paper")
    seen(page, "paper-full")
    page.reload()
    expect(page.locator("[data-part=saving]")).to_contain_text("Đã lưu 3/6")
    assert page.locator("input[type=radio]:checked").count() == 3
    for number in (4, 5, 6):
        answer(page, number, right=True)
    expect(page.locator("[data-part=saving]")).to_contain_text("Đã lưu 6/6")
    page.get_by_role("button", name="Xem lại và nộp bài").click()
    expect(page.locator("main")).to_contain_text("Đã trả lời đủ 6 câu")
    seen(page, "review")
    hand_in(page, 60)
    seen(page, "submitted")
    return code


def sit_without_scripts(page: Page) -> None:
    """A plain form all the way: four right."""
    enter(page, "Siu H’Thử", "0905000002", "Huyện Đăk Pơ")
    page.get_by_role("button", name="Vào thi").click()
    for number in (1, 2, 3, 4):
        answer(page, number, right=True)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.locator("main")).to_contain_text("4/6")
    page.get_by_role("button", name="Xem lại và nộp bài").click()
    expect(page.locator("main")).to_contain_text("Còn 2 câu chưa trả lời")
    hand_in(page, 40)


def sit_through_a_lost_connection(page: Page) -> None:
    """The net goes away in the middle; what was chosen meanwhile arrives by itself when it is back."""
    enter(page, "Rơ Châm Thử Nghiệm", "0905000003", "Thành phố Pleiku", "Phường Yên Đỗ")
    page.get_by_role("button", name="Vào thi").click()
    answer(page, 1, right=True)
    expect(page.locator("[data-part=saving]")).to_contain_text("Đã lưu 1/6")
    page.context.set_offline(True)
    for number in (2, 3):
        answer(page, number, right=True)
    expect(page.locator("[data-part=saving]")).to_contain_text("Mất mạng")
    picture(page, "paper-offline")
    page.context.set_offline(False)
    expect(page.locator("[data-part=saving]")).to_contain_text("Đã lưu 3/6", timeout=45_000)
    page.get_by_role("button", name="Xem lại và nộp bài").click()
    hand_in(page, 30)


def look_at_the_board(page: Page) -> None:
    """The first participant finds themselves at the top of three."""
    page.goto(f"/cuoc-thi/{SLUG}/tuan-1/bang-xep-hang")
    expect(page.locator("main")).to_contain_text("Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh")
    names = ["Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh", "Siu H’Thử", "Rơ Châm Thử Nghiệm"]
    text = page.inner_text("main")
    assert [text.index(name) for name in names] == sorted(text.index(name) for name in names)
    assert "0905" not in page.content()
    seen(page, "board")


def go_on_elsewhere(page: Page, code: str) -> None:
    """Another device with the entry code: the same person, who is told of it on the first one."""
    page.goto(f"/cuoc-thi/{SLUG}/tiep-tuc")
    page.get_by_role("textbox").fill(code.lower())
    seen(page, "resume")
    page.get_by_role("button", name=re.compile("Tiếp tục|Vào")).click()
    expect(page.locator("main")).to_contain_text("Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh")
    seen(page, "contest-known")


def look_at_the_district(page: Page, folder: Path) -> None:
    """The officer of Đak Pơ sees two people in the district's communes, and takes the tables home."""
    sign_in(page, "can-bo-dak-po")
    seen(page, "district-home")
    page.goto(f"/don-vi/{SLUG}")
    main = page.locator("main")
    expect(main).to_contain_text("Xã Hà Tam")
    expect(main).not_to_contain_text("Yên Đỗ")
    seen(page, "breakdown")
    page.set_viewport_size(PHONE)
    fits(page)
    picture(page, "breakdown-phone")
    page.set_viewport_size(DESK)
    for table, extension in (("participants", "xlsx"), ("areas", "csv")):
        with page.expect_download() as waiting:
            page.evaluate(f"location.href = '/don-vi/{SLUG}/tai/{table}.{extension}'")
        waiting.value.save_as(folder / f"{table}.{extension}")
    rows = python_calamine.load_workbook(str(folder / "participants.xlsx")).get_sheet_by_index(0).to_python()
    text = "\n".join(str(cell) for row in rows for cell in row)
    assert "Siu H’Thử" in text
    assert "Rơ Châm" not in text
    assert "0905000001" not in text
    assert (folder / "areas.csv").read_bytes().startswith("\ufeff".encode())


def stay_out_of_the_neighbours(page: Page) -> None:
    """The officer of Pleiku finds nothing of Đak Pơ."""
    sign_in(page, "can-bo-pleiku")
    page.goto(f"/don-vi/{SLUG}")
    expect(page.locator("main")).to_contain_text("Yên Đỗ")
    expect(page.locator("main")).not_to_contain_text("Hà Tam")
    answered = page.goto(f"/don-vi/{SLUG}?area=634")
    assert answered is not None
    assert answered.status == 404
    outside = page.goto(f"/to-chuc/{SLUG}")
    assert outside is not None
    assert outside.status == 404


def close_and_publish(page: Page, participant: Page) -> None:
    """The organizer closes the round with a reason, finalizes, publishes; then everybody sees results and the key."""
    sign_in(page, "to-chuc")
    page.goto(f"/to-chuc/{SLUG}")
    page.get_by_role("link", name=re.compile("Đóng sớm|Đóng vòng")).first.click()
    page.get_by_role("textbox").fill("Kết thúc buổi chạy thử")
    page.get_by_role("button", name=re.compile("^Đóng")).click()
    expect(page.locator("main")).to_contain_text("Đã đóng")
    page.wait_for_timeout(4000)  # the grace in which what was sent before the close may still arrive
    page.goto(f"/to-chuc/{SLUG}/vong/tuan-1/duyet")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Duyệt kết quả").click()
    page.goto(f"/to-chuc/{SLUG}/giai-thuong")
    expect(page.locator("#ranking-1")).to_contain_text("Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh")
    expect(page.locator("#ranking-1")).to_contain_text("Điểm: 60. Xếp kế tiếp là Siu H’Thử (hạng 2): 40.")
    seen(page, "organize-awards")
    page.goto(f"/to-chuc/{SLUG}/giai-thuong/bien-ban")
    seen(page, "organize-minutes")
    page.goto(f"/to-chuc/{SLUG}")
    page.get_by_role("button", name=re.compile("Công bố")).click()
    expect(page.locator("main")).to_contain_text("Đã công bố")
    seen(page, "organize-published")
    participant.goto(f"/cuoc-thi/{SLUG}/giai-thuong")
    expect(participant.locator("main")).to_contain_text("Nguyễn Hoàng Thị Phương Quỳnh Trâm Anh")
    seen(participant, "winners")
    participant.goto(f"/cuoc-thi/{SLUG}/ket-qua")
    expect(participant.locator("main")).to_contain_text("Huyện Đăk Pơ")
    seen(participant, "area-results")
    participant.goto(f"/cuoc-thi/{SLUG}/tuan-1/bang-xep-hang")
    seen(participant, "board-final")
