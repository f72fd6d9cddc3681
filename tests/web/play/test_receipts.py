"""The receipt as a page and a file, the public check of its code, and the list of a round's receipts."""

import csv
import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from quizapp.attempts import queries
from quizapp.attempts.rules import Choice
from quizapp.awards import service as awards
from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.web import throttle
from quizapp.web.play import receipts as views
from tests import factories
from tests.clients import text_in
from tests.web.doors import PASSING
from tests.web.play.sitting import sitter

CLOSED = timedelta(hours=1, seconds=4)
SVG = "{http://www.w3.org/2000/svg}svg"
LIST = "/cuoc-thi/cuoc-thi-mau/tuan-1/bien-nhan"
NAME = "Nguyễn Hoàng Thị Phương Khánh Nguyệt Quỳnh"
ESSAY = {"paper": {"mode": "marked", "points": 100}, "ranking": {"gate": "none", "keys": ["score"]}}
WHOLE_CONTEST = {
    "prediction": {"metric": "people", "scope": "contest"},
    "ranking": {"gate": "none", "keys": ["prediction_gap", "submitted_at"]},
}


@pytest.fixture
def contest(app, now):
    return factories.make_contest(now)


@pytest.fixture
def one(app, contest, now):
    return sitter(app, contest, now, full_name=NAME, unit="Chi bộ Trường THPT Mẫu")


@pytest.fixture
def attempt(contest, one, now):
    return factories.sit(contest, one.person, now, right=3, seconds=75)


def page_of(one, attempt, **options):
    return one.browser.get(f"/bai-thi/{attempt.public_id}/bien-nhan", **options)


def facts(page):
    names, values = page.all("dt"), page.all("dd")
    return {text_in(name): text_in(value) for name, value in zip(names, values, strict=True)}


# --- the owner's page ---------------------------------------------------------------------------------------------


def test_the_page_says_all_that_the_file_holds(one, attempt):
    page, held = page_of(one, attempt), json.loads(attempt.receipt)
    told = facts(page)
    assert (told["Họ và tên"], told["Nơi công tác, học tập"]) == (NAME, "Chi bộ Trường THPT Mẫu")
    assert told["Vòng thi"] == "Tuần 1, lượt 1"
    assert (told["Bắt đầu lúc"], told["Hạn nộp"]) == ("15:00 ngày 19/05/2025", "15:10 ngày 19/05/2025")
    assert (told["Nộp bài lúc"], told["Thời gian làm bài"]) == ("15:01:15 ngày 19/05/2025", "1 phút 15 giây")
    assert (told["Cách nộp"], told["Số câu đã trả lời"]) == ("Người dự thi tự nộp", "5/5")
    assert told["Mã băm của đề"] == held["paper_hash"]
    assert told["Mã băm của các câu trả lời"] == held["answers_hash"]
    assert (told["Muối (giữ kín cùng biên nhận)"], told["Phiên bản thể lệ"]) == (held["salt"], "1")
    code = held["code"]
    assert text_in(page.one("span", class_="code")) == f"{code[:5]}-{code[5:]}"
    assert "Cuộc thi mẫu" in page.text
    assert not {"30", "50"} & set(told.values())


def test_the_code_is_drawn_on_the_page_itself_and_leads_to_the_check(one, attempt):
    page = page_of(one, attempt)
    (drawing,) = [element for element in page.root.iter() if element.tag == SVG and element.get("class") == "qr"]
    assert drawing.get("viewBox")
    assert drawing.get("style") is None
    address = f"http://localhost/bien-nhan/{attempt.receipt_code}"
    assert page.one("a", class_="receipt-check__url").get("href") == address
    # What a telephone reads is that address: the same code drawn anew.
    segno = pytest.importorskip("segno")
    path = next(iter(drawing)).get("d")
    assert path in segno.make_qr(address, error="m").svg_inline(omitsize=True, border=4, lineclass=None)


