"""One participant's page, and what organizers decide there: more time, a refused entry, and taking that back."""

from datetime import timedelta

import pytest

from quizapp.attempts import queries as attempts
from quizapp.contests import queries as contests
from quizapp.entries import queries as entries
from quizapp.results import lookup
from tests import factories

BASE = "/to-chuc/cuoc-thi-mau"


@pytest.fixture
def an(scene):
    """Nguyễn Thị An of the scene: three submitted papers."""
    ((line,), _) = lookup.find_people(scene.contest, "Nguyễn Thị An", offset=0, limit=5)
    return entries.get_participant_by_code(scene.contest.id, line.public_id)


@pytest.fixture
def sitting(scene, now):
    """Somebody with an open paper in the second week: (participant, attempt)."""
    person = factories.enter(scene.contest, now, full_name="Ksor H’Thử", phone="0911222333")
    return person.participant, factories.start(scene.contest, person, now, "tuan-2")


def page_of(participant):
    return f"{BASE}/nguoi-du-thi/{participant.public_id}"


def more_time(attempt):
    return f"{BASE}/luot-thi/{attempt.public_id}/them-gio"


def test_everything_that_was_typed_and_every_paper_is_there(people, an):
    page = people("tinh").get(page_of(an))
    for text in ("Nguyễn Thị An", "19/05/1990", "09xx xxx 001", "Xã Hà Tam, Huyện Đak Mẫu", "Chi bộ thôn 3"):
        assert text in page.text
    for attempt in attempts.list_attempts(an.id):
        assert attempt.receipt_code in page.text
    assert "50/50" in page.text
    assert "20/50" in page.text
    assert "Thêm giờ" not in page.text


def test_an_open_paper_is_given_more_time_and_its_owner_has_it(people, sitting, now):
    participant, attempt = sitting
    page = people("tinh").get(page_of(participant))
    assert more_time(attempt) in page.html
    assert "Nhiều nhất 50 phút" in people("tinh").get(more_time(attempt)).text
    page = people("tinh").post(more_time(attempt), {"minutes": "15", "reason": "Mất điện, xã xác nhận"})
    assert "Đã thêm giờ cho bài thi của Ksor H’Thử." in page.text
    assert "15:25 ngày 19/05/2025 (thêm 15 phút)" in page.text
    assert "+15 phút, lượt 1: Mất điện, xã xác nhận" in page.text
    assert attempts.find_open_attempt(participant.id, attempt.round_id).deadline == now + timedelta(minutes=25)


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        ("", "Hãy ghi số phút."),
        ("0", "Mỗi lần thêm được từ 1 đến 120 phút."),
        ("nhiều", "Mỗi lần thêm được từ 1 đến 120 phút."),
        ("121", "Mỗi lần thêm được từ 1 đến 120 phút."),
        ("51", "Hãy thêm ít hơn, hoặc gia hạn cả vòng thi."),
    ],
)
def test_what_cannot_be_given_is_told_at_its_field(people, sitting, minutes, sentence):
    participant, attempt = sitting
    page = people("tinh").post(more_time(attempt), {"minutes": minutes, "reason": "Mất điện"}, status=422)
    assert sentence in page.text
    assert page.one("input", id="minutes").get("value") == minutes
    assert attempts.find_open_attempt(participant.id, attempt.round_id).deadline == attempt.deadline


def test_more_time_needs_a_reason(people, sitting):
    _, attempt = sitting
    assert "Hãy ghi lý do." in people("tinh").post(more_time(attempt), {"minutes": "5"}, status=422).text


def test_a_paper_that_lasts_as_long_as_its_round_gets_no_more(people, sitting):
    _, attempt = sitting
    people("tinh").post(more_time(attempt), {"minutes": "50", "reason": "Mất điện"})
    page = people("tinh").get(more_time(attempt))
    assert "Muốn thêm giờ, hãy gia hạn cả vòng thi." in page.text
    assert not page.all("input", id="minutes")


def test_a_paper_that_is_over_gets_no_more(people, an):
    attempt = attempts.list_attempts(an.id)[0]
    people("tinh").get(more_time(attempt), status=409)
    people("tinh").post(more_time(attempt), {"minutes": "5", "reason": "x"}, status=409)


def test_an_entry_is_refused_with_a_reason_and_taken_back(people, an):
    client = people("tinh")
    assert "Hãy ghi lý do." in client.post(page_of(an) + "/khong-cong-nhan", {}, status=422).text
    assert "số đúng của câu dự đoán không đổi" in client.get(page_of(an) + "/khong-cong-nhan").text
    page = client.post(page_of(an) + "/khong-cong-nhan", {"reason": "Đơn vị xác nhận không có người này"})
    assert "Phiếu dự thi không được công nhận" in page.text
    assert "Đơn vị xác nhận không có người này" in page.text
    assert entries.get_participant(an.id).is_unranked
    assert "Không công nhận" in client.post(f"{BASE}/nguoi-du-thi", {"q": "Nguyễn Thị An"}).text
    client.post(page_of(an) + "/khong-cong-nhan", {"reason": "Lần nữa"}, status=409)
    page = client.post(page_of(an) + "/cong-nhan-lai", {"reason": "Đã đối chiếu giấy tờ"})
    assert "Phiếu dự thi không được công nhận" not in page.text
    assert "Đã đối chiếu giấy tờ" in page.text
    assert not entries.get_participant(an.id).is_unranked
    client.post(page_of(an) + "/cong-nhan-lai", {"reason": "Lần nữa"}, status=409)
    acts = [act.act for act in contests.list_acts_about(an.contest_id, an.public_id)]
    assert acts == ["lift_refusal", "refuse_entry"]


def test_the_history_of_the_contest_names_nobody(people, an):
    people("tinh").post(page_of(an) + "/khong-cong-nhan", {"reason": "Khai sai"})
    page = people("tinh").get(BASE)
    assert f"{an.public_id}: Khai sai" in page.text
    assert "Nguyễn Thị An" not in page.text


def test_people_and_papers_of_another_contest_are_not_found(people, an, sitting, now):
    factories.make_contest(now, contest="khac")
    _, attempt = sitting
    people("tinh").get(f"/to-chuc/khac/nguoi-du-thi/{an.public_id}", status=404)
    people("tinh").get(f"/to-chuc/khac/luot-thi/{attempt.public_id}/them-gio", status=404)
    people("tinh").get(f"{BASE}/nguoi-du-thi/khong-co", status=404)


@pytest.mark.parametrize("path", ["", "/khong-cong-nhan", "/cong-nhan-lai"])
def test_a_person_is_for_the_organizers_of_the_contest(an, only_for_organizers, path):
    only_for_organizers(page_of(an) + path)


def test_a_paper_is_for_the_organizers_of_the_contest(people, sitting, only_for_organizers):
    participant, attempt = sitting
    only_for_organizers(more_time(attempt))
    for login in ("dak-mau", "to-chuc-ia"):
        people(login).post(more_time(attempt), {"minutes": "5", "reason": "x"}, status=404)
        people(login).post(page_of(participant) + "/khong-cong-nhan", {"reason": "x"}, status=404)
    assert not entries.get_participant(participant.id).is_unranked
