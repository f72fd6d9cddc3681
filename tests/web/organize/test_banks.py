"""The question banks that an organizer may read: everybody's, and those of the own area."""

import pytest

from quizapp.banks import queries
from tests import factories, pictures
from tests.clients import text_in
from tests.web.doors import PASSING

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
    assert people("tinh").client.get(image.get("src")).data == pictures.shown(pictures.png(6, 4))


def test_the_file_as_it_was_imported(people):
    answer = people("tinh").client.get(f"{BANK}/bank.yaml")
    assert answer.get_data(as_text=True) == queries.source_of("mau")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mau.yaml"')


def test_a_bank_of_another_area_is_nowhere(people, now):
    """Not in the list, not among what looks alike, not by its address; a bank of a district is also its province's."""
    factories.make_bank(now, "cua-dak", questions=2, owner="10")
    factories.make_bank(now, "cua-ia", questions=2, owner="11")
    shown = {login: people(login).get(LIST).text for login in ("tinh", "to-chuc-ia", "quan-tri")}
    assert all("Bộ mẫu cua-ia" in page and "Bộ mẫu mau" in page for page in shown.values())
    assert ["cua-dak" in shown[login] for login in ("tinh", "to-chuc-ia", "quan-tri")] == [True, False, True]
    ia = people("to-chuc-ia")
    assert "gần giống nhau" in ia.get(f"{LIST}/cua-ia").text
    for path in (f"{LIST}/cua-ia", f"{LIST}/mau"):
        assert "cua-dak" not in ia.get(path).text
    for end in ("", "/bank.yaml"):
        told = [(slug, ia.client.get(f"{LIST}/{slug}{end}")) for slug in ("cua-dak", "khong-co")]
        assert [answer.status_code for _, answer in told] == [404, 404]
        foreign, absent = (PASSING.sub("", answer.text).replace(slug, "…") for slug, answer in told)
        assert foreign == absent
        assert people("tinh").client.get(f"{LIST}/cua-dak{end}").status_code == 200


def test_who_may_not_replace_a_bank_is_not_asked_to(people, now):
    factories.make_bank(now, "cua-ia", owner="11")
    edits = {
        (login, slug): "Sửa tệp" in people(login).get(f"{LIST}/{slug}").text
        for login in ("to-chuc-ia", "quan-tri")
        for slug in ("mau", "cua-ia")
    }
    assert edits == {
        ("to-chuc-ia", "mau"): False, ("to-chuc-ia", "cua-ia"): True,
        ("quan-tri", "mau"): True, ("quan-tri", "cua-ia"): True,
    }  # fmt: skip
    cards = {text_in(card): card for card in people("to-chuc-ia").get(LIST).all("article", class_="card")}
    assert ["dùng chung" in text for text in sorted(cards)] == [False, True]


@pytest.mark.parametrize("path", [f"{LIST}/khong-co", f"{LIST}/khong-co/bank.yaml"])
def test_a_bank_that_does_not_exist(people, path):
    assert people("tinh").client.get(path).status_code == 404


@pytest.mark.parametrize("path", [LIST, BANK, f"{BANK}/bank.yaml"])
def test_keys_are_for_organizers_alone(people, path):
    assert people("dak-mau").client.get(path).status_code == 404
    assert people(None).client.get(path).status_code == 302
