"""Who reaches a round that only the best of an earlier one may sit: the published result of that one decides."""

from datetime import timedelta

import pytest

from quizapp.contests.rules import GRACE
from quizapp.db import transaction
from quizapp.entries import refusals
from quizapp.results import promotion
from quizapp.results import service as results
from tests import factories


@pytest.fixture
def scene(app, now):
    """A first week with five people, and a final for its first two (of each group), opening an hour after it."""
    base = factories.contest_dict(now)["entry"]
    first = factories.round_dict(now, ranking={"gate": "none", "keys": ["score"]})
    final = factories.round_dict(
        now, key="chung-ket", label="Chung kết", promote={"round": "tuan-1", "top": 2},
        opens_at=(now + timedelta(hours=2)).isoformat(), closes_at=(now + timedelta(hours=4)).isoformat(),
    )  # fmt: skip
    contest = factories.make_contest(
        now, rounds=[first, final], entry={**base, "fields": {**base["fields"], "group": "required"}},
        groups=[{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}],
    )  # fmt: skip
    people = {}
    for name, group, right in (
        ("an", "A", 5), ("binh", "A", 4), ("chi", "A", 4), ("dung", "A", 3), ("em", "B", 1), ("giang", "B", 0),
    ):  # fmt: skip
        people[name] = factories.enter(contest, now, group=group)
        factories.sit(contest, people[name], now, right=right)
    people["moi"] = factories.enter(contest, now, group="A")
    return contest, people


def decide(contest, *, publish=True):
    round_ = contest.round("tuan-1")
    after = round_.closes_at + GRACE + timedelta(seconds=1)
    with transaction():
        results.finalize(contest, round_, actor="mot", now=after)
        if publish:
            results.publish(contest, round_, actor="mot", now=after)
    return after


def promoted(scene):
    contest, people = scene
    final = contest.round("chung-ket")
    return {name for name, person in people.items() if promotion.is_promoted(contest, final, person.participant.id)}


def test_a_round_without_a_condition_is_for_everybody(scene):
    contest, people = scene
    first = contest.round("tuan-1")
    assert promotion.is_decided(contest, first)
    assert promotion.is_promoted(contest, first, people["moi"].participant.id)
    assert promotion.promoted_ids(contest, first) is None


@pytest.mark.parametrize("publish", [None, False])
def test_nobody_reaches_a_round_before_the_result_is_public(scene, publish):
    contest, _ = scene
    if publish is not None:
        decide(contest, publish=publish)
    assert not promotion.is_decided(contest, contest.round("chung-ket"))
    assert promoted(scene) == set()
    assert promotion.promoted_ids(contest, contest.round("chung-ket")) == frozenset()


def test_the_first_of_each_group_reach_it_with_whoever_shares_their_rank(scene):
    contest, people = scene
    decide(contest)
    assert promotion.is_decided(contest, contest.round("chung-ket"))
    assert promoted(scene) == {"an", "binh", "chi", "em", "giang"}
    ids = {people[name].participant.id for name in promoted(scene)}
    assert promotion.promoted_ids(contest, contest.round("chung-ket")) == ids


def test_a_refused_entry_does_not_go_on(scene):
    contest, people = scene
    after = decide(contest)
    with transaction():
        refusals.refuse(people["binh"].participant, reason="Khai sai", actor="mot", now=after)
    assert promoted(scene) == {"an", "chi", "em", "giang"}


def test_a_result_that_is_worked_on_again_holds_until_the_new_one_is_public(scene):
    contest, people = scene
    after = decide(contest)
    with transaction():
        results.supersede(contest, contest.round("tuan-1"), actor="mot", reason="Khiếu nại", now=after)
        refusals.refuse(people["an"].participant, reason="Khai sai", actor="mot", now=after)
    assert promoted(scene) == {"binh", "chi", "em", "giang"}
    decide(contest)
    assert promoted(scene) == {"binh", "chi", "em", "giang"}
