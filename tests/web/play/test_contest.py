"""The page of a contest: what to do now, who I am here, my attempts, the rules."""

from datetime import timedelta

import pytest

from quizapp.contests import service as contests
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau"
PREDICTION = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}


def shifted(now, opens_in, closes_in, **changes):
    return factories.round_dict(
        now,
        opens_at=(now + timedelta(hours=opens_in)).isoformat(),
        closes_at=(now + timedelta(hours=closes_in)).isoformat(),
        **changes,
    )


def buttons(page):
    links = [link for link in page.all("a") if "button" in link.get("class", "").split()]
    return [text_in(element) for element in [*links, *page.all("button", type="submit")]]


def test_a_passer_by_is_asked_to_enter_and_told_what_the_paper_is_like(actors, app, now):
    factories.make_contest(now, rounds=[shifted(now, -1, 1, attempts={"max": 7, "per": "round"})])
    page = actors.stranger().get(URL)
    assert text_in(page.one("h1")) == "Cuộc thi mẫu"
    assert "Ban Tổ chức mẫu" in page.text
    assert "Mở đến 16:00 ngày 19/05/2025." in page.text
    assert "Bài thi có 5 câu hỏi, 10 phút, tối đa 7 lượt trong vòng thi." in page.text
    (enter,) = [link for link in page.all("a") if text_in(link) == "Vào thi"]
    assert enter.get("href") == f"{URL}/dang-ky"
    assert "Người dự thi trên máy này" not in page.text


def test_a_draft_does_not_exist(actors, app, now):
    factories.make_contest(now, launched=False)
    actors.stranger().get(URL, status=404)
    actors.stranger().get("/cuoc-thi/khong-co", status=404)


