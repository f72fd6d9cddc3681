"""Rankings as people look at them: provisional until final, then as the sheet keeps them, public when published."""

import pytest

from quizapp.areas import queries as areas
from quizapp.awards import collective_tables, deciding
from quizapp.awards import service as awards
from quizapp.contests import queries, sizes
from quizapp.db import transaction
from tests.web import collective_scene


@pytest.fixture
def contest(app, now):
    return collective_scene.make(now)


def reread(contest):
    return queries.get_contest(contest.slug)


def told(tables):
    """By (collective, round): whether it is final, ranks by area code, prizes by area code."""
    tree = areas.get_tree("tinh-mau")
    return {
        (table.index, table.round.key if table.round else None): (
            table.is_final,
            {tree.node(area.area_id).code: area.rank for area in table.areas if area.rank is not None},
            {tree.node(area_id).code: names for area_id, names in table.prizes.items()},
        )
        for table in tables
    }


def test_while_nothing_is_final_everything_is_provisional_and_nothing_is_told_to_others(contest, now):
    found = told(collective_tables.list_tables(contest))
    assert list(found) == [(0, None), (1, "tuan-1"), (1, "tuan-2"), (2, None), (3, None)]
    assert found[0, None] == (False, {"10": 1, "11": 2}, {"10": ("Cờ thi đua",), "11": ("Bằng khen",)})
    # By hand: nobody is ranked or proposed.
    assert found[2, None] == (False, {}, {})
    assert collective_tables.list_final(contest, public=False) == []
    assert collective_tables.list_final(contest, public=True) == []


def test_a_round_is_final_by_itself_and_the_contest_with_its_last_round(contest, now):
    collective_scene.finalize(contest, "tuan-2", now=now)
    final = {key for key, (is_final, *_) in told(collective_tables.list_tables(contest)).items() if is_final}
    assert final == {(1, "tuan-2")}
    collective_scene.finalize(contest, "tuan-1", now=now)
    assert all(is_final for is_final, *_ in told(collective_tables.list_tables(contest)).values())
    assert len(collective_tables.list_final(contest, public=False)) == 5
    assert collective_tables.list_final(contest, public=True) == []


def test_what_is_public_follows_the_publication_round_by_round(contest, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    with transaction():
        awards.publish_round(reread(contest), "tuan-1", actor="tinh", now=now)
    assert list(told(collective_tables.list_final(reread(contest), public=True))) == [(1, "tuan-1")]
    collective_scene.publish(contest, now)
    assert len(collective_tables.list_final(reread(contest), public=True)) == 5


def test_an_area_named_by_hand_has_its_prize_and_the_others_wait(contest, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    with transaction():
        deciding.give_by_hand(
            contest, "collective:2", "Đơn vị tiêu biểu", "102", actor="tinh", reason="Lãnh đạo tốt", now=now
        )
    (table,) = [each for each in collective_tables.list_tables(contest) if each.index == 2]
    assert table.hand_open == 1
    assert told([table])[2, None][2] == {"102": ("Đơn vị tiêu biểu",)}


def test_areas_that_are_equal_across_the_last_prize_wait_for_a_lot(contest, now):
    tree = areas.get_tree("tinh-mau")
    with transaction():
        # Week 1: three people of three, two of two.
        people = {tree.get("10").id: 3, tree.get("11").id: 2}
        sizes.set_sizes(contest, people, replace=True, actor="tinh", now=now)
    collective_scene.finalize(contest, "tuan-1", now=now)
    table = collective_tables.list_final(contest, public=False)[0]
    assert told([table])[1, "tuan-1"][1] == {"10": 1, "11": 1}
    assert (table.lots_open, dict(table.prizes)) == (1, {})


def test_the_exact_figures_survive_in_the_sheet(contest, now):
    live = {table.index: table.areas for table in collective_tables.list_tables(contest) if table.index == 1}
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    kept = {table.index: table.areas for table in collective_tables.list_tables(contest) if table.index == 1}
    assert {(a.area_id, a.rate, a.mean_rate, a.mean_score, a.size) for a in live[1]} == {
        (a.area_id, a.rate, a.mean_rate, a.mean_score, a.size) for a in kept[1]
    }
