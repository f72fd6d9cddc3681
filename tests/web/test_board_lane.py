"""The fast lane of boards: the long way's answers, for who looks for their own place; and nobody else's line."""

import gzip
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from quizapp.attempts import standings
from quizapp.db import transaction
from quizapp.leaderboard import boards
from quizapp.web import board_lane
from quizapp.web.board_lane import BoardLane
from tests.factories import enter, make_contest, make_staff, new_number, round_dict, sit
from tests.web.api.callers import Caller, choose, make_token

SLUG = "cuoc-thi-mau"
AREAS = ("101", "111", "112", "ngoai-tinh:02")
ENTRY = {
    "mode": "form",
    "fields": {"full_name": "required", "phone": "required", "date_of_birth": "required", "area": "optional",
               "group": "required"},
    "identity": ["phone", "full_name"],
}  # fmt: skip
GROUPS = [{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}]
QUERIES = (
    "", "limit=2", "area=1", "area=10", "area=112&limit=1", "group=B", "group=", "area=10&group=A", "around=me",
    "area=1&group=B", "limit=2&around=me",
)  # fmt: skip
OWN_HEADERS = {"X-Request-Id", "Content-Length", "Set-Cookie", "Vary", "Date"}

pytestmark = pytest.mark.redis


@pytest.fixture
def contest(redis_app, now):
    contest = make_contest(now, entry=ENTRY, groups=GROUPS)
    standings.rebuild_boards(contest)
    return contest


@pytest.fixture
def caller(redis_app, contest):
    return Caller(redis_app)


@pytest.fixture
def lane(app, monkeypatch):
    """The lane of the application; what it has read is kept for a second from now on."""
    lane = app.extensions["quiz.board_lane"]
    monkeypatch.setattr(lane, "seconds", 60.0)
    lane._seen.clear()
    yield lane
    lane._seen.clear()


@pytest.fixture
def no_flask(app, monkeypatch):
    """From now on whatever takes the long way fails."""

    def refuse():
        raise AssertionError("took the long way")

    return lambda: monkeypatch.setattr(app, "full_dispatch_request", refuse)


def address(slug=SLUG, key="tuan-1"):
    return f"/contests/{slug}/rounds/{key}/leaderboard"


def take_part(caller, slug=SLUG, right=5, **typed):
    """Sit a whole paper through the API."""
    caller.enter(slug, **{"group": "A", **typed})
    attempt = caller.start(slug)
    caller.put(f"/attempts/{attempt['attempt']}/answers", {"batch": choose(attempt)[:right]})
    caller.post(f"/attempts/{attempt['attempt']}/submission")


def both_ways(caller, path, **options):
    """The answers of the lane, if it takes the request, and of the long way."""
    fast = caller.browser.get(f"/api/v1{path}", **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BoardLane, "_is_plain", lambda *_: False)
        return fast, caller.browser.get(f"/api/v1{path}", **options)


def said(answer):
    """The body and the headers that a caller can rely on."""
    headers = {name: value for name, value in answer.headers.items() if name not in OWN_HEADERS}
    return answer.status_code, answer.data, headers


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    crowd=st.lists(
        st.tuples(st.sampled_from([5, 4]), st.integers(60, 61), st.integers(0, 1), st.sampled_from(AREAS),
                  st.sampled_from("AB")),
        min_size=1, max_size=6,
    ),
    keys=st.sampled_from([["score", "duration", "submitted_at"], ["score", "submitted_at"], ["score"]]),
    own=st.tuples(st.sampled_from([5, 4]), st.sampled_from(AREAS), st.sampled_from("AB")),
)  # fmt: skip
def test_both_ways_give_the_same_answers(redis_app, now, crowd, keys, own):
    slug = f"cuoc-thi-{new_number()}"
    ranking = {"gate": "none", "keys": keys}
    contest = make_contest(now, contest=slug, entry=ENTRY, groups=GROUPS, rounds=[round_dict(now, ranking=ranking)])
    standings.rebuild_boards(contest)
    for right, seconds, late, area, group in crowd:
        person = enter(contest, now, area=area, group=group)
        # The asker's own paper takes no time.
        sit(contest, person, now + timedelta(milliseconds=late), right=right, seconds=seconds - 60)
    asker, stranger = Caller(redis_app), Caller(redis_app)
    take_part(asker, slug, own[0], area=own[1], group=own[2])
    stranger.csrf_token()
    for query in QUERIES:
        for caller in (asker, stranger):
            fast, slow = both_ways(caller, f"{address(slug)}?{query}")
            assert said(fast) == said(slow), query
            assert fast.status_code == 200
    assert asker.get(address(slug)).json["me"]["participant"]


