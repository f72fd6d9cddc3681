"""The table of collective prizes: whole for organizers, own lines for staff, ranks only once published."""

from datetime import timedelta
from fractions import Fraction

import pytest
from flask import g

from quizapp.areas import queries as areas
from quizapp.awards import service as awards
from quizapp.contests import amending, queries
from quizapp.db import transaction
from quizapp.web import reports
from quizapp.web.access import StaffView
from tests import factories
from tests.web import collective_scene


@pytest.fixture
def contest(app, now):
    with app.test_request_context():
        g.now = now
        yield collective_scene.make(now)


def build(contest, now, *, staff_of=None, round_key=None, area=None):
    current = queries.get_contest(contest.slug)
    tree = areas.get_tree_by_id(contest.tree_id)
    view = StaffView(current, tree, tree.get(staff_of) if staff_of else tree.root, staff_of is None)
    round_ = current.round(round_key) if round_key else None
    return reports.build("collectives", view, round_, view.narrowed(area), now=now)


def rows_of(table):
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def test_the_sheet_has_all_that_an_award_is_proposed_by(contest, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    table = build(contest, now)
    first = rows_of(table)[0]
    assert {key: first[key] for key in ("rank", "area", "people", "attempts", "size", "rate", "prize", "note")} == {
        "rank": 1, "area": "Huyện Đak Mẫu", "people": 3, "attempts": 4, "size": None, "rate": None,
        "prize": "Cờ thi đua", "note": None,
    }  # fmt: skip
    assert [column.title for column in table.columns if column.key.startswith("prize_")] == [
        "Nhất", "Nhì", "Điểm của các giải cá nhân",
    ]  # fmt: skip
    assert (first["prize_1"], first["prize_2"]) == (2, 1)
    assert first["mean_score"] == Fraction(50 + 40 + 30 + 50, 4)
    weighted = [row for row in rows_of(table) if row["points"] is not None]
    assert [(row["area"], row["prize_points"], row["points"]) for row in weighted][:2] == [
        ("Huyện Đak Mẫu", 21, 27), ("Huyện Ia Thử", 1, 5),
    ]  # fmt: skip


def test_a_round_has_its_own_lines_only(contest, now):
    rounds = {row["round"] for row in rows_of(build(contest, now, round_key="tuan-2"))}
    assert rounds == {"Tuần 2"}
    assert {row["round"] for row in rows_of(build(contest, now))} == {None, "Tuần 1", "Tuần 2"}


def test_before_a_result_is_final_organizers_see_it_marked_and_nobody_else_at_all(contest, now):
    collective_scene.finalize(contest, "tuan-1", now=now)
    rows = rows_of(build(contest, now))
    marked = {row["round"] for row in rows if row["note"] and "Tạm tính" in row["note"]}
    assert marked == {None, "Tuần 2"}
    assert any("Tạm tính" in note for note in build(contest, now).notes)
    assert {row["round"] for row in rows_of(build(contest, now, staff_of="10"))} == {"Tuần 1"}


def test_staff_see_their_own_areas_and_the_rank_once_it_is_published(contest, now):
    collective_scene.finalize(contest, "tuan-1", "tuan-2", now=now)
    before = rows_of(build(contest, now, staff_of="11"))
    assert {row["area"] for row in before} == {"Huyện Ia Thử", "Xã Ia Một", "Xã Ia Hai"}
    assert {(row["rank"], row["prize"]) for row in before} == {(None, None)}
    with transaction():
        awards.publish_round(queries.get_contest(contest.slug), "tuan-2", actor="tinh", now=now)
    halfway = [(row["round"], row["rank"], row["prize"]) for row in rows_of(build(contest, now, staff_of="11"))]
    assert [line for line in halfway if line[1] is not None] == [("Tuần 2", 1, "Giấy khen")]
    collective_scene.publish(contest, now)
    after = [row for row in rows_of(build(contest, now, staff_of="11")) if row["rank"] is not None]
    assert [(row["round"], row["rank"], row["prize"]) for row in after] == [
        (None, 2, "Bằng khen"), ("Tuần 1", 1, "Giấy khen"), ("Tuần 2", 1, "Giấy khen"), (None, 2, ""),
    ]  # fmt: skip


def test_an_area_narrows_the_lines_and_keeps_the_ranks(contest, now):
    rows = rows_of(build(contest, now, area="11"))
    assert [(row["area"], row["rank"]) for row in rows][:1] == [("Huyện Ia Thử", 2)]
    assert not any("Đak Mẫu" in row["area"] for row in rows)


def test_while_somebody_may_guess_by_them_staff_see_no_lines(app, now):
    """Week 1 is final when the rules get a guess about the whole contest: now its figures would narrow the answer."""
    week_1 = factories.round_dict(
        now, opens_at=(now - timedelta(days=10)).isoformat(), closes_at=(now - timedelta(days=3)).isoformat()
    )
    later = {"opens_at": (now + timedelta(days=3)).isoformat(), "closes_at": (now + timedelta(days=9)).isoformat()}
    week_2 = factories.round_dict(now, key="tuan-2", label="Tuần 2", **later)
    changes = {
        "collectives": [{"level": "district", "metric": "people_all_correct", "scope": "round"}],
        "publication": {"live": "hidden_until_close"},
    }
    contest = factories.make_contest(now - timedelta(days=11), rounds=[week_1, week_2], **changes)
    person = factories.enter(contest, now - timedelta(days=9), area="101")
    factories.sit(contest, person, now - timedelta(days=9))
    collective_scene.finalize(contest, "tuan-1", now=now)
    with app.test_request_context():
        g.now = now
        assert [row["people_all_correct"] for row in rows_of(build(contest, now, staff_of="10"))] == [1]
        guess = {
            "prediction": {"metric": "people_all_correct", "scope": "contest"},
            "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
        }
        amended = factories.contest_yaml(now, rounds=[week_1, {**week_2, **guess}], **changes)
        with transaction():
            amending.amend(contest, amended, name="x.yaml", actor="tinh", reason="Thêm câu dự đoán", now=now)
        assert rows_of(build(contest, now, staff_of="10")) == []
        assert [row["people_all_correct"] for row in rows_of(build(contest, now))][:1] == [1]


def test_a_contest_without_collectives_says_so(app, now):
    with app.test_request_context():
        g.now = now
        table = build(factories.make_contest(now), now)
    assert list(table.rows) == []
    assert table.notes[0] == "Thể lệ của cuộc thi không có giải tập thể."
