"""What a bank is, its fingerprint, and which options keep their place."""

import dataclasses
import hashlib
import unicodedata

import pytest

from quizapp.banks import rules
from quizapp.banks.rules import Image, Source, is_pinned, letter_references
from tests.banks.builders import bank, question


def test_a_bank_finds_its_questions_by_id() -> None:
    thu = bank(question(1), question(2))
    assert thu.question("t-2") == question(2)
    assert "t-1" in thu
    assert "t-3" not in thu
    with pytest.raises(KeyError):
        thu.question("t-3")


def test_a_bank_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        bank(question(1)).title = "x"  # type: ignore[misc]


def test_canonical_form_of_a_question() -> None:
    one = question(1, text="Chọn gì?", options=("Một", "Hai"), answer="BA", source=Source("Sách", None))
    assert rules.canonical_question(one) == {
        "id": "t-1",
        "question": "Chọn gì?",
        "options": {"A": "Một", "B": "Hai"},
        "answer": ["A", "B"],
        "topic": "thu",
        "difficulty": "nhan-biet",
        "explanation": "Vì vậy.",
        "source": {"title": "Sách"},
    }
    written = (
        '{"answer":["A","B"],"difficulty":"nhan-biet","explanation":"Vì vậy.","id":"t-1",'
        '"options":{"A":"Một","B":"Hai"},"question":"Chọn gì?","source":{"title":"Sách"},"topic":"thu"}'
    )
    assert rules.canonical_json(rules.canonical_question(one)) == written
    assert rules.question_hash(one) == hashlib.sha256(written.encode()).hexdigest()


def test_hashes_see_content_and_nothing_else() -> None:
    thu = bank(question(1), question(2))
    same = bank(question(1, text=unicodedata.normalize("NFD", question(1).text)), question(2))
    assert rules.content_hash(thu) == rules.content_hash(same)
    image = Image("a.png", "Ảnh", "0" * 64, "png", 3, 2)
    another = dataclasses.replace(image, digest="1" * 64)
    others = [
        bank(question(2), question(1)),
        bank(question(1), question(2), slug="khac"),
        bank(question(1, answer="B"), question(2)),
        bank(question(1, options=("Một", "Ba", "Hai", "Bốn")), question(2)),
        bank(question(1, explanation=None), question(2)),
        *(bank(dataclasses.replace(question(1), image=image), question(2)) for image in (image, another)),
    ]
    assert len({rules.content_hash(other) for other in [thu, *others]}) == 8


def test_a_bank_survives_its_canonical_form() -> None:
    thu = bank(
        question(1, answer="CA", explanation=None, source=None),
        question(2, options=tuple("12345678"), answer="H"),
        dataclasses.replace(question(3), image=Image("a.png", "Ảnh", "0" * 64, "png", 3, 2)),
        question(4, source=Source("Sách", None)),
    )
    assert rules.bank_from_canonical(rules.canonical_bank(thu)) == thu


