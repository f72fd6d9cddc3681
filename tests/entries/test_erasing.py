"""Erasing personal data, on both databases: nothing is left of it anywhere, and what is counted stays."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from quizapp.cli import personal_data
from quizapp.contests import queries as contests
from quizapp.contests import service as launching
from quizapp.db import Base, db, transaction
from quizapp.entries import consents, corrections, erasing, queries, requests, roster, rules, service
from quizapp.entries.rules import ERASED_NAME, Guardian
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.results import lookup
from quizapp.results import queries as results
from tests import factories
from tests.personal_data import CANARIES, FIELDS, asking_contest


@pytest.fixture
def contest(app, now):
    return asking_contest(now)


def kept(*names: str) -> list[str]:
    """Which of the canaries are still anywhere in the database, sealed or not (the dump is read opened)."""
    db.session.rollback()
    stored = []
    for each in Base.metadata.sorted_tables:
        stored += [repr(tuple(row)) for row in db.session.execute(text(f'SELECT * FROM "{each.name}"'))]
        stored += [repr(tuple(row)) for row in db.session.execute(each.select())]
    everything = "\n".join(stored)
    return [name for name in names or CANARIES if CANARIES[name] in everything]


def erase(contest, person, now, *, stay_ranked=False):
    with transaction():
        erasing.erase_person(person.participant, stay_ranked=stay_ranked, actor="to-chuc", now=now, reason="theo đơn")


def test_nothing_of_a_person_is_left_and_the_figures_stay(contest, now):
    person = factories.enter(contest, now, **CANARIES, date_of_birth="03/02/1990")
    factories.sit(contest, person, now)
    with transaction():
        requests.ask_correction(
            contest, person.participant, field="full_name", value=CANARIES["full_name"], note=CANARIES["email"], now=now
        )
    before = results.counts(contest.id, None)
    assert set(kept()) == set(CANARIES)
    erase(contest, person, now)
    assert kept() == []
    row = lookup.get_person(person.participant.id)
    assert (row.full_name, row.public_name, row.date_of_birth, row.gender) == (ERASED_NAME, ERASED_NAME, None, None)
    assert (row.public_id, row.area_id) == (person.participant.public_id, person.participant.area_id)
    assert row.is_unranked
    assert results.counts(contest.id, None) == before
    assert queries.find_participant(person.session_id, contest.id) is None
    assert queries.find_by_entry_code(contest.id, person.participant.entry_code) is None


def test_who_is_erased_may_enter_anew_as_somebody_new(contest, now):
    person = factories.enter(contest, now, **CANARIES)
    erase(contest, person, now)
    again = factories.enter(contest, now, **CANARIES)
    assert again.participant.public_id != person.participant.public_id


def test_erasing_twice_is_one_act_and_final_results_keep_the_rank(contest, now):
    person = factories.enter(contest, now, **CANARIES)
    erase(contest, person, now, stay_ranked=True)
    erase(contest, person, now + timedelta(days=1))
    row = lookup.get_person(person.participant.id)
    assert (row.is_unranked, row.erased_at) == (False, now)
    acts = [act for act in contests.list_acts(contest.id) if act.act == "erase_entry"]
    assert [(act.actor, act.reason) for act in acts] == [("to-chuc", f"{person.participant.public_id}: theo đơn")]


def test_the_list_of_people_forgets_the_person_too(app, now):
    entry = {"mode": "roster", "fields": FIELDS, "identity": ["phone", "full_name"], "resume": "code"}
    contest = factories.make_contest(now, launched=False, entry=entry)
    details = rules.Details(full_name=CANARIES["full_name"], phone=CANARIES["phone"])
    with transaction():
        listed = roster.Listed(rules.identity_hash(contest.spec, details), CANARIES["full_name"])
        roster.replace_roster(contest, [listed], actor="a", now=now)
        contest = launching.launch(contest, actor="a", now=now, listed=1)
    person = factories.enter(contest, now, **CANARIES)
    erase(contest, person, now)
    assert kept() == []


# ---- when the time is over ----


@pytest.fixture
def published(contest, now):
    """A published contest with three people; the canaries are of the first one."""
    people = [factories.enter(contest, now, **CANARIES, date_of_birth="03/02/1990")]
    people += [factories.enter(contest, now) for _ in range(2)]
    for person in people:
        factories.sit(contest, person, now)
    return factories.finalize_and_publish(contest, now + timedelta(hours=2)), people


def test_contacts_go_when_the_months_are_over_and_not_a_day_before(published, now, app):
    contest, people = published
    due = personal_data.erase_after(contest, app.config["QUIZ"].retention_months)
    assert due.isoformat() == "2026-05-19"
    personal_data.erase_when_due(contest, now + timedelta(days=364))
    assert "phone" in kept()
    figures = results.counts(contest.id, None)
    personal_data.erase_when_due(contest, now + timedelta(days=365))
    assert kept("phone", "email", "citizen_id", "address") == []
    row = lookup.get_person(people[0].participant.id)
    assert (row.full_name, row.date_of_birth.isoformat()) == (CANARIES["full_name"], "1990-01-01")
    assert results.counts(contest.id, None) == figures
    assert queries.find_by_entry_code(contest.id, row.entry_code) is not None


def test_it_happens_once_and_is_remembered_once(published, now):
    contest, people = published
    later = now + timedelta(days=400)
    for hours in range(3):
        personal_data.erase_when_due(contest, later + timedelta(hours=hours))
    acts = [act for act in contests.list_acts(contest.id) if act.act == "erase_personal_data"]
    assert [(act.actor, act.reason, act.at) for act in acts] == [("worker", str(len(people)), later)]
    assert erasing.erased_at(contest.id) == later
    assert erasing.count_to_erase(contest.id) == 0


def test_what_was_interrupted_goes_on(published, now, monkeypatch):
    contest, _ = published
    monkeypatch.setattr(erasing, "AT_ONCE", 1)
    with transaction():
        assert erasing.erase_some(contest.id) == 1
    assert erasing.count_to_erase(contest.id) == 2
    assert personal_data.erase_all(contest, actor="cli", now=now) == 2
    assert erasing.count_to_erase(contest.id) == 0


def test_nothing_goes_without_a_publication_or_with_a_setting_of_none(contest, published, now):
    assert personal_data.erase_after(contest, 12) is None
    assert personal_data.erase_after(published[0], 0) is None


@pytest.mark.parametrize(("day", "months", "then"), [("2026-01-31", 1, "2026-02-28"), ("2026-12-15", 13, "2028-01-15"),
                                                     ("2027-11-30", 3, "2028-02-29")])  # fmt: skip
def test_months_end_where_a_month_is_short(day, months, then):
    assert rules.months_after(rules.date.fromisoformat(day), months).isoformat() == then


# ---- correcting, and requests ----


def test_simple_fields_are_corrected_at_once_and_found_by_the_new_number(contest, now):
    person = factories.enter(contest, now, **CANARIES)
    with transaction():
        corrections.correct(contest, person.participant.id, {"email": "moi@thu.vn", "unit": "", "phone": "x"}, now=now)
    row = lookup.get_person(person.participant.id)
    # The telephone is part of the identity here, and not among the simple fields.
    assert (row.email, row.unit, row.phone) == ("moi@thu.vn", None, CANARIES["phone"])
    with pytest.raises(Invalid) as refused, transaction():
        corrections.correct(contest, person.participant.id, {"email": "không phải"}, now=now)
    assert refused.value.details["fields"] == {"email": "email_invalid"}
    with pytest.raises(Conflict, match="correction_closed"), transaction():
        corrections.correct(contest, person.participant.id, {"email": "a@b.vn"}, now=now + timedelta(hours=3))


def ask(contest, person, now, field="phone", value="0907 000 222", note=""):
    with transaction():
        return requests.ask_correction(contest, person.participant, field=field, value=value, note=note, now=now)


def test_an_accepted_request_changes_the_person_and_everything_by_which_they_are_found(contest, now):
    person = factories.enter(contest, now, **CANARIES)
    code = ask(contest, person, now)
    with pytest.raises(Conflict, match="request_open"):
        ask(contest, person, now)
    with transaction():
        requests.accept(contest, code, answer="", results_final=False, actor="to-chuc", now=now)
    assert lookup.get_person(person.participant.id).phone == "0907000222"
    assert lookup.find_people(contest, "0907000222", offset=0, limit=5)[1] == 1
    assert lookup.find_people(contest, CANARIES["phone"], offset=0, limit=5)[1] == 0
    details = rules.Details(full_name=CANARIES["full_name"], phone="0907000222")
    identity = rules.identity_hash(contest.spec, details)
    assert queries.find_by_identity(contest.id, identity).id == person.participant.id
    with pytest.raises(Conflict, match="request_decided"), transaction():
        requests.refuse(contest, code, answer="muộn rồi", actor="to-chuc", now=now)
    (act,) = [act for act in contests.list_acts(contest.id) if act.act == "correct_entry"]
    assert act.reason == f"{person.participant.public_id}: phone"
    assert "0907000222" not in str(contests.list_acts(contest.id))


def test_a_correction_makes_nobody_somebody_else(contest, now):
    person, other = factories.enter(contest, now, **CANARIES), factories.enter(contest, now, phone="0907000333")
    code = ask(contest, other, now, "full_name", CANARIES["full_name"])
    with transaction():
        requests.accept(contest, code, answer="", results_final=False, actor="to-chuc", now=now)
    code = ask(contest, other, now, "phone", CANARIES["phone"])
    with pytest.raises(Conflict, match="identity_taken"), transaction():
        requests.accept(contest, code, answer="", results_final=False, actor="to-chuc", now=now)
    assert lookup.get_person(other.participant.id).phone == "0907000333"
    assert requests.list_of_person(other.participant.id)[0].is_accepted is None
    assert lookup.get_person(person.participant.id).phone == CANARIES["phone"]


def test_an_area_is_changed_by_request_and_an_unknown_one_is_not(contest, now):
    person = factories.enter(contest, now, **CANARIES)
    code = ask(contest, person, now, "area", "111")
    with transaction():
        requests.accept(contest, code, answer="Đã đối chiếu", results_final=False, actor="to-chuc", now=now)
    assert lookup.get_person(person.participant.id).area_id == factories.areas.get_area("tinh-mau", "111").id
    code = ask(contest, person, now, "area", "999")
    with pytest.raises(Invalid), transaction():
        requests.accept(contest, code, answer="", results_final=False, actor="to-chuc", now=now)


@pytest.mark.parametrize(("field", "value", "errors"), [
    ("phone", "123", {"value": "phone_invalid"}), ("phone", "", {"value": "field_missing"}),
    ("email", "a@b.vn", {"field": "choice_unknown"}), ("is_unranked", "1", {"field": "choice_unknown"}),
    ("date_of_birth", "31/02/1990", {"value": "date_invalid"}),
])  # fmt: skip
def test_what_cannot_be_is_not_asked_for(contest, now, field, value, errors):
    with pytest.raises(Invalid) as refused:
        ask(contest, factories.enter(contest, now), now, field, value)
    assert refused.value.details["fields"] == errors


def test_a_refusal_says_why_and_another_contest_does_not_know_the_request(contest, now):
    person = factories.enter(contest, now)
    with transaction():
        code = requests.ask_erasure(person.participant, note="", now=now)
    with pytest.raises(Invalid, match="reason_missing"), transaction():
        requests.refuse(contest, code, answer="  ", actor="to-chuc", now=now)
    with transaction():
        requests.refuse(contest, code, answer="Còn khiếu nại chưa xong", actor="to-chuc", now=now)
    (asked,) = requests.list_of_person(person.participant.id)
    assert (asked.is_accepted, asked.answer, asked.decided_by) == (False, "Còn khiếu nại chưa xong", "to-chuc")
    with pytest.raises(NotFound):
        requests.find_request(contest.id + 1, code)


def test_the_days_of_a_request_are_vietnamese_days(contest, now):
    # 23:30 in Vietnam of 19 May is 16:30 UTC; half an hour later another day has begun there.
    asked_at = now.replace(hour=16, minute=30)
    ask(contest, factories.enter(contest, now), asked_at)
    (asked,) = requests.list_of_contest(contest.id, is_open=True)
    day = rules.date(2025, 5, 19)
    assert asked.due() == rules.date(2025, 6, 3)
    days = [(0, 15, "calm"), (9, 6, "calm"), (10, 5, "pressing"), (15, 0, "pressing"), (16, -1, "late")]
    for passed, left, pressure in days:
        today = day + timedelta(days=passed)
        assert (asked.days_left(today), asked.pressure(today)) == (left, pressure)


# ---- people under age, and names in public ----


def enter_child(contest, now, guardian, born="20/05/2012"):
    with transaction():
        session_id = factories.accounts.open_session(None, now=now)[0]
        return service.enter(
            contest,
            factories.typed_entry(full_name="Siu Thị Bé", date_of_birth=born),
            consent_version=service.CONSENT_VERSION,
            entry_code=None,
            session_id=session_id,
            now=now,
            guardian=guardian,
        )


@pytest.mark.parametrize(("guardian", "fields"), [
    (None, {"guardian_name": "guardian_missing", "guardian_consent": "guardian_consent_missing"}),
    (Guardian("Siu H’Mẹ", agrees=False, publish_name=True), {"guardian_consent": "guardian_consent_missing"}),
    (Guardian("  ", agrees=True, publish_name=False), {"guardian_name": "guardian_missing"}),
    (Guardian("123", agrees=True, publish_name=False), {"guardian_name": "guardian_name_invalid"}),
])  # fmt: skip
def test_nobody_under_sixteen_enters_without_a_guardian(contest, now, guardian, fields):
    with pytest.raises(Invalid) as refused:
        enter_child(contest, now, guardian)
    assert refused.value.details["fields"] == fields


def test_sixteen_today_needs_none_and_what_was_filled_in_is_not_kept(contest, now):
    for born in ("19/05/2009", "01/01/1980"):
        entered = enter_child(contest, now, Guardian("Siu H’Mẹ", agrees=True, publish_name=False), born)
        row = lookup.get_person(entered.participant_id)
        assert (row.guardian_name, row.public_name) == (None, None)
        assert consents.list_records(row.id) == []
    assert enter_child(contest, now, None, "18/05/2009").is_new
    with pytest.raises(Invalid):
        enter_child(contest, now, None, "20/05/2009")


@pytest.mark.parametrize(("publish", "shown"), [(True, None), (False, "S. T. Bé")])
def test_a_child_is_named_in_public_only_as_agreed(contest, now, publish, shown):
    entered = enter_child(contest, now, Guardian("Siu H’Mẹ", agrees=True, publish_name=publish))
    row = lookup.get_person(entered.participant_id)
    assert (row.guardian_name, row.public_name, row.full_name) == ("Siu H’Mẹ", shown, "Siu Thị Bé")
    given = [(each.kind, each.version, each.is_given) for each in consents.list_records(row.id)]
    assert given == [("guardian", service.CONSENT_VERSION, True), ("publish_name", service.CONSENT_VERSION, publish)]


def test_a_consent_to_be_named_is_taken_back_and_given_again(contest, now):
    person = factories.enter(contest, now)
    for wanted, shown in ((False, rules.UNNAMED), (True, None)):
        with transaction():
            consents.name_in_public(person.participant.id, wanted, version="v", now=now)
        db.session.rollback()
        assert lookup.get_person(person.participant.id).public_name == shown
    assert [each.is_given for each in consents.list_records(person.participant.id)] == [False, True]
