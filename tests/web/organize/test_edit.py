"""A contest's file: checked, shown in words, kept when it is broken, stored while the contest is a draft."""

import io

import pytest

from quizapp.areas import queries as areas
from quizapp.contests import queries
from tests import factories

NEW = "/to-chuc/cuoc-thi/tao-moi"
EDIT = "/to-chuc/nhap/sua"
BROKEN = 'contest: moi\ntitle: "chưa đóng nháy\nrounds: []\n'


def typed(page):
    return "".join(page.one("textarea", id="text").itertext()).lstrip("\n")


def yaml_of(now, **changes):
    return factories.contest_yaml(now, **changes).decode()


def test_the_starter_is_a_sound_file(people):
    text = typed(people("tinh").get(NEW))
    assert "tree: tinh-mau" in text
    page = people("tinh").post(NEW, {"text": text, "act": "check"})
    assert "Tệp hợp lệ" in page.text
    assert queries.find_contest("cuoc-thi-moi") is None


def test_a_contest_knows_its_own_organizers_banks_alone(people, now):
    """Not in the file to begin with, not as a hint, not when it is checked."""
    factories.make_bank(now, "a-cua-dak", owner="10")
    assert "a-cua-dak" in typed(people("tinh").get(NEW))
    assert "a-cua-dak" not in typed(people("to-chuc-ia").get(NEW))
    drawn = factories.round_dict(now, paper={"mode": "random", "draw": [{"bank": "a-cua-dax", "count": 1}]})
    text = yaml_of(now, contest="moi", rounds=[drawn])
    hinted = people("tinh").post(NEW, {"text": text, "act": "check"}, status=422).text
    assert "Có phải ý là “a-cua-dak”" in hinted
    page = people("to-chuc-ia").post(NEW, {"text": text, "act": "check"}, status=422).text
    assert "Chưa có bộ câu hỏi “a-cua-dax” trong hệ thống." in page
    assert "a-cua-dak" not in page
    text = text.replace("a-cua-dax", "a-cua-dak")
    page = people("to-chuc-ia").post(NEW, {"text": text, "act": "save"}, status=422)
    assert "Chưa có bộ câu hỏi “a-cua-dak” trong hệ thống." in page.text
    assert queries.find_contest("moi") is None


def test_checking_shows_the_rules_in_words_and_stores_nothing(people, now):
    page = people("tinh").post(NEW, {"text": yaml_of(now, contest="moi"), "act": "check"})
    assert "Ai được dự thi" in page.text
    assert "Mỗi bài có 5 câu hỏi" in page.text or "5 câu" in page.text
    assert queries.find_contest("moi") is None


def test_saving_makes_a_draft_of_the_organizers_own_area(people, now):
    page = people("to-chuc-ia").post(NEW, {"text": yaml_of(now, contest="moi"), "act": "save"})
    assert "Đã lưu cuộc thi “Cuộc thi mẫu”." in page.text
    contest = queries.get_contest("moi")
    assert contest.owner_area_id == areas.get_area("tinh-mau", "11").id
    assert contest.launched_at is None


def test_lines_of_a_browser_are_stored_as_lines_of_a_file(people, now):
    text = yaml_of(now, contest="moi")
    people("tinh").post(NEW, {"text": text.replace("\n", "\r\n"), "act": "save"})
    assert queries.source_of("moi") == text


def test_an_uploaded_file_wins_over_the_text(people, now):
    upload = (io.BytesIO(b"\xef\xbb\xbf" + yaml_of(now, contest="tai-len").encode()), "x.yaml")
    people("tinh").post(NEW, {"text": "gì đó", "upload": upload, "act": "save"})
    assert queries.get_contest("tai-len").title == "Cuộc thi mẫu"


def test_a_broken_file_is_kept_with_every_mistake_at_its_place(people, now):
    text = (
        yaml_of(now, contest="moi")
        .replace("ranked_level: district", "ranked_level: huyện")
        .replace("mau-003", "mau-333")
    )
    page = people("tinh").post(NEW, {"text": text, "act": "save"}, status=422)
    assert typed(page) == text
    assert "Tệp có 2 chỗ cần sửa." in page.text
    line = text.splitlines().index("  ranked_level: huyện") + 1
    assert f"Dòng {line}, cột 17:" in page.text
    assert "Cây đơn vị không có cấp “huyện”" in page.text
    assert "Không tìm thấy câu hỏi “mau-333”." in page.text
    assert queries.find_contest("moi") is None


