"""Launching, closing a round before its time, publishing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from quizapp.attempts.models import Attempt
from quizapp.contests import queries
from quizapp.contests.rules import ContestState, RoundState
from quizapp.db import db
from tests import factories

LAUNCH = "/to-chuc/nhap/khoi-dong"
CLOSE = "/to-chuc/cuoc-thi-mau/vong/tuan-2/dong"


def test_a_draft_is_launched_once_it_is_confirmed(people, draft, now):
    page = people("tinh").post(LAUNCH, {"confirm": "y"})
    assert "Cuộc thi đã khởi động." in page.text
    contest = queries.get_contest("nhap")
    assert contest.launched_at == now
    assert contest.commitment in page.text
    assert [(act.act, act.actor) for act in queries.list_acts(contest.id)] == [("launch", "tinh")]


def test_without_the_confirmation_nothing_happens(people, draft):
    page = people("tinh").post(LAUNCH, status=422)
    assert "Hãy đánh dấu xác nhận trước khi khởi động cuộc thi." in page.text
    assert queries.get_contest("nhap").launched_at is None


def test_a_second_launch_changes_nothing(people, draft, now, at):
    people("tinh").post(LAUNCH, {"confirm": "y"})
    first = queries.get_contest("nhap")
    with at(now + timedelta(minutes=1)):
        page = people("tinh").post(LAUNCH, {"confirm": "y"}, status=409)
    assert "Cuộc thi đã được khởi động trước đó." in page.text
    assert queries.get_contest("nhap") == first


def test_what_stands_in_the_way_is_named_again(people, draft, now):
    factories.make_bank(now, questions=3)
    page = people("tinh").post(LAUNCH, {"confirm": "y"}, status=409)
    assert "Chưa khởi động được." in page.text
    assert "Phải sửa: Tệp cuộc thi có 2 lỗi" in page.text
    assert queries.get_contest("nhap").launched_at is None


def test_a_round_is_closed_with_a_reason(people, scene, now):
    person = factories.enter(scene.contest, now, full_name="Nay H'Writing")
    factories.start(scene.contest, person, now, "tuan-2")
    page = people("tinh").post(CLOSE, {"reason": "Theo Công văn số 12"})
    assert "Đã đóng Tuần 2." in page.text
    round_ = queries.get_contest("cuoc-thi-mau").round("tuan-2")
    assert (round_.closes_at, round_.state(now)) == (now, RoundState.CLOSED)
    act = queries.list_acts(scene.contest.id)[0]
    assert (act.act, act.round_key, act.actor, act.reason) == ("close_round", "tuan-2", "tinh", "Theo Công văn số 12")
    # The paper that was being written ends with the round, in the same transaction.
    deadlines = db.session.scalars(select(Attempt.deadline).where(Attempt.submitted_at.is_(None)))
    assert list(deadlines) == [now]


@pytest.mark.parametrize("reason", ["", "   "])
def test_closing_needs_a_reason(people, scene, reason):
    page = people("tinh").post(CLOSE, {"reason": reason}, status=422)
    assert "Hãy ghi lý do." in page.text
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2").state(scene.now) is RoundState.OPEN


def test_a_closed_round_is_not_closed_again(people, scene, now, at):
    people("tinh").post(CLOSE, {"reason": "Theo Công văn số 12"})
    with at(now + timedelta(minutes=5)):
        people("tinh").post(CLOSE, {"reason": "Lần nữa"}, status=409)
        people("tinh").get(CLOSE, status=409)
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2").closes_at == now


def test_results_are_published_once_every_round_is_finalized(people, scene, now, at):
    page = people("tinh").post("/to-chuc/cuoc-thi-mau/cong-bo", status=409)
    assert "Còn vòng thi chưa đóng" in page.text
    later = now + timedelta(hours=2)
    with at(later):
        page = people("tinh").get("/to-chuc/cuoc-thi-mau")
        assert "hãy duyệt kết quả từng vòng: Tuần 1 Tuần 2" in page.text
        assert page.all("form", action="/to-chuc/cuoc-thi-mau/cong-bo") == []
        refused = people("tinh").post("/to-chuc/cuoc-thi-mau/cong-bo", status=409)
        assert "Kết quả Tuần 1, Tuần 2 chưa được duyệt" in refused.text
        factories.finalize(queries.get_contest("cuoc-thi-mau"), later)
        people("tinh").get("/to-chuc/cuoc-thi-mau").one("form", action="/to-chuc/cuoc-thi-mau/cong-bo")
        page = people("tinh").post("/to-chuc/cuoc-thi-mau/cong-bo")
        assert "Kết quả đã được công bố" in page.text
        assert queries.get_contest("cuoc-thi-mau").state(later) is ContestState.PUBLISHED
        people("tinh").post("/to-chuc/cuoc-thi-mau/cong-bo", status=409)


@pytest.mark.parametrize("login", ["dak-mau", "ia-thu", "to-chuc-ia"])
def test_nobody_else_takes_a_step(people, draft, scene, login):
    people(login).post(LAUNCH, {"confirm": "y"}, status=404)
    people(login).get(CLOSE, status=404)
    people(login).post(CLOSE, {"reason": "Không phải của tôi"}, status=404)
    people(login).post("/to-chuc/cuoc-thi-mau/cong-bo", status=404)
    assert queries.get_contest("nhap").launched_at is None
    assert queries.get_contest("cuoc-thi-mau").round("tuan-2").state(scene.now) is RoundState.OPEN


def test_strangers_are_sent_to_sign_in(people, draft):
    client = people(None)
    for path in (LAUNCH, CLOSE, "/to-chuc/cuoc-thi-mau/cong-bo"):
        assert "/tai-khoan/dang-nhap" in client.redirected(path)
    assert queries.get_contest("nhap").launched_at is None


def test_a_round_that_does_not_exist(people):
    people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-9/dong", status=404)
