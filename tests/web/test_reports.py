"""The tables of staff: sums, scope, sealing, masking."""

import csv
import io
from datetime import timedelta
from fractions import Fraction

import pytest
from flask import g

from quizapp.areas import queries as areas
from quizapp.attempts.rules import GRACE
from quizapp.awards import service as awards
from quizapp.contests import service as contests_service
from quizapp.db import transaction
from quizapp.errors import NotFound
from quizapp.results.files import write_csv
from quizapp.web import reports
from quizapp.web.access import StaffView
from quizapp.web.settling import settle
from tests import factories
from tests.web import staff_scene

PEOPLE_COLUMNS = ("people", "attempts", "people_all_correct", "prizes")


@pytest.fixture
def scene(app, now):
    with app.test_request_context():
        g.now = now
        made = staff_scene.make_scene(now)
        settle(made.contest)
        yield made


def view_of(contest, code=None):
    """The organizer's view, or that of the staff of an area."""
    tree = areas.get_tree_by_id(contest.tree_id)
    return StaffView(contest, tree, tree.get(code) if code else tree.root, code is None)


def build(scene, name, *, staff_of=None, round_key=None, area=None, level=None, now=None):
    view = view_of(scene.contest, staff_of)
    round_ = scene.contest.round(round_key) if round_key else None
    return reports.build(name, view, round_, view.narrowed(area), level=level, now=now or scene.now)


