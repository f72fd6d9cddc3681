"""Before what weighs heavily the password is asked again, and nothing that was typed is lost."""

from datetime import timedelta

import pyotp
import pytest

from quizapp import keys
from quizapp.accounts import queries as accounts
from quizapp.accounts.rules import RECENT_FOR_API, RECENT_ON_PAGES
from quizapp.audit import queries as audit
from tests import factories
from tests.accounts.test_second_factor import enrol
from tests.clients import CheckedClient, text_in
from tests.factories import PASSWORD
from tests.web import staff_scene
from tests.web.api.callers import Caller, make_token

CONFIRM = "/tai-khoan/xac-nhan"
BASE = "/to-chuc/cuoc-thi-mau"
LATER = RECENT_ON_PAGES + timedelta(seconds=1)


@pytest.fixture
def scene(app, now):
    made = staff_scene.make_scene(now)
    staff_scene.make_staff(now)
    return made


@pytest.fixture
def organizer(app, scene):
    """Signed in at `now`, and left alone from then on."""
    return sign_in(app, "tinh")


def sign_in(app, login):
    browser = CheckedClient(app)
    browser.redirected("/tai-khoan/dang-nhap", {"login": login, "password": PASSWORD})
    return browser


def refuse_path(scene):
    person = factories.enter(scene.contest, scene.now)
    return f"{BASE}/nguoi-du-thi/{person.participant.public_id}/khong-cong-nhan"


def refusals(scene):
    return [entry.reason for entry in audit.list_latest(scene.contest.id) if entry.act == "refuse_entry"]


def test_a_page_leads_through_the_password_and_back(organizer, scene, now, at):
    path = refuse_path(scene)
    with at(now + RECENT_ON_PAGES - timedelta(seconds=1)):
        organizer.get(path)
    with at(now + LATER):
        assert organizer.client.get(path).headers["Location"].startswith(f"{CONFIRM}?next=")
        page = organizer.get(path, follow=True)
        assert text_in(page.one("h1")) == "Xác nhận lại mật khẩu"
        wanted = page.one("input", type="hidden", name="next", value=path).get("value")
        page = organizer.post(CONFIRM, {"again_password": "sai rồi", "next": wanted}, status=401)
        assert "chưa đúng" in text_in(page.one("p", id="again-error"))
        assert organizer.redirected(CONFIRM, {"again_password": PASSWORD, "next": wanted}) == wanted
        organizer.get(path)
    with at(now + LATER + RECENT_ON_PAGES):
        assert organizer.client.get(path).status_code == 302


def test_a_form_that_was_sent_too_late_is_kept_and_goes_on_from_the_password(organizer, scene, now, at):
    path = refuse_path(scene)
    reason = 'Khai sai năm sinh;\nđơn vị <b>xác nhận</b> "không có"'
    with at(now + LATER):
        page = organizer.post(path, {"reason": reason}, status=403)
        assert refusals(scene) == []
        assert "Nội dung vừa nhập được giữ nguyên" in page.text
        (form,) = [each for each in page.all("form") if each.get("action", "").startswith(path)]
        assert page.one("input", type="hidden", name="reason").get("value") == reason
        page = organizer.post(form.get("action"), {"reason": reason, "again_password": "sai rồi"}, status=403)
        assert "chưa đúng" in text_in(page.one("p", id="again-error"))
        assert refusals(scene) == []
        assert page.one("input", type="hidden", name="reason").get("value") == reason
        assert page.one("input", id="again_password").get("value") is None
        organizer.redirected(form.get("action"), {"reason": reason, "again_password": PASSWORD})
    assert len(refusals(scene)) == 1
    assert "Khai sai năm sinh" in refusals(scene)[0]


