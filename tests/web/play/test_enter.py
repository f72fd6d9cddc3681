"""The entry form: what it asks, what it says about mistakes, and that nothing typed is lost."""

from datetime import timedelta

import pytest

from quizapp.accounts import queries as accounts
from quizapp.entries import queries as entries
from quizapp.entries.service import CONSENT_VERSION
from quizapp.results import lookup
from quizapp.web import limits
from quizapp.web.entry_words import FIELD_LABELS
from tests import factories
from tests.clients import CheckedClient, text_in
from tests.conftest import NOW
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/dang-ky"
ALL_FIELDS = {
    "full_name": "required", "date_of_birth": "required", "gender": "optional", "phone": "required",
    "email": "optional", "citizen_id": "optional", "address": "optional", "area": "required", "unit": "optional",
    "group": "required",
}  # fmt: skip
GROUPS = [
    {"key": "A", "label": "Bảng A, dưới 18 tuổi", "age": {"max": 17}},
    {"key": "B", "label": "Bảng B, từ 18 tuổi", "age": {"min": 18}},
]


def entry(**changes):
    return {"mode": "form", "fields": ALL_FIELDS, "identity": ["phone", "full_name"], "resume": "details", **changes}


def big_contest(now, **changes):
    return factories.make_contest(now, entry=entry(**changes), groups=GROUPS)


def typed(**changes):
    return {**factories.typed_entry(), **factories.AGREED, **changes}


def inputs(page, name):
    found = [*page.all("input", name=name), *page.all("select", name=name)]
    return found


def errors(page):
    """The sentences of the list at the top, with the ids to which they lead."""
    (summary,) = page.all("div", class_="error-summary")
    links = [(text_in(link), link.get("href")) for link in summary.iter("{http://www.w3.org/1999/xhtml}a")]
    ids = {element.get("id") for element in page.root.iter()}
    assert all(target.removeprefix("#") in ids for _, target in links)
    return dict(links)


def participant_of(browser, contest):
    with browser.client.session_transaction() as cookie:
        token = cookie["sid"]
    return entries.find_participant(accounts.find_session(token, now=NOW).id, contest.id)


def test_the_form_asks_what_the_contest_asks_and_marks_what_must_be_filled_in(actors, app, now):
    big_contest(now)
    page = actors.stranger().get(URL)
    for name, rule in ALL_FIELDS.items():
        assert inputs(page, name), name
        label = str(FIELD_LABELS[name])
        assert f"{label} ({'bắt buộc' if rule == 'required' else 'không bắt buộc'})" in page.text
    assert page.one("input", name="phone").get("type") == "tel"
    assert page.one("input", name="phone").get("inputmode") == "tel"
    assert page.one("input", name="citizen_id").get("inputmode") == "numeric"
    assert page.one("input", name="citizen_id").get("autocomplete") == "off"
    assert page.one("input", name="date_of_birth").get("type") == "text"
    assert page.one("input", name="email").get("autocomplete") == "email"
    assert [radio.get("value") for radio in page.all("input", name="group")] == ["A", "B"]
    assert page.one("input", name="consent").get("checked") is None
    assert not page.all("input", name="entry_code")


def test_what_the_contest_does_not_ask_is_not_on_the_form(actors, app, now):
    fields = {"full_name": "required", "phone": "required", "area": "off"}
    factories.make_contest(now, entry=entry(fields=fields, resume="code"))
    page = actors.stranger().get(URL)
    for name in ("gender", "email", "citizen_id", "address", "area", "outside", "unit", "group", "date_of_birth"):
        assert not inputs(page, name), name
    page = actors.stranger().post(URL, {"full_name": "Lê Văn Một", "phone": "0900000001", **factories.AGREED})
    assert text_in(page.one("h1")) == "Mã dự thi"


def test_entering_leads_to_the_entry_code_and_to_the_paper(actors, app, now):
    contest = big_contest(now)
    browser = actors.stranger()
    page = browser.post(URL, typed(group="B", gender="female", full_name="Đặng Thị Mẫu"))
    participant = participant_of(browser, contest)
    assert participant.full_name == "Đặng Thị Mẫu"
    assert text_in(page.one("p", id="entry-code")).replace("-", "") == participant.entry_code
    assert [form for form in page.all("form") if form.get("action", "").endswith("/tuan-1/bat-dau")]


