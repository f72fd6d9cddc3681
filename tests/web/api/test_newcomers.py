"""What the API asks of somebody new only, and what it tells of that beforehand."""

import pytest

from quizapp.contests import service as contests
from quizapp.db import transaction
from quizapp.entries.service import CONSENT_VERSION
from tests import factories

ENTRIES = "/contests/cuoc-thi-mau/entries"
CONSENT = {"consent": {"version": CONSENT_VERSION}}


def entry(now, **changes):
    base = factories.contest_dict(now)["entry"]
    return {**base, "fields": {**base["fields"], "area": "required"}, **changes}


def test_the_contest_tells_that_a_password_is_asked_and_never_which(caller, now):
    factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025", residence="inside"))
    answer = caller.get("/contests/cuoc-thi-mau")
    assert (answer.json["entry"]["asks_password"], answer.json["entry"]["residence"]) == (True, "inside")
    assert "CCHC" not in answer.get_data(as_text=True)


def test_a_contest_without_a_password_says_so(caller, contest):
    assert caller.get("/contests/cuoc-thi-mau").json["entry"]["asks_password"] is False


@pytest.mark.parametrize(
    ("given", "code"), [({}, "field_missing"), ({"contest_password": "sai"}, "contest_password_wrong")]
)
def test_a_wrong_password_is_an_error_on_its_field(caller, now, given, code):
    factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))
    answer = caller.post(ENTRIES, {**factories.typed_entry(), **CONSENT, **given}, 422).json
    assert (answer["code"], answer["fields"]) == ("entry_invalid", {"contest_password": code})


def test_the_password_is_given_once(caller, another, now):
    factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))
    entered = caller.enter(contest_password="THI CCHC 2025")
    typed = {name: text for name, text in entered["typed"].items() if name != "contest_password"}
    assert another().post(ENTRIES, {**typed, **CONSENT}).json["participant"] == entered["participant"]


def test_who_may_not_enter_is_told_why(caller, now):
    contest = factories.make_contest(now, launched=False, entry=entry(now, mode="roster", residence="inside"))
    count = factories.list_people(contest, "phone;full_name\n0912345001;Siu Thử", now)
    with transaction():
        contests.launch(contest, actor="t", now=now, listed=count)
    for changes, why in (
        ({"area": "ngoai-tinh:01"}, "residence"), ({"full_name": "Siu Khác", "phone": "0912345001"}, "not_listed"),
    ):  # fmt: skip
        answer = caller.post(ENTRIES, {**factories.typed_entry(**changes), **CONSENT}, 403).json
        assert (answer["code"], answer["why"]) == ("not_eligible", why)
    assert caller.enter(full_name="Siu Thử", phone="0912345001")["is_new"] is True
