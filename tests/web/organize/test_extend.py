"""Extending a round."""

from datetime import timedelta

import pytest

from quizapp.contests import queries

EXTEND = "/to-chuc/cuoc-thi-mau/vong/tuan-2/gia-han"
REASON = "Mất điện toàn huyện"


@pytest.mark.parametrize("typed", ["2025-05-19T18:30", "2025-05-19T18:30:00", "19/05/2025 18:30", "18:30 19/05/2025"])
def test_a_round_is_extended_with_a_reason(people, scene, now, typed):
    page = people("tinh").post(EXTEND, {"closes_at": typed, "reason": REASON})
    assert "Tuần 2 được gia hạn đến" in page.text
    assert "16:00 19/05/2025 → 18:30 19/05/2025: Mất điện toàn huyện" in page.text
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2").closes_at == now + timedelta(hours=3, minutes=30)


def test_the_page_begins_with_the_present_end(people, scene):
    page = people("tinh").get(EXTEND)
    assert page.one("input", name="closes_at").get("value") == "2025-05-19T16:00"
    assert "Gia hạn" in people("tinh").get("/to-chuc/cuoc-thi-mau").text


@pytest.mark.parametrize(
    ("typed", "reason", "sentence"),
    [
        ("", REASON, "Hãy ghi ngày và giờ đóng mới."),
        ("mai", REASON, "Hãy ghi ngày và giờ đóng mới, ví dụ"),
        ("2025-05-19T16:00", REASON, "Giờ đóng mới phải sau giờ đóng hiện tại."),
        ("2025-05-19T09:00", REASON, "Giờ đóng mới phải sau giờ đóng hiện tại."),
        ("2025-05-19T18:30", " ", "Hãy ghi lý do."),
    ],
)
def test_what_is_missing_is_told_and_nothing_changes(people, scene, typed, reason, sentence):
    page = people("tinh").post(EXTEND, {"closes_at": typed, "reason": reason}, status=422)
    assert sentence in page.text
    round_ = queries.get_contest("cuoc-thi-mau").round("tuan-2")
    assert round_ == scene.contest.round("tuan-2")


def test_a_closed_round_is_not_extended(people, scene, now, at):
    people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-1/gia-han", status=409)
    with at(now + timedelta(hours=1)):
        people("tinh").post(EXTEND, {"closes_at": "2025-05-20T18:30", "reason": REASON}, status=409)
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2") == scene.contest.round("tuan-2")


@pytest.mark.parametrize("login", ["dak-mau", "to-chuc-ia"])
def test_nobody_else_extends(people, scene, login, only_for_organizers):
    only_for_organizers(EXTEND)
    people(login).post(EXTEND, {"closes_at": "2025-05-19T18:30", "reason": REASON}, status=404)
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2") == scene.contest.round("tuan-2")
