"""Letters that only look like others: found in names that mix them, and in no Vietnamese name."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizapp.results.lookalikes import MAYBE, odd_letters
from tests.test_text import VIETNAMESE

MARKS = ["\u0300", "\u0309", "\u0303", "\u0301", "\u0323", "\u0306", "\u0302", "\u031b"]
NAMES = st.text(alphabet=[*VIETNAMESE, *MARKS, *"jzJZ '’ʼ.-\u00a0"], max_size=30)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("Nguyễn Thị \u0410n", "\u0410"),
        ("Nguy\u0435\u0302\u0303n An", "\u0435"),
        ("\u0391\u039d Bình", "\u0391\u039d"),
        ("Ho\u0430 \u0421\u043e", "\u0430\u0421\u043e"),
        ("\u0410\u0392\u0421", "\u0410\u0392\u0421"),
        ("\u00d0ặng Văn \u00d0ức", "\u00d0"),
        ("\u0189ào \u0256ào", "\u0189\u0256"),
        ("\uff21n Bình", "\uff21"),
        ("\U0001d400n", "\U0001d400"),
        ("H\u13aa Nh\u00ba", "\u13aa\u00ba"),
    ],
)
def test_letters_among_others_that_they_look_like(name: str, odd: str) -> None:
    assert odd_letters(name) == odd
    assert re.search(MAYBE, name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Ksor H’Nhớ",
        "Ksor H\u02bcNhớ",
        "Y \u0243lô \u00ca\u0306ban",
        "Rơ Châm \u014e",
        "\u0e81\u0eb2\u0ea5\u0eb2 \u0eaa\u0eb5",
        "\u0410\u043d\u043d\u0430 \u041f\u0435\u0442\u0440\u043e\u0432\u0430",
        "\u0391\u039d\u039d\u0391",
        "Nguyễn \u0418\u0432\u0430\u043d",
        "\u7530\u4e2d \u3055\u304f\u3089\u30ab\u30ca",
        "\uae40\ucca0\uc218 Kim",
        "\u1780\u17bb\u1798\u17b6\u179a Nguyễn",
    ],
)
def test_a_script_of_its_own_is_no_finding(name: str) -> None:
    assert odd_letters(name) == ""


@given(NAMES)
@example("Đặng Thị Hồng Đào")
def test_no_vietnamese_name_is_ever_found(name: str) -> None:
    for form in ("NFC", "NFD"):
        assert odd_letters(unicodedata.normalize(form, name)) == ""


@given(NAMES, st.sampled_from("\u0410\u0430\u0412\u0435\u043e\u0440\u0391\u0392\u03bf\u03c1\u00d0\u00f0\u0189\u0256"))
def test_one_odd_letter_in_a_vietnamese_word_is_always_found(name: str, odd: str) -> None:
    assert odd in odd_letters(f"{name} N{odd}m")


@given(st.text(alphabet=st.characters(codec=None), max_size=20))
def test_the_database_passes_over_no_name_that_is_one(name: str) -> None:
    assert re.search(MAYBE, name) or not odd_letters(unicodedata.normalize("NFC", name))
