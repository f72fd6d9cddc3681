"""The question banks, common to all organizers."""

import pytest

from quizapp.banks import queries
from tests import factories, pictures
from tests.clients import text_in

LIST = "/to-chuc/ngan-hang/cau-hoi"
BANK = f"{LIST}/mau"


def test_the_list_has_numbers_by_topic_and_difficulty(people):
    page = people("to-chuc-ia").get(LIST)
    (card,) = page.all("article", class_="card")
    text = text_in(card)
    for part in ("Bộ mẫu mau", "Nhận biết", "Thông hiểu", "1 chủ đề", "chung: 10"):
        assert part in text
    assert "điểm nên xem lại" in text


def test_findings_between_banks_are_shown_at_both(people, now):
    factories.make_bank(now, "khac", questions=2)
    page = people("tinh").get(f"{LIST}/khac")
    assert "gần giống nhau" in page.text
    assert "gần giống nhau" in people("tinh").get(BANK).text


def test_a_bank_shows_every_question_with_its_key_and_source(people):
    page = people("tinh").get(BANK)
    questions = page.all("section", class_="question")
    assert len(questions) == 10
    right = [text_in(item) for item in questions[9].iter() if "answer--right" in (item.get("class") or "")]
    assert right == ["A. Đúng 10 Phương án đúng", "C. Khác 10 Phương án đúng"]
    assert "Tài liệu mẫu" in text_in(questions[0])
    assert "mau-001 · chung · Nhận biết" in page.text


def test_pictures_are_shown_with_their_questions(people, now):
    pictures.make_bank(now, pictures.png(6, 4))
    page = people("tinh").get(f"{LIST}/anh")
    image = page.one("img", class_="question__image")
    assert (image.get("alt"), image.get("width"), image.get("height")) == ("Bản đồ huyện Thử", "6", "4")
    assert people("tinh").client.get(image.get("src")).data == pictures.png(6, 4)


def test_the_file_as_it_was_imported(people):
    answer = people("tinh").client.get(f"{BANK}/bank.yaml")
    assert answer.get_data(as_text=True) == queries.source_of("mau")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mau.yaml"')


@pytest.mark.parametrize("path", [f"{LIST}/khong-co", f"{LIST}/khong-co/bank.yaml"])
def test_a_bank_that_does_not_exist(people, path):
    assert people("tinh").client.get(path).status_code == 404


@pytest.mark.parametrize("path", [LIST, BANK, f"{BANK}/bank.yaml"])
def test_keys_are_for_organizers_alone(people, path):
    assert people("dak-mau").client.get(path).status_code == 404
    assert people(None).client.get(path).status_code == 302