def test_a_live_board_with_the_own_place_takes_the_lane(caller, contest, now, no_flask):
    sit(contest, enter(contest, now, group="A"), now, right=4)
    take_part(caller, right=3)
    no_flask()
    for query in ("", "?limit=1", "?area=10", "?group=A", "?area=1&limit=200"):
        told = caller.browser.get(f"/api/v1{address()}{query}").json
        assert (told["me"]["rank"], told["me"]["score"], told["total"]) == (2, 30, 2)
        assert told["rows"][0]["score"] == 40


def test_nobody_is_told_anothers_line(caller, contest, lane, no_flask):
    people = [caller, *(Caller(caller.app) for _ in range(3))]
    for number, person in enumerate(people):
        take_part(person, right=5 - number, full_name=f"Trần Văn {number}")
    strangers = [Caller(caller.app), Caller(caller.app)]
    strangers[0].csrf_token()
    strangers[1].enter(group="B")
    no_flask()
    for _ in range(2):
        mine = [person.browser.get(f"/api/v1{address()}?limit=1").json for person in people + strangers]
        assert [each["me"] and each["me"]["name"] for each in mine] == [f"Trần Văn {n}" for n in range(4)] + [None] * 2
        assert len({json.dumps({**each, "me": None}) for each in mine}) == 1


def test_what_all_see_is_kept_and_the_own_line_is_of_now(caller, contest, lane, now):
    other = Caller(caller.app)
    other.csrf_token()
    assert other.get(address()).json["total"] == 0
    take_part(caller)
    told = caller.get(address()).json
    assert (told["total"], told["me"]["rank"], told["me"]["score"]) == (0, 1, 50)
    lane.seconds = 0
    lane._seen.clear()
    assert other.get(address()).json["total"] == 1


def test_an_ended_session_has_no_line(caller, contest, lane):
    take_part(caller)
    cookie = caller.browser.get_cookie("quiz")
    assert caller.get(address()).json["me"]["rank"] == 1
    caller.delete("/session")
    caller.browser.set_cookie("quiz", cookie.value)
    assert caller.get(address()).json["me"] is None


def test_a_cookie_that_we_have_not_signed_is_nobodys(caller, contest):
    take_part(caller)
    caller.browser.set_cookie("quiz", caller.browser.get_cookie("quiz").value[:-3] + "abc")
    fast, slow = both_ways(caller, address())
    assert said(fast) == said(slow)
    assert fast.json["me"] is None


def test_whoever_has_the_answer_already_is_told_so_by_either_way(caller, contest, now):
    take_part(caller)
    fast, slow = both_ways(caller, address())
    assert fast.headers["ETag"] == slow.headers["ETag"]
    again = both_ways(caller, address(), headers={"If-None-Match": fast.headers["ETag"]})
    assert [(each.status_code, each.data) for each in again] == [(304, b"")] * 2
    sit(contest, enter(contest, now, group="B"), now, seconds=0)
    changed = caller.get(address(), headers={"If-None-Match": fast.headers["ETag"]})
    assert changed.headers["ETag"] != fast.headers["ETag"]


