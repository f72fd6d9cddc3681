"""The own lines of many at once are those that each one's own board has, whoever shares a number with whom."""

from datetime import timedelta

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from quizapp import redis_store
from quizapp.accounts import service as accounts
from quizapp.accounts.models import BrowserSession
from quizapp.areas import queries as areas
from quizapp.attempts import standings
from quizapp.db import db, transaction
from quizapp.entries import refusals
from quizapp.entries.models import Participant
from quizapp.leaderboard import boards
from quizapp.results import board, board_places
from quizapp.results.board_places import NotPlain, PlaceAsk, find_places, live_board
from tests import factories

pytestmark = pytest.mark.redis

CHAINS = [
    ["score", "duration", "submitted_at"],
    ["score", "perfect_attempts", "submitted_at"],
    ["score", "submitted_at"],
    ["score"],
]
SCOPES = [(None, None), ("1", None), ("10", None), ("101", None), ("12", None), (None, "A"), (None, "B"), ("1", "A")]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([5, 5, 4]),  # right answers
        st.integers(60, 61),  # seconds
        st.integers(0, 2),  # milliseconds after the first
        st.sampled_from(["101", "102", "111", "ngoai-tinh:01"]),
        st.sampled_from("AB"),
    ),
    min_size=1,
    max_size=9,
)


def make_contest(now, *keys, slug="cuoc-thi-mau"):
    entry = {
        "mode": "form",
        "fields": {"full_name": "required", "phone": "required", "date_of_birth": "required", "area": "required",
                   "group": "required"},
        "identity": ["phone", "full_name"],
    }  # fmt: skip
    return factories.make_contest(
        now,
        contest=slug,
        entry=entry,
        groups=[{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}],
        rounds=[factories.round_dict(now, ranking={"gate": "none", "keys": list(keys or CHAINS[0])})],
    )


@pytest.fixture
def contest(redis_app, now):
    contest = make_contest(now)
    standings.rebuild_boards(contest)
    return contest


def take_part(contest, now, right=5, seconds=60, late=0, area="101", group="A"):
    person = factories.enter(contest, now, area=area, group=group)
    factories.sit(contest, person, now + timedelta(milliseconds=late), right=right, seconds=seconds)
    return person


def browser_of(person):
    return db.session.scalar(select(BrowserSession.token_hash).where(BrowserSession.id == person.session_id))


def the_board(contest, area=None, group=None):
    node = areas.get_tree("tinh-mau").get(area) if area else None
    return live_board(contest, contest.round("tuan-1"), node, group)


def places(contest, people, **part):
    return find_places([PlaceAsk(browser_of(person), the_board(contest, **part)) for person in people])


def own_line(contest, person, area=None, group=None):
    node = areas.get_tree("tinh-mau").get(area) if area else None
    me = person.participant.id
    return board.read_board(contest, contest.round("tuan-1"), area=node, group=group, limit=0, me=me).me


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(crowd=PEOPLE, keys=st.sampled_from(CHAINS), out=st.integers(0, 20))
def test_everybodys_line_is_that_of_their_own_board(redis_app, now, crowd, keys, out):
    contest = make_contest(now, *keys, slug=f"cuoc-thi-{factories.new_number()}")
    people = [take_part(contest, now, *each) for each in crowd]
    if out < len(people):
        with transaction():
            refusals.refuse(people[out].participant, actor="test", reason="thử", now=now)
    standings.rebuild_boards(contest)
    asked = [(person, *scope) for person in people for scope in SCOPES]
    found = find_places([PlaceAsk(browser_of(person), the_board(contest, *scope)) for person, *scope in asked])
    assert found == [own_line(contest, *each) for each in asked]
    ranked = len(people) - (out < len(people))
    assert sum(row is not None for row in found[:: len(SCOPES)]) == ranked


def test_no_board_is_kept_of_an_area_and_a_group_together(contest):
    assert the_board(contest, "10", "A") is None


def test_a_stranger_and_an_ended_session_have_no_line(contest, now):
    person, other = take_part(contest, now), take_part(contest, now, right=4)
    newcomer = factories.enter(contest, now, area="101", group="A")
    with transaction():
        accounts.end_session(person.session_id, now=now)
    asks = [PlaceAsk(browser, the_board(contest)) for browser in (browser_of(person), browser_of(newcomer), "nobody")]
    assert find_places(asks) == [None, None, None]
    assert places(contest, [other])[0].rank == 2


def test_a_browser_of_several_people_shows_the_one_entered_last(contest, now):
    first = take_part(contest, now)
    second = factories.enter(contest, now + timedelta(seconds=1), session_id=first.session_id, area="111", group="B")
    assert places(contest, [first]) == [None]
    factories.sit(contest, second, now + timedelta(seconds=1), right=3)
    (row,) = places(contest, [first])
    assert (row.participant, row.rank) == (second.participant.public_id, 2)


