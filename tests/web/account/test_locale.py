"""The reader's language."""

import pytest

from tests import factories
from tests.web.test_safe_next import FOREIGN


def test_the_choice_is_remembered_and_the_same_page_comes_back(actors, app, now):
    factories.make_contest(now)
    browser = actors.stranger()
    page = browser.get("/cuoc-thi/cuoc-thi-mau/tuan-1/bang-xep-hang?area=10")
    (form,) = [form for form in page.all("form") if form.get("action", "").startswith("/ngon-ngu/")]
    assert form.get("action") == "/ngon-ngu/en"
    assert page.one("html").get("lang") == "vi"
    wanted = page.one("input", name="next").get("value")
    assert browser.redirected("/ngon-ngu/en", {"next": wanted}) == wanted
    assert browser.get(wanted).one("html").get("lang") == "en"
    cookie = browser.client.get_cookie("lang")
    assert (cookie.value, cookie.http_only, cookie.same_site) == ("en", True, "Lax")
    browser.redirected("/ngon-ngu/vi", {"next": wanted})
    assert browser.get(wanted).one("html").get("lang") == "vi"


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_sent_elsewhere(actors, wanted):
    assert actors.stranger().redirected("/ngon-ngu/en", {"next": wanted} if wanted else {}) == "/"


def test_other_languages_do_not_exist(actors):
    browser = actors.stranger()
    assert browser.client.post("/ngon-ngu/fr", data={"csrf_token": browser.token()}).status_code == 404
    assert browser.client.get("/ngon-ngu/en").status_code == 405