def test_the_tag_is_another_one_when_the_own_line_alone_changes(caller, contest, lane):
    caller.csrf_token()
    before = caller.get(address())
    take_part(caller)
    after = caller.get(address(), headers={"If-None-Match": before.headers["ETag"]})
    assert before.json["rows"] == after.json["rows"]
    assert after.json["me"]["rank"] == 1


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "gzip"), ("gzip", "gzip"), ("", None), ("deflate", None), ("gzip;q=0, identity", None)],
)
def test_it_is_compressed_for_who_reads_that(caller, contest, now, lane, accepted, encoding, no_flask):
    for _ in range(6):
        sit(contest, enter(contest, now, group="A"), now)
    people = [caller, Caller(caller.app)]
    for person in people:
        take_part(person)
    no_flask()
    for person in people:
        plain = person.browser.get(f"/api/v1{address()}")
        answer = person.browser.get(f"/api/v1{address()}", headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding") == encoding
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert (gzip.decompress(answer.data) if encoding else answer.data) == plain.data


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "page=2", "area=999", "group=C", "limit=1&limit=2", "around=you"]
)
def test_refusals_are_told_by_the_long_way(caller, contest, query):
    take_part(caller)
    fast, slow = both_ways(caller, f"{address()}?{query}")
    assert fast.status_code == slow.status_code >= 400
    assert fast.json["code"] == slow.json["code"]


def test_unknown_rounds_and_drafts_are_not_found(caller, contest, now):
    make_contest(now, contest="chua-mo", launched=False)
    take_part(caller)
    for path in (address(key="khong-co"), address("khong-co"), address("chua-mo")):
        caller.get(path, 404)


def test_what_must_not_be_seen_is_not_seen(caller, now):
    guess = {"metric": "people_all_correct", "scope": "round"}
    rounds = [round_dict(now, prediction=guess, ranking={"gate": "none", "keys": ["score", "prediction_gap"]})]
    hidden = {"publication": {"live": "hidden_until_close"}}
    contest = make_contest(now, contest="kin", entry=ENTRY, groups=GROUPS, rounds=rounds, **hidden)
    standings.rebuild_boards(contest)
    take_part(caller, "kin")
    fast, slow = both_ways(caller, address("kin"))
    assert said(fast) == said(slow)
    assert (fast.json["state"], fast.json["rows"], fast.json["total"]) == ("frozen", [], None)
    assert (fast.json["me"]["rank"], fast.json["me"]["score"]) == (None, None)


@pytest.mark.parametrize("later", [timedelta(hours=1, seconds=2), timedelta(hours=1, seconds=4)])
def test_after_the_close_both_ways_say_the_same(caller, contest, now, at, later):
    take_part(caller)
    with at(now + later):
        fast, slow = both_ways(caller, address())
    assert said(fast) == said(slow)
    assert fast.json["me"]["rank"] == 1


def test_boards_that_catch_up_are_read_from_the_database(caller, contest, lane):
    take_part(caller)
    with transaction():
        boards.invalidate(contest.id)
    # The rows of the second before are no reason to believe the board.
    told = caller.get(address()).json
    assert (told["catching_up"], told["me"]["rank"]) == (True, 1)
    lane._seen.clear()
    told = caller.get(address()).json
    assert (told["catching_up"], told["me"]["rank"]) == (True, 1)


def test_a_script_is_who_its_token_says(caller, contest, now):
    take_part(caller)
    make_staff("can-bo", "organizer", "1", now)
    token = make_token("can-bo", now)
    answer = caller.browser.get(f"/api/v1{address()}", headers={"Authorization": f"Bearer {token}"})
    assert answer.json["me"] is None


def test_a_foreign_host_takes_the_long_way(caller, contest, lane, monkeypatch):
    take_part(caller)
    monkeypatch.setattr(lane, "_hosts", ["thi.example"])
    monkeypatch.setitem(caller.app.config, "TRUSTED_HOSTS", ["thi.example"])
    assert caller.browser.get(f"/api/v1{address()}", headers={"Host": "other.example"}).status_code == 400


def test_papers_whose_time_is_over_count(caller, contest, now, at):
    caller.enter(group="A")
    attempt = caller.start()
    caller.put(f"/attempts/{attempt['attempt']}/answers", {"batch": choose(attempt)})
    with at(now + timedelta(minutes=11)):
        fast, slow = both_ways(caller, address())
    assert said(fast) == said(slow)
    assert fast.json["me"]["score"] == 50


def test_a_database_that_is_away_is_not_asked_once_more(caller, contest, monkeypatch):
    take_part(caller)
    asked = []

    def fail(asks):
        asked.append(asks)
        raise OperationalError("SELECT", {}, Exception("the database is away"))

    monkeypatch.setattr(board_lane, "find_places", fail)
    answer = caller.browser.get(f"/api/v1{address()}")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert len(asked) == 1
