"""Entering, and coming back, on both databases."""

import pytest

from quizapp.accounts import service as accounts
from quizapp.db import transaction
from quizapp.entries import queries, service
from quizapp.errors import Conflict, Forbidden, Invalid, NotFound
from tests import factories


def browser(now):
    with transaction():
        return accounts.open_session(None, now=now)[0]


def enter(contest, typed, session_id, now, *, code=None, consent=service.CONSENT_VERSION):
    with transaction():
        return service.enter(contest, typed, consent_version=consent, entry_code=code, session_id=session_id, now=now)


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


def test_an_entry_makes_a_participant_with_a_code(contest, now):
    typed = factories.typed_entry(area="101")
    session_id = browser(now)
    entered = enter(contest, typed, session_id, now)
    assert (entered.is_new, len(entered.entry_code)) == (True, 10)
    found = queries.find_participant(session_id, contest.id)
    assert (found.public_id, found.full_name) == (entered.public_id, typed["full_name"])
    assert found.area_id == factories.areas.get_area("tinh-mau", "101").id


def test_the_same_browser_gets_the_same_participant(contest, now):
    typed, session_id = factories.typed_entry(), browser(now)
    first = enter(contest, typed, session_id, now)
    again = enter(contest, typed, session_id, now)
    assert (again.public_id, again.is_new) == (first.public_id, False)
    assert queries.resumptions_elsewhere(first.participant_id, -1) == []


def test_another_browser_needs_the_code_or_all_details(contest, now):
    typed = factories.typed_entry()
    first = enter(contest, typed, browser(now), now)
    wrong = {**typed, "date_of_birth": "20/05/1990"}
    with pytest.raises(Conflict, match="identity_known"):
        enter(contest, wrong, browser(now), now)
    with pytest.raises(Conflict, match="identity_known"):
        enter(contest, wrong, browser(now), now, code="0000000000")
    by_code = enter(contest, wrong, browser(now), now, code=first.entry_code.lower()[:5] + "-" + first.entry_code[5:])
    by_details = enter(contest, typed, browser(now), now)
    assert {by_code.public_id, by_details.public_id} == {first.public_id}
    assert len(queries.resumptions_elsewhere(first.participant_id, -1)) == 2


def test_a_contest_that_asks_for_the_code_takes_no_details(app, now):
    entry = {**factories.contest_dict(now)["entry"], "resume": "code"}
    contest = factories.make_contest(now, entry=entry)
    typed = factories.typed_entry()
    enter(contest, typed, browser(now), now)
    with pytest.raises(Conflict) as refused:
        enter(contest, typed, browser(now), now)
    assert refused.value.details == {"resume": "code"}


def test_coming_back_with_the_code_alone(contest, now):
    first = enter(contest, factories.typed_entry(), browser(now), now)
    elsewhere = browser(now)
    with transaction():
        back = service.resume_with_code(contest, f" {first.entry_code.lower()} ", session_id=elsewhere, now=now)
    assert queries.find_participant(elsewhere, contest.id).public_id == back.public_id == first.public_id
    with pytest.raises(NotFound, match="entry_code_unknown"), transaction():
        service.resume_with_code(contest, "ZZZZZZZZZZ", session_id=elsewhere, now=now)


def test_the_owner_is_told_of_other_browsers_and_not_of_this_one(contest, now):
    person = factories.enter(contest, now)
    elsewhere = browser(now)
    with transaction():
        service.resume_with_code(contest, person.participant.entry_code, session_id=elsewhere, now=now)
    assert queries.resumptions_elsewhere(person.participant.id, person.session_id) == [now]
    assert queries.resumptions_elsewhere(person.participant.id, elsewhere) == []


def test_a_signed_out_browser_acts_for_nobody(contest, now):
    person = factories.enter(contest, now)
    assert queries.is_linked(person.session_id, person.participant.id)
    with transaction():
        accounts.end_session(person.session_id, now=now)
    assert not queries.is_linked(person.session_id, person.participant.id)


@pytest.mark.parametrize(
    ("area", "tree", "code"),
    [("101", "tinh-mau", "101"), ("tinh-mau:10", "tinh-mau", "10"), ("ngoai-tinh:01", "ngoai-tinh", "01")],
)
def test_areas_of_the_contest_and_of_elsewhere(contest, now, area, tree, code):
    person = factories.enter(contest, now, area=area)
    assert person.participant.area_id == factories.areas.get_area(tree, code).id


@pytest.mark.parametrize("area", ["999", "ngoai-tinh:99", "khong-co:1", "a:b:c"])
def test_an_unknown_area_is_an_error_on_its_field(contest, now, area):
    with pytest.raises(Invalid) as refused:
        factories.enter(contest, now, area=area)
    assert refused.value.details["fields"] == {"area": "area_unknown"}


@pytest.mark.parametrize("consent", [None, "2020-01"])
def test_without_the_present_consent_nobody_enters(contest, now, consent):
    with pytest.raises(Invalid) as refused:
        enter(contest, factories.typed_entry(), browser(now), now, consent=consent)
    assert refused.value.details["fields"] == {"consent": "consent_missing"}


def test_ages_count_on_the_day_the_contest_opens(app, now):
    entry = {**factories.contest_dict(now)["entry"], "age": {"min": 14}}
    contest = factories.make_contest(now, entry=entry)
    factories.enter(contest, now, date_of_birth="19/05/2011")
    with pytest.raises(Forbidden) as refused:
        factories.enter(contest, now, date_of_birth="20/05/2011")
    assert refused.value.details == {"why": "age"}


def test_groups_have_ages_of_their_own(app, now):
    base = factories.contest_dict(now)["entry"]
    contest = factories.make_contest(
        now,
        entry={**base, "fields": {**base["fields"], "group": "required"}},
        groups=[{"key": "A", "label": "Học sinh", "age": {"max": 18}}, {"key": "B", "label": "Người lớn"}],
    )
    assert factories.enter(contest, now, group="B").participant.group_key == "B"
    with pytest.raises(Forbidden) as refused:
        factories.enter(contest, now, group="A")
    assert refused.value.details == {"why": "group_age"}


def test_excluded_people_are_shut_out_where_the_contest_says_so(app, now):
    listed = {"full_name": "Trần Văn Ban", "phone": "0911111111"}
    entry = {**factories.contest_dict(now)["entry"], "excluded": {"mode": "block", "people": [listed]}}
    contest = factories.make_contest(now, entry=entry)
    with pytest.raises(Forbidden) as refused:
        factories.enter(contest, now, **listed)
    assert refused.value.details == {"why": "excluded"}
