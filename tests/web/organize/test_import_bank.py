"""A question bank's file: checked, looked over, stored."""

import io

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


def test_an_upload_replaces_a_bank(people):
    upload = (io.BytesIO(bank("mau", 4).encode()), "bank.yaml")
    people("tinh").post(PATH, {"text": "", "upload": upload, "act": "save"})
    assert len(queries.get_bank("mau").questions) == 4


def test_a_bank_can_be_edited_from_its_present_file(people):
    assert typed(people("tinh").get(f"{PATH}?bank=mau")) == queries.source_of("mau")
    people("tinh").get(f"{PATH}?bank=khong-co", status=404)


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
