"""What the entry form asks of somebody new only: the contest's password, living inside, standing on the list."""

import pytest

from quizapp.contests import service as contests
from quizapp.db import transaction
from quizapp.entries import queries as entries
from tests import factories
from tests.web.play.sitting import sitter
from tests.web.play.test_enter import URL, errors, inputs, typed


def entry(now, **changes):
    base = factories.contest_dict(now)["entry"]
    return {**base, "fields": {**base["fields"], "area": "required"}, **changes}


def test_the_password_is_asked_and_never_told(actors, app, now):
    factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))
    page = actors.stranger().get(URL)
    field = page.one("input", name="contest_password")
    assert (field.get("type"), field.get("autocomplete"), field.get("value")) == ("text", "off", "")
    assert "Mật khẩu dự thi (bắt buộc)" in page.text
    assert "CCHC" not in page.html
    assert "CCHC" not in actors.stranger().get("/cuoc-thi/cuoc-thi-mau").html


def test_a_contest_without_a_password_asks_for_none(actors, app, now):
    factories.make_contest(now)
    assert not inputs(actors.stranger().get(URL), "contest_password")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", "Đồng chí chưa điền mục “Mật khẩu dự thi”."),
        ("sai rồi", "Mật khẩu dự thi chưa đúng; hãy xem lại trên thể lệ hoặc thư mời của Ban Tổ chức."),
    ],
)
def test_a_wrong_password_is_told_at_its_field_and_everything_stays(actors, app, now, password, sentence):
    contest = factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))
    sent = typed(contest_password=password, unit="Chi bộ Một")
    page = actors.stranger().post(URL, sent, status=422)
    assert errors(page) == {sentence: "#contest_password"}
    for name in ("full_name", "phone", "date_of_birth", "unit", "contest_password"):
        assert page.one("input", name=name).get("value") == sent[name]
    assert page.one("input", name="consent").get("checked") is not None
    assert "CCHC" not in page.html
    assert entries.count_roster(contest.id) == 0


def test_the_right_password_opens_the_contest_once(actors, app, now):
    contest = factories.make_contest(now, entry=entry(now, password="Thi CCHC 2025"))
    me = sitter(app, contest, now, contest_password="thi cchc 2025")
    sent = {name: text for name, text in me.person.typed.items() if name != "contest_password"}
    page = actors.stranger().post(URL, {**sent, **factories.AGREED})
    assert "Cuộc thi mẫu" in page.text
    assert "Mật khẩu dự thi" not in page.text


def test_a_contest_for_those_inside_offers_no_place_outside(actors, app, now):
    factories.make_contest(now, entry=entry(now, residence="inside"))
    browser = actors.stranger()
    assert not inputs(browser.get(URL), "outside")
    page = browser.post(URL, typed(area="ngoai-tinh:01"), status=403)
    assert list(errors(page).values()) == ["#area"]
    page = browser.post(URL, typed(area="101", outside="ngoai-tinh:01"))
    assert "Mã dự thi" in page.text


def test_who_is_not_on_the_list_is_told_so_above_the_form(actors, app, now):
    contest = factories.make_contest(now, launched=False, entry=entry(now, mode="roster"))
    count = factories.list_people(contest, "phone;full_name\n0912345001;Siu Thử", now)
    with transaction():
        contests.launch(contest, actor="t", now=now, listed=count)
    browser = actors.stranger()
    page = browser.post(URL, typed(phone="0912345001", full_name="Siu Khác"), status=403)
    assert "Không có đồng chí trong danh sách được dự thi." in page.text
    assert "Siu Thử" not in page.text
    assert page.one("input", name="full_name").get("value") == "Siu Khác"
    page = browser.post(URL, typed(phone="0912345001", full_name="siu thử"))
    assert "Mã dự thi" in page.text