def rows_of(table):
    """The rows as dicts by the columns' keys."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows]


def total_of(table):
    return dict(zip([column.key for column in table.columns], table.total, strict=True))


@pytest.mark.parametrize("round_key", [None, "tuan-1", "tuan-2"])
@pytest.mark.parametrize(
    ("area", "level"), [(None, None), (None, "commune"), (None, "unit"), ("10", None), ("101", None)]
)
def test_the_lines_of_areas_add_up_to_the_total(scene, round_key, area, level):
    table = build(scene, "areas", round_key=round_key, area=area, level=level)
    rows, total = rows_of(table), total_of(table)
    for column in PEOPLE_COLUMNS:
        assert sum(row[column] for row in rows) == total[column]
    assert total["best_score"] == max(
        (row["best_score"] for row in rows if row["best_score"] is not None), default=None
    )


def test_areas_of_the_whole_contest_name_everybody(scene):
    rows = {row["area"]: row for row in rows_of(build(scene, "areas", round_key="tuan-1"))}
    people = {name: row["people"] for name, row in rows.items()}
    assert people == {
        "Thị xã An Nghiệm": 0, "Huyện Đak Mẫu": 3, "Huyện Ia Thử": 1, "Ngoài tỉnh": 1, "Chưa rõ đơn vị": 1,
    }  # fmt: skip
    dak_mau = rows["Huyện Đak Mẫu"]
    assert (dak_mau["attempts"], dak_mau["people_all_correct"], dak_mau["best_score"]) == (4, 2, 50)
    assert dak_mau["all_correct_share"] == Fraction(2, 3)
    assert dak_mau["mean_score"] == Fraction(130, 3)
    assert [row["number"] for row in rows.values()] == [1, 2, 3, None, None]


def test_people_who_named_only_the_district_stand_on_a_line_of_their_own(scene):
    rows = {row["area"]: row["people"] for row in rows_of(build(scene, "areas", area="10", round_key="tuan-1"))}
    assert rows == {"Xã Hà Tam": 1, "Xã Yang Bắc": 1, "Trực thuộc Huyện Đak Mẫu": 1}


def test_prizes_are_counted_where_the_winners_live(scene):
    assert total_of(build(scene, "areas"))["prizes"] == 0
    with transaction():
        awards.finalize_round(scene.contest, "tuan-1", actor="to-chuc", now=scene.now)
    # Four had everything right; the guess of 4 (Ia Thử) is exact, 3 and 5 are one off, the earlier one comes first.
    rows = {row["area"]: row["prizes"] for row in rows_of(build(scene, "areas"))}
    assert rows["Huyện Ia Thử"] == 1
    assert rows["Huyện Đak Mẫu"] == 1
    assert sum(rows.values()) == 2


def finalize_week_1(scene):
    with transaction():
        awards.finalize_round(scene.contest, "tuan-1", actor="to-chuc", now=scene.now)


def test_winners_of_finalized_rounds_with_guess_and_distance(scene):
    assert rows_of(build(scene, "winners")) == []
    assert build(scene, "winners").notes == ("Chưa có kết quả: Tuần 1, Tuần 2.",)
    finalize_week_1(scene)
    table = build(scene, "winners")
    found = [(row["prize"], row["rank"], row["full_name"], row["prediction"], row["gap"]) for row in rows_of(table)]
    assert found == [("Nhất", 1, "Rơ Châm Dung", 4, 0), ("Nhì", 2, "Nguyễn Thị An", 3, 1)]
    assert any("Tuần 1" in note and "4" in note for note in table.notes)
    assert any("Chưa có kết quả: Tuần 2" in note for note in table.notes)


def test_winners_are_said_to_be_provisional_until_they_are_published(scene):
    finalize_week_1(scene)
    assert "Danh sách tạm" in build(scene, "winners").notes[0]
    with transaction():
        awards.publish_round(scene.contest, "tuan-1", actor="to-chuc", now=scene.now)
    assert not any("tạm" in note for note in build(scene, "winners", round_key="tuan-1").notes)
    assert len(rows_of(build(scene, "winners"))) == 2


def test_winners_may_change_while_one_prize_a_person_is_not_settled(app, now):
    contest = factories.make_contest(now, prize_cap="one_per_contest")
    with app.test_request_context():
        capped = reports.build("winners", view_of(contest), None, now=now)
    assert "Mỗi người chỉ nhận một giải" in capped.notes[0]


def test_winners_of_an_area_are_only_its_own(scene):
    finalize_week_1(scene)
    assert [row["full_name"] for row in rows_of(build(scene, "winners", staff_of="10"))] == ["Nguyễn Thị An"]
    assert rows_of(build(scene, "winners", round_key="tuan-2")) == []


def test_the_summary_counts_people_once_over_the_contest(scene):
    table = build(scene, "summary")
    rows = rows_of(table)
    assert [(row["round"], row["people"], row["attempts"], row["people_all_correct"]) for row in rows] == [
        ("Tuần 1", 6, 7, 4),
        ("Tuần 2", 2, 2, 1),
    ]
    assert [row["people_so_far"] for row in rows] == [6, 6]
    assert [row["attempts_so_far"] for row in rows] == [7, 9]
    total = total_of(table)
    assert (total["people"], total["attempts"], total["entered"]) == (6, 9, 7)
    assert total["people_all_correct"] + total["people_not_all_correct"] == total["people"]
    assert total["all_correct_share"] + total["not_all_correct_share"] == 1


def test_the_summary_of_one_round_keeps_the_running_totals(scene):
    (row,) = rows_of(build(scene, "summary", round_key="tuan-2"))
    assert (row["people"], row["people_so_far"], row["attempts_so_far"]) == (2, 6, 9)


def test_staff_see_only_their_subtree_in_every_table(scene):
    mine = {"Nguyễn Thị An", "Trần Văn Bình", "Phạm Thị Hà", staff_scene.FORMULA_NAME}
    assert {row["full_name"] for row in rows_of(build(scene, "participants", staff_of="10"))} == mine
    assert {row["full_name"] for row in rows_of(build(scene, "attempts", staff_of="10"))} < mine
    (row,) = rows_of(build(scene, "summary", staff_of="10", round_key="tuan-1"))
    assert (row["entered"], row["people"], row["attempts"]) == (4, 3, 4)
    table = build(scene, "areas", staff_of="10", round_key="tuan-1")
    assert (total_of(table)["people"], total_of(table)["people_all_correct"]) == (3, 2)


def test_staff_of_the_root_do_not_see_people_from_outside(scene):
    names = {row["area"] for row in rows_of(build(scene, "areas", staff_of="1"))}
    assert names.isdisjoint({"Ngoài tỉnh", "Chưa rõ đơn vị"})


@pytest.mark.parametrize("round_key", [None, "tuan-2"])
def test_scores_are_sealed_for_staff_while_somebody_may_still_guess(scene, round_key):
    sealed = ("people_all_correct", "all_correct_share", "mean_score", "best_score")
    table = build(scene, "areas", staff_of="10", round_key=round_key)
    for row in [*rows_of(table), total_of(table)]:
        assert {row[column] for column in sealed} == {None}
    assert total_of(table)["people"] > 0
    assert any("giữ kín" in note for note in table.notes)


def test_sealed_rounds_leave_no_score_and_no_guess_in_any_table(scene):
    rows = rows_of(build(scene, "attempts", staff_of="10"))
    open_week = [row for row in rows if row["round"] == "Tuần 2"]
    assert len(open_week) == 2
    for row in open_week:
        assert (row["score"], row["all_correct"], row["prediction"]) == (None, None, None)
    assert all(row["score"] is not None for row in rows if row["round"] == "Tuần 1")
    assert {row["best_score"] for row in rows_of(build(scene, "participants", staff_of="10"))} == {None}
    assert {row["round"] for row in rows_of(build(scene, "scores", staff_of="10"))} == {"Tuần 1"}
    week_2 = rows_of(build(scene, "summary", staff_of="10"))[1]
    assert (week_2["people"], week_2["people_all_correct"], week_2["not_all_correct_share"]) == (2, None, None)


def test_organizers_see_what_is_sealed_for_others(scene):
    assert total_of(build(scene, "areas", round_key="tuan-2"))["people_all_correct"] == 1
    guesses = [row["prediction"] for row in rows_of(build(scene, "attempts", round_key="tuan-2"))]
    assert guesses == [777, 888]


def test_the_seal_lasts_until_the_last_answer_can_have_arrived(scene):
    closes_at = scene.contest.round("tuan-2").closes_at
    for moment, is_sealed in (
        (closes_at, True),
        (closes_at + GRACE, True),
        (closes_at + GRACE + timedelta(milliseconds=1), False),
    ):
        total = total_of(build(scene, "areas", staff_of="10", round_key="tuan-2", now=moment))
        assert (total["people_all_correct"] is None) is is_sealed, moment


def test_phones_are_masked_for_staff_but_not_for_organizers(scene):
    seen = {row["full_name"]: row["phone"] for row in rows_of(build(scene, "participants", staff_of="10"))}
    assert seen["Nguyễn Thị An"] == "09xx xxx 001"
    seen = {row["full_name"]: row["phone"] for row in rows_of(build(scene, "participants"))}
    assert seen["Nguyễn Thị An"] == "0912345001"


def test_participants_have_a_column_for_each_level(scene):
    rows = {row["full_name"]: row for row in rows_of(build(scene, "participants"))}
    an, em, giang = rows["Nguyễn Thị An"], rows["Lê Thị Em"], rows["Siu Giang"]
    assert (an["area_province"], an["area_district"], an["area_commune"]) == ("Tỉnh Mẫu", "Huyện Đak Mẫu", "Xã Hà Tam")
    assert (em["area_province"], em["area_district"]) == ("Tỉnh Ngoài Một", None)
    assert {giang[f"area_{level}"] for level in ("province", "district", "commune", "unit")} == {None}
    assert (an["finished"], an["attempts"], an["best_score"]) == ("Đã thi", 3, 50)
    assert (rows["Phạm Thị Hà"]["finished"], rows["Phạm Thị Hà"]["attempts"]) == ("Chưa thi", 0)
    assert "gender" not in an


def test_scores_add_up_to_people_and_attempts(scene):
    rows = rows_of(build(scene, "scores", round_key="tuan-1"))
    assert [row["score"] for row in rows] == [50, 40, 30, 20, 10, 0]
    assert sum(row["people"] for row in rows) == 6
    assert sum(row["attempts"] for row in rows) == 7
    assert sum(row["share"] for row in rows) == 1


def test_a_file_of_the_table_holds_no_formula(scene):
    text = b"".join(write_csv(build(scene, "participants"))).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert any("HYPERLINK" in cell for cell in cells)


def test_the_total_has_a_target_only_when_nothing_is_missing_from_it(scene):
    tree = areas.get_tree_by_id(scene.contest.tree_id)
    commit = {"actor": "tinh", "now": scene.now}
    with transaction():
        contests_service.set_target(scene.contest, tree.get("10").id, 6, **commit)
    table = build(scene, "areas", round_key="tuan-1")
    rates = {row["area"]: row["rate"] for row in rows_of(table)}
    assert rates["Huyện Đak Mẫu"] == Fraction(1, 2)
    assert (total_of(table)["target"], total_of(table)["rate"]) == (None, None)
    with transaction():
        for code, people in (("11", 10), ("12", 4)):
            contests_service.set_target(scene.contest, tree.get(code).id, people, **commit)
    total = total_of(build(scene, "areas", round_key="tuan-1"))
    assert (total["target"], total["rate"]) == (20, Fraction(6, 20))


def test_a_contest_of_one_district_leaves_out_idle_areas_elsewhere(app, now):
    with app.test_request_context():
        g.now = now
        contest = factories.make_contest(
            now, owner="10", areas={"tree": "tinh-mau", "ranked_level": "commune"}, contest="cua-huyen"
        )
        factories.sit(contest, factories.enter(contest, now, area="111"), now)
        table = reports.build("areas", view_of(contest), now=now)
        rows = rows_of(table)
    assert [(row["area"], row["people"]) for row in rows] == [("Xã Hà Tam", 0), ("Xã Ia Một", 1), ("Xã Yang Bắc", 0)]
    assert total_of(table)["people"] == 1


def test_letterhead_and_subtitle_say_whose_table_it_is(scene):
    table = build(scene, "areas", staff_of="10", round_key="tuan-1")
    head = table.letterhead
    assert (head.style, head.organizer, head.parent) == ("party", "Ban Tổ chức mẫu", "Tỉnh ủy Mẫu")
    assert head.place_date == "Đak Mẫu, ngày 19 tháng 5 năm 2025"
    assert table.subtitle_lines[0] == scene.contest.title
    assert "Đơn vị: Huyện Đak Mẫu" in table.subtitle_lines


@pytest.mark.parametrize("level", ["province", "hamlet", "district"])
def test_a_level_that_does_not_lie_below_the_area_is_not_found(scene, level):
    with pytest.raises(NotFound):
        build(scene, "areas", area="10", level=level)


def test_an_unknown_table_is_not_found(scene):
    with pytest.raises(NotFound, match="table_not_found"):
        build(scene, "users")
