"""Who takes part: entered until when, new in which round, with which scores; and the list that can be searched."""

from datetime import timedelta

import pytest

from quizapp.areas import queries as areas
from quizapp.results import participation, queries
from quizapp.results.participation import ScoreLine
from tests import factories


@pytest.fixture
def contest(app, now):
    """Two weeks, both open, so that anybody can take part in either."""
    weeks = [factories.round_dict(now), factories.round_dict(now, key="tuan-2", label="Tuần 2")]
    return factories.make_contest(now, rounds=weeks)


def ids_of(contest, code):
    tree = areas.get_tree_by_id(contest.tree_id)
    return tree.descendant_ids(tree.get(code)) | {tree.get(code).id}


def names(lines):
    return [line.full_name for line in lines]


def test_people_are_counted_by_the_moment_of_their_entry(contest, now):
    for minutes, area in ((0, "101"), (10, "111"), (20, "102")):
        factories.enter(contest, now + timedelta(minutes=minutes), area=area)
    moments = [now - timedelta(seconds=1), now, now + timedelta(minutes=15), now + timedelta(hours=1)]
    assert participation.count_entered(contest.id, None, moments) == [0, 1, 2, 3]
    assert participation.count_entered(contest.id, ids_of(contest, "10"), moments) == [0, 1, 1, 2]
    assert participation.count_entered(contest.id, None, []) == []


def test_newcomers_are_counted_in_their_first_round(contest, now):
    early, late, both = (factories.enter(contest, now, area=area) for area in ("101", "111", "101"))
    factories.sit(contest, early, now)
    factories.sit(contest, late, now, round_key="tuan-2")
    factories.sit(contest, both, now, round_key="tuan-2")
    factories.sit(contest, both, now)
    assert participation.count_newcomers(contest.id, None) == {0: 2, 1: 1}
    assert participation.count_newcomers(contest.id, ids_of(contest, "11")) == {1: 1}


def test_scores_of_people_and_of_attempts(contest, now):
    person, other = factories.enter(contest, now), factories.enter(contest, now, area="111")
    factories.sit(contest, person, now, right=2)
    factories.sit(contest, person, now + timedelta(minutes=5), right=4)
    factories.sit(contest, other, now, right=4)
    round_id = contest.round("tuan-1").id
    assert participation.spread_of_scores(contest.id, None) == [
        ScoreLine(round_id, 40, people=2, attempts=2),
        ScoreLine(round_id, 20, people=0, attempts=1),
    ]
    inside = participation.spread_of_scores(contest.id, ids_of(contest, "11"))
    assert inside == [ScoreLine(round_id, 40, people=1, attempts=1)]


def test_people_are_found_by_words_of_their_names(contest, now):
    for name in ("Nguyễn Thị Ánh", "Trần Văn Đạt", "Đặng Thị An", "H'Thân Niê", "100% Nhiệt Tình"):
        factories.enter(contest, now, full_name=name)

    def search(text):
        return names(queries.page_of_people(contest.id, None, None, search=text)[0])

    assert search("an") == ["Đặng Thị An", "Nguyễn Thị Ánh"]
    assert search("ĐẶNG") == search("dang") == ["Đặng Thị An"]
    assert search("thi a") == ["Đặng Thị An", "Nguyễn Thị Ánh"]
    assert search("dat") == ["Trần Văn Đạt"]
    assert search("h'than") == ["H'Thân Niê"]
    assert search("100%") == ["100% Nhiệt Tình"]
    assert search("%") == search("_") == search("khong co") == []


def test_pages_follow_one_order_and_know_how_many_there_are(contest, now):
    done = factories.enter(contest, now, full_name="Lê Văn Bốn")
    factories.sit(contest, done, now, round_key="tuan-2")
    for name in ("Lê Thị Ba", "Lê Văn Hai", "Lê Văn Một"):
        factories.enter(contest, now, full_name=name, area="111")

    def page(**options):
        lines, total = queries.page_of_people(contest.id, None, None, **options)
        return names(lines), total

    assert page(limit=2) == (["Lê Thị Ba", "Lê Văn Bốn"], 4)
    assert page(limit=2, offset=2) == (["Lê Văn Hai", "Lê Văn Một"], 4)
    assert page(finished=True) == (["Lê Văn Bốn"], 1)
    assert page(finished=False, search="ba") == (["Lê Thị Ba"], 1)
    week_1 = contest.round("tuan-1").id
    assert queries.page_of_people(contest.id, week_1, None, finished=True) == ([], 0)
    lines, total = queries.page_of_people(contest.id, None, ids_of(contest, "11"))
    assert (names(lines), total) == (["Lê Thị Ba", "Lê Văn Hai", "Lê Văn Một"], 3)
