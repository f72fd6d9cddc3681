"""A page of a closed round's ranking says what the whole ranking says, on both databases."""

import random
from datetime import timedelta

import pytest

from quizapp.areas import queries as areas
from quizapp.results.board_rows import NEIGHBOURS
from quizapp.results.final_board import read_final_board
from tests import factories
from tests.results.whole_ranking import final_ranking

CHAINS = [
    {"gate": "none", "keys": ["score", "duration", "submitted_at"]},
    {"gate": "none", "keys": ["score", "prediction_gap", "duration", "started_at", "perfect_attempts"]},
    {"gate": "none", "keys": ["prediction_gap", "score"]},
    {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"], "fallback": "next_score"},
    {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"], "fallback": "leave_unawarded"},
]
CROWD = 18


def crowd(now, ranking):
    """A contest in which few scores, few durations and few guesses make people share ranks."""
    groups = [{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}]
    contest = factories.make_contest(
        now,
        groups=groups,
        entry={
            "mode": "form",
            "fields": {"full_name": "required", "phone": "required", "area": "required", "group": "required"},
            "identity": ["phone", "full_name"],
        },
        rounds=[factories.round_dict(now, ranking=ranking, prediction={"metric": "people", "scope": "round"})],
        publication={"live": "hidden_until_close"},
    )
    chance = random.Random(19)
    people = []
    for _ in range(CROWD):
        person = factories.enter(contest, now, area=chance.choice(["101", "102", "111"]), group=chance.choice("AB"))
        guess = chance.choice(["3", "5", "9", None])
        right, seconds = chance.choice([3, 5]), chance.choice([60, 90])
        factories.sit(contest, person, now, right=right, seconds=seconds, prediction=guess)
        people.append(person)
    return contest, people


def whole(contest, *, group=None):
    return final_ranking(contest, contest.round("tuan-1"), group=group)


@pytest.mark.parametrize("ranking", CHAINS, ids=lambda chain: "-".join([chain["gate"], *chain["keys"]]))
def test_a_page_is_a_part_of_the_whole_ranking(app, now, ranking):
    contest, people = crowd(now, ranking)
    round_ = contest.round("tuan-1")
    ranked = whole(contest)
    rows = [row.row for row in ranked.rows]
    page = read_final_board(round_, actual=ranked.actual, limit=7)
    assert list(page.rows) == rows[:7]
    assert page.total == len(rows)
    for person in people:
        own = read_final_board(round_, actual=ranked.actual, limit=3, me=person.participant.id)
        place = next((i for i, row in enumerate(rows) if row.participant == person.participant.public_id), None)
        if place is None:
            assert own.me is None
            assert own.around == ()
        else:
            assert own.me == rows[place]
            assert list(own.around) == rows[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1]
        assert list(own.rows) == rows[:3]


def test_a_group_and_an_area_are_placed_among_themselves(app, now):
    contest, _ = crowd(now, CHAINS[0])
    round_, tree = contest.round("tuan-1"), areas.get_tree("tinh-mau")
    ranked = whole(contest, group="B")
    assert list(read_final_board(round_, actual=ranked.actual, group="B").rows) == [row.row for row in ranked.rows]

    district = tree.get("10")
    ids = tree.descendant_ids(district) | {district.id}
    inside = [row.row for row in whole(contest).rows if row.row.area_id in ids]
    found = read_final_board(round_, actual=ranked.actual, area_ids=ids)
    assert [row.participant for row in found.rows] == [row.participant for row in inside]
    assert found.rows[0].rank == 1
    assert found.total == len(inside)
    places = [next(i for i, other in enumerate(inside, 1) if other.rank == row.rank) for row in inside]
    assert [row.rank for row in found.rows] == places


def test_unranked_people_and_other_rounds_do_not_appear(app, now):
    later = factories.round_dict(now, key="tuan-2", label="Tuần 2", closes_at=(now + timedelta(hours=2)).isoformat())
    contest = factories.make_contest(
        now,
        rounds=[factories.round_dict(now), later],
        entry={
            "mode": "form",
            "fields": {"full_name": "required", "phone": "required"},
            "identity": ["phone", "full_name"],
            "excluded": {"mode": "unranked", "people": [{"full_name": "Trần Ban Tổ Chức", "phone": "0911000111"}]},
        },
    )
    excluded = factories.enter(contest, now, full_name="Trần Ban Tổ Chức", phone="0911000111")
    somebody = factories.enter(contest, now)
    elsewhere = factories.enter(contest, now)
    factories.sit(contest, excluded, now, seconds=10)
    factories.sit(contest, somebody, now, seconds=50)
    factories.sit(contest, elsewhere, now, round_key="tuan-2")
    page = read_final_board(contest.round("tuan-1"), actual=None, me=excluded.participant.id)
    assert [row.participant for row in page.rows] == [somebody.participant.public_id]
    assert page.me is None
    assert page.total == 1


def test_a_round_without_anybody_has_an_empty_page(app, now):
    contest = factories.make_contest(now)
    page = read_final_board(contest.round("tuan-1"), actual=None, me=1)
    assert (page.rows, page.me, page.around, page.total) == ((), None, (), 0)
