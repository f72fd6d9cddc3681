"""Saves that come too late: refused as before, and the answer says whether what was sent is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.attempts import late, queries
from quizapp.contests import queries as contests
from quizapp.web import late_saves, throttle
from tests.web.api.callers import choose

TOO_LATE = timedelta(minutes=10, seconds=3, milliseconds=1)


@pytest.fixture
def sitting(caller, contest):
    caller.enter()
    return caller.start()


def send(caller, sitting, status=409, rev=1, **more):
    batch = choose(sitting, rev=rev)
    return caller.put(f"/attempts/{sitting['attempt']}/answers", {"batch": batch, **more}, status)


def kept(sitting):
    contest = contests.get_contest("cuoc-thi-mau")
    return late.list_items([queries.get_attempt(contest.id, sitting["attempt"]).id])


def test_what_comes_too_late_is_refused_and_kept(caller, sitting, at, now):
    with at(now + TOO_LATE):
        answer = send(caller, sitting).json
        assert (answer["code"], answer["kept_as_evidence"]) == ("attempt_closed", True)
        assert send(caller, sitting).json["kept_as_evidence"] is True
        # The paper ends with what came in time, whatever is kept beside it.
        receipt = caller.post(f"/attempts/{sitting['attempt']}/submission").json
        assert (receipt["answered"], receipt["finished_by"]) == (0, "deadline")
        assert caller.get(f"/attempts/{sitting['attempt']}").json["answers"] == []
    assert len(kept(sitting)) == len(choose(sitting))
    with at(now + timedelta(days=1, minutes=11)):
        assert send(caller, sitting, rev=2).json["kept_as_evidence"] is False


def test_after_a_submission_nothing_is_kept(caller, sitting, at, now):
    caller.post(f"/attempts/{sitting['attempt']}/submission")
    assert send(caller, sitting).json["kept_as_evidence"] is False
    with at(now + TOO_LATE):
        assert send(caller, sitting).json["kept_as_evidence"] is False
    assert kept(sitting) == []


def test_one_paper_cannot_send_without_end(caller, sitting, at, now, monkeypatch):
    monkeypatch.setattr(late_saves, "LATE_ANSWERS", replace(late_saves.LATE_ANSWERS, most=2))
    throttle.forget_local()
    with at(now + TOO_LATE):
        for rev in (1, 2):
            send(caller, sitting, rev=rev)
        answer = send(caller, sitting, 429, rev=3)
    assert answer.headers["Retry-After"] == "60"
    assert {item.rev for item in kept(sitting)} == {1, 2}


def test_somebody_elses_paper_keeps_nothing(another, sitting, at, now):
    other = another()
    other.enter()
    with at(now + TOO_LATE):
        send(other, sitting, 404)
    assert kept(sitting) == []


def test_a_refusal_of_another_kind_keeps_nothing(caller, sitting, at, now):
    with at(now + TOO_LATE):
        twice = [*choose(sitting), *choose(sitting)]
        caller.put(f"/attempts/{sitting['attempt']}/answers", {"batch": twice}, 422)
    assert kept(sitting) == []
