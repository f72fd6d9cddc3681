"""The board of a round: who sees what and when, the visitor's own line, the filters, and what is polled."""

from datetime import timedelta

import pytest

from quizapp import redis_store
from quizapp.accounts.rules import Role
from quizapp.attempts import standings
from quizapp.web.play import board_page
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/tuan-1/bang-xep-hang"
ROWS = URL + "/dong"
PREDICTION = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
}
HIDDEN = {"live": "hidden_until_close"}


def lines(page, number=0):
    """The texts of a table's lines."""
    table = page.all("table")[number]
    (body,) = list(table.iter("{http://www.w3.org/1999/xhtml}tbody"))
    return [[text_in(cell) for cell in row] for row in body]


def names(page, number=0):
    return [line[1] for line in lines(page, number)]


def crowd(contest, now, size, **typed):
    """People whose places follow the order of their entry: each a second slower."""
    people = [
        factories.enter(contest, now, full_name=f"Người Thứ {number:02d}", **typed) for number in range(1, size + 1)
    ]
    for seconds, person in enumerate(people, start=30):
        factories.sit(contest, person, now, seconds=seconds)
    return people


def test_a_live_board_ranks_by_the_contests_chain(actors, app, now):
    contest = factories.make_contest(now)
    for name, right, seconds in (
        ("Chậm Đúng", 5, 90),
        ("Nhanh Sai", 2, 10),
        ("Nhanh Đúng", 5, 61),
        ("Cũng Nhanh", 5, 61),
    ):
        factories.sit(contest, factories.enter(contest, now, full_name=name), now, right=right, seconds=seconds)
    page = actors.stranger().get(URL)
    assert [line[:2] for line in lines(page)] == [
        ["1", "Nhanh Đúng"],
        ["1", "Cũng Nhanh"],
        ["3", "Chậm Đúng"],
        ["4", "Nhanh Sai"],
    ]
    assert lines(page)[0][2:] == ["Xã Hà Tam, Huyện Đak Mẫu", "50", "1:01,000"]
    assert "Thời gian làm bài" in page.text
    assert "4 người. Số liệu lúc 15:00 ngày 19/05/2025" in page.text


def test_without_redis_the_board_says_that_it_is_catching_up(actors, app, now):
    contest = factories.make_contest(now)
    crowd(contest, now, 1)
    assert "Bảng xếp hạng đang cập nhật" in actors.stranger().get(URL).text


@pytest.mark.redis
def test_with_redis_the_board_is_up_to_date_and_survives_its_loss(redis_app, now):
    contest = factories.make_contest(now)
    me = sitter(redis_app, contest, now, full_name="Người Xem")
    crowd(contest, now, 3)
    standings.rebuild_boards(contest)
    factories.sit(contest, me.person, now, seconds=31)
    page = me.browser.get(URL)
    assert "đang cập nhật" not in page.text
    ranked = [("1", "Người Thứ 01"), ("2", "Người Thứ 02"), ("2", "Người Xem (bài của tôi)"), ("4", "Người Thứ 03")]
    assert sorted((line[0], line[1]) for line in lines(page)) == sorted(ranked)
    redis_store.init_store("unix:///nowhere/redis.sock")
    board_page.forget_boards()
    page = me.browser.get(URL)
    assert "Bảng xếp hạng đang cập nhật" in page.text
    assert sorted((line[0], line[1]) for line in lines(page)) == sorted(ranked)


def test_nobody_yet(actors, app, now):
    factories.make_contest(now)
    assert "Chưa có ai trong bảng xếp hạng." in actors.stranger().get(URL).text


