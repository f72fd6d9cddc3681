"""Why I have this rank: told to the participant alone, with nothing of anybody else but the value that decided."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from quizapp.attempts.models import Attempt
from quizapp.awards import deciding
from quizapp.awards import service as awards
from quizapp.db import db, transaction
from quizapp.entries import queries as entries
from quizapp.entries import refusals
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/tuan-1/thu-hang-cua-toi"
LATER = timedelta(hours=2)
GUESS = {
    "prediction": {"metric": "people_all_correct", "scope": "round"},
    "ranking": {"gate": "all_correct", "keys": ["prediction_gap", "submitted_at"]},
    "attempts": {"max": 5, "per": "round"},
}
GROUPS = [{"key": "A", "label": "Bảng A – Cán bộ, đảng viên"}, {"key": "B", "label": "Bảng B"}]
FIELDS = {
    "full_name": "required",
    "phone": "required",
    "date_of_birth": "required",
    "area": "optional",
    "unit": "optional",
}


def make(now, *, excluded=None, **changes):
    """A round whose guess decides among those who have everything right."""
    settings = {name: value for name, value in {**GUESS, **changes}.items() if value is not None}
    entry = {
        "mode": "form",
        "fields": {**FIELDS, **({"group": "required"} if settings.get("groups") else {})},
        "identity": ["phone", "full_name"],
        "resume": "details",
        **({"excluded": {"mode": "unranked", "people": [excluded]}} if excluded else {}),
    }
    of_contest = {name: settings.pop(name) for name in ("groups", "prize_cap") if name in settings}
    return factories.make_contest(
        now,
        rounds=[factories.round_dict(now, **settings)],
        entry=entry,
        publication={"live": "hidden_until_close"},
        **of_contest,
    )


def other(contest, now, seconds, *, right=5, guess="9", **typed):
    """Somebody else, whose name, unit and guess are canaries."""
    typed = {"full_name": f"Canary Họ Tên {seconds}", "unit": f"Canary Đơn Vị {seconds}", **typed}
    person = factories.enter(contest, now, **typed)
    factories.sit(contest, person, now, right=right, seconds=seconds, prediction=guess)
    return person


def publish(contest, moment):
    factories.finalize(contest, moment)
    with transaction():
        awards.publish_round(contest, "tuan-1", actor="test", now=moment)


def seen(me, at, moment):
    with at(moment):
        return me.browser.get(URL)


def section(page, name):
    """The text of the section of that heading's id."""
    (found,) = [each for each in page.all("section") if each.get("aria-labelledby") == name]
    return text_in(found)


def test_the_keys_the_places_and_what_separates_from_the_next(app, now, at):
    contest = make(now)
    me = sitter(app, contest, now, full_name="Rơ Châm Người Xem", area="111")
    # Five have everything right: |7 - 5| = 2 is better than 4 (two people) and worse than 0.
    factories.sit(contest, me.person, now, seconds=50, prediction="7")
    other(contest, now, 40, guess="5", area="101")
    other(contest, now, 60, guess="9", area="112")
    other(contest, now, 70, guess="1")
    other(contest, now, 80, guess=None)
    other(contest, now, 90, right=4, guess="5", area="111")
    publish(contest, now + LATER)
    page = seen(me, at, now + LATER)
    place = section(page, "place")
    assert "Hạng của đồng chí 2/6" in place
    assert "Huyện Ia Thử 1/3" in place
    keys = section(page, "keys")
    assert "Đúng tất cả các câu: có" in keys
    assert "Độ lệch của số dự đoán: lệch 2" in keys
    assert "Lúc nộp bài: 15:00:50,000 ngày 19/05/2025" in keys
    assert "Đồng chí dự đoán 7, đáp số là 5." in keys
    others = section(page, "others")
    assert "Hạng 1. Điều đầu tiên khác nhau: Độ lệch của số dự đoán. Của đồng chílệch 2 Của người ấylệch 0" in others
    assert "Hạng 3. Điều đầu tiên khác nhau: Độ lệch của số dự đoán. Của đồng chílệch 2 Của người ấylệch 4" in others


def test_equal_ranks_are_explained_and_the_next_are_of_other_ranks(app, now, at):
    contest = make(now, ranking={"gate": "none", "keys": ["score"]}, prediction=None)
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now, right=4)
    for right in (5, 4, 4, 2):
        factories.sit(contest, factories.enter(contest, now), now, right=right)
    publish(contest, now + LATER)
    page = seen(me, at, now + LATER)
    assert "2/5" in section(page, "place")
    others = section(page, "others")
    assert "2 người khác bằng đồng chí ở mọi điều được xét, nên cùng hạng." in others
    assert "Hạng 1. Điều đầu tiên khác nhau: Điểm. Của đồng chí40 điểm Của người ấy50 điểm" in others
    assert "Hạng 5. Điều đầu tiên khác nhau: Điểm. Của đồng chí40 điểm Của người ấy20 điểm" in others


