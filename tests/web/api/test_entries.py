"""Entering, and coming back: from the same browser, with the code, with the details."""

import pytest

from quizapp.entries import queries as entries
from quizapp.entries.service import CONSENT_VERSION
from tests.factories import make_contest, typed_entry
from tests.web.api.callers import Caller

ENTRIES = "/contests/cuoc-thi-mau/entries"
CONSENT = {"consent": {"version": CONSENT_VERSION}}
BY_CODE = {
    "mode": "form",
    "fields": {"full_name": "required", "phone": "required", "area": "optional"},
    "identity": ["phone", "full_name"],
    "resume": "code",
}


def test_entering_gives_the_participant_a_code_and_a_session(caller, contest):
    entered = caller.enter()
    assert entered["is_new"] is True
    assert len(entered["entry_code"]) == 10
    session = caller.get("/session").json
    assert session["participant"]["participant"] == entered["participant"]
    assert session["participant"]["name"] == entered["typed"]["full_name"]


def test_the_same_browser_gets_the_same_participant(caller, contest):
    entered = caller.enter()
    again = caller.post(ENTRIES, {**entered["typed"], **CONSENT}).json
    assert (again["participant"], again["entry_code"]) == (entered["participant"], entered["entry_code"])
    assert again["is_new"] is False


def test_from_elsewhere_name_and_phone_are_not_enough(caller, another, now):
    make_contest(now, entry=BY_CODE)
    entered = caller.enter()
    known = {**entered["typed"], **CONSENT}
    stranger = another()
    answer = stranger.post(ENTRIES, known, 409).json
    assert (answer["code"], answer["resume"]) == ("identity_known", "code")
    assert stranger.get("/session").json["participant"] is None
    assert stranger.post(ENTRIES, {**known, "entry_code": "0000000000"}, 409).json["code"] == "identity_known"


def test_the_right_code_lets_through_however_it_is_typed(caller, another, now):
    make_contest(now, entry=BY_CODE)
    entered = caller.enter()
    code = entered["entry_code"]
    spaced = f" {code[:5].lower()}-{code[5:]} "
    back = another().post(ENTRIES, {**entered["typed"], **CONSENT, "entry_code": spaced}).json
    assert (back["participant"], back["is_new"]) == (entered["participant"], False)


def test_details_let_through_only_with_the_birth_date(caller, another, contest):
    entered = caller.enter()
    wrong = {**entered["typed"], **CONSENT, "date_of_birth": "20/05/1990"}
    assert another().post(ENTRIES, wrong, 409).json["resume"] == "details"
    back = another().post(ENTRIES, {**entered["typed"], **CONSENT}).json
    assert back["participant"] == entered["participant"]


def test_guessing_at_one_identity_has_to_wait(caller, another, contest):
    entered = caller.enter()
    wrong = {**entered["typed"], **CONSENT, "date_of_birth": "20/05/1990"}
    for _ in range(9):
        another().post(ENTRIES, wrong, 409)
    answer = another().post(ENTRIES, {**entered["typed"], **CONSENT}, 429)
    assert answer.json["code"] == "too_many_requests"
    assert int(answer.headers["Retry-After"]) == answer.json["retry_after"] > 0
    another().enter()


def test_every_wrong_field_is_named_at_once(caller, contest):
    body = {"full_name": "123", "phone": "abc", "date_of_birth": "31/02/2000", "area": "999", **CONSENT}
    answer = caller.post(ENTRIES, body, 422).json
    assert answer["code"] == "entry_invalid"
    assert answer["fields"] == {
        "full_name": "name_invalid",
        "phone": "phone_invalid",
        "date_of_birth": "date_invalid",
    }
    missing = caller.post(ENTRIES, CONSENT, 422).json["fields"]
    assert missing == dict.fromkeys(("full_name", "phone", "date_of_birth"), "field_missing")


def test_an_unknown_area_and_an_old_consent_are_named(caller, contest):
    body = {**typed_entry(area="999"), "consent": {"version": "1999"}}
    assert caller.post(ENTRIES, body, 422).json["fields"] == {"area": "area_unknown", "consent": "consent_missing"}
    assert caller.get("/session").json["participant"] is None


