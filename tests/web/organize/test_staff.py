"""Accounts of staff within the organizer's own subtree."""

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


def link_of(page):
    """The path of the link that the page hands over."""
    (address,) = page.all("p", id="handed")
    return text_in(address).removeprefix("http://localhost")


@pytest.mark.parametrize(("who", "role"), [("tinh", "district"), ("quan-tri", "district"), ("quan-tri", "organizer")])
def test_an_invitation_is_a_link_that_is_shown_once(people, now, who, role):
    path = f"{PATH}?tree=tinh-mau" if who == "quan-tri" else PATH
    page = people(who).post(path, {"login": "can-bo-moi", "role": role, "area": "101"})
    link = link_of(page)
    assert link.split("ma=")[1] not in people(who).get(PATH).html
    assert page.one("input", id="login").get("value", "") == ""
    owner = people(None)
    owner.get(link, follow=True)
    owner.post("/tai-khoan/dat-mat-khau", {"password": "một câu dài của tôi"})
    actor = service.check_password("can-bo-moi", "một câu dài của tôi")
    assert (actor.role, actor.area_id) == (Role(role), areas.get_area("tinh-mau", "101").id)


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


@pytest.mark.parametrize("role", ["admin", "organizer", "", "participant"])
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
