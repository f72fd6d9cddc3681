"""Accounts of staff within the organizer's own subtree."""

import re

import pytest

from quizapp.accounts import queries, service
from quizapp.accounts.rules import Role
from quizapp.areas import queries as areas
from tests.clients import text_in

PATH = "/to-chuc/tai-khoan/can-bo"
XHTML = "{http://www.w3.org/1999/xhtml}"


def accounts(page):
    """login -> (role, area)."""
    rows = [[text_in(cell) for cell in row] for row in page.one("table", id="accounts").iter(f"{XHTML}tr")][1:]
    return {row[0]: (row[1], row[2]) for row in rows}


def create(client, *, login="can-bo-moi", role="district", area="101", status=200):
    return client.post(PATH, {"login": login, "role": role, "area": area}, status=status)


def user(login):
    return next((user for user in queries.list_staff() if user.login == login), None)


def test_the_list_holds_the_own_subtree(people):
    assert accounts(people("to-chuc-ia").get(PATH)) == {
        "ia-thu": ("Cán bộ theo dõi đơn vị", "Huyện Ia Thử"),
        "to-chuc-ia": ("Ban Tổ chức", "Huyện Ia Thử"),
    }
    everybody = {"dak-mau", "ha-tam", "ia-thu", "tinh", "to-chuc-ia"}
    assert set(accounts(people("tinh").get(PATH))) == everybody
    assert set(accounts(people("quan-tri").get(PATH))) == {*everybody, "quan-tri"}


@pytest.mark.parametrize("role", ["district", "organizer"])
def test_a_new_account_gets_a_password_that_is_shown_once(people, now, role):
    page = create(people("tinh"), role=role)
    (password,) = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b", page.text)
    actor = service.check_password("can-bo-moi", password, address="-", now=now)
    assert (actor.role, actor.area_id) == (Role(role), areas.get_area("tinh-mau", "101").id)
    assert password not in people("tinh").get(PATH).text
    assert page.one("input", id="login").get("value", "") == ""


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        ("", "Hãy ghi tên đăng nhập."),
        ("Tên có dấu", "Tên đăng nhập gồm"),
        ("dak-mau", "Tên đăng nhập “dak-mau” đã có người dùng."),
    ],
)
def test_refusals_stand_at_the_field(people, login, sentence):
    before = len(queries.list_staff())
    page = create(people("tinh"), login=login, status=422)
    assert sentence in page.text
    assert page.one("input", id="login").get("value") == login
    assert len(queries.list_staff()) == before


@pytest.mark.parametrize("role", ["admin", "", "participant"])
def test_no_other_role_can_be_given(people, role):
    create(people("tinh"), role=role, status=422)
    assert user("can-bo-moi") is None


@pytest.mark.parametrize("area", ["10", "101", "1", "khong-co", ""])
def test_no_account_outside_of_the_own_subtree(people, area):
    create(people("to-chuc-ia"), area=area, status=404)
    assert user("can-bo-moi") is None


def test_administrators_choose_the_tree(people):
    page = people("quan-tri").get(f"{PATH}?tree=ngoai-tinh")
    assert [option.get("value") for option in page.all("option")] == ["VN", "02", "01"]
    people("tinh").get(f"{PATH}?tree=ngoai-tinh", status=404)


def test_nobody_else_makes_accounts(people, only_for_organizers):
    only_for_organizers(PATH, also_hidden_from=())
    create(people("dak-mau"), status=404)
    assert "/tai-khoan/dang-nhap" in people(None).redirected(PATH, {"login": "can-bo-moi", "role": "district"})
    assert user("can-bo-moi") is None