def test_below_the_gate_the_gate_separates_from_those_above(app, now, at):
    contest = make(now)
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now, right=3, prediction="1")
    other(contest, now, 40)
    other(contest, now, 45, right=2)
    publish(contest, now + LATER)
    page = seen(me, at, now + LATER)
    assert "Đúng tất cả các câu: không" in section(page, "keys")
    others = section(page, "others")
    assert "Điều đầu tiên khác nhau: Đúng tất cả các câu. Của đồng chíkhông Của người ấycó" in others
    assert "Điều đầu tiên khác nhau: Điểm. Của đồng chí30 điểm Của người ấy20 điểm" in others


@pytest.mark.parametrize(
    ("counted", "number", "sentence"),
    [
        ("best", 2, "Lượt được tính hơn ở: Độ lệch của số dự đoán (lệch 0 so với lệch 3)."),
        ("best_earliest", 1, "Lượt được tính hơn ở: Lúc nộp bài"),
        ("first", 1, "Thể lệ tính lượt nộp lúc 15:01:00,000 ngày 19/05/2025, không tính lượt này."),
        ("last", 3, "Thể lệ tính lượt nộp lúc 15:11:00,000 ngày 19/05/2025, không tính lượt này."),
    ],
)
def test_why_this_attempt_counts_and_the_others_do_not(app, now, at, counted, number, sentence):
    contest = make(now, counted=counted)
    me = sitter(app, contest, now)
    # One person alone has everything right, so the true value is 1.
    for minutes, right, guess in ((0, 5, "4"), (5, 5, "1"), (10, 3, "1")):
        factories.sit(contest, me.person, now + timedelta(minutes=minutes), right=right, prediction=guess)
    if counted == "last":
        other(contest, now, 33)
    publish(contest, now + LATER)
    page = seen(me, at, now + LATER)
    items = [text_in(item) for item in page.all("li", class_="timeline__item")]
    assert [item.startswith(f"Lượt {place}") for place, item in enumerate(items, 1)] == [True] * 3
    assert [place for place, item in enumerate(items, 1) if "Được tính" in item] == [number]
    assert any(sentence in item for item in items)


def test_groups_are_placed_among_themselves(app, now, at):
    contest = make(now, groups=GROUPS)
    me = sitter(app, contest, now, group="B")
    factories.sit(contest, me.person, now, seconds=50, prediction="7")
    other(contest, now, 40, guess="3", group="A")
    other(contest, now, 60, guess="9", group="B")
    publish(contest, now + LATER)
    page = seen(me, at, now + LATER)
    assert "Bảng B 1/2" in section(page, "place")
    assert "Không có ai ở hạng trên đồng chí." in section(page, "others")


def test_nothing_of_anybody_else_is_told_but_the_value_that_decided(app, now, at):
    contest = make(now)
    me = sitter(app, contest, now, area="101")
    factories.sit(contest, me.person, now, seconds=50, prediction="7")
    # Everybody who may be compared with: above, below, of the same rank, in the same area.
    people = [
        other(contest, now, seconds, guess=guess, area="101", phone=f"09876543{seconds}", date_of_birth="02/09/1955")
        for seconds, guess in ((40, "5"), (41, "424242"), (60, "838383"))
    ]
    publish(contest, now + LATER)
    html = seen(me, at, now + LATER).html
    secrets = ["Canary", "424242", "424.242", "838383", "838.383", "0987654", "1955"]
    for person in people:
        secrets += [person.participant.public_id, person.participant.entry_code]
    assert [secret for secret in secrets if secret in html] == []


def test_the_page_is_of_whoever_sits_here(app, now, at, actors):
    contest = make(now)
    one, two = (sitter(app, contest, now, full_name=name) for name in ("Người Một", "Người Hai"))
    for each in (one, two):
        factories.sit(contest, each.person, now, prediction="2")
    assert "Kết quả Tuần 1 chưa được công bố." in one.browser.get(URL).text
    with at(now + LATER):
        assert "Kết quả Tuần 1 chưa được công bố." in one.browser.get(URL).text
    publish(contest, now + LATER)
    assert "Người Hai" not in seen(one, at, now + LATER).html
    assert "Người Một" not in seen(two, at, now + LATER).html
    with at(now + LATER):
        stranger = actors.stranger().get(URL)
        assert "Trang này dành cho người dự thi." in stranger.text
        assert "Người" not in stranger.text.replace("Người dự thi", "")


