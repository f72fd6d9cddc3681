"""The list of contests of district staff."""

import pytest

from tests import factories

PATH = "/don-vi/"


def titles(page):
    return [link.text for link in page.all("a") if (link.get("href") or "").startswith("/don-vi/") and link.text]


@pytest.mark.parametrize("login", ["tinh", "dak-mau", "ia-thu", "ha-tam", "quan-tri"])
def test_staff_see_the_contest_of_their_province(people, login):
    page = people(login).get(PATH)
    assert "Cuộc thi mẫu" in titles(page)
    assert page.one("a", href="/don-vi/cuoc-thi-mau", class_="button button--secondary") is not None


def test_drafts_are_for_their_organizers_alone(people, now):
    factories.make_contest(now, launched=False, contest="nhap", title="Bản nháp của tỉnh")
    assert "Bản nháp của tỉnh" in titles(people("tinh").get(PATH))
    assert "Bản nháp của tỉnh" not in titles(people("dak-mau").get(PATH))


def test_without_any_contest_the_page_says_so(app, now, actors):
    factories.make_tree(now)
    factories.make_staff("moi", "district", "10", now)
    assert "Chưa có cuộc thi nào." in actors.staff("moi").get(PATH).text


def test_strangers_are_sent_to_sign_in(people):
    answer = people(None).client.get(PATH)
    assert answer.status_code == 302
    assert "/tai-khoan/dang-nhap" in answer.headers["Location"]
