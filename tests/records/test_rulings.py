"""After a ruling on a question the records say how it is marked now, and the ranking follows from them."""

import json

import pytest

from quizapp.attempts import rulings
from quizapp.db import fresh_snapshot
from quizapp.records import raw, sheets
from tests.records import checking, plans

BLOCK = {
    "paper": {"mode": "fixed", "questions": ["mau-001", "mau-002", "mau-003"], "points": 10},
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}


def one(minute, right, *, empty=False):
    sat = plans.Sat(0, minute, 30, right, empty, "2", False)
    return plans.Somebody(None, "101", False, (sat,))


# Everything right; the first two right and the third wrong; the same with the third left empty.
PEOPLE = (one(0, 3), one(1, 2), one(2, 2, empty=True))


@pytest.mark.parametrize(
    ("kinds", "option", "points", "actual"),
    [
        (["rekey"], "B", [0, 10, 0], 1),
        (["accept"], "B", [10, 10, 0], 2),
        (["void_all"], "B", [10, 10, 10], 3),
        (["void_answered"], "B", [10, 10, 0], 2),
        (["drop"], "B", [0, 0, 0], 3),
        (["rekey", "restore"], "B", [10, 0, 0], 1),
        (["void_all", "rekey"], "B", [0, 10, 0], 1),
    ],
)
def test_each_kind_of_ruling_can_be_followed(app, now, tmp_path, kinds, option, points, actual):
    plan = plans.Plan((BLOCK,), PEOPLE, (), tuple((0, 2, kind, option) for kind in kinds))
    contest, end = plans.play(plan, now)
    fresh_snapshot()
    round_ = contest.rounds[0]
    assert len(rulings.list_applied(round_.id)) == len(kinds)
    lines = [json.loads(line) for line in b"".join(raw.stream_raw(contest, None, to_public=True)).splitlines()]
    assert [line["points"]["mau/mau-003"] for line in lines] == points
    assert json.loads(sheets.write_rules(contest, to_public=True, now=end))["rounds"][0]["actual"] == actual
    told = json.loads(sheets.write_key(contest, to_public=True, now=end))["rounds"]["tuan-1"]["rulings"]
    assert [(each["question"], each["kind"], each["note"]) for each in told] == [
        ("mau/mau-003", kind, "Đề sai.") for kind in kinds
    ]
    path = checking.save(tmp_path, contest, end)
    assert checking.ours(path) is None
    assert checking.theirs(path) is None
