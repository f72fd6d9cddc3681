"""A round's page for its organizers: the way of its result, what stands in the way, and each step, confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from quizapp.accounts.rules import Role
from quizapp.attempts.models import Regrade
from quizapp.contests import queries as contests
from quizapp.contests.models import Round
from quizapp.contests.rules import GRACE
from quizapp.db import db, transaction
from quizapp.entries.models import Participant
from quizapp.results import versions
from quizapp.results.rules import Stage
from tests import factories
from tests.clients import text_in

WEEK_1, WEEK_2 = ("/to-chuc/cuoc-thi-mau/vong/tuan-1", "/to-chuc/cuoc-thi-mau/vong/tuan-2")
FORWARD = {"confirm": "y"}


def way(page):
    """{label: state} of the steps."""
    names = {"steps__item--done": "done", "steps__item--current": "current", "steps__item--later": "later"}
    return {
        text_in(item).split("(")[0].lstrip("0123456789 ").strip(): names[item.get("class").split()[1]]
        for item in page.all("li")
        if (item.get("class") or "").startswith("steps__item")
    }


def stage(scene, key="tuan-1"):
    contest = contests.get_contest(scene.contest.slug)
    return versions.stage_of(contest, contest.round(key), scene.now)


def test_a_closed_round_is_under_review(people, scene):
    page = people("tinh").get(WEEK_1)
    assert way(page) == {
        "Mở vòng thi": "done",
        "Đóng vòng thi": "done",
        "Chốt số liệu": "done",
        "Rà soát": "current",
        "Duyệt kết quả": "later",
        "Công bố": "later",
    }
    assert "Đang rà soát" in page.text
    # 6 people, 7 attempts, 4 of the people with everything right: what was to be guessed.
    for figure in ("Người dự thi 6", "Lượt thi 7", "Người đúng tất cả 4", "Số phải dự đoán 4"):
        assert figure in page.text
    assert "Đạt: Mọi bài thi đã kết thúc" in page.text
    assert "Đạt: Đã chốt số phải dự đoán: 4" in page.text
    assert [a.get("href") for a in page.all("a") if "/vong/tuan-1/" in (a.get("href") or "")] == [
        f"{WEEK_1}/duyet",
        f"{WEEK_1}/cau-hoi",
        f"{WEEK_1}/den-muon",
    ]


def test_the_contest_page_leads_to_each_round(people, scene):
    page = people("tinh").get("/to-chuc/cuoc-thi-mau")
    assert {WEEK_1, WEEK_2} <= {a.get("href") for a in page.all("a")}


def test_an_open_round_has_numbers_and_no_step(people, scene):
    page = people("tinh").get(WEEK_2)
    assert way(page)["Đóng vòng thi"] == "current"
    assert "Người dự thi 2" in page.text
    assert "Việc có thể làm" not in page.text
    assert "dấu hiệu" not in page.text
    people("tinh").get(f"{WEEK_2}/duyet", status=409)


def test_a_round_to_come(people, scene, now):
    with transaction():
        later = {"opens_at": now + timedelta(days=1), "closes_at": now + timedelta(days=2)}
        db.session.execute(update(Round).where(Round.key == "tuan-2").values(later))
    page = people("tinh").get(WEEK_2)
    assert way(page)["Mở vòng thi"] == "current"
    assert "Vòng thi chưa mở." in page.text


def test_the_whole_way_to_the_public_and_a_version_after_it(people, scene):
    organizer = people("tinh")
    assert "Chưa ai ngoài Ban Tổ chức" in organizer.get(f"{WEEK_1}/duyet").text
    assert "Đã duyệt kết quả Tuần 1." in organizer.post(f"{WEEK_1}/duyet", FORWARD).text
    assert stage(scene) is Stage.FINALIZED
    page = organizer.get(WEEK_1)
    first = versions.latest(scene.contest.round("tuan-1").id)
    assert first.ranking_hash in page.text
    assert "tinh, 15:00 ngày 19/05/2025" in page.text

    assert "Đã công bố kết quả Tuần 1." in organizer.post(f"{WEEK_1}/cong-bo", FORWARD).text
    assert set(way(organizer.get(WEEK_1)).values()) == {"done"}
    organizer.get(f"{WEEK_1}/cong-bo", status=409)
    organizer.get(f"{WEEK_1}/lui-lai", status=409)

    page = organizer.post(f"{WEEK_1}/thay-the", {"reason": "Sửa đáp án câu 3"})
    assert "Đã mở một phiên bản mới" in page.text
    assert "Phiên bản 2: Sửa đáp án câu 3" in page.text
    assert stage(scene) is Stage.REVIEW
    assert versions.published(scene.contest.round("tuan-1").id).version == 1
    acts = [(act.act, act.round_key, act.actor) for act in contests.list_acts(scene.contest.id)]
    assert ("supersede_round", "tuan-1", "tinh") in acts
    assert ("finalize_round", "tuan-1", "tinh") in acts


def test_back_to_the_review_with_a_reason(people, scene):
    organizer = people("tinh")
    organizer.post(f"{WEEK_1}/duyet", FORWARD)
    page = organizer.post(f"{WEEK_1}/lui-lai", {"reason": " "}, status=422)
    assert "Hãy ghi lý do." in page.text
    assert stage(scene) is Stage.FINALIZED
    page = organizer.post(f"{WEEK_1}/lui-lai", {"reason": "Còn đơn thư"})
    assert "Đã đưa Tuần 1 về bước rà soát." in page.text
    assert stage(scene) is Stage.REVIEW


@pytest.mark.parametrize("step", ["duyet", "cong-bo"])
def test_a_step_forward_needs_the_confirmation(people, scene, step):
    organizer = people("tinh")
    if step == "cong-bo":
        organizer.post(f"{WEEK_1}/duyet", FORWARD)
    organizer.get(WEEK_1)
    before = stage(scene)
    assert "Hãy đánh dấu xác nhận." in organizer.post(f"{WEEK_1}/{step}", status=422).text
    assert stage(scene) is before


def test_a_staged_ruling_stands_in_the_way(people, scene, now):
    with transaction():
        db.session.add(
            Regrade(
                contest_id=scene.contest.id, round_id=scene.contest.round("tuan-1").id, question="mau/mau-001",
                kind="void_all", answers="[]", reason="Sai", public_note="", state="staged", staged_at=now,
                staged_by="tinh", summary="{}",
            )
        )  # fmt: skip
    assert "Phải sửa: Có một phán quyết" in people("tinh").get(WEEK_1).text
    people("tinh").post(f"{WEEK_1}/duyet", FORWARD, status=409)
    assert stage(scene) is Stage.REVIEW


def test_signs_are_listed_without_a_verdict(people, scene):
    with transaction():
        db.session.execute(update(Participant).where(Participant.phone.is_not(None)).values(phone_hash="the same"))
    page = people("tinh").get(WEEK_1)
    assert "Trùng số điện thoại" in page.text
    assert "Nên xem lại: Có 1 loại dấu hiệu cần xem xét" in page.text
    assert "không phải kết luận về ai" in page.text
    assert "gian lận" not in page.text.lower()
    links = [a.get("href") for a in page.all("a") if "anomalies" in (a.get("href") or "")]
    assert links == [f"/don-vi/cuoc-thi-mau/tai/anomalies.{ext}?round=tuan-1" for ext in ("xlsx", "csv")]


@pytest.mark.parametrize("path", [WEEK_1, f"{WEEK_1}/duyet", f"{WEEK_1}/lui-lai"])
def test_nobody_else_sees_it(people, scene, only_for_organizers, path):
    only_for_organizers(path)


def test_nobody_else_takes_a_step(people, scene):
    for login in ("dak-mau", "to-chuc-ia"):
        people(login).post(f"{WEEK_1}/duyet", FORWARD, status=404)
    assert versions.list_versions(scene.contest.round("tuan-1").id) == []


def test_what_there_is_not(people, scene, draft):
    people("tinh").get("/to-chuc/cuoc-thi-mau/vong/tuan-9", status=404)
    people("tinh").get(f"{WEEK_1}/nem-di", status=404)
    people("tinh").get("/to-chuc/nhap/vong/tuan-1", status=409)
    people("tinh").get("/to-chuc/nhap/vong/tuan-1/duyet", status=409)


# --- two persons --------------------------------------------------------------------------------------------------


@pytest.fixture
def two(app, now, actors):
    """A closed round whose result needs two persons; the browsers of both."""
    # Open two days ago, for two hours.
    contest = factories.make_contest(
        now - timedelta(days=2), publication={"live": "full", "mask_phone": True, "two_persons": True}
    )
    factories.make_staff("mot", Role.ORGANIZER, "1", now)
    factories.make_staff("hai", Role.ORGANIZER, "1", now)
    return contest, actors.staff("mot"), actors.staff("hai")


def test_a_second_person_confirms(two):
    contest, first, second = two
    page = first.post(f"{WEEK_1}/duyet", FORWARD)
    assert "chờ người thứ hai duyệt" in page.text
    assert way(page)["Người thứ nhất đề nghị"] == "done"
    assert way(page)["Người thứ hai duyệt"] == "current"
    assert "Phải sửa: Cần người thứ hai" in page.text
    assert "Cần người thứ hai" not in second.get(WEEK_1).text

    first.post(f"{WEEK_1}/duyet", FORWARD, status=409)
    assert versions.latest(contest.rounds[0].id).stage is Stage.PROPOSED
    assert "Đã duyệt kết quả Tuần 1." in second.post(f"{WEEK_1}/duyet", FORWARD).text
    result = versions.latest(contest.rounds[0].id)
    assert (result.proposed_by, result.finalized_by) == ("mot", "hai")


# --- still closing ------------------------------------------------------------------------------------------------


def test_papers_that_are_still_open_are_waited_for(people, scene, now, at):
    person = factories.enter(scene.contest, now)
    attempt = factories.start(scene.contest, person, now, "tuan-2")
    with at(now + timedelta(hours=1, seconds=1)):
        page = people("tinh").get(WEEK_2)
        assert "Đang chốt số liệu" in page.text
        assert "Phải sửa: Chưa chốt số phải dự đoán" in page.text
    with at(now + timedelta(hours=1) + GRACE + timedelta(seconds=1)):
        page = people("tinh").get(WEEK_2)
        assert "Đạt: Mọi bài thi đã kết thúc" in page.text
        assert way(page)["Rà soát"] == "current"
    assert db.session.scalar(select(Round.actual).where(Round.key == "tuan-2")) == 1
    assert attempt.submitted_at is None