def test_file_and_page_are_the_same_each_time_whoever_asks_when(app, one, attempt, at, now):
    address = f"/bai-thi/{attempt.public_id}/bien-nhan.json"
    page = page_of(one, attempt)
    with at(now + CLOSED + timedelta(days=30)):
        answer = one.browser.client.get(address)
        later = page_of(one, attempt)
    assert answer.get_data(as_text=True) == attempt.receipt
    assert answer.headers["Content-Disposition"].startswith(
        f'attachment; filename="bien-nhan-{attempt.receipt_code}.json"'
    )
    assert PASSING.sub("", page.html) == PASSING.sub("", later.html)


def test_nobody_else_sees_it_and_there_is_none_before_the_submission(app, contest, one, attempt, now):
    other = sitter(app, contest, now)
    for suffix in ("", ".json"):
        address = f"/bai-thi/{attempt.public_id}/bien-nhan{suffix}"
        assert other.browser.client.get(address).status_code == 404
    running = factories.start(contest, other.person, now)
    assert other.browser.client.get(f"/bai-thi/{running.public_id}/bien-nhan").status_code == 404


def test_a_paper_that_time_has_ended_has_its_receipt_at_once(contest, one, at, now):
    running = factories.start(contest, one.person, now)
    with at(now + timedelta(minutes=11)):
        assert facts(page_of(one, running))["Cách nộp"] == "Hết giờ, hệ thống tự nộp với những câu đã lưu"


def test_its_owner_finds_it_from_the_contest_and_from_the_finished_paper(one, attempt):
    address = f"/bai-thi/{attempt.public_id}/bien-nhan"
    for place in ("/cuoc-thi/cuoc-thi-mau", f"/bai-thi/{attempt.public_id}/da-nop"):
        assert one.browser.get(place).all("a", href=address)


def test_what_came_late_is_told_with_what_was_decided(one, contest, at, now):
    running = factories.start(contest, one.person, now)
    with at(now + timedelta(minutes=12)):
        headers = {"X-CSRF-Token": one.browser.token()}
        batch = [{"question": running.paper[0][0], "options": ["A"], "rev": 5}]
        answer = one.browser.client.put(
            f"/api/v1/attempts/{running.public_id}/answers", json={"batch": batch}, headers=headers
        )
        assert (answer.status_code, answer.json["code"]) == (409, "attempt_closed")
        assert answer.json["kept_as_evidence"] is True
        page = one.browser.get(f"/bai-thi/{running.public_id}/da-nop")
        (line,) = [item for item in page.all("li") if "đến lúc" in text_in(item)]
        assert text_in(line) == "Câu 1: đến lúc 15:12 ngày 19/05/2025: A. Đúng 1. Chưa được tính"
        # The receipt is about the submission, and stays what it was.
        assert "đến muộn" not in page_of(one, running).text


# --- the public check ---------------------------------------------------------------------------------------------


def test_before_the_close_every_code_is_as_unknown_as_any(actors, attempt):
    stranger = actors.stranger()
    pages = [stranger.get(f"/bien-nhan/{code}", status=404) for code in (attempt.receipt_code, "0000000000")]
    known, unknown = (PASSING.sub("", page.html) for page in pages)
    code = attempt.receipt_code
    assert known.replace(code, "0000000000").replace(f"{code[:5]}-{code[5:]}", "00000-00000") == unknown