@pytest.mark.parametrize("area", ["101", "tinh-mau:101", "ngoai-tinh:02"])
def test_areas_by_code_or_with_their_tree(caller, contest, area):
    assert caller.enter(area=area)["is_new"]


def test_somebody_too_young_is_not_eligible(caller, now):
    entry = {**BY_CODE, "fields": {**BY_CODE["fields"], "date_of_birth": "required"}, "age": {"min": 14}}
    make_contest(now, entry=entry)
    answer = caller.enter(status=403, date_of_birth="01/01/2020")
    assert (answer["code"], answer["why"]) == ("not_eligible", "age")


def test_an_unlaunched_contest_takes_nobody(caller, now):
    make_contest(now, launched=False)
    assert caller.enter(status=404)["code"] == "contest_not_found"


def test_after_the_end_nobody_new_enters_but_everybody_comes_back(caller, another, contest, at):
    entered = caller.enter()
    with at(contest.rounds[0].closes_at):
        assert another().enter(status=409)["code"] == "entry_closed"
        back = another().enter(status=200, **entered["typed"])
    assert back["participant"] == entered["participant"]


def test_fields_that_the_contest_does_not_ask_are_not_kept(caller, contest):
    entered = caller.enter(citizen_id="079012345678", email="a@b.vn")
    (own,) = entries.list_present_participants(1)
    stored = entries.find_by_entry_code(contest.id, entered["entry_code"])
    assert (own.public_id, stored.citizen_id, stored.email) == (entered["participant"], None, None)


@pytest.mark.parametrize(
    "extra",
    ["role", "is_admin", "score", "rank", "participant_id", "contest_id", "is_unranked", "status", "public_id"],
)
def test_nothing_more_than_the_form_is_taken(caller, contest, extra):
    answer = caller.post(ENTRIES, {**typed_entry(), **CONSENT, extra: 1}, 422).json
    assert [(each["path"], each["code"]) for each in answer["errors"]] == [(extra, "unknown_key")]


@pytest.mark.parametrize("wrong", [True, 1, 1.5, ["x"], {"$gt": ""}, "x" * 501])
@pytest.mark.parametrize("field", ["full_name", "phone", "entry_code"])
def test_texts_are_texts(caller, contest, field, wrong):
    answer = caller.post(ENTRIES, {**typed_entry(), **CONSENT, field: wrong}, 422).json
    assert answer["code"] == "invalid"
    assert answer["errors"][0]["path"] == field


@pytest.mark.parametrize("consent", [None, True, "2026-11", [], {}, {"version": 2026}, {"version": "x", "by": "y"}])
def test_consent_is_an_object_with_a_version(caller, contest, consent):
    assert caller.post(ENTRIES, {**typed_entry(), "consent": consent}, 422).json["code"] == "invalid"


def test_without_the_token_nobody_enters(app, contest):
    caller = Caller(app)
    caller.post(ENTRIES, {**typed_entry(), **CONSENT}, 403, guarded=False)
    assert caller.get("/session").json["participant"] is None


def test_a_child_is_let_in_with_a_guardian_and_refused_without(caller, contest):
    assert caller.get("/contests/cuoc-thi-mau").json["entry"]["guardian_below"] == 16
    child = typed_entry(full_name="Siu Thị Bé", date_of_birth="20/05/2012")
    refused = caller.post(ENTRIES, {**child, **CONSENT}, 422).json
    assert refused["code"] == "entry_invalid"
    assert set(refused["fields"]) == {"guardian_name", "guardian_consent"}
    consent = {"version": CONSENT_VERSION, "guardian": {"name": "Siu H’Mẹ"}}
    assert caller.post(ENTRIES, {**child, "consent": consent}, 201).json["is_new"] is True
    # Back again in the same browser, nothing more is asked.
    assert caller.post(ENTRIES, {**child, **CONSENT}).json["is_new"] is False


def test_grown_ups_are_asked_for_nothing_more(caller, contest):
    assert caller.post(ENTRIES, {**typed_entry(), **CONSENT}, 201).json["is_new"] is True
