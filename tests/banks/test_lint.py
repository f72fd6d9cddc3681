"""What an editor is shown, and that sound banks are left in peace."""

import dataclasses
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.banks.rules import Finding, Image, Question, lint
from quizapp.banks.rules.similarity import similar_pairs
from quizapp.messages import text_of
from tests.banks.builders import bank, question


def found(*questions: Question) -> list[Finding]:
    findings = lint([bank(*questions)])
    assert all(text_of(finding.code, **finding.params) for finding in findings)
    return findings


def codes(*questions: Question) -> list[str]:
    return [finding.code for finding in found(*questions)]


def many(answers: Sequence[str]) -> list[Question]:
    """Questions of their own with these right letters."""
    return [question(number, answer=answer) for number, answer in enumerate(answers)]


def test_a_sound_bank_is_left_in_peace() -> None:
    assert lint([bank(*many("ABCD" * 10))]) == []


def test_missing_parts() -> None:
    assert found(question(1, explanation=None, source=None)) == [
        Finding("missing_explanation", "thu", ("thu/t-1",)),
        Finding("missing_source", "thu", ("thu/t-1",)),
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("Một", "Hai", "Ba", "Cả A và C"), []),
        (("Một", "Hai", "Cả A và B", "Cả ba phương án trên"), []),
        (("Một", "Cả A và C", "Ba", "Bốn"), ["pinned_not_last"]),
        (("Tất cả", "Một", "Hai", "Ba"), ["pinned_not_last"]),
        (("Một", "Hai", "Ba", "Cả A và E"), ["foreign_letter"]),
        (("Một", "Hai", "Ba", "Cả A và D"), ["foreign_letter"]),
        (("Độc lập", "Đốc lập", "Ba", "Bốn"), ["alike_options"]),
        (("Hòa bình", "hoà bình.", "Ba", "Bốn"), ["alike_options"]),
        (("1,5", "15", "0,15", "150"), []),
    ],
)
def test_options(options: tuple[str, ...], expected: list[str]) -> None:
    assert codes(question(1, options=options)) == expected


def test_a_letter_that_leads_nowhere_is_an_error() -> None:
    (finding,) = found(question(1, options=("Một", "Hai", "Ba", "Cả A, E và G")))
    assert (finding.severity, finding.params) == ("error", {"option": "D", "letters": ["E", "G"]})


@pytest.mark.parametrize(
    ("options", "answer", "expected"),
    [
        (("x" * 27, "y" * 20, "z", "t"), "A", []),
        (("x" * 28, "y" * 20, "z", "t"), "A", ["long_answer"]),
        (("x" * 11, "y" * 4, "z", "t"), "A", []),
        (("x" * 60, "y" * 20, "z", "t"), "B", []),
        (("x" * 60, "y" * 50, "z", "t"), "AB", []),
        (("x", "y", "z", "Cả ba phương án trên đều đúng"), "D", []),
    ],
)
def test_right_options_that_are_clearly_the_longest(options: tuple[str, ...], answer: str, expected: list[str]) -> None:
    assert codes(question(1, options=options, answer=answer)) == expected


@pytest.mark.parametrize(("longest", "expected"), [(8, []), (9, ["often_longest"])])
def test_a_bank_whose_right_options_are_often_the_longest(longest: int, expected: list[str]) -> None:
    """Eight of twenty is the limit."""
    options = {"A": ("Rất dài", "Hai", "Ba", "Bốn"), "D": ("Một", "Hai", "Ba", "Rất dài")}
    telling = [
        question(number, options=options["DA"[number % 2]], answer="DA"[number % 2]) for number in range(longest)
    ]
    rest = [
        question(number, options=("Một", "Sáu", "Năm", "Bốn"), answer="CB"[number % 2]) for number in range(longest, 20)
    ]
    findings = found(*telling, *rest)
    assert [finding.code for finding in findings] == expected
    assert all(finding.params == {"longest": longest, "questions": 20} for finding in findings)


def test_runs_of_one_letter() -> None:
    assert codes(*many("ABBBBCD")) == []
    (finding,) = found(*many("ABBBBBCD"))
    assert (finding.code, finding.params) == ("letter_run", {"letter": "B", "length": 5})
    assert finding.questions == tuple(f"thu/t-{number}" for number in range(1, 6))


@pytest.mark.parametrize(
    ("answers", "uneven"),
    [
        ("ABCD" * 5, False),
        ("ABCD" * 4 + "ABC", False),  # 19 questions say nothing
        ("ABAC" * 5, True),  # no D at all
        ("ABAC" * 4 + "ABA", False),
        ("ABCD" * 6 + "ABAC" * 4, False),
        ("ABCD" * 30 + "ABAC" * 20, True),  # each share within 15-35 %, but not by chance
    ],
)
def test_letters_spread_unevenly(answers: str, uneven: bool) -> None:
    assert ("uneven_letters" in codes(*many(answers))) == uneven