@pytest.mark.parametrize("form", ["{}-{}", "{}{}", " {} {} "])
def test_after_the_close_the_code_is_in_the_list_however_it_is_typed(actors, attempt, at, now, form):
    code = attempt.receipt_code
    with at(now + CLOSED):
        page = actors.stranger().get("/bien-nhan", follow=True, query_string={
            "code": form.format(code[:5], code[5:]).lower()
        })  # fmt: skip
    assert "Bài thi có trong bảng công bố" in page.text
    assert "có trong danh sách biên nhận của Tuần 1, Cuộc thi mẫu" in page.text
    assert "Kết quả của vòng thi này chưa được công bố" in page.text
    told = facts(page)
    assert told["Kết thúc bài thi lúc"] == "15:01:15 ngày 19/05/2025"
    assert told["Mã băm của tệp biên nhận"] == hashlib.sha256(attempt.receipt.encode()).hexdigest()
    # Neither who nor how well.
    assert NAME not in page.html
    assert attempt.public_id not in page.html
    assert "30" not in told.values()


def test_once_the_result_is_published_the_check_says_so(actors, attempt, at, now):
    later = now + CLOSED
    with at(later):
        factories.finalize(contests.get_contest("cuoc-thi-mau"), later)
        with transaction():
            awards.publish_round(contests.get_contest("cuoc-thi-mau"), "tuan-1", actor="test", now=later)
        page = actors.stranger().get(f"/bien-nhan/{attempt.receipt_code}")
    assert "Kết quả của vòng thi này đã được công bố" in page.text


def test_an_unknown_code_is_said_to_be_unknown_and_the_form_is_there_again(actors, contest, at, now):
    with at(now + CLOSED):
        page = actors.stranger().get("/bien-nhan/ABCDE-12345", status=404)
    assert "Chưa tìm thấy mã này" in page.text
    assert page.one("input", id="code").get("value") == "ABCDE-12345"


def test_trying_codes_has_to_wait(actors, contest, monkeypatch):
    monkeypatch.setattr(views, "RECEIPTS", replace(views.RECEIPTS, most=2))
    throttle.forget_local()
    stranger = actors.stranger()
    for _ in range(2):
        stranger.get("/bien-nhan/00000-00000", status=404)
    stranger.get("/bien-nhan/00000-00000", status=429)


# --- the list -----------------------------------------------------------------------------------------------------


def test_the_list_has_a_line_for_each_receipt_and_no_name(actors, contest, one, attempt, at, now):
    others = [factories.sit(contest, factories.enter(contest, now), now, seconds=30 + number) for number in range(3)]
    running = factories.start(contest, factories.enter(contest, now), now)
    with at(now + CLOSED):
        page = actors.stranger().get(LIST)
        answer = actors.stranger().client.get(f"{LIST}.csv")
    running = queries.get_attempt(contest.id, running.public_id)
    ordered = [*others, attempt, running]
    rows = list(csv.DictReader(answer.get_data(as_text=True).splitlines()))
    assert [row["receipt_sha256"] for row in rows] == [
        hashlib.sha256(each.receipt.encode()).hexdigest() for each in ordered
    ]
    assert rows[0]["submitted_at"] == "2025-05-19T08:00:30.000Z"
    assert rows[-1]["submitted_at"] == "2025-05-19T08:10:00.000Z"
    assert set(rows[0]) == {"receipt_sha256", "submitted_at"}
    assert [text_in(cell) for cell in page.all("span", class_="commitment")] == [row["receipt_sha256"] for row in rows]
    assert "Có 5 bài thi" in page.text
    assert NAME not in page.html
    assert attempt.receipt_code not in page.html
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_list_is_read_page_by_page_and_the_check_leads_to_the_right_one(
    actors, contest, at, now, monkeypatch
):  # fmt: skip
    monkeypatch.setattr(views, "ON_A_PAGE", 3)
    done = [factories.sit(contest, factories.enter(contest, now), now, seconds=60) for _ in range(4)]
    done.append(factories.sit(contest, factories.enter(contest, now), now, seconds=61))
    with at(now + CLOSED):
        stranger = actors.stranger()
        first, second = stranger.get(LIST), stranger.get(f"{LIST}?page=2")
        shown = [text_in(cell) for page in (first, second) for cell in page.all("span", class_="commitment")]
        assert len(first.all("span", class_="commitment")) == 3
        assert sorted(shown) == sorted(hashlib.sha256(each.receipt.encode()).hexdigest() for each in done)
        # Beyond the end there is the last page, and what is no number is the first.
        assert stranger.get(f"{LIST}?page=99").html.count("commitment") == 2
        assert stranger.get(f"{LIST}?page=x").html.count("commitment") == 3
        for each in done:
            throttle.forget_local()
            check = stranger.get(f"/bien-nhan/{each.receipt_code}")
            link = next(a.get("href") for a in check.all("a") if a.get("href", "").startswith(LIST))
            line = link.rpartition("#")[2]
            fingerprint = hashlib.sha256(each.receipt.encode()).hexdigest()
            assert fingerprint in text_in(stranger.get(link).one("tr", id=line))