def test_the_own_line_is_marked_among_the_first(app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Người Xem")
    factories.sit(contest, me.person, now, seconds=45)
    crowd(contest, now, 3)
    page = me.browser.get(URL)
    assert lines(page)[3][1] == "Người Xem (bài của tôi)"
    assert len(page.all("table")) == 1


def test_who_is_not_among_the_first_sees_the_own_line_with_neighbours(app, now, monkeypatch):
    monkeypatch.setattr(board_page, "SHOWN", 4)
    contest = factories.make_contest(now)
    crowd(contest, now, 7)
    me = sitter(app, contest, now, full_name="Người Xem")
    factories.sit(contest, me.person, now, seconds=300)
    page = me.browser.get(URL)
    assert names(page) == ["Người Thứ 01", "Người Thứ 02", "Người Thứ 03", "Người Thứ 04"]
    assert names(page, 1) == ["Người Thứ 05", "Người Thứ 06", "Người Thứ 07", "Người Xem (bài của tôi)"]
    assert lines(page, 1)[-1][0] == "8"


def test_the_order_holds_for_one_district_and_one_group(actors, app, now):
    groups = [{"key": "A", "label": "Bảng A"}, {"key": "B", "label": "Bảng B"}]
    entry = {
        "mode": "form",
        "fields": {"full_name": "required", "phone": "required", "area": "required", "group": "required"},
        "identity": ["phone", "full_name"],
    }
    contest = factories.make_contest(now, entry=entry, groups=groups)
    places = [("Một", "101", "A"), ("Hai", "111", "A"), ("Ba", "102", "B"), ("Bốn", "111", "B")]
    for seconds, (name, area, group) in enumerate(places, start=20):
        person = factories.enter(contest, now, full_name=name, area=area, group=group)
        factories.sit(contest, person, now, seconds=seconds)
    browser = actors.stranger()
    assert names(browser.get(URL)) == ["Một", "Hai", "Ba", "Bốn"]
    assert lines(browser.get(f"{URL}?area=10"))[1][:2] == ["2", "Ba"]
    assert names(browser.get(f"{URL}?group=B")) == ["Ba", "Bốn"]
    page = browser.get(f"{URL}?area=11&group=B")
    assert names(page) == ["Bốn"]
    assert page.one("option", value="11").get("selected") is not None
    assert page.one("option", value="B").get("selected") is not None
    (polled,) = [section for section in page.all("section") if section.get("data-module") == "poll"]
    assert polled.get("data-url") == f"{ROWS}?area=11&group=B"
    browser.get(f"{URL}?area=999", status=404)
    browser.get(f"{URL}?group=C", status=404)
    browser.get("/cuoc-thi/cuoc-thi-mau/tuan-9/bang-xep-hang", status=404)


def test_a_district_s_own_contest_is_filtered_by_its_own_communes(actors, app, now):
    factories.make_contest(now, owner="10", areas={"tree": "tinh-mau", "ranked_level": "commune"})
    options = [option.get("value") for option in actors.stranger().get(URL).one("select", name="area")]
    assert options == ["", "101", "102"]


@pytest.mark.parametrize("changes", [{}, PREDICTION], ids=["hidden", "hidden with a guess"])
def test_a_hidden_board_shows_nothing_to_anybody_before_all_is_in(actors, app, now, at, changes):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **changes)], publication=HIDDEN)
    me = sitter(app, contest, now, full_name="Người Giấu Tên")
    factories.sit(contest, me.person, now, prediction="3" if changes else None)
    factories.make_staff("to-chuc", Role.ORGANIZER, "1", now)
    factories.make_staff("huyen", Role.DISTRICT, "10", now)
    # The public page is the same for staff, who have pages of their own.
    everybody = (me.browser, actors.stranger(), actors.staff("to-chuc"), actors.staff("huyen"))
    closes_at = now + timedelta(hours=1)
    for moment in (now, closes_at, closes_at + timedelta(seconds=3)):
        with at(moment):
            for browser in everybody:
                for path in (URL, f"{URL}?area=10", ROWS):
                    html = browser.client.get(path).get_data(as_text=True)
                    assert "Kết quả được giữ kín" in html
                    assert "Người Giấu Tên" not in html
                    assert "<table" not in html
                    assert "1 người" not in html
                    assert "data-stop" in html
    with at(closes_at + timedelta(seconds=4)):
        assert "Người Giấu Tên" in actors.stranger().get(URL).text


