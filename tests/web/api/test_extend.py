"""A later end for a round."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.contests import queries as contests
from tests.factories import make_contest, make_staff, round_dict
from tests.web.api.callers import Caller, make_token

PATH = "/contests/cuoc-thi-mau"
EXTEND = f"{PATH}/rounds/tuan-1/extend"
LATER = "2025-05-19T18:30:00+07:00"


@pytest.fixture
def contest(now):
    """A running contest of the district 10, with a final that takes people from its first week."""
    final = round_dict(
        now, key="chung-ket", label="Chung kết", promote={"round": "tuan-1", "top": 10},
        opens_at=(now + timedelta(days=1)).isoformat(), closes_at=(now + timedelta(days=2)).isoformat(),
    )  # fmt: skip
    return make_contest(now, owner="10", rounds=[round_dict(now), final])


@pytest.fixture
def organizer(app, contest, now):
    """A script of its organizer."""
    make_staff("to-chuc", Role.ORGANIZER, "10", now)
    return Caller(app, make_token("to-chuc", now))


def test_a_round_is_extended_and_its_open_papers_with_it(organizer, caller, at, now):
    with at(now + timedelta(minutes=58)):
        caller.enter()
        attempt = caller.start()
        assert attempt["deadline"] == "2025-05-19T09:00:00.000Z"
        extended = organizer.post(EXTEND, {"closes_at": LATER, "reason": " Mất điện "}).json
        assert extended["rounds"][0]["closes_at"] == "2025-05-19T11:30:00.000Z"
        assert caller.get(f"/attempts/{attempt['attempt']}").json["deadline"] == "2025-05-19T09:08:00.000Z"
    act = contests.list_acts(1)[0]
    assert (act.act, act.actor) == ("extend_round", "to-chuc")
    assert act.reason.endswith("18:30 19/05/2025: Mất điện")


def test_without_a_word_the_reason_is_the_api(organizer):
    organizer.post(EXTEND, {"closes_at": LATER})
    assert contests.list_acts(1)[0].reason.endswith(": API")


@pytest.mark.parametrize(
    ("closes_at", "status", "code"),
    [
        ("2025-05-19T16:00:00+07:00", 422, "extension_not_later"),
        ("2025-05-20T15:00:00.001+07:00", 409, "extension_past_promotion"),
        ("2025-05-19T18:30:00", 422, "invalid"),
        ("mai", 422, "invalid"),
        (1747661400, 422, "invalid"),
        (None, 422, "invalid"),
    ],
)
def test_what_is_no_later_end_is_refused(organizer, closes_at, status, code):
    answer = organizer.post(EXTEND, {"closes_at": closes_at}, status).json
    assert answer["code"] == code
    assert contests.get_contest("cuoc-thi-mau").rounds[0].closes_at.hour == 9


def test_a_closed_round_stays_closed(organizer, at, now):
    with at(now + timedelta(hours=1)):
        assert organizer.post(EXTEND, {"closes_at": LATER}, 409).json["code"] == "round_not_extendable"
    assert organizer.post(f"{PATH}/rounds/x/extend", {"closes_at": LATER}, 404).json["code"] == "round_not_found"


def test_only_its_own_organizers_extend(app, caller, organizer, now):
    make_staff("can-bo", Role.DISTRICT, "10", now)
    make_staff("noi-khac", Role.ORGANIZER, "11", now)
    caller.post(EXTEND, {"closes_at": LATER}, status=401)
    Caller(app).sign_in("can-bo").post(EXTEND, {"closes_at": LATER}, status=404)
    Caller(app).sign_in("noi-khac").post(EXTEND, {"closes_at": LATER}, status=404)
    assert contests.get_contest("cuoc-thi-mau").rounds[0].closes_at.hour == 9
