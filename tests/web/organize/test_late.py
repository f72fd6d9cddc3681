"""What came late, as the organizers see it and decide about it."""

from datetime import timedelta

import pytest

from quizapp.accounts.rules import Role
from quizapp.attempts import late, queries
from quizapp.attempts.rules import Choice
from quizapp.contests import queries as contests
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in

NAME = "Nguyễn Hoàng Thị Phương Khánh Nguyệt Quỳnh"
LIST = "/to-chuc/cuoc-thi-mau/vong/tuan-1/den-muon"
CLOSED = timedelta(hours=1, seconds=4)
REASON = "Mất mạng toàn xã từ 15:05"


@pytest.fixture
def contest(app, now):
    made = factories.make_contest(now)
    for login, role, area in (
        ("tinh", Role.ORGANIZER, "1"), ("dak-mau", Role.DISTRICT, "10"), ("to-chuc-ia", Role.ORGANIZER, "11"),
    ):  # fmt: skip
        factories.make_staff(login, role, area, now)
    return made


@pytest.fixture
def attempt(contest, now):
    """Three questions right in time; the fourth came two minutes late, the fifth after the round's close."""
    person = factories.enter(contest, now, full_name=NAME)
    attempt = factories.start(contest, person, now)
    right = factories.right_choices(contest, attempt)
    factories.save(person, attempt, right[:3], now + timedelta(minutes=1))
    for choice, minutes in ((right[3], 12), (right[4], 90)):
        with transaction():
            batch = [Choice(choice.question, choice.options, 9)]
            late.keep(attempt.public_id, person.session_id, batch, None, now=now + timedelta(minutes=minutes))
    return factories.submit(person, attempt, now + timedelta(minutes=12))


@pytest.fixture
def organizer(actors, contest):
    return actors.staff("tinh")


def page_of(attempt):
    return f"/to-chuc/cuoc-thi-mau/luot-thi/{attempt.public_id}/den-muon"


def ids(attempt):
    return [item.id for item in late.list_items([attempt.id])]


def rows(page):
    return [
        [text_in(cell) for cell in row if cell.tag.endswith(("th", "td"))]
        for row in page.one("table", id="late").iter("{http://www.w3.org/1999/xhtml}tr")
    ][1:]


def test_the_list_of_a_round_tells_whose_papers_and_what_waits(organizer, attempt):
    page = organizer.get(LIST)
    assert "Có 1 bài thi, trong đó 1 bài còn mục chưa quyết định." in page.text
    assert rows(page) == [[
        NAME, "1", "15:10 ngày 19/05/2025", "15:12 ngày 19/05/2025 đến 16:30 ngày 19/05/2025", "2", "0", "0",
        f"Xem và quyết định {NAME}, lượt 1",
    ]]  # fmt: skip
    assert page.all("a", href=page_of(attempt))


def test_without_anything_late_the_list_says_so(organizer, contest):
    assert "Không có câu trả lời nào đến muộn." in organizer.get(LIST).text


def test_what_came_stands_beside_what_counts(organizer, attempt):
    page = organizer.get(page_of(attempt))
    assert rows(page) == [
        ["4. Câu hỏi mẫu số 4 của bộ mau là gì?", "15:12 ngày 19/05/2025", "bỏ trống", "A. Đúng 4", "Chưa quyết định"],
        ["5. Câu hỏi mẫu số 5 của bộ mau là gì?", "16:30 ngày 19/05/2025 Sau khi vòng thi đóng", "bỏ trống",
         "A. Đúng 5", "Chưa quyết định"],
    ]  # fmt: skip
    assert "Từ lúc đó đáp án hoặc số liệu của vòng thi có thể đã được biết." in page.text


