"""The leaderboard: live, frozen, final; whose line is whose; and what caches may keep."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from quizapp.attempts import standings
from quizapp.attempts.models import Attempt, Standing
from quizapp.awards import service as awards
from quizapp.db import db, transaction
from tests import factories
from tests.factories import enter, make_contest, round_dict, sit
from tests.web.api.callers import Caller, choose

BOARD = "/contests/cuoc-thi-mau/rounds/tuan-1/leaderboard"
GUESS = {"metric": "people_all_correct", "scope": "round"}
HIDDEN = {"publication": {"live": "hidden_until_close", "mask_phone": True}}
AFTER = timedelta(hours=1, seconds=4)


def take_part(caller, right=5):
    """Sit a whole paper through the API."""
    caller.enter()
    attempt = caller.start()
    caller.put(f"/attempts/{attempt['attempt']}/answers", {"batch": choose(attempt)[:right]})
    caller.post(f"/attempts/{attempt['attempt']}/submission")


@pytest.fixture
def crowd(contest, now):
    """Four people: scores 50, 40, 40 (the same in everything) and 10; in three districts and outside."""
    areas = ("101", "111", "112", "ngoai-tinh:02")
    for number, (right, area) in enumerate(zip((5, 4, 4, 1), areas, strict=True)):
        person = enter(contest, now, area=area, full_name=f"Trần Văn {number}")
        sit(contest, person, now, right=right, seconds=60)


def lines(answer):
    return [(row["rank"], row["name"], row["score"]) for row in answer.json["rows"]]


def test_a_live_board_has_the_best_first_and_shared_ranks(caller, crowd):
    answer = caller.get(BOARD)
    assert lines(answer) == [(1, "Trần Văn 0", 50), (2, "Trần Văn 1", 40), (2, "Trần Văn 2", 40), (4, "Trần Văn 3", 10)]
    assert (answer.json["state"], answer.json["total"], answer.json["me"]) == ("live", 4, None)
    assert answer.json["catching_up"] is True
    first, *_, last = answer.json["rows"]
    assert (first["area"], first["area_name"], first["duration_ms"]) == ("101", "Xã Hà Tam", 60_000)
    assert (last["area"], last["area_name"]) == ("ngoai-tinh:02", "Tỉnh Ngoài Hai")
    assert set(first) == {"rank", "participant", "name", "area", "area_name", "score", "duration_ms", "submitted_at"}


def test_with_redis_the_same_board_is_complete(redis_app, caller, crowd, contest):
    slow = caller.get(BOARD).json
    standings.rebuild_boards(contest)
    fast = caller.get(BOARD).json
    assert fast["rows"] == slow["rows"]
    assert fast["catching_up"] is False


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        ("10", [(1, "Trần Văn 0")]),
        ("11", [(1, "Trần Văn 1"), (1, "Trần Văn 2")]),
        ("112", [(1, "Trần Văn 2")]),
        ("12", []),
    ],
)
@pytest.mark.parametrize("later", [timedelta(0), AFTER])
def test_inside_an_area_places_are_counted_anew(caller, crowd, at, now, area, expected, later):
    with at(now + later):
        answer = caller.get(f"{BOARD}?area={area}")
    assert [(rank, name) for rank, name, _ in lines(answer)] == expected
    assert answer.json["total"] == len(expected)


def test_the_number_of_lines_is_limited(caller, crowd, at, now):
    assert len(caller.get(f"{BOARD}?limit=1").json["rows"]) == 1
    with at(now + AFTER):
        answer = caller.get(f"{BOARD}?limit=2").json
    assert (len(answer["rows"]), answer["total"], answer["state"]) == (2, 4, "frozen")


def test_the_asker_gets_the_own_line_and_with_around_the_neighbours(caller, crowd, at, now):
    take_part(caller, right=3)
    with at(now + timedelta(minutes=1)):
        live = caller.get(f"{BOARD}?limit=1").json
        around = caller.get(f"{BOARD}?around=me&limit=1").json
    assert (live["me"]["rank"], live["me"]["score"], live["rows"][0]["score"]) == (4, 30, 50)
    assert around["me"] == live["me"]
    assert [row["rank"] for row in around["rows"]] == [1, 2, 2, 4, 5]
    with at(now + AFTER):
        final = caller.get(f"{BOARD}?around=me").json
    assert (final["me"], final["rows"]) == (live["me"], around["rows"])


def test_a_stranger_has_no_neighbours(caller, crowd, at, now):
    answer = caller.get(f"{BOARD}?around=me").json
    assert (answer["rows"], answer["me"]) == ([], None)


@pytest.fixture
def guessed(now):
    """A contest with a prediction in which two people have taken part."""
    contest = make_contest(
        now,
        rounds=[round_dict(now, prediction=GUESS, ranking={"gate": "all_correct", "keys": ["prediction_gap"]})],
        **HIDDEN,
    )
    for number, guess in enumerate(("9", "2")):
        person = enter(contest, now, full_name=f"Lê Thị {number}")
        sit(contest, person, now, prediction=guess)
    return contest


def test_what_must_not_be_seen_is_frozen(caller, guessed):
    take_part(caller)
    answer = caller.get(BOARD).json
    assert (answer["rows"], answer["total"], answer["state"]) == ([], None, "frozen")
    own = answer["me"]
    assert own["name"]
    assert [own[key] for key in ("rank", "score", "duration_ms", "submitted_at")] == [None] * 4
    assert caller.get(f"{BOARD}?around=me").json["rows"] == []


def test_after_the_close_and_its_grace_the_prediction_decides(caller, guessed, at, now):
    with at(now + timedelta(hours=1, seconds=3)):
        assert caller.get(BOARD).json["state"] == "frozen"
    with at(now + AFTER):
        answer = caller.get(BOARD)
    assert (answer.json["state"], answer.json["version"]) == ("frozen", None)
    assert lines(answer) == [(1, "Lê Thị 1", 50), (2, "Lê Thị 0", 50)]


def test_final_is_what_is_published_and_stays_until_the_next_version_is(caller, guessed, at, now):
    with at(now + AFTER):
        provisional = caller.get(BOARD).json
        factories.finalize(guessed, now + AFTER)
        assert caller.get(BOARD).json["state"] == "frozen"
        with transaction():
            awards.publish_round(guessed, "tuan-1", actor="test", now=now + AFTER)
        published = caller.get(BOARD)
        assert (published.json["state"], published.json["version"]) == ("final", 1)
        assert published.json["rows"] == provisional["rows"]
        with transaction():
            awards.supersede_round(guessed, "tuan-1", actor="test", reason="Xét lại", now=now + AFTER)
            db.session.execute(update(Attempt).values(score=0, is_perfect=False))
            db.session.execute(update(Standing).values(score=0, is_perfect=False))
        tag = published.headers["ETag"]
        caller.get(BOARD, 304, headers={"If-None-Match": tag})
        factories.finalize(guessed, now + AFTER)
        caller.get(BOARD, 304, headers={"If-None-Match": tag})
        with transaction():
            awards.publish_round(guessed, "tuan-1", actor="test", now=now + AFTER)
        newer = caller.get(BOARD, headers={"If-None-Match": tag}).json
        assert newer["version"] == 2
        assert {row["score"] for row in newer["rows"]} == {0}


def test_a_coarse_board_tells_hundreds_only(caller, now, at):
    contest = make_contest(now, publication={"live": "coarse", "mask_phone": True})
    sit(contest, enter(contest, now), now)
    answer = caller.get(BOARD).json
    assert (len(answer["rows"]), answer["total"]) == (1, 0)
    with at(now + AFTER):
        assert caller.get(BOARD).json["total"] == 1


def test_groups_have_boards_of_their_own(caller, now, at):
    fields = {"full_name": "required", "phone": "required", "date_of_birth": "required", "area": "optional"}
    entry = {"fields": {**fields, "group": "required"}, "identity": ["phone", "full_name"], "resume": "details"}
    groups = [{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}]
    contest = make_contest(now, entry=entry, groups=groups)
    for group, right in (("A", 5), ("B", 4), ("B", 2)):
        sit(contest, enter(contest, now, group=group), now, right=right)
    for later in (timedelta(0), AFTER):
        with at(now + later):
            answer = caller.get(f"{BOARD}?group=B")
            assert [(rank, score) for rank, _, score in lines(answer)] == [(1, 40), (2, 20)]
    assert caller.get(f"{BOARD}?group=C", 404).json["code"] == "group_not_found"


def test_the_tag_changes_with_the_board_and_not_with_the_clock(caller, crowd, contest, at, now):
    with at(now + timedelta(minutes=2)):
        first = caller.get(BOARD)
        tag = first.headers["ETag"]
    with at(now + timedelta(minutes=3)):
        again = caller.get(BOARD, 304, headers={"If-None-Match": tag})
        assert again.headers["ETag"] == tag
        sit(contest, enter(contest, now), now + timedelta(minutes=2))
        changed = caller.get(BOARD, headers={"If-None-Match": tag})
    assert changed.headers["ETag"] != tag


def test_only_what_is_the_same_for_everybody_may_be_cached(app, caller, crowd):
    assert Caller(app).get(BOARD).headers["Cache-Control"] == "public, max-age=1"
    caller.csrf_token()
    assert caller.get(BOARD).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("limit=0", 422), ("limit=201", 422), ("limit=-1", 422), ("limit=٣", 422), ("around=you", 422),
        ("page=2", 422), ("area=999", 404), ("area=tinh-mau:10", 404), ("area=10&area=11", 422),
    ],
)  # fmt: skip
def test_what_an_address_may_not_ask(caller, contest, query, status):
    caller.get(f"{BOARD}?{query}", status)


def test_unknown_contests_and_rounds_are_404(caller, contest):
    assert caller.get("/contests/khong-co/rounds/tuan-1/leaderboard", 404).json["code"] == "contest_not_found"
    assert caller.get("/contests/cuoc-thi-mau/rounds/khong-co/leaderboard", 404).json["code"] == "round_not_found"


def test_papers_whose_time_is_over_are_on_the_board_without_a_worker(caller, contest, at, now):
    caller.enter()
    attempt = caller.start()
    caller.put(f"/attempts/{attempt['attempt']}/answers", {"batch": choose(attempt)})
    with at(now + timedelta(minutes=11)):
        assert caller.get(BOARD).json["me"]["score"] == 50
