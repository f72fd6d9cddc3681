"""Collective rankings out of real attempts: roll-up to a level, scopes, sizes, prizes, few queries."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from quizapp.areas import queries as areas
from quizapp.areas import service as areas_service
from quizapp.awards import area_ranking
from quizapp.awards.collectives import Reader, ranking, standings
from quizapp.contests import queries as contests
from quizapp.contests import sizes
from quizapp.db import db, transaction
from quizapp.results import queries
from quizapp.results.rules import Figures
from tests import factories

DISTRICT = {"level": "district", "metric": "people"}
PRIZES = [{"name": "Nhất", "count": 1}, {"name": "Nhì", "count": 1}, {"name": "Ba", "count": 2}]


def two_rounds(now):
    earlier = factories.round_dict(
        now,
        opens_at=(now - timedelta(days=9)).isoformat(),
        closes_at=(now - timedelta(days=3)).isoformat(),
        prizes=PRIZES,
    )
    return [earlier, factories.round_dict(now, key="tuan-2", label="Tuần 2")]


def make(now, *collectives, **changes):
    return factories.make_contest(now, rounds=two_rounds(now), collectives=list(collectives), **changes)


def people_of(contest, now):
    """Week 1: An (101, twice), Bình (102), Chi (the district itself), Dung (111), Em (outside), Giang (nowhere).
    Week 2: An and Dung again, Hà (112) for the first time. An and Dung once had everything right."""
    week_1, week_2 = now - timedelta(days=8), now - timedelta(minutes=30)
    an, binh, chi, dung, em, giang, ha = (
        factories.enter(contest, week_1, area=area) for area in ("101", "102", "10", "111", "ngoai-tinh:01", "", "112")
    )
    factories.sit(contest, an, week_1, right=2)
    factories.sit(contest, an, week_1 + timedelta(hours=1))
    for person, right in ((binh, 3), (chi, 4), (dung, 5), (em, 5), (giang, 1)):
        factories.sit(contest, person, week_1, right=right)
    for person, right in ((an, 1), (dung, 2), (ha, 3)):
        factories.sit(contest, person, week_2, right=right, round_key="tuan-2")


def area_id(code):
    return areas.get_area("tinh-mau", code).id


def told(lines):
    tree = areas.get_tree("tinh-mau")
    return [(line.rank, tree.node(line.area_id).code) for line in lines]


def enter_sizes(contest, now, people, *, replace=False):
    with transaction():
        sizes.set_sizes(
            contest,
            {area_id(code): number for code, number in people.items()},
            replace=replace,
            actor="to-chuc",
            now=now,
        )


def test_areas_are_ranked_by_people_counted_once_over_the_contest(app, now):
    contest = make(now, DISTRICT)
    people_of(contest, now)
    first, second = ranking(contest, 0, None, {})
    assert told([first, second]) == [(1, "10"), (2, "11")]
    assert (first.people, first.attempts, first.people_all_correct) == (3, 5, 1)
    assert (second.people, second.attempts, second.people_all_correct) == (2, 3, 1)
    # Counted attempts: An 50 and 10, Bình 30, Chi 40.
    assert first.mean_score == Fraction(130, 4)


def test_a_collective_of_one_round_counts_that_round_alone(app, now):
    contest = make(now, {**DISTRICT, "scope": "round"})
    people_of(contest, now)
    assert told(ranking(contest, 0, contest.round("tuan-1"), {})) == [(1, "10"), (2, "11")]
    week_2 = ranking(contest, 0, contest.round("tuan-2"), {})
    assert told(week_2) == [(1, "11"), (2, "10")]
    assert [line.people for line in week_2] == [2, 1]


def test_at_a_lower_level_people_of_the_district_itself_belong_to_no_commune(app, now):
    contest = make(now, {"level": "commune", "metric": "people_all_correct", "then": ["attempts"]})
    people_of(contest, now)
    assert told(ranking(contest, 0, None, {})) == [(1, "101"), (2, "111"), (3, "112"), (3, "102")]


def test_areas_without_enough_people_stand_behind_without_a_rank(app, now):
    contest = make(now, {**DISTRICT, "min_people": 3})
    people_of(contest, now)
    assert told(ranking(contest, 0, None, {})) == [(1, "10")]
    assert told(standings(contest, 0, None, {})) == [(1, "10"), (None, "12"), (None, "11")]


def test_a_collective_judged_by_hand_has_no_ranking_but_all_figures(app, now):
    contest = make(now, {**DISTRICT, "metric": "manual"})
    people_of(contest, now)
    assert ranking(contest, 0, None, {}) == []
    assert {line.people for line in standings(contest, 0, None, {})} == {0, 2, 3}


def test_the_rate_is_of_the_size_at_the_level_or_of_the_sum_below_it(app, now):
    contest = make(now, {**DISTRICT, "metric": "rate"})
    people_of(contest, now)
    enter_sizes(contest, now, {"10": 30, "111": 4, "112": 6})
    first, second = ranking(contest, 0, None, {})
    assert told([first, second]) == [(1, "11"), (2, "10")]
    assert (first.size, first.rate) == (10, Fraction(2, 10))
    assert (second.size, second.rate) == (30, Fraction(3, 30))


def test_an_area_whose_communes_are_not_all_known_is_ranked_last(app, now):
    contest = make(now, {**DISTRICT, "metric": "rate"})
    people_of(contest, now)
    enter_sizes(contest, now, {"101": 1, "111": 400, "112": 600})
    lines = ranking(contest, 0, None, {})
    assert told(lines) == [(1, "11"), (2, "10")]
    assert area_ranking.is_unknown(contest.spec.collectives[0], lines[1])


def test_the_mean_rate_is_over_all_rounds(app, now):
    weighted = {**DISTRICT, "metric": "weighted", "weights": {"mean_rate": 100, "prizes": 1},
                "prize_points": {"Nhất": 10, "Nhì": 8}}  # fmt: skip
    contest = make(now, weighted)
    people_of(contest, now)
    enter_sizes(contest, now, {"10": 10, "11": 10})
    won = {area_id("101"): ["Nhất"], area_id("10"): ["Nhì"], area_id("111"): ["Ba"], None: ["Nhất"]}
    first, second = ranking(contest, 0, None, won)
    assert told([first, second]) == [(1, "10"), (2, "11")]
    assert (first.mean_rate, first.points) == (Fraction(3 + 1, 20), 20 + 18)
    assert (second.mean_rate, second.points) == (Fraction(1 + 2, 20), 15 + 1)


def test_prizes_count_where_their_winners_belong(app, now):
    contest = make(now, {**DISTRICT, "metric": "prizes", "then": ["people"]})
    people_of(contest, now)
    outside = areas.get_area("ngoai-tinh", "01").id
    lines = ranking(contest, 0, None, {area_id("112"): ["Ba", "Ba"], outside: ["Nhất"], None: ["Nhì"]})
    assert told(lines) == [(1, "11"), (2, "10")]
    assert lines[0].prizes == (("Ba", 2),)


def test_a_retired_area_keeps_its_line(app, now):
    contest = make(now, {"level": "commune", "metric": "people"})
    people_of(contest, now)
    text = factories.TREE.replace("title: Tỉnh Mẫu", "title: Tỉnh Mẫu mới")
    text = "\n".join(line for line in text.splitlines() if '"102"' not in line)
    with transaction():
        areas_service.load_tree(text.encode(), name="tree.yaml", now=now)
    assert "102" in {code for _, code in told(ranking(contest, 0, None, {}))}


def test_a_contest_of_one_district_names_other_areas_only_when_somebody_came_from_there(app, now):
    contest = make(now, {"level": "commune", "metric": "people"}, owner="10")
    people_of(contest, now)
    assert sorted(code for _, code in told(standings(contest, 0, None, {}))) == ["101", "102", "111", "112"]


def test_several_collectives_cost_a_few_queries_together(app, now):
    contest = make(
        now, DISTRICT, {**DISTRICT, "metric": "rate"},
        {"level": "commune", "metric": "weighted", "weights": {"mean_rate": 100}},
    )  # fmt: skip
    people_of(contest, now)
    enter_sizes(contest, now, {"10": 30})
    statements = []

    def count(conn, cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        reader = Reader(contest)
        for index in range(3):
            ranking(contest, index, None, {}, reader=reader)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    reads = [statement for statement in statements if statement.lstrip().upper().startswith("SELECT")]
    # The tree's version, people and attempts by area, people by round and area, sizes.
    assert len(reads) <= 4
    assert sum("GROUP BY" in statement for statement in reads) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_areas_and_whoever_belongs_to_none_add_up_to_the_contest(app, now, data, monkeypatch):
    """For any spread of people over areas the sums of the lines and of the others are the total."""
    if contests.find_contest("cuoc-thi-mau") is None:
        make(now, *({"level": level, "metric": "people"} for level in ("province", "district", "commune", "unit")))
    contest = contests.get_contest("cuoc-thi-mau")
    tree = areas.get_tree("tinh-mau")
    outside = areas.get_area("ngoai-tinh", "01").id
    keys = st.sampled_from([None, outside, *(node.id for node in tree.nodes)])
    sums = st.builds(
        Figures, people=st.integers(0, 9), attempts=st.integers(0, 9), people_all_correct=st.integers(0, 9)
    )
    by_area = data.draw(st.dictionaries(keys, sums))
    monkeypatch.setattr(queries, "figures_by_area", lambda contest_id, round_id: by_area)
    for index, collective in enumerate(contest.spec.collectives):
        lines = standings(contest, index, None, {})
        nowhere = [
            figures
            for key, figures in by_area.items()
            if key in (None, outside) or tree.ancestor_at(key, collective.level) is None
        ]
        for name in ("people", "attempts", "people_all_correct"):
            total = sum(getattr(figures, name) for figures in by_area.values())
            assert sum(getattr(line, name) for line in lines) + sum(getattr(f, name) for f in nowhere) == total