def test_the_round_and_the_person_lead_there(organizer, attempt, contest, at, now):
    person = queries.get_attempt(contest.id, attempt.public_id).participant_id
    with at(now + CLOSED):
        page = organizer.get("/to-chuc/cuoc-thi-mau/vong/tuan-1")
        assert page.all("a", href=LIST)
        assert "1 bài có câu trả lời đến muộn chưa được quyết định" in page.text
    (line,) = late.list_papers(contest.round("tuan-1").id, offset=0, limit=5)
    page = organizer.get(f"/to-chuc/cuoc-thi-mau/nguoi-du-thi/{line.person}")
    assert text_in(page.one("a", href=page_of(attempt))) == "2 câu trả lời đến muộn Tuần 1, lượt 1"
    assert person


def test_chosen_items_are_accepted_with_a_reason(organizer, contest, attempt, at, now):
    first, _ = ids(attempt)
    with at(now + CLOSED):
        page = organizer.post(page_of(attempt), {"items": [first], "verdict": "accepted", "reason": REASON})
    assert "Đã chấp nhận; bài thi và thứ hạng đã được tính lại." in page.text
    assert rows(page)[0][-1] == f"Được chấp nhận: tinh, 16:00:04 ngày 19/05/2025. Lý do: {REASON}"
    assert [text_in(label) for label in page.all("label") if "Câu 4" in text_in(label)] == []
    assert queries.get_attempt(contest.id, attempt.public_id).score == 40
    (line,) = late.list_papers(contest.round("tuan-1").id, offset=0, limit=5)
    page = organizer.get(f"/to-chuc/cuoc-thi-mau/nguoi-du-thi/{line.person}")
    assert "Chấp nhận câu trả lời đến muộn" in page.text
    assert f"lượt 1, câu 4: {REASON}" in page.text


def test_refusing_is_written_down_as_well(organizer, contest, attempt, at, now):
    with at(now + CLOSED):
        page = organizer.post(page_of(attempt), {"items": ids(attempt), "verdict": "refused", "reason": REASON})
        assert "Đã ghi quyết định không chấp nhận." in page.text
        assert "Đã xem những câu trả lời đến muộn" in organizer.get("/to-chuc/cuoc-thi-mau/vong/tuan-1").text
    assert queries.get_attempt(contest.id, attempt.public_id).score == 30
    assert {item.verdict for item in late.list_items([attempt.id])} == {"refused"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"items": []}, "Hãy chọn ít nhất một mục."),
        ({"verdict": ""}, "Hãy chọn một quyết định."),
        ({"reason": "  "}, "Hãy ghi lý do."),
        ({"reason": "x" * 501}, "Tối đa 500 ký tự."),
    ],
)
def test_what_is_missing_is_told_and_nothing_changes(organizer, attempt, at, now, changed, sentence):
    sent = {"items": ids(attempt), "verdict": "accepted", "reason": REASON, **changed}
    with at(now + CLOSED):
        assert sentence in organizer.post(page_of(attempt), sent, status=422).text
    assert {item.verdict for item in late.list_items([attempt.id])} == {None}


def test_once_the_result_stands_the_page_says_what_to_do_first(organizer, contest, attempt, at, now):
    later = now + CLOSED
    with at(later):
        factories.finalize(contests.get_contest("cuoc-thi-mau"), later)
        assert "Lúc này chỉ ghi được quyết định không chấp nhận" in organizer.get(page_of(attempt)).text
        sent = {"items": ids(attempt), "verdict": "accepted", "reason": REASON}
        page = organizer.post(page_of(attempt), sent, status=422)
    assert "Hãy đưa kết quả về bước rà soát trước khi chấp nhận." in page.text
    assert queries.get_attempt(contest.id, attempt.public_id).score == 30


def test_nobody_else_looks_or_decides(actors, contest, attempt, at, now):
    sent = {"items": ids(attempt), "verdict": "accepted", "reason": REASON}
    for login in ("dak-mau", "to-chuc-ia"):
        client = actors.staff(login)
        for path in (LIST, page_of(attempt)):
            client.get(path, status=404)
        with at(now + CLOSED):
            client.post(page_of(attempt), sent, status=404)
    assert actors.stranger().client.get(page_of(attempt)).status_code == 302
    assert {item.verdict for item in late.list_items([attempt.id])} == {None}
