"""The page of one's own data: all of it for this person's browser, nothing of it for any other."""

import json
from datetime import timedelta

import pytest

from quizapp.contests import service as contests_service
from quizapp.db import transaction
from quizapp.entries import queries, requests, rules
from quizapp.entries.refusals import about
from quizapp.entries.service import CONSENT_VERSION
from quizapp.results import lookup
from quizapp.web.filters import dated
from tests import factories
from tests.clients import text_in
from tests.personal_data import CANARIES, asking_contest
from tests.web.play.sitting import sitter

CONTEST = "/cuoc-thi/cuoc-thi-mau"
URL = f"{CONTEST}/du-lieu-cua-toi"


@pytest.fixture
def contest(app, now):
    return asking_contest(now)


@pytest.fixture
def me(app, contest, now):
    return sitter(app, contest, now, **CANARIES)


def test_the_person_sees_everything_that_is_kept(me, contest, now):
    factories.sit(contest, me.person, now)
    with transaction():
        contests_service.record_export(contest, actor="to-chuc", table="participants", area=None, now=now)
        contests_service.record_export(contest, actor="to-chuc", table="participants", area="Xã Ia Một", now=now)
        contests_service.record_export(contest, actor="to-chuc", table="winners", area="Huyện Đak Mẫu", now=now)
        told = about(me.person.participant, "gọi báo nhận giải")
        contests_service.record_act(contest.id, "view_personal_data", actor="to-chuc", now=now, reason=told)
        contests_service.record_act(contest.id, "view_personal_data", actor="to-chuc", now=now, reason="x: người khác")
    page = me.browser.get(URL)
    assert [value for value in CANARIES.values() if value not in page.text] == []
    assert dated(CONSENT_VERSION) in page.text
    assert "Tuần 1, lượt 1" in page.text
    assert "Tải bảng: Danh sách người dự thi" in page.text
    assert "Tải bảng: Danh sách đạt giải" in page.text
    # An export of another commune, and somebody else's contacts, are nothing of theirs; staff have no names here.
    assert page.text.count("Tải bảng:") == 2
    assert page.text.count("Xem thông tin liên hệ đầy đủ") == 1
    assert "gọi báo nhận giải" in page.text
    assert "to-chuc" not in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


def test_another_browser_sees_nothing(app, actors, me, contest, now):
    other = sitter(app, contest, now, full_name="Lê Người Khác")
    page = other.browser.get(URL)
    answers = [page.html]
    stranger = actors.stranger()
    refused = stranger.get(URL, status=401)
    assert [link for link in refused.all("a") if link.get("href") == f"{CONTEST}/tiep-tuc"]
    # A browser that has entered another contest alone is nobody in this one.
    elsewhere = sitter(app, factories.make_contest(now, contest="cuoc-thi-khac"), now)
    for path in (URL, f"{URL}/tai-ve"):
        answers.append(elsewhere.browser.client.get(path).get_data(as_text=True))
        assert elsewhere.browser.client.get(path).status_code == 404
    for path in ("sua", "xin-sua", "xin-xoa", "neu-ten"):
        elsewhere.browser.post(f"{URL}/{path}", {"email": "x@y.vn", "wanted": "no"}, status=404)
    assert [value for value in CANARIES.values() if any(value in answer for answer in answers)] == []
    assert lookup.get_person(me.person.participant.id).public_name is None


def test_the_download_has_the_same_and_goes_nowhere_else(me, contest, now):
    factories.sit(contest, me.person, now)
    answer = me.browser.client.get(f"{URL}/tai-ve")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = json.loads(answer.get_data(as_text=True))
    assert {name: data["fields"][name] for name in CANARIES} == CANARIES
    assert data["fields"]["area"].startswith("Xã Hà Tam")
    assert data["participant"] == me.person.participant.public_id
    assert [each["kind"] for each in data["consents"]] == ["entry"]
    assert len(data["attempts"]) == 1


def test_simple_fields_are_corrected_at_once(me, contest, now):
    page = me.browser.post(f"{URL}/sua", {"email": "moi@thu.vn", "address": "", "unit": "Chi bộ 9", "gender": "female"})
    assert "Đã sửa thông tin." in page.text
    row = lookup.get_person(me.person.participant.id)
    assert (row.email, row.address, row.unit, row.gender) == ("moi@thu.vn", None, "Chi bộ 9", "female")
    page = me.browser.post(f"{URL}/sua", {"email": "không phải", "unit": "Chi bộ 10"}, status=422)
    assert page.one("input", name="unit").get("value") == "Chi bộ 10"
    assert page.one("input", name="email").get("aria-invalid") == "true"
    assert lookup.get_person(row.id).unit == "Chi bộ 9"


