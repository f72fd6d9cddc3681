"""Results by area: nothing before publication, everything after it."""

from datetime import timedelta

from quizapp.areas import queries as areas
from quizapp.contests import service as contests
from quizapp.db import transaction
from tests import factories
from tests.clients import text_in

URL = "/cuoc-thi/cuoc-thi-mau/ket-qua"


def table(page):
    return [[text_in(cell) for cell in row] for row in page.one("table").iter("{http://www.w3.org/1999/xhtml}tr")]


def played(now, **changes):
    """Two people in one district, one of them twice; one in another; one from elsewhere; one without an area."""
    prizes = [{"name": "Nhất", "count": 1, "amount": 1_000_000}, {"name": "Nhì", "count": 1}]
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, prizes=prizes)], **changes)
    for number, (area, right, times) in enumerate(
        [("101", 5, 2), ("102", 3, 1), ("111", 5, 1), ("ngoai-tinh:01", 2, 1), ("", 1, 1)]
    ):
        person = factories.enter(contest, now, area=area)
        for attempt in range(times):
            factories.sit(contest, person, now, right=right, seconds=20 + 10 * number + attempt)
    return contest


def publish(contest, moment):
    factories.finalize_and_publish(contest, moment)


def test_before_publication_there_is_a_sentence_and_no_number(actors, app, now, at):
    played(now)
    for moment in (now, now + timedelta(hours=2)):
        with at(moment):
            page = actors.stranger().get(URL)
            assert "sau khi Ban Tổ chức công bố kết quả" in page.text
            assert not page.all("table")
            assert "Huyện Đak Mẫu" not in page.html
            actors.stranger().get(f"{URL}?round=tuan-1")


def test_a_paper_that_nobody_submitted_counts_without_the_worker(actors, app, now, at):
    contest = played(now)
    factories.start(contest, factories.enter(contest, now, area="121"), now)
    later = now + timedelta(hours=2)
    publish(contest, later)
    with at(later):
        total = table(actors.stranger().get(URL))[-1]
    assert total[2:4] == ["6", "7"]


def test_a_draft_has_no_results(actors, app, now):
    factories.make_contest(now, launched=False)
    actors.stranger().get(URL, status=404)


def test_published_lines_add_up(actors, app, now, at):
    contest = played(now)
    later = now + timedelta(hours=2)
    publish(contest, later)
    with at(later):
        rows = table(actors.stranger().get(URL))
    assert rows[0] == [
        "STT", "Huyện, thị xã, thành phố", "Người dự thi", "Lượt thi", "Người đúng tất cả", "Tỷ lệ đúng tất cả",
        "Điểm trung bình", "Giải cá nhân",
    ]  # fmt: skip
    assert rows[1:] == [
        ["1", "Thị xã An Nghiệm", "0", "0", "0", "–", "–", "0"],
        ["2", "Huyện Đak Mẫu", "2", "3", "1", "50,00 %", "40,00", "1"],
        ["3", "Huyện Ia Thử", "1", "1", "1", "100,00 %", "50,00", "1"],
        ["4", "Ngoài tỉnh", "1", "1", "0", "0,00 %", "20,00", "0"],
        ["5", "Chưa rõ đơn vị", "1", "1", "0", "0,00 %", "10,00", "0"],
        ["", "Cộng", "5", "6", "2", "40,00 %", "32,00", "2"],
    ]


def test_one_round_can_be_looked_at_alone(actors, app, now, at):
    rounds = [factories.round_dict(now), factories.round_dict(now, key="tuan-2", label="Tuần 2")]
    contest = factories.make_contest(now, rounds=rounds)
    person = factories.enter(contest, now)
    for key in ("tuan-1", "tuan-2"):
        factories.sit(contest, person, now, round_key=key)
    factories.sit(contest, factories.enter(contest, now), now)
    later = now + timedelta(hours=2)
    publish(contest, later)
    with at(later):
        browser = actors.stranger()
        assert table(browser.get(URL))[-1][2:4] == ["2", "3"]
        page = browser.get(f"{URL}?round=tuan-2")
        assert table(page)[-1][2:4] == ["1", "1"]
        current = [link for link in page.all("a") if link.get("aria-current") == "page"]
        assert [text_in(link) for link in current] == ["Tuần 2"]
        browser.get(f"{URL}?round=tuan-9", status=404)


def test_targets_are_shown_where_there_are_any(actors, app, now, at):
    contest = played(now)
    with transaction():
        contests.set_target(contest, areas.get_area("tinh-mau", "10").id, 4, actor="test", now=now)
    later = now + timedelta(hours=2)
    publish(contest, later)
    with at(later):
        rows = table(actors.stranger().get(URL))
    assert rows[0][-2:] == ["Chỉ tiêu", "Tỷ lệ so với chỉ tiêu"]
    assert rows[2][-2:] == ["4", "50,00 %"]
    assert rows[1][-2:] == ["–", "–"]


def test_no_name_of_anybody_is_on_the_page(actors, app, now, at):
    contest = factories.make_contest(now)
    person = factories.enter(contest, now, full_name="Người Có Tên", phone="0900111222")
    factories.sit(contest, person, now)
    later = now + timedelta(hours=2)
    publish(contest, later)
    with at(later):
        html = actors.stranger().get(URL).html
    for secret in ("Người Có Tên", "0900111222", person.participant.entry_code):
        assert secret not in html
