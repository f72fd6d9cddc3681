"""The time of a round: what every open paper asks, and how it learns that something has changed."""

from datetime import timedelta

import pytest

from quizapp.attempts import extra_time
from quizapp.attempts import service as attempts
from quizapp.contests import queries as contests
from quizapp.db import transaction
from tests import factories

TIME = "/contests/cuoc-thi-mau/rounds/tuan-1/time"
ACT = {"actor": "to-chuc", "reason": "Mất điện"}


@pytest.fixture
def contest(app, now):
    rounds = [factories.round_dict(now), factories.round_dict(now, key="tuan-2", label="Tuần 2")]
    return factories.make_contest(now, rounds=rounds)


def test_a_round_whose_times_were_never_changed_has_version_0(caller, contest):
    told = caller.get(TIME).json
    assert told == {"opens_at": "2025-05-19T07:00:00.000Z", "closes_at": "2025-05-19T09:00:00.000Z", "version": 0}


def test_each_change_of_anybodys_time_is_a_new_version(caller, contest, at, now):
    attempt = factories.start(contest, factories.enter(contest, now), now)
    round_ = contest.rounds[0]
    changes = [
        lambda: extra_time.extend_attempt(contest, attempt.public_id, seconds=300, now=now, **ACT),
        lambda: attempts.extend_round(
            contest, "tuan-1", closes_at=round_.closes_at + timedelta(minutes=5), now=now, **ACT
        ),
        lambda: attempts.close_round(
            contests.get_contest(contest.slug), "tuan-1", now=now + timedelta(minutes=1), **ACT
        ),
    ]
    for number, change in enumerate(changes, 1):
        with transaction():
            change()
        with at(now + timedelta(minutes=2)):
            told = caller.get(TIME).json
        assert told["version"] == number
    assert told["closes_at"] == "2025-05-19T08:01:00.000Z"
    assert caller.get(TIME.replace("tuan-1", "tuan-2")).json["version"] == 0


def test_whoever_has_no_session_may_be_answered_by_caches(caller, contest):
    answer = caller.get(TIME)
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    assert caller.get(TIME, 304, headers={"If-None-Match": answer.headers["ETag"]}).data == b""
    caller.enter()
    assert caller.get(TIME).headers["Cache-Control"] == "no-store"


def test_many_papers_ask_the_database_once(app, caller, contest, now, monkeypatch):
    monkeypatch.setattr(app.extensions["quiz.kept_answers"], "longest_seconds", 60)
    # What is kept here is not for other tests.
    own = {"headers": {"Accept-Language": "x-kept"}}
    assert caller.get(TIME, **own).json["version"] == 0
    with transaction():
        attempts.close_round(contest, "tuan-1", now=now, **ACT)
    assert caller.get(TIME, **own).json["version"] == 0
    assert caller.get(TIME).json["version"] == 1


def test_what_is_not_there_has_no_time(caller, contest, now):
    factories.make_contest(now, contest="chua-khoi-dong", launched=False)
    assert caller.get("/contests/chua-khoi-dong/rounds/tuan-1/time", 404).json["code"] == "contest_not_found"
    assert caller.get(TIME.replace("tuan-1", "x"), 404).json["code"] == "round_not_found"