def test_a_participant_sees_who_they_are_and_the_code_to_come_back_with(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Nguyễn Thị Mẫu", area="102", unit="Trường THCS Mẫu")
    page = me.browser.get(URL)
    code = me.person.participant.entry_code
    assert f"{code[:5]}-{code[5:]}" in page.text
    assert "Nguyễn Thị Mẫu" in page.text
    assert "Xã Yang Bắc, Huyện Đak Mẫu" in page.text
    assert "Trường THCS Mẫu" in page.text
    assert "Hãy ghi lại mã dự thi" in page.text
    (start,) = [form for form in page.all("form") if form.get("action", "").endswith("/bat-dau")]
    assert start.get("action") == f"{URL}/tuan-1/bat-dau"


def test_nothing_of_a_participant_is_on_the_page_of_another_one_or_of_a_passer_by(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Nguyễn Thị Kín", phone="0900111222", date_of_birth="02/09/1977")
    me.start(contest)
    code = me.person.participant.entry_code
    for other in (actors.stranger(), sitter(app, contest, now).browser):
        html = other.get(URL).html
        for secret in ("Nguyễn Thị Kín", "0900111222", "1977", code, code[:5]):
            assert secret not in html
    assert "0900111222" not in me.browser.get(URL).html


def test_an_open_paper_is_continued(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    paper_url = me.start(contest)
    page = me.browser.get(URL)
    (link,) = [link for link in page.all("a") if text_in(link) == "Tiếp tục bài đang làm"]
    assert link.get("href") == paper_url
    assert "Vào thi" not in buttons(page)


@pytest.mark.parametrize(("per", "left"), [("round", 1), ("contest", 1), ("day", 1)])
def test_what_is_left_of_the_attempts_is_counted_as_the_contest_limits_them(app, now, per, left):
    contest = factories.make_contest(now, rounds=[shifted(now, -1, 1, attempts={"max": 2, "per": per})])
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now - timedelta(minutes=20))
    assert f"Đồng chí còn {left} lượt thi." in me.browser.get(URL).text
    factories.sit(contest, me.person, now - timedelta(minutes=10))
    page = me.browser.get(URL)
    assert "Đồng chí đã dùng hết số lượt thi" in page.text
    assert "Vào thi" not in buttons(page)


def test_before_the_opening_the_moment_is_told_and_the_form_can_be_filled_in(actors, app, now):
    factories.make_contest(now, rounds=[shifted(now, 18, 40)])
    page = actors.stranger().get(URL)
    assert "Mở lúc 09:00 ngày 20/05/2025." in page.text
    assert "Điền phiếu dự thi trước" in buttons(page)
    assert "Vào thi" not in buttons(page)


def test_after_the_end_there_is_nothing_to_start(actors, app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    with at(now + timedelta(hours=2)):
        for browser in (me.browser, actors.stranger()):
            page = browser.get(URL)
            assert "Đã đóng" in page.text
            assert "Vào thi" not in buttons(page)
            assert not [form for form in page.all("form") if form.get("action", "").endswith("/bat-dau")]


def test_a_round_that_ends_at_midnight_ends_with_the_day_before(actors, app, now):
    round_ = factories.round_dict(now, closes_at="2025-05-25T00:00:00+07:00")
    factories.make_contest(now, rounds=[round_])
    assert "Mở đến hết ngày 24/05/2025." in actors.stranger().get(URL).text


def test_own_scores_are_told_at_once_where_the_contest_hides_nothing(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    attempt = factories.sit(contest, me.person, now - timedelta(minutes=9), right=3)
    page = me.browser.get(URL)
    assert "Tuần 1, lượt 1" in page.text
    assert "30/50 điểm" in page.text
    assert [link for link in page.all("a") if link.get("href") == f"/bai-thi/{attempt.public_id}/da-nop"]


@pytest.mark.parametrize("changes", [{}, PREDICTION], ids=["hidden", "hidden with a guess"])
def test_own_scores_stay_hidden_until_nobody_can_send_anything_any_more(app, now, at, changes):
    contest = factories.make_contest(
        now, rounds=[shifted(now, -1, 1, **changes)], publication={"live": "hidden_until_close"}
    )
    me = sitter(app, contest, now)
    guess = "7" if changes else None
    factories.sit(contest, me.person, now - timedelta(minutes=9), right=3, prediction=guess)
    closes_at = now + timedelta(hours=1)
    for moment in (now, closes_at, closes_at + timedelta(seconds=3)):
        with at(moment):
            page = me.browser.get(URL)
            assert "Điểm được công bố sau khi vòng thi đóng." in page.text
            assert "30/50" not in page.html
            assert "30" not in text_in(page.one("section", aria_labelledby="own-attempts")).replace("15:", "")
    with at(closes_at + timedelta(seconds=4)):
        assert "30/50 điểm" in me.browser.get(URL).text


def test_a_paper_that_time_has_ended_is_settled_by_looking(app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    me.start(contest)
    with at(now + timedelta(minutes=11)):
        page = me.browser.get(URL)
    assert "Hết giờ" in page.text
    assert "Nộp lúc 15:10 ngày 19/05/2025." in page.text
    assert "0/50 điểm" in page.text


def test_many_attempts_are_told_in_short(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    for _ in range(21):
        factories.sit(contest, me.person, now - timedelta(minutes=9), seconds=1)
    page = me.browser.get(URL)
    assert "Và 1 lượt trước đó." in page.text
    assert "lượt 21" in page.text


def test_somebody_who_came_back_elsewhere_is_reported_to_the_person(actors, app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    assert "máy khác với thông tin" not in me.browser.get(URL).text
    other = actors.stranger()
    with at(now + timedelta(minutes=5)):
        other.post(f"{URL}/tiep-tuc", {"entry_code": me.person.participant.entry_code})
        assert "Lúc 15:05 ngày 19/05/2025, có người đã vào cuộc thi từ một máy khác" in me.browser.get(URL).text
        assert "có người đã vào cuộc thi" not in other.get(URL).text


def test_people_who_may_not_win_are_told(app, now):
    entry = {**factories.contest_dict(now)["entry"]}
    entry["excluded"] = {"mode": "unranked", "people": [{"full_name": "Trần Thư Ký", "phone": "0911222333"}]}
    contest = factories.make_contest(now, entry=entry)
    clerk = sitter(app, contest, now, full_name="Trần Thư Ký", phone="0911222333")
    assert "không xếp hạng" in text_in(clerk.browser.get(URL).one("section", aria_labelledby="me"))
    page = sitter(app, contest, now).browser.get(URL)
    assert "không xếp hạng" not in text_in(page.one("section", aria_labelledby="me"))
    assert "Trần Thư Ký" not in page.html
    assert "0911222333" not in page.html


def test_the_rules_and_the_commitment_are_on_the_page(actors, app, now):
    contest = factories.make_contest(now)
    page = actors.stranger().get(URL)
    rules = text_in(page.one("section", aria_labelledby="rules"))
    assert "Thời gian làm bài là 10 phút" in rules
    assert contest.commitment in page.text


def test_a_round_closed_earlier_shows_its_present_end(actors, app, now, at):
    contest = factories.make_contest(now)
    with transaction():
        contests.close_round(contest, "tuan-1", actor="test", reason="mất điện", now=now)
    with at(now + timedelta(minutes=1)):
        page = actors.stranger().get(URL)
    assert "Đã đóng: 15:00 ngày 19/05/2025." in page.text
    assert "mất điện" not in page.html


def test_published_results_are_announced(actors, app, now, at):
    contest = factories.make_contest(now)
    assert "ket-qua" not in actors.stranger().get(URL).html
    later = now + timedelta(hours=3)
    with transaction():
        contests.publish(contest, actor="test", now=later)
    with at(later):
        page = actors.stranger().get(URL)
    assert "Kết quả cuộc thi được công bố lúc 18:00 ngày 19/05/2025." in page.text
    assert [link for link in page.all("a") if link.get("href") == f"{URL}/ket-qua"]


def test_two_rounds_that_are_open_together_can_both_be_started(app, now):
    second = shifted(now, -1, 2, key="tuan-2", label="Tuần 2")
    contest = factories.make_contest(now, rounds=[shifted(now, -1, 1), second])
    me = sitter(app, contest, now)
    page = me.browser.get(URL)
    started = [form.get("action") for form in page.all("form") if form.get("action", "").endswith("/bat-dau")]
    assert started == [f"{URL}/tuan-1/bat-dau", f"{URL}/tuan-2/bat-dau"]


def test_the_page_asks_the_database_a_fixed_number_of_times(app, now, query_count):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now - timedelta(minutes=9))
    me.browser.get(URL)
    with query_count() as first:
        me.browser.get(URL)
    for _ in range(5):
        factories.sit(contest, me.person, now - timedelta(minutes=9))
    with query_count() as second:
        me.browser.get(URL)
    assert second.statements == first.statements
