"""Public names and codes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.ids import CROCKFORD, digest, new_code, new_public_id, normalize_code


def test_public_ids_are_url_safe_and_all_different() -> None:
    made = {new_public_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", one) for one in made)


def test_codes_have_the_asked_length_and_only_unmistakable_characters() -> None:
    made = [new_code(10) for _ in range(500)]
    assert len(set(made)) == 500
    assert {len(one) for one in made} == {10}
    # 5,000 draws of 32 characters: that one never comes up has a chance of 10^-67.
    assert set("".join(made)) == set(CROCKFORD)
    assert len(CROCKFORD) == 32
    assert not set(CROCKFORD) & set("ILOU")


@given(st.integers(0, 30))
def test_a_code_is_its_own_normal_form(length: int) -> None:
    code = new_code(length)
    assert normalize_code(code) == code


@pytest.mark.parametrize(
    "typed", ["0110-AB2C", " o11o ab2c ", "OIlO\u00a0aB2c", "0 1 1 0\tA-B-2-C\n", "oLi0-ab2c", "\u30000110AB2C"]
)
def test_a_code_read_over_the_telephone_is_understood(typed: str) -> None:
    assert normalize_code(typed) == "0110AB2C"


def test_a_digest_is_sha_256_of_the_utf_8_text() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest("Đak Pơ") != digest("Đak Po")
