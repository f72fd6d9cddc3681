"""The same texts in a real browser, with the policy of the headers and without it: none of them ever runs."""

from datetime import timedelta

import pytest

from quizapp import clock
from quizapp.contests.rules import GRACE
from tests.conftest import NOW
from tests.security.test_texts import world  # noqa: F401 - the fixture
from tests.security.world import CONTEST_A

pytestmark = pytest.mark.browser

SITE = "http://localhost"
AFTER = NOW + timedelta(hours=1) + GRACE + timedelta(seconds=1)
PAGES = (
    ("nobody", "/"),
    ("nobody", f"/cuoc-thi/{CONTEST_A}"),
    ("nobody", f"/cuoc-thi/{CONTEST_A}/tuan-2/bang-xep-hang"),
    ("nobody", f"/cuoc-thi/{CONTEST_A}/tuan-2/ket-qua"),
    ("nobody", "/tai-khoan/dang-nhap?next=%22%3E%3Cx1x%3E"),
    ("P1", "/bai-thi/{attempt_id}/da-nop"),
    ("P1", f"/cuoc-thi/{CONTEST_A}/ma-du-thi"),
    ("S-own", f"/don-vi/{CONTEST_A}/nguoi-du-thi"),
    ("O-own", f"/to-chuc/{CONTEST_A}"),
    ("O-own", f"/to-chuc/{CONTEST_A}/nguoi-du-thi"),
    ("O-own", f"/to-chuc/{CONTEST_A}/vong/tuan-2/cau-hoi"),
    ("O-own", "/to-chuc/ngan-hang/cau-hoi/mau"),
)
# Whatever waits for a mouse or for the focus gets both.
TOUCH = """() => document.querySelectorAll('*').forEach(element => {
    const names = ['mouseover', 'focus', 'toggle', 'animationstart', 'error'];
    names.forEach(name => element.dispatchEvent(new Event(name)));
})"""


@pytest.mark.parametrize("bypass", [True, False], ids=["without the policy", "with the policy"])
def test_nothing_that_people_typed_ever_runs(world, browser, bypass):  # noqa: F811
    who, said, foreign = ["nobody"], [], []

    def answer(route, request):
        if not request.url.startswith(f"{SITE}/"):
            foreign.append(request.url)
            route.abort()
            return
        # A greenlet of Playwright's has a clock of its own.
        with clock.frozen_at(AFTER):
            told = world.call(who[0], request.method, request.url.removeprefix(SITE))
        route.fulfill(status=told.status_code, headers=dict(told.headers), body=told.get_data())

    context = browser.new_context(bypass_csp=bypass, service_workers="block")
    context.route("**/*", answer)
    page = context.new_page()
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    for caller, address in PAGES:
        who[0] = caller
        page.goto(SITE + address.format(**world.parts["P1"]))
        page.evaluate(TOUCH)
        assert page.evaluate("window.__x") is None, address
        assert page.locator("x1x, [x1x], [onx1x]").count() == 0, address
    # The trap works: what is written into a page as markup does run where no policy forbids it.
    if bypass:
        page.evaluate("""() => {
            const script = document.createElement('script');
            script.textContent = 'window.__x = 1';
            document.body.append(script);
        }""")
        assert page.evaluate("window.__x") == 1
    context.close()
    assert said == []
    assert foreign == []