def test_who_did_not_take_part_and_who_is_not_ranked_are_told_why(app, now, at):
    excluded = {"full_name": "Trần Ban Tổ Chức", "phone": "0911000111"}
    contest = make(now, excluded=excluded)
    absent, unranked, refused = (
        sitter(app, contest, now, **typed) for typed in ({}, excluded, {"full_name": "Khai Không Đúng"})
    )
    for each in (unranked, refused):
        factories.sit(contest, each.person, now, prediction="2")
    with transaction():
        person = entries.get_participant(refused.person.participant.id)
        refusals.refuse(person, reason="Ngày sinh không khớp giấy tờ", actor="test", now=now)
    publish(contest, now + LATER)
    contact = "đồng chí liên hệ Ban Tổ chức mẫu và nêu mã dự thi của mình"
    for each, sentence in (
        (absent, "không có bài hoàn thành trong Tuần 1"),
        (unranked, "được làm bài nhưng không xếp hạng và không nhận giải"),
        (refused, "Lý do được ghi: Ngày sinh không khớp giấy tờ"),
    ):
        page = seen(each, at, now + LATER)
        assert sentence in page.text
        assert contact in page.text
        assert not [one for one in page.all("section") if one.get("aria-labelledby") == "place"]


@pytest.mark.parametrize(
    ("ranking", "sentence"),
    [
        ({"gate": "all_correct", "keys": ["submitted_at"]}, "chỉ xếp hạng những người trả lời đúng tất cả các câu"),
        (
            {"gate": "min_score", "min_score": 40, "keys": ["submitted_at"]},
            "chỉ xếp hạng những người đạt từ 40 điểm trở lên",
        ),
    ],
)
def test_whom_the_gate_leaves_out_is_told_so(app, now, at, ranking, sentence):
    contest = make(now, ranking={**ranking, "fallback": "leave_unawarded"}, prediction=None)
    me = sitter(app, contest, now)
    factories.sit(contest, me.person, now, right=3)
    factories.sit(contest, factories.enter(contest, now), now)
    publish(contest, now + LATER)
    assert sentence in seen(me, at, now + LATER).text


def test_the_prize_and_why_it_went_to_somebody_else(app, now, at):
    prizes = [{"name": "Nhất", "count": 1, "amount": 1_500_000}, {"name": "Nhì", "count": 1, "amount": 500_000}]
    contest = make(now, prizes=prizes)
    first, second, third = (sitter(app, contest, now) for _ in range(3))
    for each, guess in ((first, "3"), (second, "4"), (third, "5")):
        factories.sit(contest, each.person, now, prediction=guess)
    factories.finalize(contest, now + LATER)
    with transaction():
        deciding.refuse_prize(
            contest,
            first.person.participant.public_id,
            round_key="tuan-1",
            actor="test",
            reason="Không đến nhận giải",
            now=now + LATER,
        )
        awards.publish_round(contest, "tuan-1", actor="test", now=now + LATER)
    place = section(seen(first, at, now + LATER), "place")
    assert "1/3" in place
    assert "thứ hạng vẫn giữ nguyên. Lý do được ghi: Không đến nhận giải" in place
    assert "Giải: Nhất, 1.500.000 đồng." in section(seen(second, at, now + LATER), "place")
    assert "Giải: Nhì, 500.000 đồng." in section(seen(third, at, now + LATER), "place")
    assert "Không đến nhận giải" not in seen(second, at, now + LATER).html


def test_while_a_new_version_is_worked_on_the_published_one_is_explained(app, now, at):
    contest = make(now)
    me = sitter(app, contest, now)
    for guess in ("4", "1"):
        factories.sit(contest, me.person, now, prediction=guess)
    publish(contest, now + LATER)
    with transaction():
        awards.supersede_round(contest, "tuan-1", actor="test", reason="Xét lại", now=now + LATER)
        db.session.execute(update(Attempt).values(score=0, is_perfect=False))
    page = seen(me, at, now + LATER)
    assert "đang xét lại kết quả vòng này" in page.text
    assert "Đúng tất cả các câu: có" in section(page, "keys")
    own = section(page, "own")
    assert "Điểm: 50 điểm" in own
    assert "0 điểm" not in own.replace("50 điểm", "")
