"""One account of staff, for whoever stands above it."""

from datetime import timedelta

import pytest

from quizapp.accounts import links, queries, service
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from quizapp.audit import queries as audit
from quizapp.audit.rules import INSTALLATION
from quizapp.db import transaction
from quizapp.errors import Unauthenticated
from tests import factories
from tests.accounts.test_second_factor import enrol
from tests.web.organize.test_staff import link_of

BASE = "/to-chuc/tai-khoan/can-bo"
ACTS = ("khoa", "mo-lai", "dang-xuat", "tat-hai-lop")


def info(login, now):
    return queries.get_staff(login, now=now)


def last_act():
    entry = audit.list_latest(INSTALLATION, most=1)[0]
    return entry.act, entry.actor, entry.object


def everything(now):
    return [(each, queries.get_user(each.id).password_hash) for each in queries.list_staff(now=now)]


@pytest.mark.parametrize(
    ("who", "login"),
    [
        ("tinh", "tinh"), ("tinh", "to-chuc-ia"), ("tinh", "quan-tri"), ("to-chuc-ia", "dak-mau"), ("tinh", "khong-co"),
        ("quan-tri", "quan-tri"), ("dak-mau", "ha-tam"),
    ],
)  # fmt: skip
def test_nobody_touches_an_account_at_or_above_the_own_role_or_elsewhere(people, now, who, login):
    before, token = everything(now), people(who).token()
    people(who).get(f"{BASE}/{login}", status=404)
    form = {"role": "district", "area": "101", "csrf_token": token}
    for path in (login, f"{login}/duong-dan", *(f"{login}/{act}" for act in ACTS)):
        assert people(who).client.post(f"{BASE}/{path}", data=form).status_code == 404
    assert everything(now) == before


def test_role_and_area_are_changed_and_the_owner_signs_in_again(people, now):
    owner, admin = people("ia-thu"), people("quan-tri")
    assert owner.client.get("/don-vi/").status_code == 200
    page = admin.get(f"{BASE}/ia-thu")
    assert page.one("input", name="role", value="district").get("checked") is not None
    assert page.one("option", value="11").get("selected") is not None
    admin.post(f"{BASE}/ia-thu", {"role": "organizer", "area": "10"})
    changed = info("ia-thu", now)
    assert (changed.role, changed.area_id) == (Role.ORGANIZER, areas.get_area("tinh-mau", "10").id)
    assert owner.client.get("/don-vi/").status_code == 302
    assert last_act() == ("change_role", "quan-tri", "ia-thu")


def test_the_present_area_is_offered_however_deep_it_is(people, now):
    page = people("tinh").get(f"{BASE}/ha-tam")
    assert page.one("option", value="101").get("selected") is not None


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"role": "organizer", "area": "11"}, 422), ({"role": "admin", "area": "11"}, 422),
        ({"role": "district", "area": "khong-co"}, 404), ({"role": "", "area": "11"}, 422),
    ],
)  # fmt: skip
def test_what_an_organizer_cannot_give(people, now, form, status):
    people("tinh").post(f"{BASE}/ia-thu", form, status=status)
    assert (info("ia-thu", now).role, info("ia-thu", now).area_id) == (
        Role.DISTRICT,
        areas.get_area("tinh-mau", "11").id,
    )


def test_an_organizer_of_a_district_gives_nothing_outside_of_it(people, now):
    people("to-chuc-ia").post(f"{BASE}/ia-thu", {"role": "district", "area": "10"}, status=404)
    assert info("ia-thu", now).area_id == areas.get_area("tinh-mau", "11").id


def test_a_retired_account_is_out_at_once_and_can_come_back(people, now):
    owner, organizer = people("ia-thu"), people("tinh")
    assert owner.client.get("/don-vi/").status_code == 200
    page = organizer.post(f"{BASE}/ia-thu/khoa")
    assert "Đã khóa" in page.text
    assert owner.client.get("/don-vi/").status_code == 302
    with pytest.raises(Unauthenticated):
        service.check_password("ia-thu", factories.PASSWORD)
    organizer.post(f"{BASE}/ia-thu/mo-lai")
    assert service.check_password("ia-thu", factories.PASSWORD)
    assert last_act() == ("reactivate_staff", "tinh", "ia-thu")


def test_somebody_is_signed_out_everywhere(people):
    owner = people("ia-thu")
    assert owner.client.get("/don-vi/").status_code == 200
    people("tinh").post(f"{BASE}/ia-thu/dang-xuat")
    assert owner.client.get("/don-vi/").status_code == 302


def test_the_second_factor_of_a_lost_telephone_is_taken_away(people, now):
    enrol(info("ia-thu", now), now)
    assert "Tắt xác thực hai lớp" in people("tinh").get(f"{BASE}/ia-thu").text
    people("tinh").post(f"{BASE}/ia-thu/tat-hai-lop")
    assert not info("ia-thu", now).has_second_factor
    assert last_act() == ("drop_second_factor", "tinh", "ia-thu")


def test_a_request_for_a_password_is_seen_by_whoever_stands_above_and_answered_with_a_link(people, now):
    for login in ("ia-thu", "to-chuc-ia"):
        with transaction():
            links.request_reset(login, now=now - timedelta(hours=1))
    asking = people("tinh").get(BASE).text.split("Xin đặt lại mật khẩu")
    assert len(asking) == 2  # not for the organizer's account, which is not below
    page = people("tinh").post(f"{BASE}/ia-thu/duong-dan")
    assert last_act() == ("hand_over_link", "tinh", "ia-thu")
    owner = people(None)
    owner.get(link_of(page), follow=True)
    owner.post("/tai-khoan/dat-mat-khau", {"password": "một câu dài của tôi"})
    assert service.check_password("ia-thu", "một câu dài của tôi")
    assert "Xin đặt lại mật khẩu" not in people("tinh").get(BASE).text