def test_all_mistakes_are_told_at_once_and_nothing_typed_is_lost(actors, app, now):
    big_contest(now)
    sent = {
        "full_name": "12345", "date_of_birth": "31/02/1990", "gender": "female", "phone": "12", "email": "thu@",
        "citizen_id": "123", "address": "Thôn “Một” <b>", "area": "101", "unit": "Trường & lớp", "group": "",
    }  # fmt: skip
    page = actors.stranger().post(URL, sent, status=422)
    told = errors(page)
    # In the order of the form, each of them.
    assert list(told.values()) == [
        "#full_name", "#date_of_birth", "#phone", "#email", "#citizen_id", "#group-0", "#consent",
    ]  # fmt: skip
    assert "Đồng chí chưa điền mục “Bảng dự thi”." in told
    for name in ("full_name", "date_of_birth", "phone", "email", "citizen_id", "address", "unit"):
        assert page.one("input", name=name).get("value") == sent[name]
    assert page.one("input", name="gender", value="female").get("checked") is not None
    assert page.one("option", value="101").get("selected") is not None
    assert text_in(page.one("title")).startswith("Lỗi:")
    for name in told.values():
        (field,) = [element for element in page.root.iter() if element.get("id") == name[1:]]
        assert field.get("aria-invalid") == "true"


def test_an_empty_form_says_of_each_field_what_is_missing(actors, app, now):
    big_contest(now)
    told = errors(actors.stranger().post(URL, {}, status=422))
    assert "Đồng chí chưa điền mục “Họ và tên”." in told
    assert "Đồng chí chưa điền mục “Số điện thoại”." in told
    assert "Đồng chí chưa điền mục “Đơn vị, địa phương”." in told
    assert len(told) == 6


def test_without_consent_nobody_enters(actors, app, now):
    contest = big_contest(now)
    browser = actors.stranger()
    page = browser.post(URL, typed(group="B", consent=""), status=422)
    assert list(errors(page).values()) == ["#consent"]
    assert "Đọc thông báo đầy đủ" in page.text
    assert entries.find_by_entry_code(contest.id, "") is None
    year, month, day = CONSENT_VERSION.split("-")
    assert f"{day}/{month}/{year}" in actors.stranger().get("/quyen-rieng-tu").text


@pytest.mark.parametrize("date", ["19/5/1990", "19-05-1990", "19.05.1990", "1990-05-19", "19051990", "19 5 1990"])
def test_a_birth_date_may_be_typed_as_people_type_it(actors, app, now, date):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", date_of_birth=date))
    assert text_in(page.one("h1")) == "Mã dự thi"


def test_age_and_group_are_refused_at_their_fields(actors, app, now):
    big_contest(now, age={"min": 14})
    told = errors(actors.stranger().post(URL, typed(group="A", date_of_birth="20/05/2013"), status=403))
    assert told == {"Theo ngày sinh đã khai, đồng chí chưa đúng độ tuổi quy định trong thể lệ.": "#date_of_birth"}
    page = actors.stranger().post(URL, typed(group="A", date_of_birth="19/05/1990", unit="Chi bộ Một"), status=403)
    assert list(errors(page).values()) == ["#group-0"]
    assert page.one("input", name="unit").get("value") == "Chi bộ Một"


def test_excluded_people_are_refused_without_a_list_of_them(actors, app, now):
    people = [{"full_name": "Trần Thư Ký", "phone": "0911222333"}]
    big_contest(now, excluded={"mode": "block", "people": people})
    sent = typed(group="B", full_name="trần thư ký", phone="+84 911 222 333")
    page = actors.stranger().post(URL, sent, status=403)
    assert "Theo thể lệ, đồng chí thuộc diện không tham gia dự thi." in page.text


# --- choosing an area with nothing but HTML ---


def test_the_list_has_every_area_below_its_district(actors, app, now):
    big_contest(now)
    page = actors.stranger().get(URL)
    groups = [group.get("label") for group in page.one("select", name="area").iter() if group.get("label")]
    assert groups == ["Thị xã An Nghiệm", "Huyện Đak Mẫu", "Huyện Ia Thử"]
    options = [option.get("value") for option in page.all("option")]
    assert {"10", "101", "102", "122"} <= set(options)
    assert "1" not in options


def test_a_search_lists_what_it_found_and_keeps_the_rest(actors, app, now):
    big_contest(now)
    browser = actors.stranger()
    sent = typed(group="B", area="", area_search="ha tam", find="1", full_name="Phạm Văn Giữ")
    page = browser.post(URL, sent)
    (found,) = page.all("input", name="area_found")
    assert found.get("value") == "101"
    assert "Xã Hà Tam, Huyện Đak Mẫu" in page.text
    assert page.one("input", name="full_name").get("value") == "Phạm Văn Giữ"
    assert page.one("input", name="consent").get("checked") is not None
    assert not page.all("div", class_="error-summary")
    done = browser.post(URL, {**sent, "area_search": "", "area_found": "101"})
    assert text_in(done.one("h1")) == "Mã dự thi"


