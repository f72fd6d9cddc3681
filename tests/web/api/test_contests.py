"""Public contests: what is told, and what never is."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from tests.factories import make_contest, make_staff, round_dict
from tests.web.api.callers import Caller

DRAW = {"mode": "random", "draw": [{"bank": "mau", "difficulty": "nhan-biet", "count": 3}], "points": 10}


def test_the_list_has_launched_contests_the_last_opened_first(caller, now):
    make_contest(now, contest="cu", rounds=[round_dict(now, opens_at=(now - timedelta(days=3)).isoformat())])
    make_contest(now, contest="moi")
    make_contest(now, contest="nhap", launched=False)
    found = caller.get("/contests").json
    assert [each["contest"] for each in found] == ["moi", "cu"]
    assert found[0]["state"] == "open"
    assert found[0]["organizer"] == {"name": "Ban Tổ chức mẫu", "parent": "Tỉnh ủy Mẫu", "header": "party"}


def test_a_contest_tells_its_rules(caller, contest):
    found = caller.get("/contests/cuoc-thi-mau").json
    assert (found["contest"], found["state"], found["rules_version"]) == ("cuoc-thi-mau", "open", 1)
    assert found["commitment"] == contest.commitment
    assert found["server_now"] == "2025-05-19T08:00:00.000Z"
    assert found["areas"]["tree"] == "tinh-mau"
    assert found["areas"]["outside"] == "ngoai-tinh"
    assert [level["key"] for level in found["areas"]["levels"]] == ["province", "district", "commune", "unit"]
    assert found["entry"]["fields"]["phone"] == "required"
    assert found["entry"]["consent_version"]
    (round_,) = found["rounds"]
    assert (round_["state"], round_["opens_at"]) == ("open", "2025-05-19T07:00:00.000Z")
    assert round_["paper"] == {
        "mode": "fixed",
        "questions": 5,
        "points": 10,
        "full_score": 50,
        "time_limit_seconds": 600,
        "shuffle": {"questions": False, "options": False},
    }
    assert round_["ranking"]["keys"] == ["score", "duration", "submitted_at"]


def test_neither_questions_nor_draws_nor_excluded_people_are_told(caller, now):
    excluded = {"mode": "unranked", "people": [{"phone": "0907000001", "full_name": "Bí Mật Thị Người"}]}
    entry = {
        "fields": {"full_name": "required", "phone": "required", "date_of_birth": "required", "area": "optional"},
        "identity": ["phone", "full_name"],
        "resume": "details",
        "excluded": excluded,
    }
    upcoming = round_dict(now, key="tuan-2", label="Tuần 2", paper=DRAW, closes_at=(now + timedelta(2)).isoformat())
    make_contest(now, entry=entry, rounds=[round_dict(now), upcoming])
    text = caller.get("/contests/cuoc-thi-mau").get_data(as_text=True)
    for secret in ("Bí Mật", "0907000001", "mau-001", "excluded", "seed", "answer", "Đúng 1", '"draw"', '"bank"'):
        assert secret not in text


def test_a_contest_with_a_prediction_tells_what_is_guessed(caller, now):
    guess = {"metric": "people_all_correct", "scope": "round"}
    make_contest(
        now, rounds=[round_dict(now, prediction=guess)], publication={"live": "hidden_until_close", "mask_phone": True}
    )
    found = caller.get("/contests/cuoc-thi-mau").json
    assert found["rounds"][0]["prediction"] == guess
    assert found["publication"]["live"] == "hidden_until_close"


@pytest.mark.parametrize("slug", ["khong-co", "a" * 201, "a%00b", "..%2f", "%F0%9F%92%A9"])
def test_an_unknown_contest_is_404(caller, contest, slug):
    caller_answer = caller.browser.get(f"/api/v1/contests/{slug}")
    assert (caller_answer.status_code, caller_answer.mimetype) == (404, "application/problem+json")


def test_a_draft_exists_for_its_own_organizers_only(app, caller, now):
    make_contest(now, launched=False, owner="10")
    make_staff("to-chuc", Role.ORGANIZER, "10", now)
    make_staff("noi-khac", Role.ORGANIZER, "11", now)
    make_staff("can-bo", Role.DISTRICT, "10", now)
    draft = caller.sign_in("to-chuc").get("/contests/cuoc-thi-mau").json
    assert (draft["state"], draft["rules_version"], draft["commitment"]) == ("draft", None, None)
    wrong = Caller(app).get("/contests/khong-co", 404).json
    for other in (Caller(app), Caller(app).sign_in("noi-khac"), Caller(app).sign_in("can-bo")):
        assert other.get("/contests/cuoc-thi-mau", 404).json == wrong


def test_an_unknown_parameter_is_named(caller, contest):
    answer = caller.get("/contests?trang=2", 422).json
    assert answer["code"] == "invalid"
    assert [(each["path"], each["code"]) for each in answer["errors"]] == [("trang", "unknown_key")]
