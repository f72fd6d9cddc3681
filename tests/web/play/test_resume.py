"""Coming back with the entry code alone."""

from dataclasses import replace

from quizapp.web import limits
from tests import factories
from tests.clients import text_in
from tests.web.play.sitting import sitter

URL = "/cuoc-thi/cuoc-thi-mau/tiep-tuc"


def shown(code):
    return f"{code[:5]}-{code[5:]}"


def test_the_code_leads_to_the_contest_however_it_is_typed(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now, full_name="Hồ Thị Trở Lại")
    code = me.person.participant.entry_code
    for typed in (code, shown(code), code.lower(), f" {code[:5]} {code[5:]} "):
        page = actors.stranger().post(URL, {"entry_code": typed})
        assert text_in(page.one("h1")) == "Cuộc thi mẫu"
        assert "Hồ Thị Trở Lại" in page.text


def test_letters_that_look_like_digits_are_understood(actors, app, now):
    contest = factories.make_contest(now)
    me = sitter(app, contest, now)
    code = me.person.participant.entry_code.replace("0", "O").replace("1", "l")
    assert text_in(actors.stranger().post(URL, {"entry_code": code}).one("h1")) == "Cuộc thi mẫu"


def test_a_wrong_code_is_told_and_stays_in_the_field(actors, app, now):
    contest = factories.make_contest(now)
    sitter(app, contest, now)
    browser = actors.stranger()
    for typed in ("AAAAA-AAAAA", "", "%", "' OR 1=1"):
        page = browser.post(URL, {"entry_code": typed}, status=422)
        assert "Không tìm thấy mã dự thi này" in page.text
        assert page.one("input", name="entry_code").get("value") == typed
        assert "Người dự thi trên máy này" not in browser.get("/cuoc-thi/cuoc-thi-mau").text


def test_a_code_of_another_contest_says_nothing(actors, app, now):
    factories.make_contest(now)
    other = factories.make_contest(now, contest="cuoc-thi-khac")
    code = sitter(app, other, now).person.participant.entry_code
    actors.stranger().post(URL, {"entry_code": code}, status=422)


def test_too_many_tries_from_one_address_have_to_wait(actors, app, now, monkeypatch):
    monkeypatch.setattr(limits, "CODES_TRIED", replace(limits.CODES_TRIED, most=3))
    factories.make_contest(now)
    browser = actors.stranger()
    for _ in range(3):
        browser.post(URL, {"entry_code": "AAAAA-AAAAA"}, status=422)
    page = browser.post(URL, {"entry_code": "AAAAA-AAAAA"}, status=429)
    assert "thao tác quá nhanh" in page.text


def test_the_way_to_the_form_is_shown(actors, app, now):
    factories.make_contest(now)
    page = actors.stranger().get(URL)
    assert [link for link in page.all("a") if link.get("href") == "/cuoc-thi/cuoc-thi-mau/dang-ky"]
