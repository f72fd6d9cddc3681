"""The queue of requests, the answers, and what is masked until somebody says why."""

from datetime import timedelta

import pytest

from quizapp.contests import queries as contests
from quizapp.db import transaction
from quizapp.entries import requests
from quizapp.entries.rules import ERASED_NAME
from quizapp.results import lookup
from tests import factories
from tests.clients import text_in
from tests.personal_data import SEALED, asking_contest

BASE = "/to-chuc/cuoc-thi-mau"
QUEUE = f"{BASE}/yeu-cau-du-lieu"


@pytest.fixture
def contest(app, now):
    return asking_contest(now)


@pytest.fixture
def organizer(actors, contest, now):
    factories.make_staff("to-chuc", "organizer", "1", now)
    return actors.staff("to-chuc")


@pytest.fixture
def person(contest, now):
    return factories.enter(contest, now, full_name="Rơ Châm H’Thử", **SEALED)


def ask(contest, person, now, field="phone", value="0907000222"):
    with transaction():
        return requests.ask_correction(contest, person.participant, field=field, value=value, note="", now=now)


def test_the_queue_counts_the_days_and_turns_red(organizer, contest, person, now, at):
    assert "Không có yêu cầu nào đang chờ" in organizer.get(QUEUE).text
    ask(contest, person, now)
    assert "1 đang chờ" in organizer.get(BASE).text
    days = [(0, "Còn 15 ngày", "status"), (10, "Còn 5 ngày", "status status--gold"),
            (15, "Hạn cuối hôm nay", "status status--gold"), (16, "Quá hạn 1 ngày", "status status--bad")]  # fmt: skip
    for passed, words, look in days:
        with at(now + timedelta(days=passed)):
            fresh = organizer if not passed else None
            page = (fresh or signed_in_again(organizer)).get(QUEUE)
        shown = [
            (text_in(each), each.get("class")) for each in page.all("span") if "status" in (each.get("class") or "")
        ]
        assert (words, look) in shown


def signed_in_again(organizer):
    """Staff who were away for days sign in again."""
    answer = organizer.client.post(
        "/api/v1/session",
        json={"login": "to-chuc", "password": factories.PASSWORD},
        headers={"X-CSRF-Token": organizer.token()},
    )
    assert answer.status_code == 200
    return organizer


def test_accepting_a_correction_does_it_and_the_page_shows_both(organizer, contest, person, now):
    code = ask(contest, person, now)
    page = organizer.get(f"{QUEUE}/{code}")
    assert "0907000222" in page.text
    page = organizer.post(f"{QUEUE}/{code}", {"accept": "1", "answer": "Đã đối chiếu giấy tờ"})
    assert "Đã trả lời yêu cầu." in page.text
    assert lookup.get_person(person.participant.id).phone == "0907000222"
    assert organizer.get(f"{QUEUE}/{code}").text.count("0907000222") == 0


def test_refusing_needs_a_reason(organizer, contest, person, now):
    code = ask(contest, person, now)
    page = organizer.post(f"{QUEUE}/{code}", {"refuse": "1", "answer": " "}, status=422)
    assert page.one("textarea", name="answer").get("aria-invalid") == "true"
    organizer.post(f"{QUEUE}/{code}", {"refuse": "1", "answer": "Không khớp giấy tờ"})
    (asked,) = requests.list_of_person(person.participant.id)
    assert (asked.is_accepted, asked.answer) == (False, "Không khớp giấy tờ")


def test_accepting_an_erasure_takes_the_person_out_of_what_is_not_final(organizer, contest, person, now):
    factories.sit(contest, person, now)
    with transaction():
        code = requests.ask_erasure(person.participant, note="", now=now)
    assert "sẽ không còn được xếp hạng" in organizer.get(f"{QUEUE}/{code}").text
    organizer.post(f"{QUEUE}/{code}", {"accept": "1", "answer": ""})
    row = lookup.get_person(person.participant.id)
    assert (row.full_name, row.is_unranked) == (ERASED_NAME, True)
    acts = {act.act: act.reason for act in contests.list_acts(contest.id)}
    assert acts["erase_entry"].startswith(person.participant.public_id)
    assert not [value for value in SEALED.values() if value in str(acts)]


