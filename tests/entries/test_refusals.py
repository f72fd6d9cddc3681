"""Refusing an entry and taking that back: ranks go and come, people and attempts stay."""

from datetime import timedelta

import pytest

from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import queries, refusals
from quizapp.errors import Conflict, Invalid, NotFound
from quizapp.leaderboard import boards
from quizapp.results import board
from quizapp.results import queries as results
from tests import factories


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


def refuse(person, now, reason="Khai sai đơn vị"):
    with transaction():
        refusals.refuse(person.participant, reason=reason, actor="to-chuc", now=now)


def lift(person, now, reason="Đã xác minh"):
    with transaction():
        refusals.lift(person.participant, reason=reason, actor="to-chuc", now=now)


def is_unranked(person):
    return queries.get_participant(person.participant.id).is_unranked


def test_a_refused_person_has_no_rank_and_is_still_counted(contest, now):
    one, other = factories.enter(contest, now), factories.enter(contest, now)
    for person in (one, other):
        factories.sit(contest, person, now)
    before = results.counts(contest.id, None)
    generation = boards.wanted_generation(contest.id)
    refuse(one, now)
    assert is_unranked(one)
    assert not is_unranked(other)
    assert results.counts(contest.id, None) == before
    page = board.read_board(contest, contest.rounds[0], limit=10)
    assert [row.participant for row in page.rows] == [other.participant.public_id]
    assert boards.wanted_generation(contest.id) != generation


def test_taking_it_back_restores_what_was(app, now):
    listed = {"full_name": "Trần Văn Ban", "phone": "0911111111"}
    entry = {**factories.contest_dict(now)["entry"], "excluded": {"mode": "unranked", "people": [listed]}}
    contest = factories.make_contest(now, entry=entry)
    staff, person = factories.enter(contest, now, **listed), factories.enter(contest, now)
    for each in (staff, person):
        refuse(each, now)
        lift(each, now + timedelta(hours=1))
    assert is_unranked(staff)
    assert not is_unranked(person)
    # And once more, with its own history.
    refuse(person, now + timedelta(hours=2), reason="Mượn số điện thoại")
    found = queries.list_refusals(person.participant.id)
    assert [(each.reason, each.lifted_reason) for each in found] == [
        ("Mượn số điện thoại", None), ("Khai sai đơn vị", "Đã xác minh"),
    ]  # fmt: skip
    assert found[1].lifted_at == now + timedelta(hours=1)


def test_both_are_acts_that_name_the_person_by_code_alone(contest, now):
    person = factories.enter(contest, now)
    refuse(person, now)
    lift(person, now)
    acts = [(act.act, act.actor, act.reason) for act in contests.list_acts(contest.id)]
    code = person.participant.public_id
    assert acts[:2] == [
        ("lift_refusal", "to-chuc", f"{code}: Đã xác minh"), ("refuse_entry", "to-chuc", f"{code}: Khai sai đơn vị"),
    ]  # fmt: skip
    found = contests.list_acts_about(contest.id, code)
    assert [(act.act, act.reason) for act in found] == [
        ("lift_refusal", "Đã xác minh"), ("refuse_entry", "Khai sai đơn vị"),
    ]  # fmt: skip


def test_acts_on_somebody_else_are_not_listed(contest, now):
    one, other = factories.enter(contest, now), factories.enter(contest, now)
    refuse(one, now)
    assert contests.list_acts_about(contest.id, other.participant.public_id) == []


def test_neither_is_done_twice(contest, now):
    person = factories.enter(contest, now)
    with pytest.raises(Conflict, match="entry_not_refused"):
        lift(person, now)
    refuse(person, now)
    with pytest.raises(Conflict, match="entry_refused_already"):
        refuse(person, now)
    assert len(queries.list_refusals(person.participant.id)) == 1


@pytest.mark.parametrize("act", [refuse, lift])
def test_both_need_a_reason(contest, now, act):
    person = factories.enter(contest, now)
    with pytest.raises(Invalid, match="reason_missing"):
        act(person, now, reason="  ")
    assert not is_unranked(person)


def test_a_person_is_found_by_code_within_the_contest_only(contest, now):
    person = factories.enter(contest, now)
    code = person.participant.public_id
    assert queries.get_participant_by_code(contest.id, code) == person.participant
    other = factories.make_contest(now, contest="khac")
    with pytest.raises(NotFound):
        queries.get_participant_by_code(other.id, code)