def test_what_was_found_is_what_is_entered(actors, app, now):
    contest = big_contest(now)
    browser = actors.stranger()
    browser.post(URL, typed(group="B", area="112", area_found="101"))
    participant = participant_of(browser, contest)
    assert "Xã Hà Tam" in browser.get("/cuoc-thi/cuoc-thi-mau").text
    assert participant.area_id is not None


def test_a_found_area_survives_a_mistake_elsewhere(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="", area="", area_found="122"), status=422)
    assert page.one("option", value="122").get("selected") is not None


def test_nothing_found_is_said(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", area_search="Thành phố Không Có", find="1"))
    assert "Không tìm thấy “Thành phố Không Có”" in page.text
    assert not page.all("input", name="area_found")


def test_the_button_of_an_empty_search_sends_the_form(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", find="1", area_search=" "))
    assert text_in(page.one("h1")) == "Mã dự thi"


def test_people_from_elsewhere_choose_their_province(actors, app, now):
    big_contest(now)
    browser = actors.stranger()
    page = browser.get(URL)
    provinces = [option.get("value") for option in page.one("select", name="outside")]
    assert provinces == ["", "ngoai-tinh:02", "ngoai-tinh:01"]
    browser.post(URL, typed(group="B", area="", outside="ngoai-tinh:02"))
    assert "Tỉnh Ngoài Hai" in browser.get("/cuoc-thi/cuoc-thi-mau").text


def test_a_place_inside_and_one_outside_are_one_too_many(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", area="101", outside="ngoai-tinh:02"), status=422)
    assert list(errors(page).values()) == ["#area"]
    assert page.one("option", value="ngoai-tinh:02").get("selected") is not None


@pytest.mark.parametrize("area", ["999", "ngoai-tinh:77", "khac:101", "<script>"])
def test_an_area_that_was_made_up_is_refused(actors, app, now, area):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", area=area), status=422)
    assert list(errors(page).values()) == ["#area"]


def test_the_script_finds_where_to_begin(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="", area="102"), status=422)
    (picker,) = [element for element in page.all("div") if element.get("data-module") == "area-picker"]
    assert (picker.get("data-tree"), picker.get("data-parent")) == ("tinh-mau", "1")
    assert picker.get("data-path") == "10 102"
    assert picker.get("data-level-labels") == "Xã, phường, thị trấn|Đơn vị cơ sở"


# --- somebody whose identity is in the contest already ---


def known(app, contest, now):
    return sitter(app, contest, now, full_name="Võ Thị Quen", phone="0900333444", date_of_birth="02/09/1985")


def test_from_the_same_browser_is_let_in(app, now):
    contest = factories.make_contest(now)
    me = known(app, contest, now)
    page = me.browser.post(URL, {**me.person.typed, **factories.AGREED})
    assert text_in(page.one("h1")) == "Cuộc thi mẫu"


def test_from_elsewhere_with_the_right_birth_date_is_let_in_where_details_suffice(actors, app, now):
    contest = factories.make_contest(now)
    me = known(app, contest, now)
    other = actors.stranger()
    page = other.post(URL, {**me.person.typed, **factories.AGREED})
    assert text_in(page.one("h1")) == "Cuộc thi mẫu"
    assert participant_of(other, contest).id == me.person.participant.id


def test_from_elsewhere_with_another_birth_date_is_asked_for_the_code(actors, app, now):
    contest = factories.make_contest(now)
    me = known(app, contest, now)
    other = actors.stranger()
    sent = {**me.person.typed, "date_of_birth": "03/09/1985", **factories.AGREED}
    page = other.post(URL, sent, status=409)
    assert "Đã có người dự thi với những thông tin này" in page.text
    assert "số điện thoại, họ và tên, ngày sinh" in page.text
    assert page.one("input", name="full_name").get("value") == "Võ Thị Quen"
    assert page.one("input", name="consent").get("checked") is not None
    assert "02/09/1985" not in page.html
    assert me.person.participant.entry_code not in page.html.replace("-", "")
    code = me.person.participant.entry_code
    assert text_in(other.post(URL, {**sent, "entry_code": code.lower()}).one("h1")) == "Cuộc thi mẫu"


def test_a_wrong_code_is_told_at_its_field(actors, app, now):
    contest = factories.make_contest(now, entry=entry(resume="code"), groups=GROUPS)
    me = sitter(app, contest, now, group="B")
    sent = {**me.person.typed, **factories.AGREED, "entry_code": "AAAAA-AAAAA"}
    page = actors.stranger().post(URL, sent, status=409)
    assert list(errors(page).values()) == ["#entry_code"]
    assert page.one("input", name="entry_code").get("value") == "AAAAA-AAAAA"
    assert "hãy liên hệ Ban Tổ chức" in page.text
    assert "đúng tất cả thì vào được ngay" not in page.text


def test_guessing_is_stopped_after_ten_tries_and_others_go_on(actors, app, now):
    contest = factories.make_contest(now)
    me = known(app, contest, now)
    sent = {**me.person.typed, **factories.AGREED}
    other = actors.stranger()
    for day in range(1, limits.SAME_PERSON_HERE.most + 1):
        other.post(URL, {**sent, "date_of_birth": f"{day:02d}/01/1985"}, status=409)
    page = other.post(URL, sent, status=429)
    assert "thao tác quá nhanh" in page.text
    assert page.one("input", name="phone").get("value") == "0900333444"
    CheckedClient(app).post(URL, typed(area="101"))
    # The owner, whom somebody else's guessing must not shut out, still has the code.
    code = me.person.participant.entry_code
    assert text_in(actors.stranger().post("/cuoc-thi/cuoc-thi-mau/tiep-tuc", {"entry_code": code}).one("h1"))


def test_a_family_may_share_a_phone(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Lê Văn Cha")
    page = me.browser.get(URL)
    assert "Lê Văn Cha đã vào cuộc thi" in page.text
    page = me.browser.post(URL, typed(full_name="Lê Thị Con"))
    assert "Lê Thị Con" in page.text
    assert participant_of(me.browser, contest).full_name == "Lê Thị Con"


def test_after_the_end_nobody_enters(actors, app, now, at):
    factories.make_contest(now)
    browser = actors.stranger()
    with at(now + timedelta(hours=1)):
        assert "Cuộc thi đã kết thúc" in browser.get(URL, status=409).text
        browser.post(URL, typed(), status=409)


def test_a_form_without_its_token_changes_nothing(app, now):
    contest = factories.make_contest(now)
    sent = typed(phone="0909777666", full_name="Không Có Mã")
    assert app.test_client().post(URL, data=sent).status_code == 403
    client = CheckedClient(app)
    client.post(URL, sent)
    assert participant_of(client, contest).full_name == "Không Có Mã"


def test_fields_that_the_form_does_not_have_are_ignored(actors, app, now):
    contest = factories.make_contest(now)
    browser = actors.stranger()
    browser.post(URL, typed(is_unranked="0", contest_id="9", public_id="x", group="A", citizen_id="012345678901"))
    participant = participant_of(browser, contest)
    assert participant.group_key is None
    assert participant.public_id != "x"


# ---- under age ----


def test_a_child_needs_a_guardian_and_nothing_typed_is_lost(actors, app, now):
    contest = big_contest(now)
    browser = actors.stranger()
    page = browser.get(URL)
    for name in ("guardian_consent", "publish_name"):
        assert page.one("input", name=name).get("checked") is None
    assert page.one("details", id="guardian").get("open") is None
    sent = typed(group="A", date_of_birth="20/05/2012", full_name="Siu Thị Bé")
    page = browser.post(URL, sent, status=422)
    assert set(errors(page).values()) == {"#guardian_name", "#guardian_consent"}
    assert page.one("details", id="guardian").get("open") is not None
    assert page.one("input", name="full_name").get("value") == "Siu Thị Bé"
    assert page.one("input", name="consent").get("checked") is not None
    page = browser.post(URL, {**sent, "guardian_name": "Siu H’Mẹ"}, status=422)
    assert page.one("input", name="guardian_name").get("value") == "Siu H’Mẹ"
    browser.post(URL, {**sent, "guardian_name": "Siu H’Mẹ", "guardian_consent": "y"})
    row = lookup.get_person(participant_of(browser, contest).id)
    assert (row.guardian_name, row.public_name) == ("Siu H’Mẹ", "S. T. Bé")


def test_a_contest_that_does_not_ask_the_birth_date_asks_for_no_guardian(actors, app, now):
    fields = {"full_name": "required", "phone": "required", "area": "off"}
    factories.make_contest(now, entry=entry(fields=fields, resume="code"))
    assert not inputs(actors.stranger().get(URL), "guardian_name")


def test_whoever_ticked_below_another_text_reads_this_one_first(actors, app, now):
    big_contest(now)
    page = actors.stranger().post(URL, typed(group="B", consent_text="2026-11"), status=422)
    assert list(errors(page).values()) == ["#consent"]
    assert page.one("input", name="consent").get("checked") is None
    assert page.one("input", name="consent_text").get("value") == CONSENT_VERSION
