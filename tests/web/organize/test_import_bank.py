"""A question bank's file: checked, looked over, stored."""

import io

import pytest

from quizapp.areas import queries as areas
from quizapp.banks import queries
from tests import factories, pictures

PATH = "/to-chuc/ngan-hang/nhap"


def typed(page):
    return "".join(page.one("textarea", id="text").itertext()).lstrip("\n")


def bank(slug="moi", questions=3):
    return factories.bank_yaml(slug, questions).decode()


def test_a_checked_file_is_described_and_not_stored(people):
    page = people("tinh").post(PATH, {"text": bank(), "act": "check"})
    assert "“Bộ mẫu moi” có 3 câu hỏi." in page.text
    assert "Đây là bộ câu hỏi mới." in page.text
    assert queries.find_record("moi") is None


def test_a_saved_file_leads_to_the_bank(people):
    page = people("to-chuc-ia").post(PATH, {"text": bank(), "act": "save"})
    assert "Đã nhập bộ câu hỏi “moi”: 3 câu hỏi" in page.text
    assert queries.source_of("moi") == bank()
    page = people("tinh").post(PATH, {"text": bank(), "act": "save"})
    assert "không thay đổi" in page.text


@pytest.mark.parametrize(("login", "slug"), [("quan-tri", "mau"), ("tinh", "cua-ia"), ("to-chuc-ia", "cua-ia")])
def test_an_upload_replaces_a_bank(people, now, login, slug):
    factories.make_bank(now, "cua-ia", owner="11")
    upload = (io.BytesIO(bank(slug, 4).encode()), "bank.yaml")
    people(login).post(PATH, {"text": "", "upload": upload, "act": "save"})
    assert len(queries.get_bank(slug).questions) == 4


@pytest.mark.parametrize(("login", "slug"), [("tinh", "mau"), ("to-chuc-ia", "mau"), ("to-chuc-ia", "cua-tinh")])
@pytest.mark.parametrize("act", ["check", "save"])
def test_a_slug_that_is_not_ones_own_is_taken(people, now, login, slug, act):
    """As it would be said of any other bank: nothing tells whose it is, or whether the file is the same."""
    factories.make_bank(now, "cua-tinh", owner="1")
    for text in (queries.source_of(slug), bank(slug, 4)):
        page = people(login).post(PATH, {"text": text, "act": act}, status=422)
        assert f"Mã bộ câu hỏi “{slug}” đã được dùng. Hãy chọn mã khác ở dòng “bank:”." in page.text
        assert typed(page) == text
        assert "Lưu sẽ thay" not in page.text
    assert len(queries.get_bank(slug).questions) == 10


def test_a_new_bank_is_the_organizers_own_and_an_administrators_everybodys(people):
    for login, slug in (("to-chuc-ia", "cua-ia"), ("quan-tri", "chung")):
        people(login).post(PATH, {"text": bank(slug), "act": "save"})
    assert queries.find_record("cua-ia").owner_area_id == areas.get_area("tinh-mau", "11").id
    assert queries.find_record("chung").owner_area_id is None


def test_a_bank_can_be_edited_from_its_present_file(people, now):
    assert typed(people("tinh").get(f"{PATH}?bank=mau")) == queries.source_of("mau")
    factories.make_bank(now, "cua-tinh", owner="1")
    for foreign in ("khong-co", "cua-tinh"):
        people("to-chuc-ia").get(f"{PATH}?bank={foreign}", status=404)


def test_a_broken_file_is_kept_with_every_mistake_and_changes_nothing(people):
    text = bank().replace("answer: A", "answer: Z").replace("difficulty: nhan-biet", "difficulty: dễ")
    page = people("tinh").post(PATH, {"text": text, "act": "save"}, status=422)
    assert typed(page) == text
    assert "Tệp có 4 chỗ cần sửa." in page.text
    assert "Đáp án “Z” không phải là một phương án của câu này" in page.text
    assert queries.find_record("moi") is None


def test_a_bank_with_pictures_has_to_come_by_the_command(people):
    page = people("tinh").post(PATH, {"text": pictures.bank_yaml().decode(), "act": "save"}, status=422)
    assert "nhập bộ câu hỏi này bằng lệnh “quiz import-bank” trên máy chủ" in page.text
    assert queries.find_record("anh") is None


def test_staff_and_strangers_import_nothing(people, only_for_organizers):
    only_for_organizers(PATH, also_hidden_from=())
    people("dak-mau").post(PATH, {"text": bank(), "act": "save"}, status=404)
    assert "/tai-khoan/dang-nhap" in people(None).redirected(PATH, {"text": bank(), "act": "save"})
    assert queries.find_record("moi") is None


def test_a_file_of_another_kind_says_so_and_what_was_typed_stays(people):
    upload = (io.BytesIO(b"PK\x03\x04" + bytes(200)), "bank.yaml", "application/yaml")
    page = people("tinh").post(PATH, {"text": bank(), "upload": upload, "act": "save"}, status=422)
    assert "Đây là tệp Excel, tệp Word hoặc tệp nén" in page.text
    assert typed(page) == bank()
    assert queries.find_record("moi") is None
    upload = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\xff" * 200), "bank.yaml")
    page = people("tinh").post(PATH, {"text": bank(), "upload": upload, "act": "check"}, status=422)
    assert "Đây không phải tệp chữ" in page.text
    assert typed(page) == bank()


def test_neither_name_nor_media_type_of_an_upload_is_believed(people):
    upload = (io.BytesIO(bank().encode()), "../../etc/passwd\x00.png", "image/png")
    people("tinh").post(PATH, {"text": "", "upload": upload, "act": "save"})
    assert len(queries.get_bank("moi").questions) == 3