@pytest.mark.parametrize(
    "typed",
    [
        "Cả A, B, C",
        "Cả A, B và C",
        "Cả A và B",
        "cả a và b",
        "CẢ A, B, C ĐỀU ĐÚNG",
        "Cả A , B , C .",
        "Cả A; B; C",
        "Cả A + B",
        "Cả (A) và (B)",
        "Cả “A” lẫn “B”",
        "A/B",
        "A và B",
        "A và B đúng",
        "A đúng, B sai",
        "Chỉ A đúng",
        "Chỉ A và B",
        "Chỉ có đáp án A đúng",
        "Cả A, B đều sai",
        "Không phải A và B",
        "Đáp án A và C",
        "Đáp án B",
        "Câu A và câu B",
        "Từ A đến D",
        "Cả hai phương án A và B đều đúng",
        "Tất cả các đáp án A, B, C",
        "Cả ba phương án trên",
        "Cả 3 đáp án trên",
        "Cả ba ý A, B và C đều đúng",
        "Cả ba tổ chức trên",
        "Cả hai tác phẩm trên",
        "Cả ba văn kiện nêu trên",
        "Cả bốn đức tính kể trên",
        "Cả hai",
        "Cả hai đều đúng",
        "Tất cả",
        "Tất cả đều sai.",
        "Tất cả phương án trên",
        "Tất cả các ý trên",
        "Tất cả các đáp án trên đều đúng",
        "Tất cả những điều trên",
        "Tất cả nội dung trên đều đúng",
        "Mọi phương án đều đúng",
        "Các phương án còn lại",
        "Các câu trên đều sai",
        "Ba phương án trên",
        "Không có đáp án nào",
        "Không có đáp án đúng",
        "Không phương án nào ở trên",
        "Không có phương án nào trong các phương án trên",
        "Không có câu nào đúng",
        "Không thuộc các phương án trên",
        "Không nội dung nào nêu trên",
        "Đáp án khác",
        "All of the above",
        "None of the above",
        "Both A and B",
        unicodedata.normalize("NFD", "Cả ba phương án trên"),
    ],
)
def test_options_about_other_options_are_pinned(typed: str) -> None:
    assert is_pinned(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Cả nước",
        "Cả năm",
        "Cả dân tộc Việt Nam",
        "Cả ba miền Bắc, Trung, Nam",
        "Cả ba tác phẩm đều của Người",
        "Cả đức và tài",
        "Cả lý luận và thực tiễn",
        "Cả vật chất lẫn tinh thần",
        "Cả cuộc đời",
        "Tất cả vì miền Nam ruột thịt",
        "Tất cả quyền lực thuộc về nhân dân",
        "Tất cả cho tiền tuyến, tất cả để chiến thắng",
        "Tất cả các nước trên thế giới",
        "Tất cả mọi người đều bình đẳng",
        "Tất cả tinh thần và lực lượng, tính mạng và của cải",
        "Mọi người",
        "Các cơ quan cấp trên",
        "Các dân tộc trên đất nước ta",
        "Đặt lợi ích của Tổ quốc lên trên",
        "Từ trên xuống",
        "Với trên, với dưới, với bạn",
        "Không có gì quý hơn độc lập, tự do",
        "Không có ai cái gì cũng tốt, cái gì cũng hay cả",
        "Không có việc gì khó",
        "Không câu nệ hình thức",
        "Không",
        "Có",
        "Đúng",
        "A",
        "Vitamin A và B",
        "Khối A và khối B",
        "Ý chí",
        "Ý thức kỷ luật",
        "Ý nghĩa",
        "Câu lạc bộ",
        "Phương án tác chiến",
        "Các ý kiến đều đúng đắn",
        "Hai",
        "Ba Đình",
        "10/1947",
        "Chỉ thị số 05-CT/TW",
        "",
    ],
)
def test_other_options_are_not(typed: str) -> None:
    assert not is_pinned(typed)
    assert letter_references(typed) == ()


@pytest.mark.parametrize(
    "typed", ["khong co " * 5000, "cac " * 5000 + "tren", "A, " * 5000, "ca tat ca " * 11, "y " * 59]
)
def test_long_texts_keep_nobody_busy(typed: str) -> None:
    assert not is_pinned(typed)


@pytest.mark.parametrize(
    ("typed", "letters"),
    [
        ("Cả A và C", ("A", "C")),
        ("cả a, c", ("A", "C")),
        ("Cả C và A", ("C", "A")),
        ("Cả ba ý A, B và C đều đúng", ("A", "B", "C")),
        ("Từ A đến D", ("A", "B", "C", "D")),
        ("A đúng, B sai", ("A", "B")),
        ("Đáp án B", ("B",)),
        ("Cả ba phương án trên", ()),
        ("Tất cả", ()),
    ],
)
def test_letters_that_an_option_names(typed: str, letters: tuple[str, ...]) -> None:
    assert letter_references(typed) == letters
