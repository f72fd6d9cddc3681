"""Passwords that nobody gets, roles that nobody gives, and when guessing has to wait."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.accounts import rules
from quizapp.accounts.common_passwords import BREACHED_FILE, HABITS, is_common, plain_form
from quizapp.accounts.rules import Actor, Role, Tried, Tries, pause_of


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("chín ký tự"[:9], "password_too_short"),
        ("x" * 201, "password_too_long"),
        ("dakpo.tuyengiao", "password_is_login"),
        ("DakPo Tuyên Giáo", "password_is_login"),
        ("quizapp-2026!", "password_names_product"),
        ("Hội thi trực tuyến 9", "password_names_product"),
        ("matkhau123", "password_common"),
        ("Mật-Khẩu 123", "password_common"),
        ("123456789a", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("1212121212121", "password_common"),
    ],
)
def test_passwords_that_are_refused(password, code):
    assert rules.password_refusal(password, "dakpo.tuyengiao")[0] == code


@pytest.mark.parametrize(
    "password", ["mưa rơi trên mái", "k2#9vLq!x7", "dakpo.tuyengiao và hơn thế", " " * 3 + "abcdefg"]
)
def test_passwords_that_are_taken_as_they_are(password):
    assert rules.password_refusal(password, "dakpo.tuyengiao") is None


def test_the_habits_of_the_house_are_written_as_they_are_compared():
    assert len(HABITS) >= 300
    assert all(len(each) >= rules.MIN_PASSWORD and plain_form(each) == each and is_common(each) for each in HABITS)


def test_fifty_thousand_passwords_of_breaches_are_refused():
    lines = gzip.decompress(BREACHED_FILE.read_bytes()).decode()[1:].splitlines()
    assert len(lines) == 50_000
    assert lines == sorted(set(lines))
    assert all(plain_form(each) == each and each not in HABITS for each in lines)
    # The first, the last, and each hundredth between them.
    assert all(is_common(each) for each in [*lines[::100], lines[-1]])


@pytest.mark.parametrize(
    "password",
    # Places 1 to 3,000 of the most frequent of ten characters and more, in equal steps; in one list and in the other.
    [
        "qwertyuiop", "Hd764nW5d7E1vb1", "rfnfgekmnf", "ghjcnjrdfif", "department", "fishfinger", "starwars123",
        "starscream", "zghjcnjcegth", "cfvfzcxfcnkbdfz", "nastya2011", "5236987410", "pianoforte",
        "1234567890", "francisco1", "playboy123", "pinkfloyd1", "chocolate7", "football69", "sugarbear1", "hans4queck",
        "De-Part-Ment", "Star Wars 123",
    ],
)  # fmt: skip
def test_the_three_thousand_commonest_are_among_them(password):
    assert rules.password_refusal(password, "dakpo.tuyengiao") == ("password_common", {})


def test_a_part_of_a_common_password_and_a_longer_one_are_not_meant():
    assert not is_common("partment")
    assert not is_common("departmentofcliffs")
    assert not is_common("")


@pytest.mark.parametrize(
    ("role", "below"),
    [(Role.ADMIN, {Role.ORGANIZER, Role.DISTRICT}), (Role.ORGANIZER, {Role.DISTRICT}), (Role.DISTRICT, set())],
)
def test_nobody_manages_a_role_at_or_above_the_own_one(role, below):
    assert {each for each in Role if Actor(1, "x", role, None).is_above(each)} == below


def tries(here=1, anywhere=None, of_address=None, is_known=False):
    anywhere = here if anywhere is None else anywhere
    return Tries(here, anywhere, here if of_address is None else of_address, is_known)


@pytest.mark.parametrize(("tried", "most"), [(Tried.PASSWORD, 8), (Tried.CODE, 5)])
def test_one_address_has_so_many_tries_for_one_account(tried, most):
    assert pause_of(tried, tries(most, is_known=True)) is None
    assert pause_of(tried, tries(most + 1, is_known=True)) == "sign_in_paused"


def test_one_address_has_so_many_failures_for_all_accounts():
    assert pause_of(Tried.PASSWORD, tries(1, of_address=200)) is None
    assert pause_of(Tried.PASSWORD, tries(1, of_address=201)) == "too_many_requests"


def test_under_attack_from_everywhere_the_owner_gets_in_and_strangers_are_slowed():
    # A first try at a new address, and all tries at a known one.
    assert pause_of(Tried.PASSWORD, tries(1, anywhere=10_000)) is None
    assert pause_of(Tried.PASSWORD, tries(8, anywhere=10_000, is_known=True)) is None
    assert pause_of(Tried.PASSWORD, tries(2, anywhere=10_000)) == "sign_in_paused"
    # Codes are guessed only by somebody who knows the password.
    assert pause_of(Tried.CODE, tries(1, anywhere=21)) == "sign_in_paused"
    assert pause_of(Tried.CODE, tries(5, anywhere=21, is_known=True)) is None


@given(st.integers(1, 300), st.integers(0, 1000), st.integers(0, 300), st.booleans(), st.sampled_from(list(Tried)))
def test_one_try_more_never_ends_a_pause(here, elsewhere, other, is_known, tried):
    before = pause_of(tried, Tries(here, here + elsewhere, here + other, is_known))
    after = pause_of(tried, Tries(here + 1, here + 1 + elsewhere, here + 1 + other, is_known))
    assert after is not None or before is None