def test_each_asks_about_a_board_of_their_own_contest(contest, now):
    other = make_contest(now, slug="cuoc-thi-khac")
    standings.rebuild_boards(other)
    here, there = take_part(contest, now, right=4), take_part(other, now, right=3)
    best = take_part(contest, now)
    asks = [
        PlaceAsk(browser_of(person), the_board(of))
        for person, of in ((here, contest), (there, other), (best, contest), (best, other))
    ]
    rows = find_places(asks)
    assert [row and (row.rank, row.score) for row in rows] == [(2, 40), (1, 30), (1, 50), None]


@pytest.mark.parametrize("slowly", [False, True])
def test_who_has_just_submitted_finds_themselves_before_the_board_hears_of_it(contest, now, monkeypatch, slowly):
    def line(person):
        return own_line(contest, person) if slowly else places(contest, [person])[0]

    for right in (5, 4, 2):
        take_part(contest, now, right=right)
    again = take_part(contest, now, right=1)
    monkeypatch.setattr(boards, "record", lambda *_: None)
    newcomer = take_part(contest, now, right=3)
    assert (line(newcomer).rank, line(newcomer).score) == (3, 30)
    # Better than the board knows, and worse.
    for right, rank in ((3, 3), (5, 1)):
        factories.sit(contest, again, now, right=right)
        assert (line(again).rank, line(again).score) == (rank, right * 10)


@pytest.mark.parametrize("slowly", [False, True])
def test_an_old_number_that_is_better_than_the_present_one_does_not_count(redis_app, now, monkeypatch, slowly):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, counted="last")])
    standings.rebuild_boards(contest)
    person = factories.enter(contest, now)
    factories.sit(contest, person, now)
    for right in (4, 2):
        factories.sit(contest, factories.enter(contest, now), now, right=right)
    monkeypatch.setattr(boards, "record", lambda *_: None)
    later = now + timedelta(minutes=2)
    factories.sit(contest, person, later, right=3)
    found = own_line(contest, person) if slowly else places(contest, [person])[0]
    assert (found.rank, found.score) == (2, 30)


def everything_is_gone(contest, url):
    with redis.Redis.from_url(url) as client:
        client.flushall()


def one_board_is_thrown_away(contest, url):
    with redis.Redis.from_url(url) as client:
        client.delete(f"quiz:{{c{contest.id}}}:board:{the_board(contest).name}")


def redis_is_away(contest, url):
    redis_store.init_store("unix:///nowhere/redis.sock")


def another_build_is_wanted(contest, url):
    with transaction():
        boards.invalidate(contest.id)


@pytest.mark.parametrize(
    "trouble", [everything_is_gone, one_board_is_thrown_away, redis_is_away, another_build_is_wanted]
)
def test_boards_that_are_not_whole_are_not_believed(contest, now, redis_url, trouble):
    people = [take_part(contest, now, right=right) for right in (5, 4)]
    stranger = factories.enter(contest, now, area="101", group="A")
    trouble(contest, redis_url)
    *told, strangers = places(contest, [*people, stranger])
    assert [type(each) for each in told] == [NotPlain, NotPlain]
    assert strangers is None
    assert [own_line(contest, person).rank for person in people] == [1, 2]


def test_a_crowd_that_shares_a_number_is_left_to_the_whole_board(contest, now, monkeypatch):
    monkeypatch.setattr(board_places, "_MOST_BESIDE", 2)
    people = [take_part(contest, now, late=late) for late in (2, 1, 0)]
    assert [row.rank for row in places(contest, people)] == [3, 2, 1]
    people.append(take_part(contest, now, late=3))
    assert [type(each) for each in places(contest, people)] == [NotPlain] * 4


def test_where_the_number_says_everything_a_crowd_shares_its_rank(redis_app, now, monkeypatch):
    monkeypatch.setattr(board_places, "_MOST_BESIDE", 0)
    contest = make_contest(now, "score", "submitted_at")
    standings.rebuild_boards(contest)
    people = [take_part(contest, now, seconds=seconds) for seconds in (61, 60, 61)]
    assert [row.rank for row in places(contest, people)] == [2, 1, 2]


def test_lines_are_of_their_round(redis_app, now):
    rounds = [
        factories.round_dict(now, key=key, label=key, opens_at=(now - timedelta(hours=hours)).isoformat())
        for key, hours in (("tuan-1", 2), ("tuan-2", 1))
    ]
    contest = factories.make_contest(now, rounds=rounds)
    standings.rebuild_boards(contest)
    person = factories.enter(contest, now)
    factories.sit(contest, person, now, round_key="tuan-2", right=4)
    boards_ = [live_board(contest, contest.round(key), None, None) for key in ("tuan-1", "tuan-2")]
    found = find_places([PlaceAsk(browser_of(person), each) for each in boards_])
    assert [row and row.score for row in found] == [None, 40]


def test_who_moves_is_of_the_area_of_now(contest, now):
    person = take_part(contest, now)
    node = areas.get_area("tinh-mau", "111")
    with transaction():
        moved = update(Participant).where(Participant.id == person.participant.id)
        db.session.execute(moved.values(area_id=node.id))
    standings.rebuild_boards(contest)
    assert places(contest, [person], area="10") == [None]
    assert places(contest, [person], area="11")[0].rank == 1