def test_a_guess_about_the_whole_contest_keeps_the_first_board_hidden_until_the_last_round(actors, app, now, at):
    about_all = {**PREDICTION, "prediction": {"metric": "people", "scope": "contest"}}
    later = {
        "opens_at": (now + timedelta(hours=2)).isoformat(),
        "closes_at": (now + timedelta(hours=3)).isoformat(),
    }
    second = factories.round_dict(now, key="tuan-2", label="Tuần 2", **later, **about_all)
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **about_all), second], publication=HIDDEN)
    factories.sit(contest, factories.enter(contest, now, full_name="Người Đoán"), now, prediction="3")
    with at(now + timedelta(hours=2, minutes=30)):
        assert "Người Đoán" not in actors.stranger().get(URL).html
    with at(now + timedelta(hours=3, minutes=1)):
        assert "Người Đoán" in actors.stranger().get(URL).html


def test_before_the_opening_there_is_only_the_moment(actors, app, now):
    opens = (now + timedelta(hours=1)).isoformat()
    round_ = factories.round_dict(now, opens_at=opens, closes_at=(now + timedelta(hours=2)).isoformat())
    factories.make_contest(now, rounds=[round_])
    page = actors.stranger().get(URL)
    assert "Tuần 1 mở lúc 16:00 ngày 19/05/2025." in page.text
    assert not page.all("table")


def test_a_coarse_board_tells_no_exact_number_while_the_round_is_open(actors, app, now, at, monkeypatch):
    contest = factories.make_contest(now, publication={"live": "coarse"})
    crowd(contest, now, 5)
    page = actors.stranger().get(URL)
    assert "Chưa đến 100 người" in page.text
    assert "5 người" not in page.text
    monkeypatch.setattr(board_page, "COARSE", 2)
    assert "Hơn 4 người" in actors.stranger().get(URL).text
    with at(now + timedelta(hours=2)):
        assert "5 người" in actors.stranger().get(URL).text


def test_after_the_close_the_whole_chain_decides_and_the_true_value_is_told(actors, app, now, at):
    contest = factories.make_contest(now, rounds=[factories.round_dict(now, **PREDICTION)], publication=HIDDEN)
    me = sitter(app, contest, now, full_name="Đoán Gần")
    factories.sit(contest, me.person, now, seconds=90, prediction="4")
    for name, right, guess in (("Đoán Xa", 5, "90"), ("Không Đoán", 5, None), ("Sai Một Câu", 4, "3")):
        factories.sit(contest, factories.enter(contest, now, full_name=name), now, right=right, prediction=guess)
    with at(now + timedelta(hours=2)):
        page = me.browser.get(URL)
        assert [(line[0], line[1], line[4]) for line in lines(page)] == [
            ("1", "Đoán Gần (bài của tôi)", "4 (lệch 1)"),
            ("2", "Đoán Xa", "90 (lệch 87)"),
            ("3", "Không Đoán", "không dự đoán"),
            ("4", "Sai Một Câu", "3 (lệch 0)"),
        ]
        assert "Đáp số của câu dự đoán: 3." in page.text
        assert "Tạm tính, chờ Ban Tổ chức duyệt" in page.text
        assert "data-stop" in page.html
        factories.finalize_and_publish(contest, now + timedelta(hours=2))
        page = me.browser.get(URL)
        assert "Kết quả cuối cùng" in page.text
        assert "4 người. Phiên bản 1, công bố lúc 17:00 ngày 19/05/2025" in page.text
        assert "tạm tính" not in page.text.lower()


def test_people_of_elsewhere_and_of_nowhere_are_told_apart(actors, app, now, at):
    contest = factories.make_contest(now)
    for seconds, (name, area) in enumerate([("Ở Xa", "ngoai-tinh:02"), ("Chưa Rõ", "")], start=10):
        factories.sit(contest, factories.enter(contest, now, full_name=name, area=area), now, seconds=seconds)
    page = actors.stranger().get(URL)
    assert [line[2] for line in lines(page)] == ["Tỉnh Ngoài Hai", ""]
    # The province as a whole is everybody, while the round is open and afterwards.
    assert len(lines(actors.stranger().get(f"{URL}?area=1"))) == 2
    with at(now + timedelta(hours=2)):
        assert len(lines(actors.stranger().get(f"{URL}?area=1"))) == 2
    assert "Chưa có ai" in actors.stranger().get(f"{URL}?area=10").text