def test_more_fields_than_the_form_has_change_nothing(me, contest, now):
    sent = {"email": "moi@thu.vn", "full_name": "Kẻ Khác", "is_unranked": "1", "phone": "0911000999", "area": "111"}
    before = lookup.get_person(me.person.participant.id)
    me.browser.post(f"{URL}/sua", sent)
    after = lookup.get_person(before.id)
    assert (after.full_name, after.phone, after.area_id, after.is_unranked) == (
        before.full_name, before.phone, before.area_id, before.is_unranked,
    )  # fmt: skip


def test_identity_and_area_are_asked_of_the_organizers(me, contest, now):
    page = me.browser.post(f"{URL}/xin-sua", {"field": "area", "area": "111", "value": "", "note": "Chuyển công tác"})
    assert "Đã gửi yêu cầu tới Ban Tổ chức mẫu" in page.text
    assert "chờ trả lời, hạn 03/06/2025" in page.text
    (asked,) = requests.list_of_contest(contest.id, is_open=True)
    assert (asked.field, asked.value, asked.note) == ("area", "111", "Chuyển công tác")
    page = me.browser.post(f"{URL}/xin-sua", {"field": "phone", "value": "12", "note": "giữ lại"}, status=422)
    assert page.one("input", name="value").get("value") == "12"
    assert text_in(page.one("textarea", name="note")) == "giữ lại"


def test_asking_for_erasure_leads_to_a_page_that_outlives_the_data(app, actors, me, contest, now):
    page = me.browser.post(f"{URL}/xin-xoa", {"erasure_note": "Không thi nữa"})
    assert "Đang chờ trả lời" in page.text
    (asked,) = requests.list_of_contest(contest.id, is_open=True)
    with transaction():
        requests.accept(contest, asked.public_id, answer="Đã xóa", results_final=False, actor="to-chuc", now=now)
    told = actors.stranger().get(f"{CONTEST}/yeu-cau-du-lieu/{asked.public_id}")
    assert "Đã chấp nhận" in told.text
    assert [value for value in CANARIES.values() if value in told.html] == []
    me.browser.get(URL, status=404)
    actors.stranger().get(f"{CONTEST}/yeu-cau-du-lieu/{'A' * 22}", status=404)


def test_too_many_requests_have_to_wait(me, contest, now):
    for _ in range(10):
        me.browser.post(f"{URL}/xin-sua", {"field": "phone", "value": "12"}, status=422)
    me.browser.post(f"{URL}/xin-sua", {"field": "phone", "value": "12"}, status=429)


def test_a_name_is_taken_out_of_public_lists_and_put_back(actors, me, contest, now):
    factories.sit(contest, me.person, now)
    board = f"/api/v1/contests/{contest.slug}/rounds/tuan-1/leaderboard"
    name = lambda: actors.stranger().client.get(board).json["rows"][0]["name"]  # noqa: E731
    assert name() == CANARIES["full_name"]
    me.browser.post(f"{URL}/neu-ten", {"wanted": "no"})
    assert name() == rules.UNNAMED
    page = me.browser.get(URL)
    assert f"Danh sách công khai hiện ghi: {rules.UNNAMED}" in page.text
    me.browser.post(f"{URL}/neu-ten", {"wanted": "yes"})
    assert name() == CANARIES["full_name"]


def test_published_lists_show_neither_the_name_nor_the_unit_of_who_is_not_named(app, actors, me, contest, now):
    factories.sit(contest, me.person, now)
    me.browser.post(f"{URL}/neu-ten", {"wanted": "no"})
    factories.finalize_and_publish(contest, now + timedelta(hours=2))
    for path in (CONTEST, f"{CONTEST}/giai-thuong", f"{CONTEST}/vong/tuan-1/ket-qua"):
        html = actors.stranger().client.get(path).get_data(as_text=True)
        assert [value for value in CANARIES.values() if value in html] == []


def test_after_the_close_every_field_is_a_request(app, me, contest, now, at):
    with at(now + timedelta(hours=3)):
        page = me.browser.get(URL)
        assert not page.all("form", action=f"{URL}/sua")
        values = [option.get("value") for option in page.one("select", name="field").iter() if option.get("value")]
        assert "email" in values
        me.browser.post(f"{URL}/sua", {"email": "a@b.vn"}, status=409)


def test_nothing_is_kept_of_who_is_gone(app, me, contest, now):
    assert queries.find_participant(me.person.session_id, contest.id) is not None
    me.browser.post("/tai-khoan/thoat-khoi-may")
    me.browser.get(URL, status=401)