def test_the_list_stays_as_it_is_when_late_answers_are_accepted(actors, contest, one, at, now):
    """It is about what was submitted."""
    running = factories.start(contest, one.person, now)
    done = factories.submit(one.person, running, now + timedelta(minutes=11))
    with at(now + CLOSED):
        before = actors.stranger().client.get(f"{LIST}.csv").get_data()
    assert hashlib.sha256(done.receipt.encode()).hexdigest().encode() in before
    with at(now + CLOSED + timedelta(minutes=1)):
        assert actors.stranger().client.get(f"{LIST}.csv").get_data() == before


def test_before_the_close_there_is_no_list(actors, attempt, at, now):
    for moment in (now, now + timedelta(hours=1, seconds=3)):
        with at(moment):
            assert actors.stranger().get(LIST, status=404).text.count("Danh sách có sau khi vòng thi đóng") == 1
            assert actors.stranger().client.get(f"{LIST}.csv").status_code == 404


def test_while_somebody_may_guess_about_the_whole_contest_no_round_has_its_list(actors, app, at, now):
    """The length of the first week's list is most of the answer."""
    second = factories.round_dict(
        now, key="tuan-2", label="Tuần 2", opens_at=(now + timedelta(hours=2)).isoformat(),
        closes_at=(now + timedelta(hours=3)).isoformat(), **WHOLE_CONTEST,
    )  # fmt: skip
    contest = factories.make_contest(
        now, rounds=[factories.round_dict(now), second], publication={"live": "hidden_until_close"}
    )
    done = factories.sit(contest, factories.enter(contest, now), now)
    with at(now + CLOSED):
        assert actors.stranger().client.get(f"{LIST}.csv").status_code == 404
        page = actors.stranger().get(f"/bien-nhan/{done.receipt_code}")
        assert "được công bố sau khi Tuần 2 đóng, lúc 18:00 ngày 19/05/2025" in page.text
        assert not [link for link in page.all("a") if link.get("href", "").startswith(LIST)]
    with at(now + timedelta(hours=3, seconds=4)):
        assert "Có 1 bài thi" in actors.stranger().get(LIST).text


def test_a_round_marked_by_hand_has_no_receipts(actors, app, at, now):
    factories.make_contest(now, rounds=[factories.round_dict(now, **ESSAY)])
    with at(now + CLOSED):
        assert actors.stranger().client.get(LIST).status_code == 404


def test_the_page_about_checking_leads_to_the_list_once_there_is_one(actors, attempt, at, now):
    page = "/cuoc-thi/cuoc-thi-mau/kiem-chung"
    assert not actors.stranger().get(page).all("a", href=LIST)
    with at(now + CLOSED):
        assert actors.stranger().get(page).all("a", href=LIST)


def test_choices_are_not_told_by_a_receipt(one, attempt):
    """Neither on the page nor in the file is there a word of what was chosen."""
    stored = [Choice(each.question, each.options, each.rev) for each in queries.get_answers(attempt.id).values()]
    assert stored
    for text in (page_of(one, attempt).html, attempt.receipt):
        assert "Đúng 1" not in text
        assert "Sai 4" not in text
