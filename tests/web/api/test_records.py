"""The records over the API: who gets which file when, under which name, and that it is remembered."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from tests import factories
from tests.web.api.callers import Caller

EXPORTS = "/contests/cuoc-thi-mau/exports"
FILES = ("raw.jsonl", "rules.json", "key.json", "ranking.csv", "records.zip")
LATER = timedelta(hours=2)


@pytest.fixture
def played(app, now):
    """A contest with public records and two attempts, its organizers, and staff of others."""
    contest = factories.make_contest(now, publication={"live": "hidden_until_close", "records": "public"})
    for right in (5, 3):
        factories.sit(contest, factories.enter(contest, now), now, right=right)
    factories.make_staff("to-chuc", Role.ORGANIZER, "1", now)
    factories.make_staff("huyen-10", Role.DISTRICT, "10", now)
    factories.make_staff("to-chuc-10", Role.ORGANIZER, "10", now)
    return contest


def states(caller):
    return [caller.browser.get(f"/api/v1{EXPORTS}/{name}").status_code for name in FILES]


def test_organizers_get_what_is_decided_at_any_time(app, played, now, at):
    organizer = Caller(app).sign_in("to-chuc")
    assert states(organizer) == [200, 200, 404, 409, 200]
    with at(now + LATER):
        assert states(organizer) == [200, 200, 200, 409, 200]
        factories.finalize(played, now + LATER)
        assert states(organizer) == [200] * 5
    acts = [act.reason for act in contests.list_acts(played.id) if act.act == "export"]
    assert acts[0] == "records.zip"
    assert "ranking.csv tuan-1" in acts


@pytest.mark.parametrize("who", [None, "huyen-10", "to-chuc-10"])
def test_others_get_what_is_published(app, played, now, at, who):
    caller = Caller(app).sign_in(who) if who else Caller(app)
    assert states(caller) == [404, 200, 404, 404, 404]
    with at(played.rounds[0].closes_at + GRACE + timedelta(seconds=1)):
        assert states(caller) == [404, 200, 200, 404, 404]
    with at(now + LATER):
        factories.finalize(played, now + LATER)
        assert states(caller) == [404, 200, 200, 404, 404]
        factories.finalize_and_publish(played, now + LATER)
        assert states(caller) == [200] * 5
    assert [act for act in contests.list_acts(played.id) if act.act == "export"] == []


def test_files_have_the_names_that_the_programs_look_for(app, played, now, at):
    caller = Caller(app)
    with at(now + LATER):
        factories.finalize_and_publish(played, now + LATER)
        answers = [caller.get(f"{EXPORTS}/{name}?round=tuan-1" if name[0] == "r" and name != "rules.json"
                              else f"{EXPORTS}/{name}") for name in FILES]  # fmt: skip
    names = [answer.headers["Content-Disposition"].split('"')[1] for answer in answers]
    assert names == ["raw.jsonl", "rules.json", "key.json", "ranking-tuan-1.csv", "records-cuoc-thi-mau-tuan-1.zip"]
    with zipfile.ZipFile(io.BytesIO(answers[-1].data)) as file:
        assert file.read("raw.jsonl") == answers[0].data
        assert file.read("ranking-tuan-1.csv") == answers[3].data
        assert json.loads(file.read("manifest.json"))["round"] == "tuan-1"


def test_every_published_version_of_a_ranking_stays(app, played, now, at):
    caller = Caller(app)
    end = now + LATER
    with at(end):
        contest = factories.finalize_and_publish(played, end)
        first = caller.get(f"{EXPORTS}/ranking.csv").data
        with transaction():
            awards.supersede_round(contest, "tuan-1", actor="lan", reason="câu sai", now=end)
        assert caller.get(f"{EXPORTS}/ranking.csv").data == first
        caller.get(f"{EXPORTS}/raw.jsonl", 404)
        factories.finalize(contest, end)
        caller.get(f"{EXPORTS}/ranking.csv?version=2", 404)
        with transaction():
            awards.publish_round(contest, "tuan-1", actor="lan", now=end)
        assert caller.get(f"{EXPORTS}/ranking.csv?version=2").data == first
        assert caller.get(f"{EXPORTS}/ranking.csv?version=1").data == first
        caller.get(f"{EXPORTS}/ranking.csv?version=3", 404)


def test_unknown_rounds_and_drafts_are_not_there(app, played, now):
    caller = Caller(app)
    assert caller.get(f"{EXPORTS}/raw.jsonl?round=x", 404).json["code"] == "round_not_found"
    caller.get(f"{EXPORTS}/raw.jsonl?rounds=x", 422)
    factories.make_contest(now, launched=False, contest="ban-nhap")
    organizer = Caller(app).sign_in("to-chuc")
    for name in FILES:
        assert organizer.get(f"/contests/ban-nhap/exports/{name}", 404).json["code"] == "contest_not_found"


def test_a_ranking_of_several_rounds_must_be_named(app, now):
    factories.make_contest(now, rounds=[factories.round_dict(now), factories.round_dict(now, key="tuan-2")])
    assert Caller(app).get(f"{EXPORTS}/ranking.csv", 404).json["code"] == "round_not_found"


def test_the_public_is_slowed_down(app, played, now, at):
    caller = Caller(app)
    with at(now + LATER):
        factories.finalize_and_publish(played, now + LATER)
        answers = [caller.browser.get(f"/api/v1{EXPORTS}/raw.jsonl").status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]