def test_after_the_results_the_place_stays_and_the_name_goes(organizer, actors, contest, person, now, at):
    factories.sit(contest, person, now)
    with transaction():
        code = requests.ask_erasure(person.participant, note="", now=now)
    later = now + timedelta(hours=2)
    factories.finalize_and_publish(contest, later)
    with at(later):
        signed_in_again(organizer).post(f"{QUEUE}/{code}", {"accept": "1", "answer": ""})
        row = lookup.get_person(person.participant.id)
        assert row.is_unranked is False
        board = actors.stranger().client.get(f"/api/v1/contests/{contest.slug}/rounds/tuan-1/leaderboard").json
    assert [(each["rank"], each["name"]) for each in board["rows"]] == [(1, ERASED_NAME)]


def test_other_organizers_and_staff_of_an_area_have_no_queue(actors, contest, person, now):
    code = ask(contest, person, now)
    factories.make_staff("can-bo", "district", "10", now)
    factories.make_staff("huyen-khac", "organizer", "11", now)
    for login in ("can-bo", "huyen-khac"):
        browser = actors.staff(login)
        for path in (QUEUE, f"{QUEUE}/{code}", f"{BASE}/nguoi-du-thi/{person.participant.public_id}/lien-he"):
            browser.get(path, status=404)
    assert actors.stranger().client.get(QUEUE).status_code in (302, 303, 401)


def test_numbers_are_masked_on_every_page_of_staff(organizer, actors, contest, person, now):
    factories.make_staff("can-bo", "district", "10", now)
    url = f"{BASE}/nguoi-du-thi/{person.participant.public_id}"
    pages = [
        organizer.get(path)
        for path in (url, f"{BASE}/nguoi-du-thi", "/don-vi/cuoc-thi-mau/nguoi-du-thi", f"{url}/lien-he")
    ]
    pages.append(actors.staff("can-bo").get("/don-vi/cuoc-thi-mau/nguoi-du-thi"))
    for page in pages:
        assert [value for value in SEALED.values() if value in page.html] == []
    assert "09xx xxx 592" in pages[0].text
    assert "xxxxxxxxx462" in pages[0].text
    assert "t…@thu.vn" in pages[0].text


def test_contacts_are_shown_for_a_reason_which_is_remembered(organizer, contest, person, now):
    url = f"{BASE}/nguoi-du-thi/{person.participant.public_id}/lien-he"
    page = organizer.post(url, {"reason": ""}, status=422)
    assert SEALED["phone"] not in page.html
    assert [act for act in contests.list_acts(contest.id) if act.act == "view_personal_data"] == []
    page = organizer.post(url, {"reason": "Gọi báo nhận giải"})
    assert [value for value in SEALED.values() if value not in page.text] == []
    assert page.response.headers["Cache-Control"] == "no-store"
    (act,) = [act for act in contests.list_acts(contest.id) if act.act == "view_personal_data"]
    assert (act.actor, act.reason) == ("to-chuc", f"{person.participant.public_id}: Gọi báo nhận giải")
    assert SEALED["phone"] not in organizer.get(url).html


@pytest.mark.parametrize(("login", "role", "area", "told"), [
    ("to-chuc-2", "organizer", "1", "participants, đủ số điện thoại"),
    ("can-bo", "district", "10", "participants: Huyện Đak Mẫu"),
])  # fmt: skip
def test_an_export_tells_whether_numbers_were_whole(actors, contest, person, now, login, role, area, told):
    factories.make_staff(login, role, area, now)
    answer = actors.staff(login).client.get(f"/api/v1/contests/{contest.slug}/exports/participants.csv")
    assert answer.status_code == 200
    assert (SEALED["phone"] in answer.get_data(as_text=True)) == ("đủ" in told)
    assert [act.reason for act in contests.list_acts(contest.id) if act.act == "export"] == [told]
