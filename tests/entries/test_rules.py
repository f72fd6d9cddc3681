"""Entry forms: what is accepted, who is whom, who may take part. No app."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.contests.spec import Age, ContestSpec
from quizapp.entries import rules
from quizapp.entries.rules import Details
from tests.factories import contest_dict

NOW = datetime(2025, 5, 19, 8, 0, tzinfo=UTC)
TODAY = date(2025, 5, 19)
GOOD = {"full_name": "Nguyễn Thị Thử", "date_of_birth": "19/5/1990", "phone": "0905 123 456"}


def spec(**changes):
    return ContestSpec.model_validate(contest_dict(NOW, **changes))


def entry_spec(**fields):
    base = contest_dict(NOW)["entry"]
    return spec(entry={**base, "fields": {**base["fields"], **fields}})


def check(typed, **fields):
    return rules.check_form(entry_spec(**fields), typed, TODAY)


def test_a_good_form_becomes_details():
    details, errors = check({**GOOD, "area": "101", "unit": "  Chi bộ   thôn 2 "})
    assert errors == {}
    assert details == Details("Nguyễn Thị Thử", date(1990, 5, 19), phone="0905123456", area="101", unit="Chi bộ thôn 2")


def test_every_missing_field_is_named_at_once():
    details, errors = check({})
    assert details is None
    assert errors == dict.fromkeys(("full_name", "date_of_birth", "phone"), "field_missing")


def test_fields_that_are_off_are_ignored():
    details, _ = check({**GOOD, "citizen_id": "không phải số", "role": "admin"})
    assert details.citizen_id is None


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("full_name", "12345", "name_invalid"),
        ("full_name", "A" * 101, "field_too_long"),
        ("phone", "123", "phone_invalid"),
        ("phone", "٠٩٠٥١٢٣٤٥٦", "phone_invalid"),
        ("date_of_birth", "31/2/1990", "date_invalid"),
        ("date_of_birth", "20/5/2025", "date_invalid"),
        ("date_of_birth", "1/1/1899", "date_invalid"),
        ("email", "không@đúng", "email_invalid"),
        ("citizen_id", "123", "citizen_id_invalid"),
        ("gender", "khác", "choice_unknown"),
    ],
)
def test_what_a_field_refuses(field, typed, code):
    _, errors = check({**GOOD, field: typed}, email="optional", citizen_id="optional", gender="optional")
    assert errors == {field: code}


@pytest.mark.parametrize(
    ("typed", "phone"),
    [
        ("0905123456", "0905123456"),
        ("+84 905 123 456", "0905123456"),
        ("84905123456", "0905123456"),
        ("(0269) 3.824-123", "02693824123"),
        ("+0905123456", None),
        ("090512345", "090512345"),
        ("9051234567", None),
    ],
)
def test_phone_numbers_take_one_form(typed, phone):
    assert rules.normalize_phone(typed) == phone


@pytest.mark.parametrize("typed", ["19/5/1990", "19-05-1990", "19.5.1990", "1990-05-19", " 19/05/1990 "])
def test_birth_dates_are_read_as_people_write_them(typed):
    assert rules.parse_birth_date(typed, TODAY) == date(1990, 5, 19)


def identity(**changes):
    details, errors = check({**GOOD, **changes})
    assert errors == {}
    return rules.identity_hash(entry_spec(), details)


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "NGUYỄN THỊ  THỬ"},
        {"full_name": "Nguye\u0302\u0303n Thi\u0323 Thu\u031b\u0309"},
        {"phone": "+84905123456"},
        {"date_of_birth": "1/1/2000"},
    ],
)
def test_the_same_person_however_typed(changes):
    assert identity(**changes) == identity()


@pytest.mark.parametrize("changes", [{"full_name": "Nguyễn Thị Thư"}, {"phone": "0905123457"}])
def test_another_person(changes):
    assert identity(**changes) != identity()


@given(st.text(max_size=40), st.text(max_size=40))
def test_identity_fields_never_run_into_one_another(first, second):
    contest = spec()
    one = rules.identity_hash(contest, Details(full_name=first, phone=second))
    other = rules.identity_hash(contest, Details(full_name=first + "\nphone=" + second, phone=""))
    assert one != other


@pytest.mark.parametrize(
    ("birth", "day", "years"),
    [
        (date(2008, 5, 19), date(2022, 5, 18), 13),
        (date(2008, 5, 19), date(2022, 5, 19), 14),
        (date(2008, 2, 29), date(2022, 2, 28), 13),
        (date(2008, 2, 29), date(2022, 3, 1), 14),
    ],
)
def test_age_is_in_completed_years(birth, day, years):
    assert rules.age_on(birth, day) == years


@pytest.mark.parametrize(
    ("low", "high", "birth", "allowed"),
    [
        (14, None, date(2011, 5, 19), True),
        (14, None, date(2011, 5, 20), False),
        (None, 35, date(1989, 5, 20), True),
        (None, 35, date(1989, 5, 19), False),
        (14, None, None, False),
        (None, None, None, True),
    ],
)
def test_ages_are_limited_at_both_ends(low, high, birth, allowed):
    assert rules.age_allowed(Age(min=low, max=high), birth, TODAY) is allowed


def test_excluded_people_are_recognised_however_their_name_is_typed():
    listed = {"full_name": "TRẦN VĂN BAN", "phone": "+84911111111"}
    contest = spec(entry={**contest_dict(NOW)["entry"], "excluded": {"mode": "block", "people": [listed]}})
    own = Details(full_name="Trần Văn Ban", phone="0911111111")
    assert rules.is_excluded(contest, own, TODAY)
    assert not rules.is_excluded(contest, Details(full_name="Trần Văn Bàn", phone="0911111111"), TODAY)


@pytest.mark.parametrize(
    ("stored_birth", "typed_birth", "same"),
    [
        (date(1990, 5, 19), date(1990, 5, 19), True),
        (date(1990, 5, 19), date(1990, 5, 20), False),
        (date(1990, 5, 19), None, False),
        (None, None, False),
    ],
)
def test_a_name_and_a_phone_number_are_never_enough(stored_birth, typed_birth, same):
    stored = {"full_name": "Nguyễn Thị Thử", "phone": "0905123456", "date_of_birth": stored_birth}
    typed = Details("nguyễn thị thử", typed_birth, phone="0905123456")
    assert rules.same_details(stored, typed, ("phone", "full_name")) is same


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("0912345094", "09xx xxx 094"), ("091234509", "09x xxx 509"), ("09123450945", "09xxx xxx 945")],
)
def test_the_middle_of_a_phone_number_is_hidden(phone, shown):
    assert rules.mask_phone(phone) == shown
