"""The steps of a contest's life, and what stands in their way."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.contests import queries as contests
from tests.factories import contest_dict, enter, make_contest, make_staff, round_dict, sit
from tests.web.api.callers import Caller, choose, make_token

PATH = "/contests/cuoc-thi-mau"
CLOSE = f"{PATH}/rounds/tuan-1/close"
FINALIZE = f"{PATH}/rounds/tuan-1/finalize"


@pytest.fixture
def draft(now):
    """A draft of the district 10."""
    return make_contest(now, owner="10", launched=False)


@pytest.fixture
def organizer(app, draft, now):
    """A script of its organizer."""
    make_staff("to-chuc", Role.ORGANIZER, "10", now)
    return Caller(app, make_token("to-chuc", now))


def test_a_whole_life(organizer, caller, at, now):
    launched = organizer.post(f"{PATH}/launch").json
    assert (launched["state"], launched["rules_version"]) == ("open", 1)
    assert (launched["rounds"][0]["stage"], launched["rounds"][0]["result_version"]) == ("open", None)
    assert len(launched["commitment"]) == 64
    assert organizer.post(f"{PATH}/publish", status=409).json["code"] == "not_closed"
    closed = organizer.post(CLOSE, {"reason": "  Mất điện\x00 toàn huyện "}).json
    assert (closed["state"], closed["rounds"][0]["closes_at"]) == ("closed", "2025-05-19T08:00:00.000Z")
    assert closed["rounds"][0]["stage"] == "closing"
    assert organizer.post(FINALIZE, status=409).json["code"] == "round_not_settled"
    with at(now + timedelta(minutes=1)):
        refused = organizer.post(f"{PATH}/publish", status=409).json
        assert (refused["code"], refused["rounds"]) == ("not_finalized", ["Tuần 1"])
        finalized = organizer.post(FINALIZE).json["rounds"][0]
        assert (finalized["stage"], finalized["result_version"]) == ("finalized", 1)
        published = organizer.post(f"{PATH}/publish", {}).json
        assert (published["state"], published["rounds"][0]["stage"]) == ("published", "published")
        assert caller.get(PATH).json["published_at"] == "2025-05-19T08:01:00.000Z"
    acts = [(act.act, act.actor) for act in contests.list_acts(1)]
    assert acts == [
        ("publish_awards", "to-chuc"), ("publish", "to-chuc"), ("publish_round", "to-chuc"),
        ("finalize_round", "to-chuc"), ("close_round", "to-chuc"), ("launch", "to-chuc"),
    ]  # fmt: skip
    assert contests.list_acts(1)[-2].reason == "Mất điện toàn huyện"


def test_no_step_is_taken_twice(organizer, at, now):
    organizer.post(f"{PATH}/launch")
    assert organizer.post(f"{PATH}/launch", status=409).json["code"] == "already_launched"
    organizer.post(CLOSE)
    assert organizer.post(CLOSE, status=409).json["code"] == "round_not_open"
    assert contests.list_acts(1)[0].reason == "API"
    with at(now + timedelta(minutes=1)):
        organizer.post(FINALIZE)
        assert organizer.post(FINALIZE, status=409).json["code"] == "already_finalized"
        organizer.post(f"{PATH}/publish", {"round": "tuan-1"})
        assert organizer.post(f"{PATH}/publish", {"round": "tuan-1"}, 409).json["code"] == "already_published"
        organizer.post(f"{PATH}/publish")
        assert organizer.post(f"{PATH}/publish", status=409).json["code"] == "already_published"
        assert organizer.post(f"{PATH}/publish", {"round": "tuan-9"}, 404).json["code"] == "round_not_found"


def test_the_first_of_two_persons_proposes(app, draft, now, at):
    two = {"live": "full", "two_persons": True}
    contest = make_contest(now, contest="hai-nguoi", publication=two)
    path = f"/contests/{contest.slug}/rounds/tuan-1/finalize"
    for login in ("lan", "minh"):
        make_staff(login, Role.ORGANIZER, "1", now)
    with at(now + timedelta(hours=2)):
        assert Caller(app).sign_in("lan").post(path).json["rounds"][0]["stage"] == "proposed"
        refused = Caller(app).sign_in("lan").post(path, status=409).json
        assert (refused["code"], refused["person"]) == ("second_person_needed", "lan")
        assert Caller(app).sign_in("minh").post(path).json["rounds"][0]["stage"] == "finalized"


def test_an_open_lot_stands_in_the_way_of_a_publication(app, draft, now, at):
    prizes = [{"name": "Nhất", "count": 1}]
    round_ = round_dict(now, prizes=prizes, ranking={"gate": "none", "keys": ["score"]})
    contest = make_contest(now, contest="boc-tham", rounds=[round_])
    for _ in range(2):
        sit(contest, enter(contest, now), now)
    make_staff("lan", Role.ORGANIZER, "1", now)
    organizer = Caller(app).sign_in("lan")
    with at(now + timedelta(hours=2)):
        organizer.post("/contests/boc-tham/rounds/tuan-1/finalize")
        refused = organizer.post("/contests/boc-tham/publish", status=409).json
    assert (refused["code"], refused["rankings"]) == ("lots_open", ["round:tuan-1:"])


def test_what_stands_in_the_way_of_a_launch_is_told(app, now):
    entry = {**contest_dict(now)["entry"], "mode": "roster"}
    past = round_dict(now, opens_at=(now - timedelta(2)).isoformat(), closes_at=(now - timedelta(1)).isoformat())
    make_contest(now, launched=False, entry=entry, rounds=[past])
    make_staff("quan-tri", Role.ADMIN, None, now)
    answer = Caller(app).sign_in("quan-tri").post(f"{PATH}/launch", status=409).json
    assert answer["code"] == "launch_refused"
    assert [problem["code"] for problem in answer["problems"]] == ["roster_empty", "all_rounds_over"]
    assert all(problem["message"] for problem in answer["problems"])
    assert contests.get_contest("cuoc-thi-mau").launched_at is None


def test_closing_a_round_ends_open_papers_with_what_is_saved(organizer, caller, at, now):
    organizer.post(f"{PATH}/launch")
    caller.enter()
    attempt = caller.start()
    path = f"/attempts/{attempt['attempt']}"
    caller.put(f"{path}/answers", {"batch": choose(attempt)})
    with at(now + timedelta(minutes=1)):
        organizer.post(CLOSE)
        assert caller.get(path).json["remaining_ms"] == 0
    with at(now + timedelta(minutes=1, seconds=4)):
        found = caller.get(path).json
        assert caller.start(status=409)["code"] == "round_not_open"
    assert (found["state"], found["submitted_at"]) == ("final", "2025-05-19T08:01:00.000Z")
    assert found["result"]["score"] == 50


def test_unknown_rounds_and_contests_are_404(organizer):
    organizer.post(f"{PATH}/launch")
    assert organizer.post(f"{PATH}/rounds/khong-co/close", status=404).json["code"] == "round_not_found"
    assert organizer.post("/contests/khong-co/launch", status=404).json["code"] == "contest_not_found"


@pytest.mark.parametrize("body", [{"reason": 1}, {"reason": None}, {"reason": "x" * 501}, {"closes_at": "x"}, [], ""])
def test_a_reason_is_a_text(organizer, body):
    organizer.post(f"{PATH}/launch")
    organizer.post(CLOSE, body, 422)
    assert contests.get_contest("cuoc-thi-mau").rounds[0].closes_at.hour == 9


@pytest.mark.parametrize("step", ["/launch", "/rounds/tuan-1/close", "/rounds/tuan-1/finalize", "/publish"])
def test_only_its_own_organizers_take_steps(app, caller, organizer, now, step):
    make_staff("can-bo", Role.DISTRICT, "10", now)
    make_staff("noi-khac", Role.ORGANIZER, "11", now)
    caller.post(PATH + step, status=401)
    Caller(app).sign_in("can-bo").post(PATH + step, status=404)
    stranger = Caller(app).sign_in("noi-khac")
    wrong = stranger.post(f"/contests/khong-co{step}", status=404).json
    assert stranger.post(PATH + step, status=404).json == wrong
    Caller(app).sign_in("to-chuc").post(PATH + step, status=403, guarded=False)
    assert contests.list_acts(1) == []