def test_the_code_is_asked_as_well_where_there_is_one(app, scene, now, at):
    user = next(each for each in accounts.list_staff() if each.login == "tinh")
    organizer = sign_in(app, "tinh")
    own_id = accounts.list_own_sessions(user.id, now=now)[0].id
    secret, _ = enrol(user, now, own_id, keys.derive("a key for tests only", "second-factor"))
    path = refuse_path(scene)
    with at(now + LATER):
        page = organizer.post(path, {"reason": "x", "again_password": PASSWORD}, status=403)
        assert "cần thêm mã xác thực" in text_in(page.one("p", id="again-error"))
        assert page.one("input", id="again_code") is not None
        code = pyotp.TOTP(secret).at(now + LATER)
        organizer.redirected(path, {"reason": "x", "again_password": PASSWORD, "again_code": code})
    assert len(refusals(scene)) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/to-chuc/tai-khoan/can-bo"),
        ("GET", "/to-chuc/tai-khoan/can-bo/ia-thu"),
        ("POST", "/to-chuc/tai-khoan/can-bo"),
        ("POST", "/to-chuc/tai-khoan/can-bo/ia-thu"),
        ("POST", "/to-chuc/tai-khoan/can-bo/ia-thu/duong-dan"),
        ("POST", "/to-chuc/tai-khoan/can-bo/ia-thu/khoa"),
        ("POST", "/tai-khoan/phien-dang-nhap/1/cham-dut"),
        ("POST", "/tai-khoan/phien-dang-nhap/cham-dut"),
        ("GET", f"{BASE}/vong/tuan-1/duyet"),
        ("POST", f"{BASE}/vong/tuan-1/duyet"),
        ("POST", f"{BASE}/vong/tuan-1/cong-bo"),
        ("POST", f"{BASE}/vong/tuan-1/quyet-dinh/1/ap-dung"),
        ("POST", f"{BASE}/cong-bo"),
        ("POST", f"{BASE}/giai-thuong/cong-bo"),
        ("GET", f"{BASE}/vong/tuan-1/diem.csv"),
        ("GET", "/don-vi/cuoc-thi-mau/tai/participants.csv"),
        ("GET", "/don-vi/cuoc-thi-mau/tai/attempts.xlsx"),
        ("GET", "/don-vi/cuoc-thi-mau/tai/winners.csv"),
    ],
)
def test_what_asks_again(organizer, scene, now, at, method, path):
    with at(now + LATER):
        answer = organizer.client.open(path, method=method, data={"csrf_token": organizer.token()})
        assert answer.status_code == (302 if method == "GET" else 403)
        if method == "GET":
            assert answer.headers["Location"].startswith(f"{CONFIRM}?next=")
        else:
            assert "Xác nhận lại mật khẩu" in answer.get_data(as_text=True)


@pytest.mark.parametrize("table", ["summary", "areas", "scores"])
def test_figures_without_people_are_there_at_once(organizer, scene, now, at, table):
    with at(now + LATER):
        assert organizer.client.get(f"/don-vi/cuoc-thi-mau/tai/{table}.csv").status_code == 200


def test_programs_have_longer_and_then_get_403(app, scene, now, at):
    caller = Caller(app)
    caller.post("/session", {"login": "tinh", "password": PASSWORD})
    table = "/contests/cuoc-thi-mau/exports/participants.csv"
    with at(now + RECENT_FOR_API - timedelta(seconds=1)):
        caller.get(table)
    with at(now + RECENT_FOR_API):
        assert caller.get(table, 403).json["code"] == "recent_sign_in_required"
        assert caller.post("/contests/cuoc-thi-mau/publish", {}, 403).json["code"] == "recent_sign_in_required"
        caller.get("/contests/cuoc-thi-mau/exports/summary.csv")
        caller.post("/session", {"login": "tinh", "password": PASSWORD})
        caller.get(table)


def test_a_bearer_token_types_no_password(app, scene, now, at):
    script = Caller(app, make_token("tinh", now))
    with at(now + timedelta(days=30)):
        script.get("/contests/cuoc-thi-mau/exports/participants.csv")


@pytest.mark.parametrize("wanted", ["//e.example", "https://e.example", "/\\e.example", "javascript:alert(1)"])
def test_the_way_back_is_on_this_site(organizer, wanted):
    assert organizer.redirected(CONFIRM, {"again_password": PASSWORD, "next": wanted}) == "/tai-khoan"


def test_a_confirmation_cannot_be_guessed(organizer, scene, now, at):
    with at(now + LATER):
        for _ in range(8):
            organizer.post(CONFIRM, {"again_password": "sai rồi"}, status=401)
        organizer.post(CONFIRM, {"again_password": PASSWORD}, status=429)