def test_broken_yaml_is_kept_and_shown_with_its_line(people):
    page = people("tinh").post(NEW, {"text": BROKEN, "act": "check"}, status=422)
    assert typed(page) == BROKEN.lstrip("\n")
    assert [mark.text for mark in page.all("mark")] == ['"']
    assert "Dòng 2, cột 8:" in page.text


def test_a_broken_upload_stands_in_the_text_field(people):
    upload = (io.BytesIO("tên: <b>".encode()), "x.yaml")
    page = people("tinh").post(NEW, {"text": "", "upload": upload, "act": "save"}, status=422)
    assert typed(page) == "tên: <b>"


@pytest.mark.parametrize("data", [b"PK\x03\x04\xff\xfe", "title: một".encode("utf-16")])
def test_bytes_that_are_no_text_are_refused_and_the_text_stays(people, data):
    upload = (io.BytesIO(data), "x.xlsx")
    page = people("tinh").post(NEW, {"text": "contest: moi", "upload": upload, "act": "save"}, status=422)
    assert "Tệp có 1 chỗ cần sửa." in page.text
    assert typed(page) == "contest: moi"


def test_control_characters_are_named_and_not_repeated(people):
    page = people("tinh").post(NEW, {"text": "contest: mo\x00i\x1b\n", "act": "check"}, status=422)
    assert "ký tự điều khiển" in page.text
    assert typed(page) == "contest: moi\n"


def test_nothing_at_all_is_refused(people):
    page = people("tinh").post(NEW, {"text": " \n", "act": "save"}, status=422)
    assert "Hãy chọn một tệp hoặc dán nội dung" in page.text


def test_a_slug_that_is_in_use_is_refused(people, draft, now):
    for slug in ("nhap", "cuoc-thi-mau"):
        page = people("tinh").post(NEW, {"text": yaml_of(now, contest=slug), "act": "save"}, status=422)
        assert f"Mã cuộc thi “{slug}” đã được dùng." in page.text
    assert queries.get_contest("nhap").title == "Bản nháp của tỉnh"


def test_another_organizer_cannot_replace_a_draft_through_the_form_for_new_ones(people, draft, now):
    people("to-chuc-ia").post(NEW, {"text": yaml_of(now, contest="nhap"), "act": "save"}, status=422)
    assert queries.get_contest("nhap").title == "Bản nháp của tỉnh"


def test_areas_of_somebody_else_are_refused(people, now):
    text = yaml_of(now, contest="moi", areas={"tree": "ngoai-tinh", "ranked_level": "province"})
    page = people("tinh").post(NEW, {"text": text, "act": "save"}, status=422)
    assert "Danh mục đơn vị “ngoai-tinh” không thuộc địa bàn của đồng chí." in page.text
    page = people("quan-tri").post(NEW, {"text": text, "act": "save"})
    assert queries.get_contest("moi").spec.areas.tree == "ngoai-tinh"


def test_a_draft_is_replaced(people, draft, now):
    page = people("tinh").get(EDIT)
    assert typed(page) == queries.source_of("nhap")
    people("tinh").post(EDIT, {"text": yaml_of(now, contest="nhap", title="Tên mới"), "act": "save"})
    assert queries.get_contest("nhap").title == "Tên mới"


def test_a_draft_keeps_its_name(people, draft, now):
    page = people("tinh").post(EDIT, {"text": yaml_of(now, contest="khac"), "act": "save"}, status=422)
    assert "Tệp này là của cuộc thi “khac”, không phải “nhap”." in page.text
    assert queries.find_contest("khac") is None


def test_a_launched_contest_is_not_edited(people, now):
    path = "/to-chuc/cuoc-thi-mau/sua"
    people("tinh").get(path, status=409)
    people("tinh").post(path, {"text": yaml_of(now, title="Tên mới"), "act": "save"}, status=409)
    assert queries.get_contest("cuoc-thi-mau").title == "Cuộc thi mẫu"


@pytest.mark.parametrize("login", ["dak-mau", "to-chuc-ia"])
def test_nobody_else_edits(people, draft, login, now, only_for_organizers):
    only_for_organizers(EDIT)
    people(login).post(EDIT, {"text": yaml_of(now, contest="nhap", title="Tên mới"), "act": "save"}, status=404)
    assert queries.get_contest("nhap").title == "Bản nháp của tỉnh"
