"""What of the records may be given to the public, and when."""

from datetime import timedelta

import pytest

from quizapp.awards import service as awards
from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.records import release
from tests import factories

HOUR = timedelta(hours=1)
SOON = timedelta(milliseconds=1)


def contest_of(now, *changes, records="public"):
    """Rounds of an hour each, one after the other, with changes of their own."""
    rounds = [
        factories.round_dict(
            now,
            key=f"tuan-{index}",
            label=f"Tuần {index}",
            opens_at=(now + index * HOUR - HOUR / 2).isoformat(),
            closes_at=(now + index * HOUR + HOUR / 2).isoformat(),
            **change,
        )
        for index, change in enumerate(changes)
    ]
    return factories.make_contest(now, rounds=rounds, publication={"live": "hidden_until_close", "records": records})


def paper(*numbers):
    return {"paper": {"mode": "fixed", "questions": [f"mau-{n:03d}" for n in numbers], "points": 1}}


def keys(contest, at, *, to_public=True):
    return [r.key for r in contest.rounds if release.tells_key(contest, r, at, to_public=to_public)]


def after(contest, index):
    """The first moment at which a round is over, with the grace after it."""
    return contest.rounds[index].closes_at + GRACE + SOON


def test_a_key_is_told_after_the_round_and_its_grace(app, now):
    contest = contest_of(now, paper(1, 2))
    assert keys(contest, contest.rounds[0].closes_at + GRACE, to_public=False) == []
    assert keys(contest, after(contest, 0)) == ["tuan-0"]


def test_a_key_waits_for_every_round_that_may_ask_the_same(app, now):
    contest = contest_of(now, paper(1, 2), paper(2, 3), paper(4, 5))
    assert keys(contest, after(contest, 0)) == []
    assert keys(contest, after(contest, 0), to_public=False) == ["tuan-0"]
    assert keys(contest, after(contest, 1)) == ["tuan-0", "tuan-1"]
    assert keys(contest, after(contest, 2)) == ["tuan-0", "tuan-1", "tuan-2"]


def test_a_secret_key_stays_secret_with_whatever_would_tell_it(app, now):
    contest = contest_of(now, paper(1, 2), {**paper(2, 3), "key_public": "never"}, paper(4, 5), records="organizer")
    end = after(contest, 2)
    assert keys(contest, end) == ["tuan-2"]
    assert keys(contest, end, to_public=False) == ["tuan-0", "tuan-1", "tuan-2"]
    assert not release.tells_seed(contest, end, to_public=True)
    assert release.tells_seed(contest, end, to_public=False)


def test_a_round_that_is_marked_by_hand_has_no_key_to_keep(app, now):
    essay = {"paper": {"mode": "marked", "points": 9}, "ranking": {"keys": ["score"]}, "key_public": "never"}
    contest = contest_of(now, paper(1), essay)
    assert release.tells_seed(contest, after(contest, 1), to_public=True)


def test_the_seed_waits_for_the_last_round(app, now):
    contest = contest_of(now, paper(1), paper(2))
    for to_public in (True, False):
        assert not release.tells_seed(contest, after(contest, 0), to_public=to_public)
        assert release.tells_seed(contest, after(contest, 1), to_public=to_public)


@pytest.mark.parametrize("records", ["public", "organizer"])
def test_raw_records_follow_the_publication_where_the_rules_say_so(app, now, records):
    contest = contest_of(now, paper(1), paper(2), records=records)
    first, end = contest.rounds[0], after(contest, 1)
    factories.finalize(contest, end)
    assert not release.gives_raw(contest, first, end)
    with transaction():
        awards.publish_round(contest, "tuan-0", actor="lan", now=end)
    assert release.gives_raw(contest, first, end) is (records == "public")
    assert not release.gives_raw(contest, None, end)
    with transaction():
        awards.publish_round(contest, "tuan-1", actor="lan", now=end)
    assert release.gives_raw(contest, None, end) is (records == "public")
    with transaction():
        awards.supersede_round(contest, "tuan-0", actor="lan", reason="câu sai", now=end)
    assert not release.gives_raw(contest, first, end)
    assert release.result_of(first, to_public=True).version == 1
    assert release.result_of(first, to_public=False) is None