def test_a_board_holds_no_phone_birth_date_or_code(actors, app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Người Kín", phone="0900111222", date_of_birth="02/09/1977")
    factories.sit(contest, me.person, now)
    for moment in (now, now + timedelta(hours=2)):
        with at(moment):
            for html in (actors.stranger().get(URL).html, me.browser.get(URL).html):
                assert "Người Kín" in html
                for secret in ("0900111222", "1977", me.person.participant.entry_code, me.person.participant.public_id):
                    assert secret not in html


def test_what_is_polled_is_what_the_page_shows_and_answers_304_while_nothing_changes(app, now, at):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Người Xem")
    factories.sit(contest, me.person, now, seconds=45)
    page = me.browser.get(URL)
    response = me.browser.client.get(ROWS)
    assert response.status_code == 200
    assert "Người Xem" in response.get_data(as_text=True)
    assert response.get_data(as_text=True).strip() in page.html
    tag = response.headers["ETag"]
    again = me.browser.client.get(ROWS, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")
    # In another language, or after a change, it is something else.
    assert me.browser.client.get(ROWS, headers={"If-None-Match": tag, "Accept-Language": "en"}).status_code == 200
    crowd(contest, now, 1)
    board_page.forget_boards()
    changed = me.browser.client.get(ROWS, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Người Thứ 01" in changed.get_data(as_text=True)
    # A minute later the moment of reading is told anew.
    with at(now + timedelta(minutes=1)):
        board_page.forget_boards()
        fresh = me.browser.client.get(ROWS, headers={"If-None-Match": changed.headers["ETag"]})
        assert "15:01" in fresh.get_data(as_text=True)


def test_the_tag_of_one_visitor_does_not_serve_another(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now)
    tag = me.browser.client.get(ROWS).headers["ETag"]
    assert actors.stranger().client.get(ROWS, headers={"If-None-Match": tag}).status_code == 200


def test_a_crowd_of_passers_by_asks_the_database_once_a_second(app, now, actors, query_count):
    contest = factories.make_contest(now)
    crowd(contest, now, 3)
    browser = actors.stranger()
    first = browser.client.get(ROWS)
    with query_count() as second:
        again = actors.stranger().client.get(ROWS)
    assert again.get_data() == first.get_data()
    assert second.count == 0
    # What one filter shows is not what another shows, and what does not exist is not remembered.
    assert actors.stranger().client.get(f"{ROWS}?area=11").get_data() != first.get_data()
    for _ in range(2):
        assert actors.stranger().client.get(f"{ROWS}?area=999").status_code == 404


def test_a_participant_shares_what_is_the_same_for_everybody(app, now, query_count):
    contest = factories.make_contest(now)
    crowd(contest, now, 3)
    me = sitter(app, contest, now)
    with query_count() as first:
        me.browser.client.get(ROWS)
    with query_count() as second:
        me.browser.client.get(ROWS)
    assert second.count < first.count


def test_several_rounds_are_tabs(actors, app, now):
    later = {"opens_at": (now + timedelta(hours=2)).isoformat(), "closes_at": (now + timedelta(hours=3)).isoformat()}
    rounds = [
        factories.round_dict(now),
        factories.round_dict(now, key="tuan-2", label="Tuần 2"),
        factories.round_dict(now, key="tuan-3", label="Tuần 3", **later),
    ]
    factories.make_contest(now, rounds=rounds)
    page = actors.stranger().get(URL)
    tabs = [link for link in page.all("a") if link.get("class") == "tabs__link"]
    assert [text_in(link) for link in tabs] == ["Tuần 1", "Tuần 2"]
    assert [link.get("aria-current") for link in tabs] == ["page", None]