def test_questions_with_several_right_options_do_not_count_for_letters() -> None:
    several = [question(number + 50, answer="AB") for number in range(10)]
    assert codes(*many("ABCD" * 5), *several) == []


@pytest.mark.parametrize(
    ("first", "second", "answers", "expected"),
    [
        ("Bác Hồ sinh ngày nào?", "bác hồ sinh ngày nào", ("Một", "Một"), ["equal_questions"]),
        (
            "Tác phẩm “Đường Kách mệnh” được xuất bản lần đầu vào năm nào?",
            "Tác phẩm “Đường Kách mệnh” xuất bản lần đầu năm nào?",
            ("1927", "1927"),
            ["similar_questions"],
        ),
        (
            "Tác phẩm “Đường Kách mệnh” được xuất bản lần đầu vào năm nào?",
            "Tác phẩm “Nhật ký trong tù” được viết trong những năm nào?",
            ("1927", "1942-1943"),
            [],
        ),
        ("Chỉ thị số 05 ban hành ngày nào?", "Chỉ thị số 06 ban hành ngày nào?", ("15/5/2016", "7/11/2006"), []),
        (
            "Nghị quyết của Hội nghị chỉ ra tất cả bao nhiêu biểu hiện suy thoái?",
            "Trong Nghị quyết của Hội nghị, mỗi nhóm gồm bao nhiêu biểu hiện suy thoái?",
            ("27 biểu đó", "9 biểu đó"),
            [],
        ),
        ("Ông A đến trước hay ông B?", "Ông B đến trước hay ông A?", ("Ông A", "Bà C"), []),
    ],
)
def test_questions_asked_twice(first: str, second: str, answers: tuple[str, str], expected: list[str]) -> None:
    pair = [
        question(n, text=typed, options=(answer, "Hai", "Ba", "Bốn"))
        for n, (typed, answer) in enumerate(zip((first, second), answers, strict=True), start=1)
    ]
    assert codes(*pair, *many("DCBA" * 4)[3:]) == expected


def test_questions_asked_twice_in_two_banks() -> None:
    one, other = bank(question(1), slug="mot"), bank(question(2, text=question(1).text), slug="hai")
    assert lint([one, other]) == [Finding("equal_questions", "mot", ("mot/t-1", "hai/t-2"), severity="error")]


@pytest.mark.parametrize(("digests", "expected"), [("00", ["equal_questions"]), ("01", [])])
def test_the_same_words_about_another_picture_ask_something_else(digests: str, expected: list[str]) -> None:
    images = [Image("a.png", "Ảnh", digest * 64, "png", 3, 2) for digest in digests]
    one, other = (dataclasses.replace(question(n, text="Đây là nơi nào?"), image=images[n]) for n in range(2))
    assert codes(one, other, *many("DCBA" * 4)[3:]) == expected
    assert codes(one, dataclasses.replace(other, image=None), *many("DCBA" * 4)[3:]) == ["equal_questions"]


def test_names_used_by_two_banks() -> None:
    findings = lint([bank(question(1)), bank(question(2)), bank(question(3), slug="ba")])
    assert [(finding.code, finding.bank, finding.severity) for finding in findings] == [("equal_slugs", "thu", "error")]
    shared = lint([bank(question(1), slug="mot"), bank(question(1, text="Việc gì khác?"), slug="hai")])
    assert shared == [Finding("shared_id", "mot", ("mot/t-1", "hai/t-1"), {"id": "t-1"})]


WORDS = st.sampled_from(["bác", "đi", "tìm", "đường", "cứu", "nước", "năm"])


@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join), max_size=12), st.sampled_from([0.3, 0.5, 0.7, 0.9, 1.0]))
def test_looking_at_rare_words_first_misses_no_pair(texts: list[str], threshold: float) -> None:
    """Against the similarity of each with each, which a threshold of nearly nothing gives."""
    everything = {(i, j): similarity for i, j, similarity in similar_pairs(texts, 1e-9)}
    selected = {(i, j): similarity for i, j, similarity in similar_pairs(texts, threshold)}
    expected = {pair: similarity for pair, similarity in everything.items() if similarity >= threshold}
    assert selected == expected
    assert all(0 <= similarity <= 1 for similarity in everything.values())


def test_thousands_of_questions_are_looked_through() -> None:
    """Each pair of 2,000 would be two million comparisons; the planted twin is found without them."""
    chance = random.Random(7)
    vocabulary = [f"tu{number}" for number in range(3000)]
    texts = [" ".join(chance.choices(vocabulary, k=15)) for _ in range(2000)]
    texts[1500] = texts[30] + " thêm"
    assert [(i, j) for i, j, _ in similar_pairs(texts, 0.7)] == [(30, 1500)]
